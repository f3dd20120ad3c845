"""What a node carries: its pods with what they ask for, and the sums."""

from collections.abc import Iterator

import msgspec

from k8stui.model import kinds, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import Text
from k8stui.model.describe.parts import named, since
from k8stui.model.objects import Object
from k8stui.model.pod_raw import PodSpec, PodStatus
from k8stui.model.quantity import ZERO, Quantity
from k8stui.model.requests import Totals, amount, effective_limits, effective_requests, sum_of
from k8stui.model.top import percent

_STANDARD = ("cpu", "memory", "ephemeral-storage")
_NO_EXTENSION = (*_STANDARD, "pods")
_HUGE = "hugepages-"
_TITLES = ("Namespace", "Name", "", "CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age")


def load(out: Text, node: Object, pods: list[Object]) -> None:
    """The blocks Non-terminated Pods and Allocated resources; shares are of what is allocatable, else the capacity."""
    has = _amounts(node, "allocatable") or _amounts(node, "capacity")
    ordered = sorted(pods, key=lambda pod: f"{tree.namespace(pod)}/{tree.name(pod)}")  # as a list comes
    asked = [_asked(pod) for pod in ordered]
    out.field("Non-terminated Pods", f"({len(pods)} in total)")
    out.row(*_TITLES, level=1, tone=Tone.MUTED)
    out.row(*("-" * len(title) for title in _TITLES), level=1, tone=Tone.MUTED)
    for pod, (requests, limits) in zip(ordered, asked, strict=True):
        shares = [
            f"{amounts.get(name, ZERO)} ({_percent(name, amounts, has)}%)"
            for name in ("cpu", "memory")
            for amounts in (requests, limits)
        ]
        space, name = tree.namespace(pod), tree.name(pod)
        age = since(tree.text(pod, "metadata", "creationTimestamp"), out.now)
        out.row(space, name, "", *shares, age, level=1, target=named(kinds.PODS, space, name))
    out.head("Allocated resources")
    out.line("(Total limits may be over 100 percent, i.e., overcommitted.)", 1, Tone.MUTED)
    sums = sum_of(requests for requests, _ in asked), sum_of(limits for _, limits in asked)
    out.table(("Resource", "Requests", "Limits"), _sums(has, *sums))


def _sums(has: Totals, requests: Totals, limits: Totals) -> Iterator[tuple[str, str, str]]:
    """The three that every node has, huge pages, and what is counted alone."""
    huge = sorted(name for name in has if name.startswith(_HUGE))
    for name in (*_STANDARD, *huge):
        both = [f"{each.get(name, ZERO)} ({_percent(name, each, has)}%)" for each in (requests, limits)]
        yield name, both[0], both[1]
    for name in sorted(set(has) - set(huge) - set(_NO_EXTENSION)):
        yield name, str(requests.get(name, ZERO)), str(limits.get(name, ZERO))


def _percent(name: str, amounts: Totals, has: Totals) -> int:
    """The share, truncated; 0 where the node has nothing of it."""
    part, whole = amounts.get(name, ZERO), has.get(name, ZERO)
    return percent(_count(name, part), _count(name, whole)) or 0


def _count(name: str, quantity: Quantity) -> int:
    """In the unit in which shares are taken: thousandths of a core, else whole ones."""
    return quantity.milli_value() if name == "cpu" else quantity.value()


def _amounts(node: Object, which: str) -> Totals:
    """What the node has, as far as it is written as a quantity."""
    found = tree.part(node, "status", which)
    amounts = {name: amount({name: tree.text(found, name)}, name) for name in found}
    return {name: quantity for name, quantity in amounts.items() if quantity is not None}


def _asked(pod: Object) -> tuple[Totals, Totals]:
    """Effective requests and limits. A pod that no server could have sent asks for nothing."""
    try:
        spec = msgspec.convert(tree.part(pod, "spec"), PodSpec)
        status = msgspec.convert(tree.part(pod, "status"), PodStatus)
    except msgspec.ValidationError:
        return {}, {}
    return effective_requests(spec, status), effective_limits(spec)
