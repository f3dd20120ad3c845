"""What a change means for a workload itself: replicas now and after, how its pods are replaced, what runs on."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Want
from k8stui.model.kinds import AUTOSCALERS, CRON_JOBS, DAEMON_SETS, JOBS, STATEFUL_SETS
from k8stui.model.managers import Change, Manager, Tool, consequence, managers_of
from k8stui.model.objects import Object
from k8stui.model.sentences import counted
from k8stui.operations.effects.setting import Ask, Setting
from k8stui.operations.effects.traffic import EVICTIONS, ROLLS

_KEDA = "scaledobject.keda.sh/name"
_CHANGES: Mapping[str, Change] = MappingProxyType(
    {
        "scaling.scale": Change.REPLICAS,
        "rollout.restart": Change.RESTART,
        "removing.delete": Change.DELETE,
    }
)


def wants(setting: Setting) -> Iterator[Ask]:
    """Who else sets the replicas."""
    if setting.builder in ("scaling.scale", "autoscaling.autoscale"):
        yield Want("autoscalers", AUTOSCALERS, setting.namespace)


def lines(setting: Setting) -> Iterator[Line]:
    """By what is done."""
    told = _LINES.get("roll" if setting.builder in ROLLS else setting.builder)
    if told is not None:
        yield from told(setting)


def reverted(setting: Setting) -> Iterator[Line]:
    """Who will take the change back: by labels, owners, and the autoscalers that were read."""
    if setting.builder in EVICTIONS | {"evictions.delete_pod"}:
        return
    found = [*managers_of(setting.object), *_scalers(setting)]
    if setting.builder == "removing.delete" and setting.kind.plural == "pods":
        found = [each for each in found if each.tool is not Tool.OWNER]  # said better by who makes it again
    text = consequence(found, _CHANGES.get(setting.builder, Change.SPEC))
    if text:
        yield Line(text, Tone.WARNING)


def _scalers(setting: Setting) -> Iterator[Manager]:
    kind = tree.text(setting.object, "kind") or setting.kind.kind  # what is made may be of another kind than its object
    for each in setting.read("autoscalers"):
        of = tree.part(each, "spec", "scaleTargetRef")
        if (tree.text(of, "kind"), tree.text(of, "name")) == (kind, tree.name(setting.object)):
            keda = tree.text(each, "metadata", "labels", _KEDA)
            least, most = tree.number(each, "spec", "minReplicas", default=1), tree.number(each, "spec", "maxReplicas")
            limits = f"{least}-{most}"
            yield Manager(Tool.KEDA, keda, limits) if keda else Manager(Tool.AUTOSCALER, tree.name(each), limits)


def _scaled(setting: Setting) -> Iterator[Line]:
    before = tree.number(setting.object, "spec", "replicas", default=1)
    after, ready = int(setting.arg("replicas", before)), tree.number(setting.object, "status", "readyReplicas")
    text = f"replicas {before} -> {after}, {ready} ready now"
    if not after:
        yield Line(f"{text}: nothing of it runs then", Tone.BAD)
    elif after == 1 < before:
        yield Line(f"{text}: a single replica stays", Tone.WARNING)
    else:
        yield Line(text)


def _autoscaled(setting: Setting) -> Iterator[Line]:
    for each in _scalers(setting):
        way = "to change that one: :hpa, then :autoscale"
        yield Line(f"{each} scales it already, and two would fight over its replicas; {way}", Tone.BAD)


def _rolled(setting: Setting) -> Iterator[Line]:
    obj, kind = setting.object, setting.kind
    if tree.value(obj, "spec", "paused") is True:
        yield Line("it is paused: nothing moves until it is resumed", Tone.WARNING)
        return
    if kind.resource == DAEMON_SETS.resource:
        count, ready = (tree.number(obj, "status", name) for name in ("desiredNumberScheduled", "numberReady"))
    else:
        count = tree.number(obj, "spec", "replicas", default=1)
        ready = tree.number(obj, "status", "readyReplicas")
    if not count:
        yield Line("it has no replicas: nothing runs that could be replaced", Tone.MUTED)
        return
    of = f"{counted(count, 'pod')}, {ready} ready now"
    strategy = tree.part(obj, "spec", "strategy") or tree.part(obj, "spec", "updateStrategy")
    word = tree.text(strategy, "type")
    if word == "Recreate":
        all_ = f"all {count} pods go" if count > 1 else "the pod goes"
        yield Line(f"Recreate: {all_} before new ones come; it is down meanwhile", Tone.BAD)
    elif word == "OnDelete":
        yield Line(f"OnDelete: {of}; each is replaced only when somebody deletes it", Tone.WARNING)
    elif kind.resource == STATEFUL_SETS.resource:
        yield from _one_by_one(strategy, count, of)
    else:
        yield from _in_parts(strategy, count, of, surge=kind.resource != DAEMON_SETS.resource)


def _one_by_one(strategy: Object, count: int, of: str) -> Iterator[Line]:
    partition = tree.number(strategy, "rollingUpdate", "partition")
    if partition:
        yield Line(f"{of}; those below number {partition} (partition) stay as they are", Tone.WARNING)
    elif count == 1:
        yield Line("it has a single replica: it is down until the new pod is ready", Tone.WARNING)
    else:
        yield Line(f"{of}; replaced one after the other, the last first")


def _in_parts(strategy: Object, count: int, of: str, *, surge: bool) -> Iterator[Line]:
    less = _amount(tree.value(strategy, "rollingUpdate", "maxUnavailable"), count, "25%" if surge else 1, up=not surge)
    more = _amount(tree.value(strategy, "rollingUpdate", "maxSurge"), count, "25%" if surge else 0, up=True)
    less = less if less or more else 1  # as the controllers resolve 0 and 0
    if count == 1 and surge:
        how = "the new pod comes before the old one goes" if not less else "it is down until the new pod is ready"
        yield Line(f"it has a single replica: {how}", Tone.WARNING)
        return
    missing = f"at most {less} missing" if less else "none missing"
    extra = f", {more} more for a while" if more else ""
    yield Line(f"{of}; replaced in parts: {missing}{extra}", Tone.WARNING if less >= count else Tone.PLAIN)


def _amount(value: object, count: int, default: str | int, *, up: bool) -> int:
    """An int or a percentage of the pods, rounded as the controllers do: surge up, unavailable of Deployments down."""
    found = default if value is None else value
    if isinstance(found, int):
        return found
    digits = str(found).removesuffix("%")
    if not digits.isdigit():
        return 0
    whole = int(digits) * count
    return -(-whole // 100) if up else whole // 100


def _suspended(setting: Setting) -> Iterator[Line]:
    on, obj = bool(setting.arg("on", True)), setting.object
    active = tree.number(obj, "status", "active")
    if setting.kind.resource == JOBS.resource and on and active:
        pods = counted(active, "running pod is", "running pods are")
        yield Line(f"its {pods} deleted; they begin anew when it is resumed", Tone.BAD)
    elif setting.kind.resource == CRON_JOBS.resource and on:
        jobs = tree.rows(obj, "status", "active")
        runs = f"; {counted(len(jobs), 'Job that runs goes', 'Jobs that run go')} on" if jobs else ""
        yield Line(f"no Job is started by its schedule until it is resumed{runs}")


def _triggered(setting: Setting) -> Iterator[Line]:
    jobs = tree.rows(setting.object, "status", "active")
    policy = tree.text(setting.object, "spec", "concurrencyPolicy") or "Allow"
    if jobs:
        names = counted(len(jobs), "of its Jobs runs", "of its Jobs run")
        told = "" if policy == "Allow" else f"; {policy} does not hold back one that is started by hand"
        yield Line(f"{names} already{told}", Tone.WARNING)


def _paused(setting: Setting) -> Iterator[Line]:
    updated = tree.number(setting.object, "status", "updatedReplicas")
    count = tree.number(setting.object, "spec", "replicas", default=1)
    if updated < count:
        yield Line(f"it stops in the middle of a rollout: {updated} of {count} pods are new", Tone.WARNING)
    else:
        yield Line("its pods run on; what is changed meanwhile waits until it is resumed")


_LINES: Mapping[str, Callable[[Setting], Iterator[Line]]] = MappingProxyType(
    {
        "autoscaling.autoscale": _autoscaled,
        "scaling.scale": _scaled,
        "roll": _rolled,
        "rollout.pause": _paused,
        "suspending.suspend": _suspended,
        "suspending.trigger": _triggered,
    }
)
