"""The tables of a drain: pods with what will happen to them, and pods with what happens to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from msgspec import Struct

from k8stui.model.columns import RANK, Column, Tone
from k8stui.model.kinds import Ref, Row

if TYPE_CHECKING:
    from k8stui.operations.drain.plan import PodPlan
    from k8stui.operations.drain.rows import PodRow

R = TypeVar("R", bound=Row)

WIDEST: Final = 160
"""Cells that a sentence on a pod takes at most."""


class Planned(Struct, frozen=True):
    """A pod of a plan."""

    ref: Ref
    plan: PodPlan
    version: str = ""
    labels: tuple[tuple[str, str], ...] = ()


class Live(Struct, frozen=True):
    """A pod of a drain that runs."""

    ref: Ref
    row: PodRow
    held: bool = False
    """The drain is paused."""
    version: str = ""
    labels: tuple[tuple[str, str], ...] = ()


class Listed(Generic[R]):
    """Rows in an order that somebody else has made, as a table wants them."""

    def __init__(self, rows: Sequence[R] = ()) -> None:
        self._rows: Sequence[R] = rows
        self._places: dict[str, int] = {}
        self.take(rows)

    def take(self, rows: Sequence[R]) -> None:
        """Other rows, or in another order."""
        self._rows = rows
        self._places = {row.ref.uid: index for index, row in enumerate(rows)}

    def __len__(self) -> int:
        return len(self._rows)

    def window(self, top: int, height: int) -> Sequence[R]:
        """At most `height` rows from line `top` on."""
        return self._rows[top : top + height]

    def find(self, uid: str) -> int | None:
        """The line of an object, None when it is not shown."""
        return self._places.get(uid)

    def get(self, uid: str) -> R | None:
        """The row of an object."""
        place = self._places.get(uid)
        return None if place is None else self._rows[place]


def planned(rows: Sequence[PodPlan]) -> list[Planned]:
    """The worst first, of all nodes together; among equals as they are drained."""
    return [Planned(row.ref, row) for row in sorted(rows, key=lambda row: RANK[row.tone])]


def plan_columns(*, nodes: bool) -> list[Column[Planned]]:
    """Of the plan. `nodes`: with each pod's node."""
    return [
        _column("POD", lambda row, _now: str(row.ref), width=14, most=60, keep=9, middle=True),
        *([_node(lambda row: row.plan.node)] if nodes else []),
        _column("OWNER", lambda row, _now: row.plan.owner, most=40, keep=2, wide=True),
        _column(
            "WHAT WILL HAPPEN",
            lambda row, _now: row.plan.text,
            tone=lambda row, _now: row.plan.tone,
            most=WIDEST,
            keep=9,
        ),
        _column("BUDGET", lambda row, _now: row.plan.budget, most=30, keep=3),
    ]


def live_columns(*, nodes: bool) -> list[Column[Live]]:
    """Of the drain that runs."""
    return [
        _column("POD", lambda row, _now: str(row.ref), width=14, most=60, keep=9, middle=True),
        *([_node(lambda row: row.row.plan.node)] if nodes else []),
        _column(
            "WHAT HAPPENS",
            lambda row, now: row.row.text(now, held=row.held),
            tone=lambda row, _now: row.row.tone,
            most=WIDEST,
            keep=9,
        ),
        _column("OWNER", lambda row, _now: row.row.plan.owner, most=40, keep=2, wide=True),
        _column("BUDGET", lambda row, _now: row.row.plan.budget, most=30, keep=1, wide=True),
    ]


def _node(node: Callable[[Any], str]) -> Column[Any]:
    return _column("NODE", lambda row, _now: node(row), width=8, most=40, keep=4, middle=True)


def _column(
    title: str,
    text: Callable[[Any, float], str],
    *,
    tone: Callable[[Any, float], Tone] | None = None,
    width: int = 4,
    most: int = 40,
    keep: int = 5,
    middle: bool = False,
    wide: bool = False,
) -> Column[Any]:
    return Column(
        title=title,
        text=text,
        order=lambda _row: 0,  # the order is the drain's
        tone=tone,
        width=width,
        most=most,
        keep=keep,
        middle=middle,
        wide=wide,
    )
