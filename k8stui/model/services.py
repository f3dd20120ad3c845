"""Services as lines of a table: kubectl's columns, and whether anybody stands behind them."""

from ipaddress import ip_address
from typing import Any

from msgspec import Struct

from k8stui.model.columns import RANK, Column, Comparable, Tone
from k8stui.model.kinds import Ref
from k8stui.model.object_columns import NAME, NAMESPACE, age_of, text_column
from k8stui.model.service_row import EXTERNAL, Service
from k8stui.model.shared import Labels


class ServiceLine(Struct, frozen=True, gc=False):
    """A service joined with its endpoints."""

    service: Service
    ready: int = 0
    total: int = 0

    @property
    def ref(self) -> Ref:
        """The service."""
        return self.service.ref

    @property
    def version(self) -> str:
        """Its resourceVersion."""
        return self.service.version

    @property
    def labels(self) -> Labels:
        """Its labels."""
        return self.service.labels


def endpoints(line: ServiceLine) -> str:
    """`2/3` ready of all; `no endpoints`; `external` and `by hand` where nobody is missing."""
    if line.total:
        return f"{line.ready}/{line.total}"
    if line.service.type == EXTERNAL:
        return "external"
    return "no endpoints" if line.service.selects else "by hand: none"


def tone(line: ServiceLine) -> Tone:
    """How its endpoints are."""
    if line.total:
        return Tone.BAD if not line.ready else Tone.OK if line.ready == line.total else Tone.WARNING
    return Tone.BAD if line.service.selects and line.service.type != EXTERNAL else Tone.MUTED


def explain(line: ServiceLine) -> str:
    """One sentence on what is not well with it, or an empty text."""
    service = line.service
    if tone(line) is Tone.BAD and not line.total:
        return f"No pod matches its selector {service.selector}: whoever calls it gets no answer."
    if tone(line) is Tone.BAD:
        noun = "endpoint is" if line.total == 1 else f"{line.total} endpoints are"
        return f"Its {noun} not ready: whoever calls it gets no answer."
    if tone(line) is Tone.WARNING:
        return f"{line.total - line.ready} of its {line.total} endpoints are not ready."
    if service.external_ip == "<pending>":
        return "Nobody has given it an address yet: a load balancer is made by the cloud or a controller for it."
    if service.type == EXTERNAL:
        return f"It only gives {service.external_ip or 'nothing'} another name."
    return ""


def search_text(line: ServiceLine) -> str:
    """What a filter looks at."""
    service = line.service
    parts = (service.ref.namespace, service.ref.name, service.type, service.cluster_ip, service.external_ip)
    return " ".join((*parts, service.ports, service.selector, endpoints(line)))


def _order(line: ServiceLine) -> Comparable:
    """The worst first."""
    return RANK[tone(line)], line.ready - line.total, line.total


def _ip_order(line: ServiceLine) -> Comparable:
    try:
        address = ip_address(line.service.cluster_ip)
        return address.version, int(address)
    except ValueError:
        return 9, 0


COLUMNS: tuple[Column[Any], ...] = (
    NAMESPACE,
    NAME,
    text_column("TYPE", lambda line: line.service.type, keep=7),
    text_column("CLUSTER-IP", lambda line: line.service.cluster_ip, order=_ip_order, most=39, keep=5),
    text_column("EXTERNAL-IP", lambda line: line.service.external_ip, most=48, keep=4),
    text_column("PORT(S)", lambda line: line.service.ports, most=40, keep=6),
    text_column("ENDPOINTS", endpoints, order=_order, tone=lambda line, now: tone(line), keep=8),
    age_of(lambda line: line.service.created),
    text_column("SELECTOR", lambda line: line.service.selector, most=60, keep=3, wide=True),
)
"""NAMESPACE is left out by whoever shows one namespace alone."""
ENDPOINTS = "ENDPOINTS"
