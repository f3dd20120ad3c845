"""The parts of a pod that reasons look at: its containers with their statuses, its events, its owner, its node."""

from collections.abc import Iterator

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.document import Subject
from k8stui.model.duration import stamp
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object
from k8stui.model.refs import controller, kind_of, named


class One(Struct, frozen=True):
    """One container: what is wanted of it, and how it fares."""

    name: str
    spec: Object
    status: Object
    init: bool = False

    @property
    def title(self) -> str:
        """`Container web`, `Init container migrate`."""
        return f"{'Init container' if self.init else 'Container'} {self.name}"

    @property
    def sidecar(self) -> bool:
        """It is an init container that goes on running."""
        return self.init and self.spec.get("restartPolicy") == "Always"

    @property
    def waiting(self) -> Object:
        """state.waiting."""
        return tree.part(self.status, "state", "waiting")

    @property
    def running(self) -> bool:
        """It runs now."""
        return tree.value(self.status, "state", "running") is not None

    @property
    def ended(self) -> Object:
        """state.terminated."""
        return tree.part(self.status, "state", "terminated")

    @property
    def before(self) -> Object:
        """lastState.terminated."""
        return tree.part(self.status, "lastState", "terminated")

    @property
    def restarts(self) -> int:
        """How often it was started again."""
        return tree.number(self.status, "restartCount")


def containers(pod: Object) -> Iterator[One]:
    """Init containers first, in the pod's order; those that have no status yet, too."""
    for init, place, states in (
        (True, "initContainers", "initContainerStatuses"),
        (False, "containers", "containerStatuses"),
    ):
        found = {tree.text(row, "name"): row for row in tree.rows(pod, "status", states)}
        for spec in tree.rows(pod, "spec", place):
            name = tree.text(spec, "name")
            yield One(name, spec, found.get(name, {}), init)


def mended_in(subject: Subject) -> Ref | None:
    """Where the pod's template can be changed: its owner's owner, its owner, or None for a pod on its own."""
    above = next(iter(subject.around.get("pod/owner", ())), {})
    namespace = tree.namespace(subject.object)
    for row in (controller(above), controller(subject.object)):
        kind = kind_of(row)
        if kind is not None:
            return named(kind, namespace, tree.text(row, "name"))
    return None


def events(subject: Subject, *reasons: str, container: str = "") -> list[Object]:
    """The pod's events of these reasons, the latest first; of one container if it is named."""
    found = [row for row in subject.around.get("pod/events", ()) if row.get("reason") in reasons]
    if container:
        found = [row for row in found if tree.text(row, "involvedObject", "fieldPath").endswith(f"{{{container}}}")]
    return sorted(found, key=seen, reverse=True)


def seen(event: Object) -> float:
    """When it happened last, in epoch seconds; 0 where nobody knows."""
    series = tree.text(event, "series", "lastObservedTime")
    texts = (series, tree.text(event, "lastTimestamp"), tree.text(event, "eventTime"))
    return next((at for text in texts if (at := stamp(text)) is not None), 0.0)


def node(subject: Subject) -> Object | None:
    """The pod's node: None where it is not read yet or cannot be, an empty one where it is gone."""
    found = subject.around.get("pod/node")
    return None if found is None else next(iter(found), {})


def silent_since(node_: Object | None) -> float | None:
    """Since when the node counts as silent (some 40 s after its kubelet's last word); None where it speaks."""
    ready = tree.condition(node_, "Ready")
    return stamp(tree.text(ready, "lastTransitionTime")) if ready.get("status") == "Unknown" else None
