"""Where a Service's requests go: the addresses in its EndpointSlices, as `kubectl describe` lists them."""

from collections.abc import Iterable

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.describe.layout import NONE
from k8stui.model.objects import Object

MOST = 3
"""Addresses that are listed."""
SERVICE = "kubernetes.io/service-name"
"""The label of a slice that names its Service."""


class Endpoint(Struct, frozen=True):
    """One address of one port."""

    address: str
    """With its port, where it has one: `10.0.0.1:80`, `[fd00::1]:80`."""
    ready: bool
    node: str
    pod: str
    """Empty: it is no pod."""


def endpoints(slices: Iterable[Object], port: str | None = None) -> list[Endpoint]:
    """The addresses of the port of that name (None: of every port). What does not say whether it is ready, is."""
    found: list[Endpoint] = []
    for each in slices:
        ports = tree.rows(each, "ports")
        rows = tree.rows(each, "endpoints")
        if not ports:
            found += [_endpoint(row, None) for row in rows]
        for one in ports:
            if port is None or tree.text(one, "name") == port:
                found += [_endpoint(row, one) for row in rows]
    return found


def of_service(slices: Iterable[Object], name: str) -> list[Object]:
    """The slices of that Service, by name as the server lists them."""
    mine = [each for each in slices if tree.strings(each, "metadata", "labels").get(SERVICE) == name]
    return sorted(mine, key=tree.name)


def listed(found: Iterable[Endpoint]) -> str:
    """`10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 4 more...`: those that are ready; `<none>`."""
    ready = [each.address for each in found if each.ready]
    rest = f" + {len(ready) - MOST} more..." if len(ready) > MOST else ""
    return ",".join(ready[:MOST]) + rest or NONE


def _endpoint(row: Object, port: Object | None) -> Endpoint:
    address = next(iter(tree.texts(row, "addresses")), "")
    if port is not None:
        host = f"[{address}]" if ":" in address else address
        address = f"{host}:{tree.text(port, 'port')}"
    target = tree.part(row, "targetRef")
    pod = tree.text(target, "name") if target.get("kind") == "Pod" else ""
    ready = tree.value(row, "conditions", "ready") is not False
    return Endpoint(address, ready, tree.text(row, "nodeName"), pod)
