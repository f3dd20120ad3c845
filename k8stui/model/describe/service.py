"""Services as `kubectl describe` has them, with their endpoints, and why there are none."""

from datetime import tzinfo

from k8stui.model import kinds, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.controlled import pairs
from k8stui.model.describe.endpoints import SERVICE, Endpoint, endpoints, listed
from k8stui.model.describe.layout import NONE, UNSET, Cell, Text
from k8stui.model.describe.parts import events, events_of, heading, identity, not_there, unread
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object
from k8stui.model.pod_status import ENDED
from k8stui.model.sentences import counted

_NAMED = 5
"""Nodes that are named where they have no endpoint of their own."""


def wants(obj: Object) -> tuple[Want, ...]:
    """Its EndpointSlices, the pods that it selects, its events, and the nodes where only local endpoints count."""
    namespace, selector = tree.namespace(obj), tree.strings(obj, "spec", "selector")
    found = [Want("slices", kinds.ENDPOINT_SLICES, namespace, labels=f"{SERVICE}={tree.name(obj)}")]
    if selector and not _is_name(obj):
        labels = ",".join(f"{key}={selector[key]}" for key in sorted(selector))
        found.append(Want("pods", kinds.PODS, namespace, labels=labels))
    if _is_local(obj):
        found.append(Want("nodes", kinds.NODES))
    return (*found, events_of(obj, "Service"))


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    heading(out, obj)
    identity(out, obj)
    out.field("Selector", pairs(tree.strings(obj, "spec", "selector")))
    _addresses(out, obj)
    ready = _ports(out, subject)
    _policies(out, tree.part(obj, "spec"))
    for text, tone in _remarks(subject, ready):
        out.line(text, tone=tone)
    events(out, subject)
    return out.lines()


def _addresses(out: Text, obj: Object) -> None:
    """Type to LoadBalancer Ingress."""
    spec = tree.part(obj, "spec")
    out.field("Type", tree.text(spec, "type"))
    if policy := tree.text(spec, "ipFamilyPolicy"):
        out.field("IP Family Policy", policy)
    out.field("IP Families", ",".join(tree.texts(spec, "ipFamilies")) or NONE)
    out.field("IP", tree.text(spec, "clusterIP"))
    out.field("IPs", ",".join(tree.texts(spec, "clusterIPs")) or NONE)
    for title, text in (
        ("External IPs", ",".join(tree.texts(spec, "externalIPs"))),
        ("Desired LoadBalancer IP", tree.text(spec, "loadBalancerIP")),
        ("External Name", tree.text(spec, "externalName")),
        ("LoadBalancer Ingress", ", ".join(map(_ingress, tree.rows(obj, "status", "loadBalancer", "ingress")))),
    ):
        if text:
            out.field(title, text)


def _ingress(row: Object) -> str:
    address, mode = tree.text(row, "ip"), tree.text(row, "ipMode")
    return (f"{address} ({mode})" if mode else address) if address else tree.text(row, "hostname")


def _ports(out: Text, subject: Subject) -> int:
    """Port, TargetPort, NodePort and Endpoints of each port; how many endpoints are ready in all."""
    count = 0
    for port in tree.rows(subject.object, "spec", "ports"):
        protocol, name = tree.text(port, "protocol"), tree.text(port, "name")
        out.field("Port", name or UNSET, f"{tree.text(port, 'port')}/{protocol}")
        out.field("TargetPort", f"{tree.text(port, 'targetPort') or 0}/{protocol}")
        if tree.number(port, "nodePort"):
            out.field("NodePort", name or UNSET, f"{tree.text(port, 'nodePort')}/{protocol}")
        if unread(subject, "slices"):
            out.field("Endpoints", not_there(subject, "slices"))
            continue
        found = endpoints(_slices(subject), name)
        count += sum(each.ready for each in found)
        amiss = not _is_name(subject.object) and not any(each.ready for each in found)
        out.field("Endpoints", Cell(listed(found), Tone.WARNING) if amiss else listed(found))
        waiting = [_called(each) for each in found if not each.ready]
        if waiting:
            out.field("Not Ready", Cell(", ".join(waiting[:_NAMED]) + _rest(waiting), Tone.WARNING))
    return count


def _called(endpoint: Endpoint) -> str:
    return f"{endpoint.address} ({endpoint.pod})" if endpoint.pod else endpoint.address


def _policies(out: Text, spec: Object) -> None:
    """Session Affinity to Traffic Distribution."""
    out.field("Session Affinity", tree.text(spec, "sessionAffinity"))
    for title, text in (
        ("External Traffic Policy", tree.text(spec, "externalTrafficPolicy")),
        ("Internal Traffic Policy", tree.text(spec, "internalTrafficPolicy")),
        ("HealthCheck NodePort", tree.text(spec, "healthCheckNodePort")),
        ("LoadBalancer Source Ranges", ",".join(tree.texts(spec, "loadBalancerSourceRanges"))),
        ("Traffic Distribution", tree.text(spec, "trafficDistribution")),
    ):
        if text and text != "0":
            out.field(title, text)


def _remarks(subject: Subject, ready: int) -> list[tuple[str, Tone]]:
    """What the fields mean together."""
    obj = subject.object
    spec = tree.part(obj, "spec")
    if _is_name(obj):
        name = tree.text(spec, "externalName")
        return [(f"Another name for {name} in DNS: it has no endpoints and needs none.", Tone.MUTED)]
    found: list[tuple[str, Tone]] = []
    if spec.get("clusterIP") == "None":
        found.append(("Headless: its name stands for the addresses of its endpoints.", Tone.MUTED))
    if not tree.strings(spec, "selector"):
        found.append(("It selects no pods: its endpoints are somebody's who writes them.", Tone.MUTED))
    if not unread(subject, "slices") and not ready and tree.rows(spec, "ports"):
        found.append((_nobody(subject), Tone.WARNING))
    elif _is_local(obj):
        found += _away(subject)
    return found


def _nobody(subject: Subject) -> str:
    """Why no endpoint is ready."""
    if "pods" not in subject.around:
        return "Nobody answers: it has no endpoint that is ready."
    pods = [pod for pod in subject.around["pods"] if tree.text(pod, "status", "phase") not in ENDED]
    if not pods:
        return "Nobody answers: no pod in its namespace has the labels that it selects."
    ready = sum(tree.condition(pod, "Ready").get("status") == "True" for pod in pods)
    selected = counted(len(pods), "pod")
    if ready:
        return f"Nobody answers, though {ready} of {selected} that it selects are ready: look at the target port."
    return f"Nobody answers: it selects {selected}, none of which is ready."


def _away(subject: Subject) -> list[tuple[str, Tone]]:
    """Nodes that drop what comes from outside, because they have no endpoint of their own."""
    if "nodes" not in subject.around or "slices" not in subject.around:
        return []
    have = {each.node for each in endpoints(_slices(subject)) if each.ready}
    names = sorted(tree.name(node) for node in subject.around["nodes"])
    without = [name for name in names if name not in have]
    if not without:
        return []
    text = f"{len(without)} of {len(names)} nodes have no endpoint of their own and take nothing from outside: "
    return [(text + ", ".join(without[:_NAMED]) + _rest(without), Tone.MUTED)]


def _rest(names: list[str]) -> str:
    return f" + {len(names) - _NAMED} more" if len(names) > _NAMED else ""


def _slices(subject: Subject) -> list[Object]:
    return sorted(subject.around["slices"], key=tree.name)


def _is_name(obj: Object) -> bool:
    return tree.text(obj, "spec", "type") == "ExternalName"


def _is_local(obj: Object) -> bool:
    return tree.text(obj, "spec", "externalTrafficPolicy") == "Local"
