"""How true a view is, in words: one rule for every screen."""

from collections.abc import Sequence

from k8stui.cluster.states import Denied, Live, Polling, Stale, State, Syncing
from k8stui.model.columns import Tone
from k8stui.model.duration import human


def words(state: State, now: float, bad: int = 0) -> tuple[str, Tone]:
    """The freshness of a feed as the status line says it.

    Args:
        state: the feed's.
        now: seconds since the epoch by the server's clock.
        bad: objects that could not be read and are missing from the view.
    """
    text, tone = _words(state, now)
    if bad:
        noun = "object" if bad == 1 else "objects"
        return f"{text} · {bad:,} {noun} unreadable", Tone.WARNING if tone is Tone.OK else tone
    return text, tone


def _words(state: State, now: float) -> tuple[str, Tone]:
    match state:
        case Live():
            return f"live{_scope(state)}", Tone.OK
        case Syncing(n=n, total=total):
            return f"syncing {n:,}/{total:,}" if total else f"syncing {n:,}" if n else "syncing", Tone.CHANGING
        case Stale(since=since, why=why):
            age = f" {human(max(0.0, now - since))}" if since is not None else ""
            return f"stale{age}: {why}" if since is not None else f"nothing yet: {why}", Tone.BAD
        case Denied(verb=verb, kind=kind):
            return f"denied: {verb} {kind.resource}{_scope(state)}", Tone.BAD
        case Polling(every=every, why=""):
            return f"read every {human(every)}", Tone.OK
        case Polling(every=every, why=why):
            return f"polling every {human(every)}: {why}", Tone.WARNING


def _scope(state: Live | Denied) -> str:
    scope = state.scope
    return f" · {scope}" if scope is not None and scope.namespaces else ""


def ticking(state: State) -> bool:
    """Whether the words change as time goes by."""
    return isinstance(state, Stale) and state.since is not None


def worst(states: Sequence[State]) -> State:
    """The state that tells most against the view. Raises ValueError without any."""
    order = (Denied, Stale, Syncing, Polling, Live)
    return min(states, key=lambda state: order.index(type(state)))


def counted(title: str, shown: int, total: int, *, filtered: bool) -> str:
    """The title of a table: `pods (load) 10,000`, `pods (all) 12 of 10,000`, `nodes 8`."""
    number = f"{shown:,} of {total:,}" if filtered else f"{total:,}"
    return f"{title} {number}"


def emptiness(state: State, *, filtered: bool, nothing: str) -> str:
    """What an empty table says: why there is nothing to see.

    Args:
        state: the view's freshness.
        filtered: a filter hides rows.
        nothing: what to say when there really is nothing.
    """
    match state:
        case Denied(why=why) | Stale(why=why):
            return why
        case Syncing():
            return "Reading the list"
        case _:
            return "Nothing matches the filter; esc clears it" if filtered else nothing
