"""What nodes have to give, what is asked of them and what is used: columns with shares, bars and what is left."""

from collections.abc import Callable

from k8stui.model.amounts import bar, by_number, by_share, cores, mebibytes, millicores, share, size
from k8stui.model.columns import Column, Tone
from k8stui.model.node_line import NodeLine
from k8stui.model.top import percent

FULL = 90
"""Percent used from which a node is worth a look."""


def cpu(line: NodeLine) -> int | None:
    """Thousandths of a core that it uses."""
    return line.used.cpu if line.used is not None else None


def memory(line: NodeLine) -> int | None:
    """Bytes that it uses."""
    return line.used.memory if line.used is not None else None


def cpu_left(line: NodeLine) -> int | None:
    """Allocatable thousandths of a core that no pod has asked for; negative where pods have asked for too much."""
    return None if line.node.cpu is None else line.node.cpu - line.cpu_requested


def memory_left(line: NodeLine) -> int | None:
    """Allocatable bytes that no pod has asked for."""
    return None if line.node.memory is None else line.node.memory - line.memory_requested


_Part = Callable[[NodeLine], int | None]


def _bar(title: str, part: Callable[[NodeLine], int], whole: _Part) -> Column[NodeLine]:
    return Column(
        title=title,
        text=lambda line, now: bar(part(line), whole(line)),
        order=lambda line: by_share(part(line), whole(line)),
        width=6,
        most=6,
        keep=4,
    )


def _requested(title: str, part: Callable[[NodeLine], int], whole: _Part) -> Column[NodeLine]:
    return Column(
        title=title,
        text=lambda line, now: share(part(line), whole(line)),
        order=lambda line: by_share(part(line), whole(line)),
        right=True,
        width=7,
        most=8,
        keep=6,
    )


def _used(title: str, part: _Part, whole: _Part) -> Column[NodeLine]:
    def tone(line: NodeLine, now: float) -> Tone:
        found = percent(part(line) or 0, whole(line))
        return Tone.WARNING if found is not None and found >= FULL else Tone.PLAIN

    return Column(
        title=title,
        text=lambda line, now: share(part(line), whole(line)),
        order=lambda line: by_share(part(line), whole(line)),
        tone=tone,
        right=True,
        width=7,
        most=8,
        keep=5,
    )


def _amount(title: str, part: _Part, text: Callable[[int | None], str], keep: int = 3) -> Column[NodeLine]:
    return Column(
        title=title,
        text=lambda line, now: text(part(line)),
        order=lambda line: by_number(part(line)),
        right=True,
        width=8,
        most=12,
        keep=keep,
        wide=True,
    )


def _of(
    title: str, part: Callable[[NodeLine], int], whole: _Part, text: Callable[[int | None], str]
) -> Column[NodeLine]:
    return Column(
        title=title,
        text=lambda line, now: f"{text(part(line))}/{text(whole(line))}",
        order=lambda line: by_number(part(line)),
        right=True,
        width=9,
        most=16,
        keep=2,
        wide=True,
    )


REQUESTED = ("CPU", "MEM", "CPU REQ", "MEM REQ", "CPU LEFT", "MEM LEFT", "CPU ASKED", "MEM ASKED")
"""Columns made of what the pods on a node ask for."""
USED = ("CPU USE", "MEM USE", "CPU USED", "MEM USED")
"""Columns made of metrics."""

USE: tuple[Column[NodeLine], ...] = (
    _bar("CPU", lambda line: line.cpu_requested, lambda line: line.node.cpu),
    _requested("CPU REQ", lambda line: line.cpu_requested, lambda line: line.node.cpu),
    _used("CPU USE", cpu, lambda line: line.node.cpu),
    _bar("MEM", lambda line: line.memory_requested, lambda line: line.node.memory),
    _requested("MEM REQ", lambda line: line.memory_requested, lambda line: line.node.memory),
    _used("MEM USE", memory, lambda line: line.node.memory),
)
"""What is asked for as a bar, and shares of what is allocatable, as `kubectl describe node` and `top node` reckon."""

LEFT: tuple[Column[NodeLine], ...] = (
    _amount("CPU LEFT", cpu_left, cores, 4),
    _amount("MEM LEFT", memory_left, size, 4),
    _of("CPU ASKED", lambda line: line.cpu_requested, lambda line: line.node.cpu, cores),
    _of("MEM ASKED", lambda line: line.memory_requested, lambda line: line.node.memory, size),
    _amount("CPU USED", cpu, millicores),
    _amount("MEM USED", memory, mebibytes),
)
"""The same in absolute numbers: what is left for new pods first."""
