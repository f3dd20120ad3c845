"""Workloads: all kinds in one table, or one kind in kubectl's columns."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from k8stui.actions import Place, Where
from k8stui.cluster.feeds import Lease
from k8stui.cluster.owned_pods import between
from k8stui.cluster.queries import Query
from k8stui.cluster.session import Session
from k8stui.cluster.states import Denied, State
from k8stui.cluster.store import Store
from k8stui.cluster.union import Union
from k8stui.cluster.workload_lines import WorkloadLines
from k8stui.model.kinds import (
    AUTOSCALERS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    Kind,
)
from k8stui.model.objects import ObjectRow
from k8stui.model.pods import Pod
from k8stui.model.workload_columns import ALL, BY_KIND
from k8stui.model.workload_row import Workload
from k8stui.model.workloads import WorkloadLine, explain, search_text
from k8stui.screens.freshness import worst
from k8stui.screens.pane import Pane

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.resource: kind for kind in (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, REPLICA_SETS, JOBS, CRON_JOBS)}
)
"""What makes pods, by view."""
_SUMS = ("RESTARTS",)
"""Columns made of pods."""


class WorkloadsPane(Pane[WorkloadLine]):
    """Every kind in one table, the worst first, but for ReplicaSets of Deployments: the Deployment speaks for them.

    A kind that may not be listed leaves the others visible, and is named in the freshness.
    """

    where = Where.WORKLOADS
    first_sort = "HEALTH"
    opens = "pods-of-workload"

    def __init__(self, session: Session, place: Place) -> None:
        shown = KINDS.get(place.view)
        self.kinds: Sequence[Kind] = (shown,) if shown is not None else tuple(KINDS.values())
        self.all_columns = BY_KIND.get(place.view, ALL)
        super().__init__(session, place)

    def open(self) -> Store[WorkloadLine]:
        """Workloads joined with pods, with what stands between them, and with autoscalers."""
        self._shown: dict[str, Lease[Workload]] = {kind.resource: self._of(kind) for kind in self.kinds}
        self._beside: dict[str, Lease[Workload]] = {}
        for kind in self.kinds:
            through = between(kind)
            if through is not None and through.resource not in self._shown:
                self._beside[through.resource] = self._of(through)
        self._pods: Lease[Pod] = self.lease(Query(PODS, self.place.namespace))
        self._scalers: Lease[ObjectRow] = self.lease(Query(AUTOSCALERS, self.place.namespace, objects=True))
        every = self._shown | self._beside
        none: Store[Workload] = Store()
        passes = _speaks_for_itself if len(self.kinds) > 1 else _always
        rows: Union[Workload] = Union([lease.store for lease in self._shown.values()], passes)
        self._lines = WorkloadLines(
            rows,
            pods=self._pods.store,
            between=[every[kind.resource].store for kind in (REPLICA_SETS, JOBS) if kind.resource in every],
            jobs=every[JOBS.resource].store if JOBS.resource in every else none,
            scalers=self._scalers.store,
            now=self.session.now,
        )
        self.at_end(self._lines.close)
        self.at_end(rows.close)
        return self._lines

    def _of(self, kind: Kind) -> Lease[Workload]:
        return self.lease(Query(kind, self.place.namespace))

    @property
    def state(self) -> State:
        """How fresh the rows are; refused only where every kind is, else the worst of those that may be seen.

        What is refused, pods included, is said behind `live`.
        """
        shown = [lease.state for lease in self._shown.values()]
        refused = [each for each in shown if isinstance(each, Denied)]
        if len(refused) == len(shown):
            return refused[0]
        return worst([*(each for each in shown if not isinstance(each, Denied)), *self.joined_states])

    @property
    def joined_states(self) -> Sequence[State]:
        """Restarts and autoscalers lie until all of it is read; what is refused is not shown at all."""
        states = [self._pods.state, self._scalers.state, *(lease.state for lease in self._beside.values())]
        return [each for each in states if not isinstance(each, Denied)]

    @property
    def extent(self) -> str:
        """What may not be listed while something else may: kinds, and what tells of restarts and autoscalers."""
        if isinstance(self.state, Denied):
            return ""
        leases: list[Lease[Any]] = [*self._shown.values(), *self._beside.values(), self._pods, self._scalers]
        refused = [each.state.kind.resource for each in leases if isinstance(each.state, Denied)]
        return f"denied: list {', '.join(refused)}" if refused else ""

    @property
    def hidden(self) -> frozenset[str]:
        """Also sums over pods that may not be seen."""
        return super().hidden | frozenset(_SUMS if self._partial else ())

    @property
    def _partial(self) -> bool:
        """Whether pods, or what leads to them, are seen in fewer places than the workloads."""
        places = {_places(lease.state) for lease in self._shown.values() if not isinstance(lease.state, Denied)}
        leases: list[Lease[Any]] = [self._pods, *self._beside.values()]
        return any(isinstance(lease.state, Denied) or not places <= {_places(lease.state), ()} for lease in leases)

    def search(self, row: WorkloadLine) -> str:
        """Name, kind, health, images, who manages it."""
        return search_text(row)

    def explain(self, row: WorkloadLine) -> str:
        """Why it is not well, and the worst of its pods."""
        return explain(row, self.session.now(), self._lines.pods(row.ref.uid))

    def review(self) -> float | None:
        """Mark the workloads whose pods have run for long enough."""
        return self._lines.review()

    @property
    def empty(self) -> str:
        """No workloads here."""
        return self.none_of(self.kinds[0].plural if len(self.kinds) == 1 else "workloads")


def _places(state: State) -> tuple[str, ...]:
    """The namespaces that a feed had to fall back on; empty: all."""
    return state.scope.namespaces if state.scope is not None else ()


def _speaks_for_itself(row: Workload) -> bool:
    return not (row.kind == "ReplicaSet" and row.owner_kind == "Deployment")


def _always(row: Workload) -> bool:
    return True
