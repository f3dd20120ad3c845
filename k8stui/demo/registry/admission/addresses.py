"""What services are given: cluster IPs and node ports, each to one service only.

Source: `pkg/registry/core/service/storage/alloc.go`. The range is that of the recorded cluster (10.0.0.0/16).
"""

from hashlib import blake2b
from ipaddress import IPv4Address, IPv4Network, ip_address

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store

CLUSTER_IPS = IPv4Network("10.0.0.0/16")
NODE_PORTS = range(30_000, 32_768)
_PORTED = ("NodePort", "LoadBalancer")
_NONE = "None"


_OF_ADDRESS = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")


def settle(obj: Object, old: Object) -> None:
    """Before an updated service is judged: what is left out stays, what its type no longer has goes."""
    spec, was = obj["spec"], old.get("spec") or {}
    if spec.get("clusterIP") != was.get("clusterIP") and spec.get("clusterIPs") == was.get("clusterIPs"):
        spec.pop("clusterIPs", None)
        if spec.get("clusterIP"):
            spec["clusterIPs"] = [spec["clusterIP"]]
    _keep(spec, was)
    if spec["type"] == "ExternalName" and was.get("type") != "ExternalName":
        for name in (*_OF_ADDRESS, "internalTrafficPolicy"):
            spec.pop(name, None)


def allocate(store: Store, kind: Kind, obj: Object, old: Object | None) -> None:
    """Give a valid service its addresses and ports. Raises Refusal (422) for one that is out of range or taken."""
    spec = obj["spec"]
    was = (old or {}).get("spec") or {}
    if spec["type"] != "ExternalName":
        _check_families(kind, obj)
        _address(store, kind, obj, was)
    _node_ports(store, kind, obj, was)


def _check_families(kind: Kind, obj: Object) -> None:
    """The cluster has IPv4 only; headless services without a selector may say anything. Raises Refusal (422)."""
    spec = obj["spec"]
    if spec.get("clusterIP") == _NONE and not spec.get("selector"):
        return
    report = Report()
    if spec.get("ipFamilyPolicy") == "RequireDualStack":
        why = "this cluster is not configured for dual-stack services"
        report.invalid("spec.ipFamilyPolicy", spec["ipFamilyPolicy"], why)
    for index, family in enumerate(spec.get("ipFamilies") or ()):
        if family != "IPv4":
            report.invalid(f"spec.ipFamilies[{index}]", family, "not configured on this cluster")
    if report.causes:
        raise errors.invalid(kind.kind, kind.group, obj["metadata"].get("name", ""), report.causes)


def _keep(spec: Object, was: Object) -> None:
    """An update that leaves out what was given before keeps it, while the type still has it."""
    if spec["type"] != "ExternalName" and was.get("type") not in (None, "ExternalName"):
        for name in _OF_ADDRESS:
            if not spec.get(name) and was.get(name):
                spec[name] = was[name]
    if spec["type"] in _PORTED and was.get("type") in _PORTED:
        known = {(port.get("protocol"), port.get("port")): port.get("nodePort") for port in items(was, "ports")}
        taken = {port.get("nodePort") for port in items(spec, "ports")}
        for port in items(spec, "ports"):
            before = known.get((port.get("protocol"), port.get("port")))
            if not port.get("nodePort") and before and before not in taken:
                port["nodePort"] = before
    elif spec["type"] not in _PORTED and was.get("type") in _PORTED:
        before = {port.get("nodePort") for port in items(was, "ports")}
        for port in items(spec, "ports"):
            if port.get("nodePort") in before:
                port.pop("nodePort", None)
        for name in ("externalTrafficPolicy", "allocateLoadBalancerNodePorts"):
            spec.pop(name, None)


def _address(store: Store, kind: Kind, obj: Object, was: Object) -> None:
    spec = obj["spec"]
    wanted = (spec.get("clusterIPs") or [None])[0] or spec.get("clusterIP")
    if not wanted:
        wanted = _free(store, kind, obj)
    elif wanted != _NONE and wanted != was.get("clusterIP"):
        _check_free(store, kind, obj, wanted)
    spec["clusterIP"] = wanted
    spec["clusterIPs"] = spec.get("clusterIPs") or [wanted]
    if wanted == _NONE and not spec.get("selector") and not spec.get("ipFamilies"):
        spec["ipFamilyPolicy"] = spec.get("ipFamilyPolicy") or "RequireDualStack"  # nobody knows what is behind it
        spec["ipFamilies"] = ["IPv4"] if spec["ipFamilyPolicy"] == "SingleStack" else ["IPv4", "IPv6"]
    family = "IPv6" if ":" in wanted else "IPv4"
    spec["ipFamilies"] = spec.get("ipFamilies") or [family]
    spec["ipFamilyPolicy"] = spec.get("ipFamilyPolicy") or "SingleStack"


def _services(store: Store, kind: Kind, obj: Object) -> list[Object]:
    """All other services."""
    meta = obj["metadata"]
    own = f"{meta.get('namespace', '')}/{meta.get('name', '')}"
    return [store.decode(kind, each) for key, each in store.table(kind).entries.items() if key != own]


def _free(store: Store, kind: Kind, obj: Object) -> str:
    """An address that follows from the service's name, or the next one that is free: the same in every run."""
    taken = {entry.fields.get("spec.clusterIP") for entry in store.table(kind).entries.values()}
    size = CLUSTER_IPS.num_addresses
    start = _hashed(obj) % (size - 512) + 256  # the low band is for addresses that people choose
    for step in range(size):
        address = str(CLUSTER_IPS[(start + step) % (size - 2) + 1])
        if address not in taken:
            return address
    raise errors.internal("failed to allocate a serviceIP: range is full")


def _hashed(obj: Object) -> int:
    name = f"{obj['metadata'].get('namespace')}/{obj['metadata'].get('name') or obj['metadata'].get('generateName')}"
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest())


def _check_free(store: Store, kind: Kind, obj: Object, address: str) -> None:
    parsed = ip_address(address)
    taken = any(each.get("spec", {}).get("clusterIP") == address for each in _services(store, kind, obj))
    why = "provided IP is already allocated" if taken else ""
    if not isinstance(parsed, IPv4Address) or parsed not in CLUSTER_IPS:
        why = "the provided network does not match the current range"
    if why:
        report = Report()
        report.invalid("spec.clusterIPs", [address], f"failed to allocate IP {address}: {why}")
        raise errors.invalid(kind.kind, kind.group, obj["metadata"].get("name", ""), report.causes)


def _node_ports(store: Store, kind: Kind, obj: Object, was: Object) -> None:
    spec = obj["spec"]
    if spec["type"] not in _PORTED or spec.get("allocateLoadBalancerNodePorts") is False:
        return
    mine = {port.get("nodePort") for port in items(was, "ports")}
    taken: set[object] = set()
    if any(port.get("nodePort") not in mine or not port.get("nodePort") for port in items(spec, "ports")):
        others = _services(store, kind, obj)
        taken = {port.get("nodePort") for each in others for port in items(each.get("spec"), "ports")}
    report = Report()
    given: set[object] = {port.get("nodePort") for port in items(spec, "ports")}
    for index, port in enumerate(items(spec, "ports")):
        place, number = f"spec.ports[{index}].nodePort", port.get("nodePort")
        if not number:
            start = _hashed(obj) % len(NODE_PORTS)
            every = (NODE_PORTS[(start + step) % len(NODE_PORTS)] for step in range(len(NODE_PORTS)))
            port["nodePort"] = number = next(each for each in every if each not in taken | given)
            given.add(number)
        elif number not in NODE_PORTS:
            why = "provided port is not in the valid range. The range of valid ports is 30000-32767"
            report.invalid(place, number, why)
        elif number in taken and number not in mine:
            report.invalid(place, number, "provided port is already allocated")
    if report.causes:
        raise errors.invalid(kind.kind, kind.group, obj["metadata"].get("name", ""), report.causes)
