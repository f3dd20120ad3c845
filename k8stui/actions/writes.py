"""What changes the cluster: each action names a builder of `k8stui.operations`, and asks for what that needs."""

from collections.abc import Callable

from k8stui.actions.action import Action, Need
from k8stui.actions.desk import Change, Desk, Rows, Run
from k8stui.actions.places import Where
from k8stui.model.kinds import CRON_JOBS, JOBS, Row
from k8stui.model.workloads import WorkloadLine

PATCH_NODES = (Need("patch", "nodes"),)
PATCH = (Need("patch", ""),)
SCALE = (Need("patch", "deployments.apps/scale", ("statefulsets.apps/scale",)),)


def _judged(parse: Callable[[str], object]) -> Callable[[str], str]:
    """What is wrong with a text, by the builder's own rules."""

    def judge(text: str) -> str:
        try:
            parse(text)
        except ValueError as error:
            return str(error)
        return ""

    return judge


async def _cordon(desk: Desk, rows: Rows) -> None:
    await desk.change([("nodes.cordon", row.ref, {"on": True}) for row in rows])


async def _uncordon(desk: Desk, rows: Rows) -> None:
    await desk.change([("nodes.cordon", row.ref, {"on": False}) for row in rows])


async def _taints(desk: Desk, rows: Rows) -> None:
    from k8stui.operations.taints import checked

    hint = "key=value:NoSchedule adds (or NoExecute, PreferNoSchedule), key- or key:NoSchedule- removes"
    words = await desk.ask("Taints", hint, _judged(checked))
    if words is not None:
        await desk.change([("taints.taint", row.ref, {"words": words, "overwrite": True}) for row in rows])


async def _labels(desk: Desk, rows: Rows) -> None:
    from k8stui.operations.metadata import parse_labels

    words = await desk.ask("Labels", "key=value sets, key- removes; several with blanks between", _judged(parse_labels))
    if words is not None:
        changes = parse_labels(words)
        await desk.change([("metadata.labels", row.ref, {"changes": changes, "overwrite": True}) for row in rows])


async def _restart(desk: Desk, rows: Rows) -> None:
    at = desk.stamp()
    await desk.change([("rollout.restart", row.ref, {"at": at}) for row in rows])


async def _undo(desk: Desk, rows: Rows) -> None:
    await desk.change([("undo.undo", row.ref, {}) for row in rows])


def _paused(row: Row) -> Change:
    """What `z` does to a workload, by what it is and how it is now: declared, never toggled by the server."""
    held = isinstance(row, WorkloadLine) and (row.workload.paused or bool(row.workload.suspend))
    if row.ref.kind.resource in (CRON_JOBS.resource, JOBS.resource):
        return "suspending.suspend", row.ref, {"on": not held}
    return ("rollout.resume" if held else "rollout.pause"), row.ref, {}


async def _pause(desk: Desk, rows: Rows) -> None:
    await desk.change([_paused(row) for row in rows])


async def _scale(desk: Desk, rows: Rows) -> None:
    from k8stui.operations.scaling import whole

    row = rows[0]
    now = str(row.workload.wanted) if isinstance(row, WorkloadLine) else ""
    title = f"Replicas of {row.ref}" if len(rows) == 1 else f"Replicas of {len(rows)} workloads"
    text = await desk.ask(title, "a whole number, 0 or more", _judged(lambda typed: whole(typed, "replicas")), now)
    if text is not None:
        await desk.change([("scaling.scale", row.ref, {"replicas": text}) for row in rows])


async def _image(desk: Desk, rows: Rows) -> None:
    text = await desk.ask("Image", "container=image, or *=image; several with blanks between", _pairs)
    if text is not None:
        images = dict(part.split("=", 1) for part in text.split())
        await desk.change([("images.image", row.ref, {"images": images}) for row in rows])


def _pairs(text: str) -> str:
    parts = text.split()
    wrong = next((part for part in parts if not all(part.partition("=")[::2])), "")
    if wrong or not parts:
        return f"'{wrong}' is not container=image" if wrong else "type container=image"
    return ""


async def _trigger(desk: Desk, rows: Rows) -> None:
    await desk.change([("suspending.trigger", row.ref, {"suffix": desk.suffix()}) for row in rows])


async def _delete(desk: Desk, rows: Rows) -> None:
    await desk.change([("removing.delete", row.ref, {}) for row in rows])


async def _evict(desk: Desk, rows: Rows) -> None:
    await desk.change([("removing.evict", row.ref, {}) for row in rows])


def _write(identity: str, key: str, label: str, where: Where, needs: tuple[Need, ...], about: str, run: Run) -> Action:
    return Action(
        id=identity, key=key, label=label, where=where, needs=needs, target=True, many=True, help=about, run=run
    )


NODE_WRITES = (
    _write("cordon", "c", "Cordon", Where.NODES, PATCH_NODES, "no new pods come here; those that run stay", _cordon),
    _write("uncordon", "u", "Uncordon", Where.NODES, PATCH_NODES, "pods may come again", _uncordon),
    _write("taints", "t", "Taints", Where.NODES, PATCH_NODES, "add, change and remove taints", _taints),
)
WORKLOAD_WRITES = (
    _write("restart", "r", "Restart", Where.WORKLOADS, PATCH, "new pods, one after the other", _restart),
    _write("undo", "U", "Undo rollout", Where.WORKLOADS, PATCH, "back to the revision before", _undo),
    _write(
        "pause",
        "z",
        "Pause or resume",
        Where.WORKLOADS,
        PATCH,
        "pause a Deployment, suspend a CronJob or Job; or go on",
        _pause,
    ),
    _write(
        "scale",
        "s",
        "Scale",
        Where.WORKLOADS,
        SCALE,
        "how many pods",
        _scale,
    ),
    _write("image", "i", "Image", Where.WORKLOADS, PATCH, "the image of a container", _image),
    _write(
        "trigger",
        "t",
        "Trigger",
        Where.WORKLOADS,
        (Need("create", "jobs.batch"),),
        "a Job of this CronJob, now",
        _trigger,
    ),
)
POD_WRITES = (
    _write(
        "evict",
        "E",
        "Evict",
        Where.PODS,
        (Need("create", "pods/eviction"),),
        "deletes the pod if its budgets allow it",
        _evict,
    ),
)
TABLE_WRITES = (
    _write("labels", "L", "Labels", Where.TABLE, PATCH, "set and remove labels", _labels),
    _write("delete", "ctrl+d", "Delete", Where.TABLE, (Need("delete", ""),), "what it owns goes too", _delete),
)
