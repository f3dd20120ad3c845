"""The columns that every kind has: its namespace, its name and its age."""

from collections.abc import Callable
from typing import Any

from k8stui.model.columns import Column, Comparable, Tone
from k8stui.model.duration import age
from k8stui.model.order import by_age, by_text

NONE, UNSET, UNKNOWN = "<none>", "<unset>", "<unknown>"
"""How kubectl writes what is not there."""


NAMESPACE: Column[Any] = Column(
    title="NAMESPACE",
    text=lambda line, now: line.ref.namespace,
    order=lambda line: line.ref.namespace,
    width=9,
    most=24,
    keep=7,
    middle=True,
)
NAME: Column[Any] = Column(
    title="NAME",
    text=lambda line, now: line.ref.name,
    order=lambda line: line.ref.name,
    width=16,
    most=63,
    keep=9,
    middle=True,
)


def age_of(created: Callable[[Any], float | None]) -> Column[Any]:
    """AGE, by what tells when the object was made."""
    return Column(
        title="AGE",
        text=lambda line, now: age(created(line), now),
        order=lambda line: by_age(created(line)),
        right=True,
        width=4,
        most=9,
        keep=8,
    )


AGE: Column[Any] = age_of(lambda line: line.created)


def text_column(
    title: str,
    text: Callable[[Any], str],
    *,
    order: Callable[[Any], Comparable] | None = None,
    tone: Callable[[Any, float], Tone] | None = None,
    most: int = 32,
    keep: int = 5,
    right: bool = False,
    middle: bool = False,
    wide: bool = False,
) -> Column[Any]:
    """A column whose text does not depend on the time; sorted by it, empty last, unless said otherwise."""
    return Column(
        title=title,
        text=lambda line, now: text(line),
        order=order if order is not None else lambda line: by_text(text(line)),
        tone=tone,
        right=right,
        width=max(4, len(title)),
        most=most,
        keep=keep,
        middle=middle,
        wide=wide,
    )
