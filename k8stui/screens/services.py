"""The services of a namespace or of all, with their endpoints."""

from collections.abc import Sequence

from k8stui.cluster.queries import Query
from k8stui.cluster.service_lines import ServiceLines
from k8stui.cluster.states import Denied, State
from k8stui.cluster.store import Store
from k8stui.model.kinds import ENDPOINT_SLICES, SERVICES
from k8stui.model.services import COLUMNS, ENDPOINTS, ServiceLine, explain, search_text
from k8stui.screens.kind_pane import KindPane


class ServicesPane(KindPane[ServiceLine]):
    """Services joined with their slices."""

    kind = SERVICES
    all_columns = COLUMNS

    def open(self) -> Store[ServiceLine]:
        """Services and endpoint slices."""
        services = self.lease(Query(SERVICES, self.place.namespace))
        self._slices = self.lease(Query(ENDPOINT_SLICES, self.place.namespace))
        lines = ServiceLines(services.store, self._slices.store)
        self.at_end(lines.close)
        return lines

    @property
    def unknown(self) -> tuple[str, ...]:
        """Endpoints, for whoever may not see slices."""
        return (ENDPOINTS,) if isinstance(self._slices.state, Denied) else ()

    @property
    def joined_states(self) -> Sequence[State]:
        """The numbers lie until all slices are read."""
        return () if self.unknown else (self._slices.state,)

    def search(self, row: ServiceLine) -> str:
        """Name, type, addresses, ports, selector, endpoints."""
        return search_text(row)

    def explain(self, row: ServiceLine) -> str:
        """Why nobody answers."""
        return "" if self.unknown else explain(row)
