"""Services joined with the endpoints in their slices."""

from k8stui.cluster.index import Index, Sums
from k8stui.cluster.joined import Joined
from k8stui.cluster.store import Store
from k8stui.model.service_row import Service, Slice
from k8stui.model.services import ServiceLine

Place = tuple[str, str]
"""Namespace and name of a service."""
Key = tuple[str, str, str]
"""The same, with a family of addresses."""

_FAMILIES = ("IPv4", "IPv6", "FQDN")


class ServiceLines(Joined[Service, ServiceLine]):
    """Services with how many endpoints they have and how many of those are ready: a slice marks its own service.

    Endpoints are counted in the service's first family: one with two has every endpoint in both.
    """

    def __init__(self, services: Store[Service], slices: Store[Slice]) -> None:
        self._by_name: Index[Service, Place] = Index(services, lambda each: (each.ref.namespace, each.ref.name))
        self._sums: Sums[Slice, Key, tuple[int, int]] = Sums(
            slices,
            key=lambda each: (each.ref.namespace, each.service, each.family) if each.service else None,
            zero=(0, 0),
            add=lambda total, each: (total[0] + each.ready, total[1] + each.total),
            subtract=lambda total, each: (total[0] - each.ready, total[1] - each.total),
            changed=lambda key: self.again(self._by_name.group(key[:2])),
        )
        super().__init__(services, self._line)

    def close(self) -> None:
        """Follow nobody any more."""
        self._sums.close()
        self._by_name.close()
        super().close()

    def _line(self, service: Service) -> ServiceLine:
        for family in (service.family, *_FAMILIES):
            ready, total = self._sums.sum((service.ref.namespace, service.ref.name, family))
            if total:
                return ServiceLine(service, ready, total)
        return ServiceLine(service)
