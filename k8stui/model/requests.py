"""What a pod asks of its node: effective requests and limits (component-helpers resource)."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from k8stui.model.pod_raw import Container, ContainerStatus, PodSpec, PodStatus
from k8stui.model.quantity import ZERO, Quantity, parse
from k8stui.model.raw import Amounts, Resources

Totals = dict[str, Quantity]
"""Resource names to quantities."""

_Part = Callable[[Resources], Amounts | None]


def effective_requests(
    spec: PodSpec, status: PodStatus | None = None, *, overhead: bool = True, pod_level: bool = True
) -> Totals:
    """What the scheduler counts for the pod.

    With a status the larger of spec and what the kubelet granted counts (a resize under way), and what it granted alone
    where it called the resize infeasible. Requests of the pod as a whole replace the sum of cpu, memory and hugepages.
    """
    result = _containers(spec, status, _requests)
    if pod_level and spec.resources is not None:
        wanted = _parsed(spec.resources.requests)
        result.update({name: amount for name, amount in wanted.items() if _whole_pod(name)})
    if overhead and spec.overhead:
        _add(result, _parsed(spec.overhead))
    return result


def effective_limits(spec: PodSpec, status: PodStatus | None = None, *, overhead: bool = True) -> Totals:
    """The most that the pod may use. A resource that no container limits is not in it, and takes no overhead."""
    result = _containers(spec, status, _limits)
    if spec.resources is not None:
        wanted = _parsed(spec.resources.limits)
        result.update({name: amount for name, amount in wanted.items() if _whole_pod(name)})
    if overhead and spec.overhead:
        extra = _parsed(spec.overhead)
        _add(result, {name: amount for name, amount in extra.items() if result.get(name)})
    return result


def cpu_and_memory(spec: PodSpec, status: PodStatus | None) -> tuple[int, int]:
    """The effective requests that tables show: CPU in thousandths of a core, memory in bytes."""
    if not (spec.init_containers or spec.overhead or spec.resources):
        plain = _plain_sum(spec, status)
        if plain is not None:
            return plain
    totals = effective_requests(spec, status)
    return totals.get("cpu", ZERO).milli_value(), totals.get("memory", ZERO).value()


def limits_in_force(wanted: Resources | None, granted: Resources | None) -> tuple[int, int]:
    """What one container may use, as its kubelet says or else as its spec does: thousandths of a core, bytes; 0: no
    limit."""
    limits = granted.limits if granted is not None and granted.limits else wanted.limits if wanted is not None else None
    if not limits:
        return 0, 0
    return -(-_nanos(limits.get("cpu")) // 10**6), -(-_nanos(limits.get("memory")) // 10**9)


def amount(amounts: Amounts | None, name: str) -> Quantity | None:
    """One quantity, None where it is absent or no quantity."""
    value = amounts.get(name) if amounts else None
    try:
        return None if value is None else parse(str(value))
    except ValueError:
        return None


def _plain_sum(spec: PodSpec, status: PodStatus | None) -> tuple[int, int] | None:
    """The same for the common pod, ten times as fast: ordinary containers, to which was granted what they ask for."""
    wanted: dict[str | None, Amounts] = {}
    cpu = memory = 0
    for each in spec.containers or ():
        if each.resources is not None and each.resources.requests:
            wanted[each.name] = asked = each.resources.requests
            cpu += _nanos(asked.get("cpu"))
            memory += _nanos(asked.get("memory"))
    for said in (status.container_statuses or ()) if status is not None else ():
        granted = said.resources.requests if said.resources is not None else None
        if granted and granted != wanted.get(said.name):
            return None
        if said.allocated_resources and said.allocated_resources != wanted.get(said.name):
            return None
    return -(-cpu // 10**6), -(-memory // 10**9)


@lru_cache(maxsize=4096)
def _nanos(text: str | float | None) -> int:
    """A quantity's nanos, 0 where it is none."""
    quantity = amount({"": text}, "")
    return quantity.nanos if quantity is not None else 0


def _containers(spec: PodSpec, status: PodStatus | None, part: _Part) -> Totals:
    """max(containers + sidecars, the dearest moment of the init phase), resource by resource."""
    granted = _granted(status)
    infeasible = status is not None and _infeasible(status)
    result: Totals = {}
    for each in spec.containers or ():
        _add(result, _one(each, granted, part, infeasible))
    sidecars: Totals = {}
    peak: Totals = {}
    for each in spec.init_containers or ():
        own = _one(each, granted, part, infeasible)
        if each.restart_policy == "Always":
            _add(result, own)
            _add(sidecars, own)
            _raise(peak, sidecars)
        else:
            _add(own, sidecars)
            _raise(peak, own)
    _raise(result, peak)
    return result


def _one(container: Container, granted: dict[str, ContainerStatus], part: _Part, infeasible: bool) -> Totals:
    """What one container asks for, with a resize in mind."""
    wanted = _parsed(part(container.resources)) if container.resources is not None else {}
    status = granted.get(container.name or "")
    if status is None:
        return wanted
    has = _parsed(part(status.resources)) if status.resources is not None else {}
    if part is _requests:
        _raise(has, _parsed(status.allocated_resources))
    if infeasible:
        return has
    _raise(wanted, has)
    return wanted


def _granted(status: PodStatus | None) -> dict[str, ContainerStatus]:
    """The containers for which the kubelet says what it granted."""
    if status is None:
        return {}
    return {
        each.name or "": each
        for group in (status.container_statuses, status.init_container_statuses)
        for each in group or ()
        if each.allocated_resources
        or (each.resources is not None and (each.resources.requests or each.resources.limits))
    }


def _infeasible(status: PodStatus) -> bool:
    """The node can never grant the resize: status.resize up to 1.32, a condition since."""
    if status.resize == "Infeasible":
        return True
    return any(each.type == "PodResizePending" and each.reason == "Infeasible" for each in status.conditions or ())


def _requests(resources: Resources) -> Amounts | None:
    return resources.requests


def _limits(resources: Resources) -> Amounts | None:
    return resources.limits


def _parsed(amounts: Amounts | None) -> Totals:
    """The quantities among them: an odd one does not spoil its pod."""
    found = ((name, amount(amounts, name)) for name in amounts or ())
    return {name: quantity for name, quantity in found if quantity is not None}


def _whole_pod(name: str) -> bool:
    """What may be asked for the pod as a whole."""
    return name in ("cpu", "memory") or name.startswith("hugepages-")


def _add(totals: Totals, more: Totals) -> None:
    for name, quantity in more.items():
        totals[name] = totals[name] + quantity if name in totals else quantity


def _raise(totals: Totals, least: Totals) -> None:
    for name, quantity in least.items():
        if name not in totals or totals[name] < quantity:
            totals[name] = quantity


def sum_of(many: Iterable[Totals]) -> Totals:
    """The sums over several pods."""
    result: Totals = {}
    for totals in many:
        _add(result, totals)
    return result
