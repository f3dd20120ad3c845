"""How services and what leads to them are printed."""

from collections.abc import Iterator

from k8stui.demo.storage.objects import Object
from k8stui.demo.tables.cells import label_selector, map_selector, some, text
from k8stui.demo.tables.tables import AGE, NONE, UNKNOWN, UNSET, Column, Printer, dig, list_of, name_column


def _texts(obj: object, *path: str) -> list[str]:
    found = dig(obj, *path)
    return [str(each) for each in found] if isinstance(found, list) else []


def _addresses(obj: Object) -> list[str]:
    """What a load balancer is reached by."""
    ingress = list_of(obj, "status", "loadBalancer", "ingress")
    return [str(each.get("ip") or each.get("hostname") or "") for each in ingress]


def _cluster_ip(obj: Object, now: float) -> str:
    several = _texts(obj, "spec", "clusterIPs")
    return several[0] if several else str(dig(obj, "spec", "clusterIP") or NONE)


def _external_ip(obj: Object, now: float) -> str:
    kind, given = dig(obj, "spec", "type") or "ClusterIP", _texts(obj, "spec", "externalIPs")
    if kind in ("ClusterIP", "NodePort"):
        return ",".join(given) or NONE
    if kind == "LoadBalancer":
        return ",".join([*_addresses(obj), *given]) or "<pending>"
    return str(dig(obj, "spec", "externalName") or "") if kind == "ExternalName" else UNKNOWN


def _ports(obj: Object, now: float) -> str:
    shown = []
    for each in list_of(obj, "spec", "ports"):
        outside = f":{each['nodePort']}" if each.get("nodePort") else ""
        shown.append(f"{each.get('port', 0)}{outside}/{each.get('protocol') or 'TCP'}")
    return ",".join(shown) or NONE


def _endpoints(obj: Object, now: float) -> str:
    subsets = list_of(obj, "subsets")
    return some(_pairs(obj), empty="" if subsets else NONE)


def _pairs(obj: Object) -> Iterator[str]:
    for subset in list_of(obj, "subsets"):
        addresses = [str(each.get("ip", "")) for each in list_of(subset, "addresses")]
        ports = list_of(subset, "ports")
        if not ports:
            yield from addresses
        for port in ports:
            shown = [f"[{address}]" if ":" in address else address for address in addresses]
            yield from (f"{address}:{port.get('port', 0)}" for address in shown)


def _slice_ports(obj: Object, now: float) -> str:
    ports = (str(each.get("port") or each.get("name") or "*") for each in list_of(obj, "ports"))
    return some(ports, empty=UNSET)


def _slice_endpoints(obj: Object, now: float) -> str:
    found = (address for each in list_of(obj, "endpoints") for address in _texts(each, "addresses"))
    return some(found, empty=UNSET)


def _hosts(obj: Object, now: float) -> str:
    hosts = (str(each["host"]) for each in list_of(obj, "spec", "rules") if each.get("host"))
    return some(hosts, empty="*")


def _parameters(obj: Object, now: float) -> str:
    found = dig(obj, "spec", "parameters")
    if not isinstance(found, dict):
        return NONE
    group = f".{found['apiGroup']}" if found.get("apiGroup") else ""
    return f"{found.get('kind', '')}{group}/{found.get('name', '')}"


def _parent(obj: Object, now: float) -> str:
    found = dig(obj, "spec", "parentRef")
    if not isinstance(found, dict):
        return NONE
    resource = ".".join(filter(None, (found.get("resource"), found.get("group"))))
    return "/".join(filter(None, (resource, found.get("namespace"), found.get("name"))))


PRINTERS: dict[tuple[str, str], Printer] = {
    ("", "services"): Printer(
        (
            name_column(),
            Column("Type", text("spec", "type")),
            Column("Cluster-IP", _cluster_ip),
            Column("External-IP", _external_ip),
            Column("Port(s)", _ports),
            AGE,
            Column("Selector", map_selector("spec", "selector"), wide=True),
        )
    ),
    ("", "endpoints"): Printer((name_column(), Column("Endpoints", _endpoints), AGE)),
    ("discovery.k8s.io", "endpointslices"): Printer(
        (
            name_column(),
            Column("AddressType", text("addressType")),
            Column("Ports", _slice_ports),
            Column("Endpoints", _slice_endpoints),
            AGE,
        )
    ),
    ("networking.k8s.io", "ingresses"): Printer(
        (
            name_column(),
            Column("Class", text("spec", "ingressClassName", default=NONE)),
            Column("Hosts", _hosts),
            Column("Address", lambda obj, now: ",".join(_addresses(obj))),
            Column("Ports", lambda obj, now: "80, 443" if list_of(obj, "spec", "tls") else "80"),
            AGE,
        )
    ),
    ("networking.k8s.io", "ingressclasses"): Printer(
        (name_column(), Column("Controller", text("spec", "controller")), Column("Parameters", _parameters), AGE)
    ),
    ("networking.k8s.io", "networkpolicies"): Printer(
        (
            name_column(),
            Column("Pod-Selector", lambda obj, now: label_selector(dig(obj, "spec", "podSelector"))),
            AGE,
        )
    ),
    ("networking.k8s.io", "ipaddresses"): Printer((name_column(), Column("ParentRef", _parent))),
    ("networking.k8s.io", "servicecidrs"): Printer(
        (name_column(), Column("CIDRs", lambda obj, now: ",".join(_texts(obj, "spec", "cidrs"))), AGE)
    ),
}
