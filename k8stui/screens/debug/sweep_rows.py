"""The columns of what was left behind, its orders, and what is said of a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k8stui.model.columns import Column, Comparable
from k8stui.model.duration import age, human
from k8stui.model.object_columns import age_of, text_column
from k8stui.operations.debugging.leftovers import Leftover

COLUMNS: Sequence[Column[Any]] = (
    age_of(lambda line: line.made),
    text_column("OWNER", lambda line: line.owner, most=28, keep=8, middle=True),
    text_column("MODE", lambda line: line.mode, most=10, keep=4),
    text_column("NAMESPACE", lambda line: line.pod.namespace, most=24, keep=7, middle=True),
    text_column("POD", lambda line: _name(line), most=72, keep=9, middle=True),
    text_column("STATE", lambda line: line.state, tone=lambda line, _now: line.tone, most=24, keep=8),
    Column(
        title="ENDS IN",
        text=lambda line, now: ends(line, now),
        order=lambda line: line.ends if line.ends is not None else float("inf"),
        right=True,
        width=7,
        keep=6,
    ),
    text_column("NODE", lambda line: line.node, most=40, keep=3, middle=True),
)
AGE, OWNER = 0, 1
"""The columns that it is sorted by."""


def by_age(line: Leftover) -> Comparable:
    """The oldest first."""
    return (line.made if line.made is not None else float("inf"), str(line.pod), line.container)


def by_owner(line: Leftover) -> Comparable:
    """Mine first, then by name; the oldest first."""
    return (not line.mine, line.owner, line.made if line.made is not None else float("inf"), str(line.pod))


def ends(line: Leftover, now: float) -> str:
    """How long the cluster leaves it alone: `3h59m`, `never`; empty where it has ended."""
    if line.over:
        return ""
    if line.ends is None:
        return "never"
    return human(line.ends - now) if line.ends > now else "now"


def remark(line: Leftover, now: float) -> str:
    """What there is to know of a row beyond its cells."""
    if line.ephemeral:
        back = "somebody makes it again" if line.owned else "NOBODY makes it again"
        return f"only the end of pod {line.pod} removes {line.container}: R evicts it, {back}"
    who = f"me, on {line.host}" if line.mine else line.owner
    made = f"made {age(line.made, now)} ago by {who}"
    if line.over:
        return f"{made}; it has ended, and nobody deletes it"
    if line.ends is None:
        return f"{made}; nobody ends or deletes it"
    return f"{made}; ended by the cluster in {ends(line, now)}, deleted by nobody"


def said_before(line: Leftover, now: float) -> str:
    """What a question about its deletion says of it."""
    who = "me" if line.mine else line.owner
    inside = "" if line.over or line.mine else "; somebody may be in it"
    return f"made by {who} {age(line.made, now)} ago ({line.mode}, {line.state}){inside}"


def _name(line: Leftover) -> str:
    return f"{line.pod.name}: {line.container}" if line.ephemeral else line.pod.name
