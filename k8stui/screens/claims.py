"""The volume claims of a namespace or of all, with who uses them and why they wait."""

from collections.abc import Sequence

from k8stui.cluster.claim_lines import ClaimLines
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Denied, Live, State
from k8stui.cluster.store import Store
from k8stui.model.claims import COLUMNS, USED_BY, ClaimLine, explain, search_text
from k8stui.model.kinds import PODS, STORAGE_CLASSES, VOLUME_CLAIMS
from k8stui.screens.kind_pane import KindPane


class ClaimsPane(KindPane[ClaimLine]):
    """Claims joined with pods and storage classes."""

    kind = VOLUME_CLAIMS
    all_columns = COLUMNS

    def open(self) -> Store[ClaimLine]:
        """Claims, pods and classes."""
        claims = self.lease(Query(VOLUME_CLAIMS, self.place.namespace))
        self._pods = self.lease(Query(PODS, self.place.namespace))
        self._classes = self.lease(Query(STORAGE_CLASSES))
        lines = ClaimLines(claims.store, self._pods.store, self._classes.store)
        self.at_end(lines.close)
        return lines

    @property
    def unknown(self) -> tuple[str, ...]:
        """Who uses them, for whoever may not see pods."""
        return (USED_BY,) if isinstance(self._pods.state, Denied) else ()

    @property
    def joined_states(self) -> Sequence[State]:
        """The numbers lie until all pods are read."""
        return () if self.unknown else (self._pods.state,)

    def search(self, row: ClaimLine) -> str:
        """Name, state, volume, class."""
        return search_text(row)

    def explain(self, row: ClaimLine) -> str:
        """Why it has no volume."""
        return explain(row, classes_known=isinstance(self._classes.state, Live))
