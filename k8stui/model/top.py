"""The numbers of `kubectl top`: what is used, rounded and compared as kubectl does (kubectl-semantics §7.4)."""

from collections.abc import Iterable

from k8stui.model.duration import UNKNOWN
from k8stui.model.quantity import Quantity
from k8stui.model.raw import Amounts
from k8stui.model.requests import Totals, amount, sum_of

MEBI = 2**20
_MEASURED = ("cpu", "memory")


def cpu_text(milli: int) -> str:
    """Thousandths of a core, `1235m`, however many."""
    return f"{milli}m"


def memory_text(size: int) -> str:
    """Bytes in whole mebibytes, rounded down: `2929Mi`."""
    return f"{size // MEBI}Mi"


def percent(part: int, whole: int | None) -> int | None:
    """How much of the whole that is, truncated; None where there is nothing to compare with.

    In doubles and in kubectl's order, so that it is off by one exactly where kubectl is (29 of 100 are 28 %).
    """
    return int(float(part) / float(whole) * 100) if whole else None


def percent_text(part: int, whole: int | None) -> str:
    """`35%`, `<unknown>` where there is nothing to compare with."""
    found = percent(part, whole)
    return UNKNOWN if found is None else f"{found}%"


def total(usages: Iterable[Amounts | None]) -> Totals:
    """The exact sum over containers: it is rounded once, when it is printed (1.5m and 0.1m are 2m)."""
    return sum_of(_quantities(each) for each in usages)


def cpu_of(totals: Totals) -> int:
    """Thousandths of a core, rounded up."""
    return totals["cpu"].milli_value() if "cpu" in totals else 0


def memory_of(totals: Totals) -> int:
    """Bytes, rounded up."""
    return totals["memory"].value() if "memory" in totals else 0


def pod_cells(containers: Iterable[Amounts | None]) -> tuple[str, str]:
    """CPU(cores) and MEMORY(bytes) of a pod or, given one, of a container."""
    totals = total(containers)
    return cpu_text(cpu_of(totals)), memory_text(memory_of(totals))


def node_cells(usage: Amounts | None, available: Amounts | None) -> tuple[str, str, str, str]:
    """CPU(cores), CPU(%), MEMORY(bytes) and MEMORY(%) of a node; `<unknown>` without metrics.

    Args:
        usage: the metrics of the node, None where there are none.
        available: what it can give: status.allocatable, or status.capacity.
    """
    if usage is None:
        return UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN
    used, has = _quantities(usage), _quantities(available)
    cpu, memory = cpu_of(used), memory_of(used)
    return (
        cpu_text(cpu),
        percent_text(cpu, cpu_of(has)),
        memory_text(memory),
        percent_text(memory, memory_of(has)),
    )


def _quantities(amounts: Amounts | None) -> dict[str, Quantity]:
    """What is measured, as far as it is there and a quantity."""
    found = ((name, amount(amounts, name)) for name in _MEASURED)
    return {name: quantity for name, quantity in found if quantity is not None}
