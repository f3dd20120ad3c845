"""What can be changed of workloads: rollouts and replicas; what stands in their templates is `writes_templates`."""

from collections.abc import Mapping
from typing import Any

from k8stui.actions.action import Need
from k8stui.actions.desk import Asking, Change, Desk, Rows
from k8stui.actions.options import options
from k8stui.actions.places import Where
from k8stui.actions.writes import Write, asked, at_once, each, nothing, titled
from k8stui.actions.writes_templates import TEMPLATE_WRITES
from k8stui.model.kinds import AUTOSCALERS, CRON_JOBS, JOBS, Row
from k8stui.model.present import Present
from k8stui.model.workloads import WorkloadLine

SCALE = (Need("patch", "deployments.apps/scale", ("statefulsets.apps/scale",)),)
_SUSPENDED = (CRON_JOBS.resource, JOBS.resource)


# ---- rollouts


def _restart(desk: Desk, rows: Rows, typed: str) -> list[Change]:
    nothing(typed)
    return each(rows, "rollout.restart", {"at": desk.stamp()})


def _undo(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    from k8stui.operations.builders.scaling import ANY, whole

    found = options(typed, {"--to-revision": "revision"}, words=False).values
    return each(rows, "undo.undo", {name: whole(text, "--to-revision", ANY) for name, text in found.items()})


def _held(row: Row) -> bool:
    return isinstance(row, WorkloadLine) and (row.workload.paused or bool(row.workload.suspend))


def _toggled(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    """What `z` does to a workload, by what it is and how it is now: declared, never toggled by the server."""
    nothing(typed)
    return [(_resumed if _held(row) else _paused)(row) for row in rows]


def _paused(row: Row) -> Change:
    if row.ref.kind.resource in _SUSPENDED:
        return "suspending.suspend", row.ref, {"on": True}
    return "rollout.pause", row.ref, {}


def _resumed(row: Row) -> Change:
    if row.ref.kind.resource in _SUSPENDED:
        return "suspending.suspend", row.ref, {"on": False}
    return "rollout.resume", row.ref, {}


def _pause(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    nothing(typed)
    return each(rows, "rollout.pause", {})


def _resume(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    nothing(typed)
    return [_resumed(row) for row in rows]


def _suspend(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    nothing(typed)
    return each(rows, "suspending.suspend", {"on": True})


def _trigger(desk: Desk, rows: Rows, typed: str) -> list[Change]:
    nothing(typed)
    return each(rows, "suspending.trigger", {"suffix": desk.suffix()})


# ---- replicas


def _scale(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    """`3` or `--replicas=3`; kubectl's preconditions, too."""
    from k8stui.operations.builders.scaling import whole

    given = options(
        typed,
        {"--replicas": "replicas", "--current-replicas": "expected", "--resource-version": "version"},
    )
    counts = [*given.words, *(text for name, text in given.values.items() if name == "replicas")]
    if len(counts) != 1:
        raise ValueError("Type one whole number: how many pods there shall be")
    args: dict[str, object] = {"replicas": whole(counts[0], "The number of replicas")}
    if "expected" in given.values and (expected := whole(given.values["expected"], "--current-replicas", -1)) >= 0:
        args["expected"] = expected  # -1 says the same as nothing
    if "version" in given.values:
        args["version"] = given.values["version"]
    return each(rows, "scaling.scale", args)


def _replicas(desk: Desk, rows: Rows) -> Asking:
    counts = {row.workload.wanted for row in rows if isinstance(row, WorkloadLine)}
    now = counts.pop() if len(counts) == 1 else None

    async def learn() -> Present:
        """Those at 0 are offered what they had before we scaled them to 0."""
        had = {await desk.before_zero(row.ref) for row in rows}
        if len(had) != 1 or None in had:
            return Present()
        return Present(str(*had), lines=(f"before it was scaled to 0: {had.pop()}",))

    return Asking(
        title=titled("Replicas", rows),
        hint="a whole number, 0 or more",
        judge=lambda text: "",
        initial="" if now is None else str(now),
        replaced=True,
        learn=learn if now == 0 else None,
    )


def _autoscale(desk: Desk, rows: Rows, typed: str) -> list[Change]:
    """Make one for a workload; change an autoscaler itself where the row is one."""
    from k8stui.operations.builders.autoscaling import checked

    given = options(
        typed,
        {
            "--min": "low",
            "--max": "high",
            "--cpu": "cpu",
            "--cpu-percent": "percent",
            "--memory": "memory",
            "--name": "name",
        },
        words=False,
    ).values
    version = desk.version(AUTOSCALERS.resource)
    if "percent" in given:
        given = _of_percent(given)
    checked(given, version)
    changes: list[Change] = []
    for row in rows:
        if row.ref.kind.resource == AUTOSCALERS.resource:
            limits = {"low": "", "high": "", **given}
            limits.pop("name", None)
            changes.append(("autoscaling.limits", row.ref, limits))
        else:
            changes.append(("autoscaling.autoscale", row.ref, {"high": "", **given, "version": version}))
    return changes


def _of_percent(given: Mapping[str, str]) -> Mapping[str, str]:
    """`--cpu-percent=80` as `--cpu=80%`; a number below 0 leaves it to the server."""
    from k8stui.operations.builders.scaling import ANY, whole

    if "cpu" in given:
        raise ValueError("--cpu and --cpu-percent say the same: leave one of them out")
    share = whole(given["percent"].removesuffix("%"), "--cpu-percent", ANY)
    rest = {name: text for name, text in given.items() if name != "percent"}
    return rest if share < 0 else rest | {"cpu": f"{share}%"}


def _autoscaler(desk: Desk, rows: Rows) -> Asking:
    return Asking(
        title=titled("Autoscaler", rows),
        hint="--min 2 --max 5, and if wanted --cpu 80% of the requests, or --cpu 500m a pod; --memory likewise",
        judge=lambda text: "",
        learn=lambda: desk.present("autoscaling.limits", rows),
    )


def _write(identity: str, key: str, label: str, about: str, **rest: Any) -> Write:
    return Write(id=identity, key=key, label=label, where=Where.WORKLOADS, about=about, **rest)


_TRIGGER = (Need("create", "jobs.batch"),)
_CREATE = (Need("create", AUTOSCALERS.resource),)
WORKLOAD_WRITES = (
    at_once(_write("restart", "r", "Restart", "new pods, one after the other"), _restart),
    at_once(_write("undo", "U", "Undo rollout", "back to the revision before", usage="[--to-revision=N]"), _undo),
    at_once(
        _write("pause", "z", "Pause or resume", "pause a Deployment, suspend a CronJob or Job; or go on"), _toggled
    ),
    at_once(
        _write("pause-rollout", "", "Pause a rollout", "hold a Deployment's rollout where it is", also=("pause",)),
        _pause,
    ),
    at_once(_write("resume", "", "Resume", "go on with a Deployment, a CronJob or a Job"), _resume),
    at_once(_write("suspend", "", "Suspend", "no new Jobs of a CronJob; a Job's pods go"), _suspend),
    asked(_write("scale", "s", "Scale", "how many pods", needs=SCALE, usage="N"), _scale, _replicas),
    asked(
        _write(
            "autoscale",
            "",
            "Autoscale",
            "an autoscaler for it; on an autoscaler: change it",
            needs=_CREATE,
            usage="--min=N --max=N [--cpu=80%] [--memory=80%] [--name=NAME]",
        ),
        _autoscale,
        _autoscaler,
    ),
    *TEMPLATE_WRITES,
    at_once(_write("trigger", "t", "Trigger", "a Job of this CronJob, now", needs=_TRIGGER), _trigger),
)
