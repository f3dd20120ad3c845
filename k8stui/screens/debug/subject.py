"""What the launcher is about: a pod, a node, one of a workload's pods, or nothing but a namespace."""

from __future__ import annotations

from typing import Final

from msgspec import Struct, structs

from k8stui.model.events import EventLine
from k8stui.model.kinds import NODES, POD_MAKERS, PODS, Ref, Row
from k8stui.model.pod_status import ENDED
from k8stui.model.pods import Pod, PodLine
from k8stui.operations.builders.debug_options import ALONE, COPY, EPHEMERAL, NODE

_MAKERS: Final = frozenset(kind.resource for kind in POD_MAKERS)


class Subject(Struct, frozen=True, kw_only=True):
    """A uid of "" means: whoever has that name."""

    namespace: str
    """Of the pod, and where a pod is made that is not bound to one."""
    pod: Ref | None = None
    node: Ref | None = None
    """The pod's, where it is about one."""
    workload: Ref | None = None
    """Whose pods are meant."""

    @property
    def modes(self) -> tuple[str, ...]:
        """What can be done about it, the usual one first."""
        if self.pod is not None or self.workload is not None:
            return (EPHEMERAL, COPY, NODE, ALONE)
        return (NODE, ALONE, EPHEMERAL, COPY) if self.node is not None else (ALONE, NODE, EPHEMERAL, COPY)

    def ref(self, mode: str) -> Ref | None:
        """The object that the mode is about; None: it has to be chosen first, or there is none."""
        return {EPHEMERAL: self.pod, COPY: self.pod, NODE: self.node}.get(mode)

    def of(self, pod: Pod) -> Subject:
        """The same about this pod."""
        node = Ref(NODES, "", pod.node, "") if pod.node else None
        return structs.replace(self, namespace=pod.ref.namespace, pod=pod.ref, node=node)


def subject(row: Row | None, namespace: str) -> Subject:
    """About the row, where it is a pod, a node or a workload; else about nothing but the namespace."""
    if isinstance(row, EventLine):
        return _named(row.about, namespace)
    if isinstance(row, PodLine):
        return Subject(namespace=namespace).of(row.pod)
    return _named(row.ref if row is not None else None, namespace)


def _named(ref: Ref | None, namespace: str) -> Subject:
    """About an object of which nothing more is known."""
    resource = ref.kind.resource if ref is not None else ""
    if ref is not None and resource == PODS.resource:
        return Subject(namespace=ref.namespace, pod=ref)
    if ref is not None and resource in _MAKERS:
        return Subject(namespace=ref.namespace, workload=ref)
    return Subject(namespace=namespace, node=ref if resource == NODES.resource else None)


def urgent(pod: Pod) -> tuple[int, int, str]:
    """The order in which a workload's pods are offered: where something is wrong first, then by restarts.

    What has ended, ends or has no node yet can take no container: those come last.
    """
    if pod.phase in ENDED or pod.deleted is not None:
        return 3, 0, pod.ref.name
    if not pod.node:
        return 2, 0, pod.ref.name
    wrong = bool(pod.why) or pod.ready < pod.total
    return 0 if wrong else 1, -pod.restarts, pod.ref.name
