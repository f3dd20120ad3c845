"""Services, Endpoints, Ingresses, NetworkPolicies."""

from typing import Any

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.validation.metadata import labels
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.registry.validation.selectors import check_selector
from k8stui.demo.storage import names
from k8stui.demo.storage.store import Object

_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_PROTOCOLS = ("SCTP", "TCP", "UDP")


def service(report: Report, obj: Object, old: Object | None) -> None:
    """A Service; addresses out of its range are the allocator's to refuse."""
    spec = obj.get("spec") or {}
    kind = spec.get("type", "ClusterIP")
    addresses = spec.get("clusterIPs") or ([spec["clusterIP"]] if spec.get("clusterIP") else [])
    if kind == "ExternalName":
        if not spec.get("externalName"):
            report.required("spec.externalName")
        else:
            report.say("spec.externalName", spec["externalName"], names.subdomain(spec["externalName"].rstrip(".")))
    elif kind != "ClusterIP" and addresses[:1] == ["None"]:
        report.invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services")
    _ports(report, spec, kind, headless=addresses[:1] == ["None"])
    report.one_of("spec.sessionAffinity", spec.get("sessionAffinity", "None"), ("ClientIP", "None"))
    for index, each in enumerate(addresses):
        if each != "None" and kind != "ExternalName":
            report.say(f"spec.clusterIPs[{index}]", each, names.address(each))
    report.one_of("spec.type", kind, _TYPES)
    _traffic(report, spec, kind)
    if old is not None:
        _kept(report, spec, old.get("spec") or {}, addresses)


def _traffic(report: Report, spec: Object, kind: str) -> None:
    """Who may reach it, and how it is told which pods stand behind it."""
    labels(report, "spec.selector", spec.get("selector"))
    for index, each in enumerate(spec.get("externalIPs") or ()):
        report.say(f"spec.externalIPs[{index}]", each, names.address(each))
    if (policy := spec.get("ipFamilyPolicy")) is not None:
        report.one_of("spec.ipFamilyPolicy", policy, ("PreferDualStack", "RequireDualStack", "SingleStack"))
    if (outside := spec.get("externalTrafficPolicy")) is not None:
        if kind not in ("NodePort", "LoadBalancer") and not spec.get("externalIPs"):
            why = "may only be set for externally-accessible services"
            report.invalid("spec.externalTrafficPolicy", outside, why)
        else:
            report.one_of("spec.externalTrafficPolicy", outside, ("Cluster", "Local"))
    if (inside := spec.get("internalTrafficPolicy")) is not None:
        report.one_of("spec.internalTrafficPolicy", inside, ("Cluster", "Local"))


def _kept(report: Report, spec: Object, was: Object, addresses: list[str]) -> None:
    """An address stays while the type has one."""
    before = was.get("clusterIPs") or []
    if before and addresses and addresses != before and "ExternalName" not in (was.get("type"), spec.get("type")):
        report.invalid("spec.clusterIPs[0]", addresses, "may not change once set")


def _ports(report: Report, spec: Object, kind: str, *, headless: bool) -> None:
    ports = items(spec, "ports")
    if not ports and not headless and kind != "ExternalName":
        report.required("spec.ports")
    seen: set[str] = set()
    for index, port in enumerate(ports):
        _port(report, f"spec.ports[{index}]", port, seen, named=len(ports) > 1)
        if port.get("nodePort") and kind in ("ClusterIP", "ExternalName"):
            report.forbidden(f"spec.ports[{index}].nodePort", f"may not be used when `type` is '{kind}'")
    numbers = set()
    for index, port in enumerate(ports):
        if (mark := (port.get("protocol"), port.get("port"))) in numbers:
            whole: Object = {"Name": "", "Protocol": mark[0], "AppProtocol": None, "Port": mark[1]}
            report.duplicate(f"spec.ports[{index}]", whole | {"TargetPort": 0, "NodePort": 0})
        numbers.add(mark)


def _port(report: Report, place: str, port: Object, seen: set[str], *, named: bool) -> None:
    name = port.get("name") or ""
    if not name:
        if named:
            report.required(f"{place}.name")
    elif reasons := names.label(name):
        report.say(f"{place}.name", name, reasons)
    elif name in seen:
        report.duplicate(f"{place}.name", name)
    seen.add(name)
    report.port(f"{place}.port", port.get("port") or 0)
    report.one_of(f"{place}.protocol", port.get("protocol", "TCP"), _PROTOCOLS)
    target = port.get("targetPort")
    if isinstance(target, str):
        report.say(f"{place}.targetPort", target, names.port_name(target))
    else:
        report.port(f"{place}.targetPort", target or 0)


def endpoints(report: Report, obj: Object, old: Object | None) -> None:
    """Endpoints."""
    for index, subset in enumerate(items(obj, "subsets")):
        for group in ("addresses", "notReadyAddresses"):
            for at, each in enumerate(items(subset, group)):
                place, text = f"subsets[{index}].{group}[{at}].ip", each.get("ip") or ""
                if names.address(text):
                    report.say(place, text, [*names.address(text), "must be a valid IP address"])
        ports = items(subset, "ports")
        for at, port in enumerate(ports):
            place = f"subsets[{index}].ports[{at}]"
            if not port.get("name") and len(ports) > 1:
                report.required(f"{place}.name")
            report.port(f"{place}.port", port.get("port") or 0)


def endpoint_slice(report: Report, obj: Object, old: Object | None) -> None:
    """An EndpointSlice."""
    kinds = ("FQDN", "IPv4", "IPv6")
    if not obj.get("addressType"):
        report.required("addressType")
    else:
        report.one_of("addressType", obj["addressType"], kinds)
    if old is not None and obj.get("addressType") != old.get("addressType"):
        report.invalid("addressType", obj.get("addressType") or "", "field is immutable")


def ingress(report: Report, obj: Object, old: Object | None) -> None:
    """An Ingress."""
    spec = obj.get("spec") or {}
    if not spec.get("rules") and not spec.get("defaultBackend"):
        report.invalid("spec", None, "either `defaultBackend` or `rules` must be specified")
    if isinstance(backend := spec.get("defaultBackend"), dict):
        _backend(report, "spec.defaultBackend", backend)
    for index, rule in enumerate(items(spec, "rules")):
        place, host = f"spec.rules[{index}]", rule.get("host") or ""
        if host:
            report.say(f"{place}.host", host, names.subdomain(host.removeprefix("*.")))
        if not isinstance(rule.get("http"), dict):
            continue
        paths = items(rule["http"], "paths")
        if not paths:
            report.required(f"{place}.http.paths")
        for at, path in enumerate(paths):
            _path(report, f"{place}.http.paths[{at}]", path)


def _path(report: Report, place: str, path: Object) -> None:
    kind, text = path.get("pathType"), path.get("path") or ""
    if not kind:
        report.required(f"{place}.pathType", "pathType must be specified")
    elif kind in ("Exact", "Prefix") and not text.startswith("/"):
        report.invalid(f"{place}.path", text, "must be an absolute path")
    elif kind not in ("Exact", "ImplementationSpecific", "Prefix"):
        report.unsupported(f"{place}.pathType", kind, ("Exact", "ImplementationSpecific", "Prefix"))
    if not kind:
        return
    _backend(report, f"{place}.backend", path.get("backend") or {})


def _backend(report: Report, place: str, backend: Object) -> None:
    service = backend.get("service")
    if not isinstance(service, dict):
        if not backend.get("resource"):
            report.invalid(place, "", "resource or service backend is required")
        return
    port: Any = service.get("port") or {}
    if port.get("number"):
        report.port(f"{place}.service.port.number", port["number"])


def network_policy(report: Report, obj: Object, old: Object | None) -> None:
    """A NetworkPolicy."""
    spec = obj.get("spec") or {}
    check_selector(report, "spec.podSelector", spec.get("podSelector"))
    for group, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(items(spec, group)):
            place = f"spec.{group}[{index}]"
            for at, port in enumerate(items(rule, "ports")):
                report.one_of(f"{place}.ports[{at}].protocol", port.get("protocol", "TCP"), ("TCP", "UDP", "SCTP"))
                if isinstance(number := port.get("port"), int):
                    report.port(f"{place}.ports[{at}].port", number)
            for at, peer in enumerate(items(rule, peers)):
                if not any(peer.get(name) is not None for name in ("podSelector", "namespaceSelector", "ipBlock")):
                    report.required(f"{place}.{peers}[{at}]", "must specify a peer")
    for index, kind in enumerate(spec.get("policyTypes") or ()):
        report.one_of(f"spec.policyTypes[{index}]", kind, ("Ingress", "Egress"))
