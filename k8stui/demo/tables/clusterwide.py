"""How nodes, namespaces, events and the cluster's own machinery are printed."""

from collections.abc import Callable

from k8stui.demo.storage.objects import Object
from k8stui.demo.tables.cells import label_selector, number, size, text
from k8stui.demo.tables.tables import (
    AGE,
    CREATED,
    NONE,
    UNKNOWN,
    UNSET,
    Column,
    Printer,
    dig,
    list_of,
    map_of,
    name_column,
    since,
)
from k8stui.model.duration import human

_ROLE = "node-role.kubernetes.io/"


def _node_status(obj: Object, now: float) -> str:
    conditions = list_of(obj, "status", "conditions")
    ready = next((each for each in conditions if each.get("type") == "Ready"), None)
    words = ["Unknown" if ready is None else "Ready" if ready.get("status") == "True" else "NotReady"]
    if dig(obj, "spec", "unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def _roles(obj: Object, now: float) -> str:
    labels = map_of(obj, "metadata", "labels")
    roles = {key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)}
    if named := labels.get("kubernetes.io/role"):
        roles.add(named)
    return ",".join(sorted(filter(None, roles))) or NONE


def _address(kind: str) -> Callable[[Object, float], str]:
    def cell(obj: Object, now: float) -> str:
        addresses = list_of(obj, "status", "addresses")
        return next((str(each.get("address")) for each in addresses if each.get("type") == kind), NONE)

    return cell


def _info(field: str) -> Callable[[Object, float], object]:
    return text("status", "nodeInfo", field, default=UNKNOWN)


class _Event:
    """An event in whichever way it keeps its times: as the kubelet writes it, or as the scheduler does."""

    def __init__(self, obj: Object) -> None:
        self.obj = obj
        series = map_of(obj, "series")
        self.first = dig(obj, "firstTimestamp") or dig(obj, "eventTime")
        self.last = series.get("lastObservedTime") or dig(obj, "lastTimestamp") or self.first
        self.count = series.get("count") or dig(obj, "count") or 1
        about = map_of(obj, "involvedObject")
        kind = str(about.get("kind", "")).lower()
        self.about = f"{kind}/{about['name']}" if about.get("name") else kind
        self.part = str(about.get("fieldPath", ""))
        source = map_of(obj, "source")
        old = (source.get("component"), source.get("host"))
        new = (dig(obj, "reportingComponent"), dig(obj, "reportingInstance"))
        self.source = ", ".join(str(each) for each in (old if old[0] else new) if each)


EVENT = Printer(
    (
        Column("Last Seen", lambda event, now: since(event.last, now)),
        Column("Type", lambda event, now: event.obj.get("type", "")),
        Column("Reason", lambda event, now: event.obj.get("reason", "")),
        Column("Object", lambda event, now: event.about),
        Column("Subobject", lambda event, now: event.part, wide=True),
        Column("Source", lambda event, now: event.source, wide=True),
        Column("Message", lambda event, now: str(event.obj.get("message", "")).strip()),
        Column("First Seen", lambda event, now: since(event.first, now), wide=True),
        Column("Count", lambda event, now: event.count, wide=True),
        Column("Name", lambda event, now: dig(event.obj, "metadata", "name") or "", format="name", wide=True),
    ),
    view=_Event,
)


def _signing(obj: Object, now: float) -> str:
    conditions = {each.get("type") for each in list_of(obj, "status", "conditions")}
    words = ["Denied" if "Denied" in conditions else "Approved" if "Approved" in conditions else "Pending"]
    words += ["Failed"] if "Failed" in conditions else []
    words += ["Issued"] if dig(obj, "status", "certificate") else []
    return ",".join(words)


def _asked_duration(obj: Object, now: float) -> str:
    found = dig(obj, "spec", "expirationSeconds")
    return human(float(found)) if isinstance(found, int) else NONE


def _api_service(obj: Object, now: float) -> str:
    service = map_of(obj, "spec", "service")
    return f"{service.get('namespace')}/{service.get('name')}" if service else "Local"


def _available(obj: Object, now: float) -> str:
    conditions = list_of(obj, "status", "conditions")
    found = next((each for each in conditions if each.get("type") == "Available"), None)
    if found is None:
        return "Unknown"
    return (
        str(found.get("status")) if found.get("status") == "True" else f"{found.get('status')} ({found.get('reason')})"
    )


def _param_kind(obj: Object, now: float) -> str:
    found = map_of(obj, "spec", "paramKind")
    return f"{found.get('apiVersion', '')}/{found.get('kind', '')}" if found else UNSET


def _param_ref(obj: Object, now: float) -> str:
    found = map_of(obj, "spec", "paramRef")
    if not found:
        return UNSET
    if not found.get("name"):
        return label_selector(found.get("selector"))
    return "/".join(str(found[key]) for key in ("namespace", "name") if found.get(key))


def _dangling(obj: Object, now: float) -> str:
    conditions = list_of(obj, "status", "conditions")
    return next((str(each.get("status")) for each in conditions if each.get("type") == "Dangling"), "?")


def _limited(*path: str) -> Callable[[Object, float], object]:
    """A setting of a limited priority level, where it is one."""

    def cell(obj: Object, now: float) -> object:
        found = dig(obj, "spec", "limited", *path)
        return NONE if found is None else found

    return cell


def _claim_state(obj: Object, now: float) -> str:
    words = ["deleted"] if dig(obj, "metadata", "deletionTimestamp") else []
    words += ["allocated"] if dig(obj, "status", "allocation") else ["pending"]
    words += ["reserved"] if list_of(obj, "status", "reservedFor") else []
    return ",".join(words)


_WEBHOOKS = Printer((name_column(), Column("Webhooks", size("webhooks"), "integer"), AGE))
_ADMIT, _FLOW, _DEVICES = "admissionregistration.k8s.io", "flowcontrol.apiserver.k8s.io", "resource.k8s.io"
_QUEUING = ("limitResponse", "queuing")

PRINTERS: dict[tuple[str, str], Printer] = {
    ("", "nodes"): Printer(
        (
            name_column(),
            Column("Status", _node_status),
            Column("Roles", _roles),
            AGE,
            Column("Version", text("status", "nodeInfo", "kubeletVersion")),
            Column("Internal-IP", _address("InternalIP"), wide=True),
            Column("External-IP", _address("ExternalIP"), wide=True),
            Column("OS-Image", _info("osImage"), wide=True),
            Column("Kernel-Version", _info("kernelVersion"), wide=True),
            Column("Container-Runtime", _info("containerRuntimeVersion"), wide=True),
        )
    ),
    ("", "namespaces"): Printer((name_column(), Column("Status", text("status", "phase")), AGE)),
    ("", "events"): EVENT,
    ("events.k8s.io", "events"): EVENT,
    ("apiextensions.k8s.io", "customresourcedefinitions"): CREATED,
    ("storage.k8s.io", "csistoragecapacities"): CREATED,
    ("coordination.k8s.io", "leases"): Printer((name_column(), Column("Holder", text("spec", "holderIdentity")), AGE)),
    ("node.k8s.io", "runtimeclasses"): Printer((name_column(), Column("Handler", text("handler")), AGE)),
    ("certificates.k8s.io", "certificatesigningrequests"): Printer(
        (
            name_column(),
            AGE,
            Column("SignerName", text("spec", "signerName")),
            Column("Requestor", text("spec", "username")),
            Column("RequestedDuration", _asked_duration),
            Column("Condition", _signing),
        )
    ),
    ("apiregistration.k8s.io", "apiservices"): Printer(
        (name_column(), Column("Service", _api_service), Column("Available", _available), AGE)
    ),
    (_ADMIT, "mutatingwebhookconfigurations"): _WEBHOOKS,
    (_ADMIT, "validatingwebhookconfigurations"): _WEBHOOKS,
    (_ADMIT, "validatingadmissionpolicies"): Printer(
        (
            name_column(),
            Column("Validations", size("spec", "validations"), "integer"),
            Column("ParamKind", _param_kind),
            AGE,
        )
    ),
    (_ADMIT, "validatingadmissionpolicybindings"): Printer(
        (name_column(), Column("PolicyName", text("spec", "policyName")), Column("ParamRef", _param_ref), AGE)
    ),
    (_FLOW, "flowschemas"): Printer(
        (
            name_column(),
            Column("PriorityLevel", text("spec", "priorityLevelConfiguration", "name")),
            Column("MatchingPrecedence", number("spec", "matchingPrecedence")),
            Column("DistinguisherMethod", text("spec", "distinguisherMethod", "type", default=NONE)),
            AGE,
            Column("MissingPL", _dangling),
        )
    ),
    (_FLOW, "prioritylevelconfigurations"): Printer(
        (
            name_column(),
            Column("Type", text("spec", "type")),
            Column("NominalConcurrencyShares", _limited("nominalConcurrencyShares")),
            Column("Queues", _limited(*_QUEUING, "queues")),
            Column("HandSize", _limited(*_QUEUING, "handSize")),
            Column("QueueLengthLimit", _limited(*_QUEUING, "queueLengthLimit")),
            AGE,
        )
    ),
    (_DEVICES, "resourceclaims"): Printer((name_column(), Column("State", _claim_state), AGE)),
    (_DEVICES, "resourceslices"): Printer(
        (
            name_column(),
            Column("Node", text("spec", "nodeName")),
            Column("Driver", text("spec", "driver")),
            Column("Pool", text("spec", "pool", "name")),
            AGE,
        )
    ),
}
