"""What a drain would do, kept up to date from live feeds; no widgets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from k8stui.cluster.queries import Query
from k8stui.cluster.states import State
from k8stui.model import kinds
from k8stui.model.document import Want
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object
from k8stui.model.pods import Pod
from k8stui.model.sentences import listed
from k8stui.operations.building import UnableError
from k8stui.operations.drain.filters import Fate
from k8stui.operations.drain.options import Options
from k8stui.operations.drain.plan import BUDGETS, DAEMONSETS, Plan, plan
from k8stui.operations.drain.slim import SlimPod
from k8stui.screens.freshness import worst
from k8stui.screens.neighbours import Neighbours

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

ONE_BY_ONE: Final = 10
"""Nodes whose pods are asked for node by node; of more all pods of the cluster are."""
REST: Final = 5.0
"""A plan is made anew after so many times the time that it took: the rest of the loop comes first."""
_TIMED: Final = (Fate.TERMINATING, Fate.OVERDUE)
"""Fates whose texts count seconds."""


class Planning:
    """The plan for these nodes as of now.

    The nodes, DaemonSets and budgets are read as whole objects, and of their pods what the plan looks at; of all other
    pods, which tell what is left of a workload, the rows of the pods view are enough, and are shared with it.

    Args:
        session: of the nodes' context.
        nodes: in the order in which they are drained.
        options: of the drain.
        changed: called when there is something to plan anew.
    """

    def __init__(self, session: Session, nodes: Sequence[Ref], options: Options, changed: Callable[[], None]) -> None:
        self.session = session
        self.nodes = nodes
        self.options = options
        self.plan: Plan | None = None
        self.why = "Reading what runs there"
        """Why there is no plan, or why the one that there is must not be begun; empty: it may."""
        self.took = 0.0
        """Seconds that the last plan took to make."""
        self._changed = changed
        self._near = Neighbours(session, changed, {kinds.PODS.resource: SlimPod})
        self._near.want(self._wants())
        self._lease = session.feeds.open(Query(session.kind(kinds.PODS.resource) or kinds.PODS))
        self._changes = self._lease.store.subscribe(self._pods_changed)
        self._places: set[str] = set()
        """Namespaces of the pods that go: what happens in others changes nothing."""
        self._ends = [self._changes.close, self._lease.close, self._near.close]

    def _wants(self) -> Iterable[Want]:
        names = [node.name for node in self.nodes]
        if len(names) <= ONE_BY_ONE:
            for name in names:
                yield Want.one(f"node {name}", kinds.NODES, None, name)
                yield Want(f"pods {name}", kinds.PODS, fields=f"spec.nodeName={name}")
        else:
            yield Want("nodes", kinds.NODES)
            yield Want("pods", kinds.PODS)
        yield Want(DAEMONSETS, kinds.DAEMON_SETS)
        yield Want(BUDGETS, kinds.BUDGETS)

    def _pods_changed(self) -> None:
        """Somewhere a pod came, changed or went: it counts where it may be of a workload that is drained."""
        delta = self._changes.take()
        rows = [self._lease.store.get(uid) for uid in delta.uids]
        if delta.all or any(row is None or row.ref.namespace in self._places for row in rows):
            self._changed()

    async def renew(self) -> None:
        """Plan with what has arrived, in a thread."""
        around, missing = await self._near.read(self.session.settings.timing.slice)
        nodes = self._nodes_in(around)
        self.why = self._obstacle(around, missing, nodes)
        if self.plan is None and not self._near.settled:
            return  # half of it would say that nothing is in the way
        if not nodes or not any(name.startswith("pods") for name in around):
            self.plan = None
            return
        pods = [pod for name, found in around.items() if name.startswith("pods") for pod in found]
        self._places = {str(pod.get("metadata", {}).get("namespace", "")) for pod in pods}
        whole, names = "pods" in around, {node.name for node in self.nodes}
        rows = [] if whole else list(self._lease.store.rows.values())
        around, missing = self._known(around, missing)
        options, now, loop = self.options, self.session.now(), asyncio.get_running_loop()

        def made() -> Plan:
            others = [_thin(row) for row in rows if row.node not in names and row.ref.namespace in self._places]
            budgets, daemonsets = around.get(BUDGETS, []), around.get(DAEMONSETS, [])
            return plan(nodes, [*pods, *others], daemonsets, budgets, options, now, missing=missing)

        start = loop.time()
        try:
            self.plan = await asyncio.to_thread(made)
        except UnableError as error:  # options were checked when they were typed
            self.why = str(error)
        self.took = loop.time() - start

    def _nodes_in(self, around: Mapping[str, Sequence[Object]]) -> list[Object]:
        """The very nodes that were chosen, in their order."""
        found = [node for name, rows in around.items() if name.startswith("node") for node in rows]
        by_uid = {str(node.get("metadata", {}).get("uid", "")): node for node in found}
        return [by_uid[ref.uid] for ref in self.nodes if ref.uid in by_uid]

    def _obstacle(
        self, around: Mapping[str, Sequence[Object]], missing: Mapping[str, str], nodes: Sequence[Object]
    ) -> str:
        """Why nothing can be begun, whatever the options are."""
        for name, why in missing.items():
            if name not in (DAEMONSETS, BUDGETS):
                return f"{'Its pods' if name.startswith('pods') else 'The node'} cannot be read: {why}"
        if not self._near.settled:
            return "Reading what runs there"
        if len(nodes) < len(self.nodes):
            seen = {str(node.get("metadata", {}).get("uid", "")) for node in nodes}
            names = listed([ref.name for ref in self.nodes if ref.uid not in seen])
            return f"{names} is gone or was replaced by another node of that name: go back and choose again"
        for name in around:
            scope = getattr(self._near.state_of(name), "scope", None) if name.startswith("pods") else None
            if scope is not None:
                return (
                    f"Only pods in {scope} can be seen: others on the node are not known. "
                    "Ask whoever runs the cluster for: list and watch pods in all namespaces"
                )
        return ""

    def _known(
        self, around: dict[str, list[Object]], missing: dict[str, str]
    ) -> tuple[dict[str, list[Object]], dict[str, str]]:
        """Without those that are only read in part, where that part is not enough for the pods that go."""
        for name in (DAEMONSETS, BUDGETS):
            scope = getattr(self._near.state_of(name), "scope", None)
            if name in around and scope is not None and not self._places <= set(scope.namespaces):
                missing = {**missing, name: f"only those in {scope} can be seen"}
        return around, missing

    @property
    def timed(self) -> bool:
        """Whether the plan reads differently in a second, without anything having happened."""
        return self.plan is not None and any(row.fate in _TIMED for row in self.plan.rows)

    @property
    def state(self) -> State:
        """How fresh the plan is."""
        return worst([self._lease.state, *self._near.states])

    def retry(self) -> None:
        """Ask the server now."""
        self._lease.retry()
        self._near.retry()

    def close(self) -> None:
        """Give the feeds back."""
        for end in self._ends:
            end()


def _thin(pod: Pod) -> Any:
    """As much of a pod elsewhere as the counting of its workload's ready pods asks for."""
    ready = 0 < pod.total == pod.ready and pod.beneath == "Running"
    owner = {"kind": pod.owner_kind, "name": pod.owner_name, "uid": pod.owner_uid, "controller": True}
    return {
        "metadata": {
            "name": pod.ref.name,
            "namespace": pod.ref.namespace,
            "uid": pod.ref.uid,
            "labels": dict(pod.labels),
            "ownerReferences": [owner] if pod.owner_kind else [],
            **({"deletionTimestamp": "known"} if pod.deleted is not None else {}),
        },
        "spec": {"nodeName": pod.node},
        "status": {"phase": pod.phase, "conditions": [{"type": "Ready", "status": "True" if ready else "False"}]},
    }
