"""The typed rows of services and of the slices that hold their endpoints (kubectl's printers; EndpointSlice API)."""

from msgspec import Struct, field

from k8stui.model.duration import stamp
from k8stui.model.kinds import ENDPOINT_SLICES, SERVICES, Ref
from k8stui.model.object_columns import NONE, UNKNOWN
from k8stui.model.raw import Meta, Whole, identified
from k8stui.model.shared import Labels, interned, interned_name, labels_of, ref_of
from k8stui.model.text import clean

_SERVICE = "kubernetes.io/service-name"
EXTERNAL = "ExternalName"


class Port(Struct, rename="camel", gc=False):
    """spec.ports[]."""

    port: Whole | None = None
    node_port: Whole | None = None
    protocol: str | None = None


class ServiceSpec(Struct, rename="camel", gc=False):
    """A service's spec."""

    type: str | None = None
    cluster_ip: str | None = field(name="clusterIP", default=None)
    cluster_ips: list[str] | None = field(name="clusterIPs", default=None)
    external_ips: list[str] | None = field(name="externalIPs", default=None)
    external_name: str | None = None
    ip_families: list[str] | None = None
    ports: list[Port] | None = None
    selector: dict[str, str | None] | None = None


class Ingress(Struct, gc=False):
    """status.loadBalancer.ingress[]."""

    ip: str | None = None
    hostname: str | None = None


class Balancer(Struct, gc=False):
    """status.loadBalancer."""

    ingress: list[Ingress] | None = None


class ServiceStatus(Struct, rename="camel", gc=False):
    """A service's status."""

    load_balancer: Balancer | None = None


class RawService(Struct, gc=False):
    """A service."""

    metadata: Meta | None = None
    spec: ServiceSpec | None = None
    status: ServiceStatus | None = None


class Ready(Struct, gc=False):
    """conditions of an endpoint."""

    ready: bool | None = None


class Endpoint(Struct, gc=False):
    """endpoints[] of a slice."""

    conditions: Ready | None = None


class RawSlice(Struct, rename="camel", gc=False):
    """An EndpointSlice."""

    metadata: Meta | None = None
    address_type: str | None = None
    endpoints: list[Endpoint] | None = None


class Service(Struct, frozen=True, gc=False, kw_only=True):
    """One service. Texts are clean and as kubectl prints them."""

    ref: Ref
    version: str
    labels: Labels
    created: float | None
    type: str
    cluster_ip: str
    external_ip: str
    ports: str
    selector: str
    selects: bool
    """Whether it has a selector: without one somebody makes its endpoints by hand, or nobody."""
    family: str
    """The first of its address families; of a service with two, each endpoint has a slice in both."""


class Slice(Struct, frozen=True, gc=False):
    """One slice of a service's endpoints."""

    ref: Ref
    version: str
    labels: Labels
    service: str
    """The name of the service, empty where it belongs to none."""
    family: str
    ready: int
    total: int


def row(raw: RawService) -> Service:
    """The row of a decoded service. Raises msgspec.ValidationError where it has no name or uid."""
    meta = identified(raw.metadata)
    spec = raw.spec or ServiceSpec()
    selector = spec.selector or {}
    return Service(
        ref=ref_of(SERVICES, meta),
        version=meta.resource_version or "",
        labels=labels_of(meta),
        created=stamp(meta.creation_timestamp),
        type=interned(spec.type),
        cluster_ip=clean((spec.cluster_ips or [""])[0] or spec.cluster_ip or "") or NONE,
        external_ip=clean(_external(spec, raw.status or ServiceStatus())),
        ports=clean(",".join(_port(each) for each in spec.ports or ())) or NONE,
        selector=clean(",".join(f"{key}={value or ''}" for key, value in sorted(selector.items()))) or NONE,
        selects=bool(selector),
        family=interned((spec.ip_families or ["IPv4"])[0]),
    )


def slice_row(raw: RawSlice) -> Slice:
    """The row of a decoded slice. Raises msgspec.ValidationError where it has no name or uid."""
    meta = identified(raw.metadata)
    found = raw.endpoints or []
    # "ready" that is not said means ready (EndpointConditions).
    ready = sum(each.conditions is None or each.conditions.ready is not False for each in found)
    service = interned_name((meta.labels or {}).get(_SERVICE))
    ref = ref_of(ENDPOINT_SLICES, meta)
    return Slice(ref, meta.resource_version or "", (), service, interned(raw.address_type), ready, len(found))


def _port(found: Port) -> str:
    outside = f":{found.node_port}" if found.node_port else ""
    return f"{found.port or 0}{outside}/{found.protocol or 'TCP'}"


def _external(spec: ServiceSpec, status: ServiceStatus) -> str:
    """EXTERNAL-IP."""
    given = spec.external_ips or []
    if spec.type == "LoadBalancer":
        balancer = status.load_balancer or Balancer()
        reached = [each.ip or each.hostname or "" for each in balancer.ingress or ()]
        return ",".join([*reached, *given]) or "<pending>"
    if spec.type == EXTERNAL:
        return spec.external_name or ""
    return ",".join(given) or NONE if spec.type in (None, "", "ClusterIP", "NodePort") else UNKNOWN
