"""How fresh a feed's rows are: what the status line says of a view."""

from collections.abc import Sequence

from msgspec import Struct

from k8stui.model.kinds import Kind


class Scope(Struct, frozen=True):
    """The namespaces a feed had to fall back on, because the whole cluster is refused."""

    namespaces: tuple[str, ...] = ()
    """Those whose rows are shown."""
    refused: int = 0
    """How many were tried and refused as well."""
    left_out: int = 0
    """How many were not tried, because only so many are fed at once."""

    def __str__(self) -> str:
        if not self.namespaces:
            return "no namespace"
        count = len(self.namespaces)
        of = f" of {count + self.left_out}" if self.left_out else ""
        noun = "namespace" if count == 1 and not of else "namespaces"
        return f"{count}{of} {noun}: {', '.join(self.namespaces)}"


class Syncing(Struct, frozen=True):
    """A list is being read."""

    n: int = 0
    """Objects read so far."""
    total: int | None = None
    """How many there will be; None where the server does not say."""
    scope: Scope | None = None


class Live(Struct, frozen=True):
    """Every change arrives as it happens."""

    since: float
    """Seconds since the epoch, by the server's clock."""
    scope: Scope | None = None


class Stale(Struct, frozen=True):
    """What is shown is what was known at a moment; it is being tried again."""

    since: float | None
    """When the last byte arrived: seconds since the epoch by the server's clock; None: nothing ever did."""
    why: str
    """One sentence."""
    scope: Scope | None = None
    absent: bool = False
    """The server has no such kind (404), and it is a kind that not every server has."""


class Denied(Struct, frozen=True):
    """The server refuses the list (403)."""

    verb: str
    kind: Kind
    why: str
    """One sentence."""
    scope: Scope | None = None


class Polling(Struct, frozen=True):
    """Watching is refused while listing is allowed, or the kind cannot be watched: the list is read again and again."""

    every: float
    """Seconds."""
    why: str
    """One sentence; empty where the kind cannot be watched, which is nobody's fault."""
    scope: Scope | None = None


State = Syncing | Live | Stale | Denied | Polling


def merged(states: Sequence[State], scope: Scope) -> State:
    """One state for several feeds into one store: the worst of them, refused ones aside where others are not.

    Raises ValueError without any state.
    """
    if not states:
        raise ValueError("There is no feed whose state could be told.")
    stale = [each for each in states if isinstance(each, Stale)]
    if stale:
        since = None if any(each.since is None for each in stale) else min(each.since or 0.0 for each in stale)
        return Stale(since, stale[0].why, scope, all(each.absent for each in stale))
    syncing = [each for each in states if isinstance(each, Syncing)]
    if syncing:
        totals = [each.total for each in syncing]
        total = None if None in totals else sum(each or 0 for each in totals)
        return Syncing(sum(each.n for each in syncing), total, scope)
    for each in states:
        if isinstance(each, Polling):
            return Polling(each.every, each.why, scope)
    live = [each.since for each in states if isinstance(each, Live)]
    if live:
        return Live(max(live), scope)
    first = states[0]
    assert isinstance(first, Denied)
    return Denied(first.verb, first.kind, first.why, scope)
