"""What the eviction or deletion of a pod means: who makes it again, what is lost with it, where its node is dead."""

from collections.abc import Iterator

from k8stui.model import refs, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Want
from k8stui.model.kinds import DAEMON_SETS, NODES, PODS
from k8stui.model.objects import Object
from k8stui.model.owning import NOBODY, owner, workload
from k8stui.model.pod_status import ENDED
from k8stui.model.sentences import counted, listed
from k8stui.operations.builders.removing import FORCE_WARNING
from k8stui.operations.effects import dead_nodes
from k8stui.operations.effects.setting import Ask, Setting
from k8stui.operations.effects.traffic import EVICTIONS

_MIRROR = "kubernetes.io/config.mirror"


def concerns(setting: Setting) -> bool:
    """Whether a pod goes."""
    gone = EVICTIONS | {"removing.delete", "evictions.delete_pod"}
    return setting.kind.resource == PODS.resource and setting.builder in gone


def wants(setting: Setting) -> Iterator[Ask]:
    """Its node, and whoever controls it."""
    if not concerns(setting):
        return
    node = tree.text(setting.object, "spec", "nodeName")
    if node:
        yield Want.one("node", NODES, None, node)
    row = refs.controller(setting.object)
    kind = refs.kind_of(row)
    if kind is not None and kind.resource not in (NODES.resource, DAEMON_SETS.resource):
        yield Want.one("owner", kind, setting.namespace, tree.text(row, "name"))


def lines(setting: Setting) -> Iterator[Line]:
    """Who makes it again comes first: that is what tells a restart from a loss."""
    if not concerns(setting):
        return
    pod = setting.object
    yield _again(pod, setting.knows("owner") and not setting.read("owner"))
    yield from _only(setting)
    scratch = [tree.text(each, "name") for each in _empty_dirs(pod)]
    if scratch and tree.text(pod, "status", "phase") not in ENDED:
        names = f"emptyDir {listed(scratch)}" if len(scratch) == 1 else f"emptyDirs {listed(scratch)}"
        yield Line(f"what it wrote to {names} is lost", Tone.WARNING)
    for node in setting.read("node"):
        yield from dead_nodes.about(pod, node, setting.now, force=_forced(setting), evicts=setting.builder in EVICTIONS)
    if _forced(setting):
        yield Line(FORCE_WARNING, Tone.BAD)
    if setting.knows("node") and not setting.read("node"):
        name = tree.text(pod, "spec", "nodeName")
        yield Line(f"its node {name} is gone: the garbage collector removes it within a minute", Tone.WARNING)
    if tree.text(pod, "metadata", "deletionTimestamp"):
        yield Line("it is being deleted already", Tone.WARNING)


def _again(pod: Object, ownerless: bool) -> Line:
    by, kind = owner(pod), workload(pod)[0]
    if _MIRROR in tree.part(pod, "metadata", "annotations"):
        return Line("it mirrors a static pod: the kubelet shows it again at once, and it runs on", Tone.WARNING)
    if by == NOBODY:
        return Line("nobody makes it again: it is gone for good", Tone.BAD)
    if ownerless:
        return Line(f"its {workload(pod)[0]} is gone, too: nobody makes it again", Tone.BAD)
    if tree.text(pod, "status", "phase") in ENDED:
        return Line(f"it has ended; its record and logs go ({by})")
    if kind == "StatefulSet":
        return Line(f"{by} makes it again under the same name")
    if kind == "DaemonSet":
        return Line(f"{by} makes another on the same node")
    if kind == "Job":
        return Line(f"{by} starts another, unless that counts as its last failure")
    return Line(f"{by} makes another one")


def _only(setting: Setting) -> Iterator[Line]:
    """A single replica is down until its successor is ready."""
    for above in setting.read("owner"):
        if above.get("kind", "") == "Job":
            return
        wanted = tree.number(above, "spec", "replicas", default=1)
        ready = tree.number(above, "status", "readyReplicas")
        if wanted == 1:
            yield Line("it is the only replica: it is down until the next one is ready", Tone.WARNING)
        elif wanted > 1:
            tone = Tone.WARNING if ready < wanted else Tone.PLAIN
            yield Line(f"{ready} of {counted(wanted, 'replica')} ready now", tone)
        elif wanted == 0:
            yield Line("its owner wants 0 replicas: no other one is made", Tone.WARNING)


def _empty_dirs(pod: Object) -> list[Object]:
    return [each for each in tree.rows(pod, "spec", "volumes") if isinstance(each.get("emptyDir"), dict)]


def _forced(setting: Setting) -> bool:
    return bool(setting.arg("force")) or (setting.builder != "removing.delete" and setting.arg("grace") == 0)
