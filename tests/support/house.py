"""The whole program in the test's own loop, over the embedded cluster and real HTTP, without a terminal."""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import yaml
from textual import events
from textual._context import visible_screen_stack
from textual.keys import _character_to_key
from textual.message import Message
from textual.pilot import Pilot

from k8stui.app import K8sTui, make_app
from k8stui.cluster.queries import Query
from k8stui.cluster.source import Source
from k8stui.cluster.states import Denied, Live, Polling, Syncing
from k8stui.cluster.store import Store
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.storage.selectors import matcher
from k8stui.kube.kubeconfig import Kubeconfig, load
from k8stui.settings import Settings, Timing
from tests.support.clock import ManualClock
from tests.support.waiting import WITHIN, eventually

SHORT = Timing(
    paint_quiet=0.0,
    paint_every=0.005,
    connect=20.0,
    request=30.0,
    silence=60.0,
    watch_least=30,
    watch_most=60,
    backoff_first=0.01,
    backoff_most=0.05,
    denied_retry=0.3,
    poll=0.05,
    linger=60.0,
    close=0.5,
    toast=0.3,
)
"""Every wait is so short that a test sees what comes after it; only `linger` is longer than any test."""

Running = tuple[K8sTui, Pilot[None]]


@asynccontextmanager
async def running(
    cluster: EmbeddedCluster,
    clock: ManualClock,
    *,
    config: Mapping[str, Any] | None = None,
    size: tuple[int, int] = (80, 24),
    timing: Timing = SHORT,
    toasts: bool = False,
    faults: bool = False,
    message_hook: Callable[[Message], None] | None = None,
    **settings: Any,
) -> AsyncIterator[Running]:
    """The program on a kubeconfig (the cluster's own, unless another is given), ended at the end of the block.

    `settings` are fields of Settings. Fails when something went wrong inside the program, unless `faults` are expected.
    """
    with tempfile.TemporaryDirectory(prefix="k8stui-") as name:
        folder = Path(name)
        file = folder / "kubeconfig"
        file.write_text(yaml.safe_dump(dict(config or cluster.kubeconfig()), sort_keys=False))
        given: dict[str, Any] = {"kubeconfig": file, "state": folder / "state", "timing": timing}
        wanted = Settings(**given | settings)

        async def contexts() -> Kubeconfig:
            return load(wanted, {})

        app = make_app(wanted, clock=clock, contexts=contexts)
        app.animation_level = "none"
        async with app.run_test(size=size, notifications=toasts, message_hook=message_hook) as pilot:
            yield app, pilot
        if not faults:
            assert reports(app) == [], [report.read_text() for report in reports(app)]


def reports(app: K8sTui) -> list[Path]:
    """The reports of what went wrong inside the program."""
    assert app.settings.state is not None
    return sorted(app.settings.state.glob("crash-*"))


async def idle(app: K8sTui) -> None:
    """Nothing is left to do that needs no time: what was typed, said, answered or written has been handled and painted.

    What comes by a timer, by another process or by an answer that is held back is waited for by its own condition.
    """
    await Pilot(app).pause()


async def settled(app: K8sTui, cluster: EmbeddedCluster, *, within: float = WITHIN) -> None:
    """What the cluster holds is on the screen: every feed has it, every row is sorted in, and it is painted.

    Feeds that are refused hold nothing; objects that cannot be decoded are left out.
    """
    await eventually(lambda: not opening(app) and caught_up(app, cluster), within=within)
    app.home.flush()
    await idle(app)


async def learnt(app: K8sTui) -> None:
    """Wait until the server has told its version and its kinds, whatever became of the rows."""
    await eventually(lambda: app.home.pane is not None and not opening(app), within=WITHIN)


def opening(app: K8sTui) -> bool:
    """Whether a context is being opened, or something else runs beside the screen."""
    return app.home.pane is None or any(worker.is_running for worker in app.workers)


def caught_up(app: K8sTui, cluster: EmbeddedCluster) -> bool:
    """Whether every feed holds what the server holds."""
    session = app.home.session
    if session is None or app.home.pane is None or app.home.pane.view.busy:
        return False
    return all(_equal(cluster, query, shared.source, shared.store) for query, shared in session.feeds._shared.items())


def _equal(cluster: EmbeddedCluster, query: Query, source: Source[Any], store: Store[Any]) -> bool:
    states = [feed.state for feed in source.feeds]
    if not query.kind.watched:  # made for each answer: there is nothing to compare with
        return not any(isinstance(state, Syncing) for state in states)
    if any(not isinstance(state, Live | Polling | Denied) for state in states):
        return False
    fed = [feed.query.namespace for feed in source.feeds if not isinstance(feed.state, Denied)]
    expected: dict[str, str] = {}
    for namespace in fed:
        narrow = Query(query.kind, query.namespace or namespace, query.labels, query.fields)
        expected |= held(cluster, narrow)
    found = {uid: row.version for uid, row in store.rows.items()}
    poisoned = sum(feed.bad for feed in source.feeds)
    wrong = [uid for uid in expected.keys() | found.keys() if expected.get(uid) != found.get(uid)]
    return len(wrong) <= poisoned


def held(cluster: EmbeddedCluster, query: Query) -> dict[str, str]:
    """What the server has of a query: uid to resourceVersion."""
    kind = cluster.catalog.named(query.kind.resource)
    wanted = matcher(kind, query.labels, query.fields)
    entries = cluster.store.table(kind).within(query.namespace)
    return {entry.uid: str(entry.version) for entry in entries if wanted is None or wanted(entry)}


# What is on the screen


def text(app: K8sTui) -> list[str]:
    """The screen as lines of text, dialogs over the table included."""
    visible_screen_stack.set(app._background_screens)
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


def names(app: K8sTui) -> list[str]:
    """The names of the rows shown, in their order, out of sight as well."""
    pane = app.home.pane
    return [] if pane is None else [row.ref.name for row in pane.view.window(0, len(pane.view))]


def under_cursor(app: K8sTui) -> str:
    """The name of the row that the next key acts on."""
    ref = app.home.table.cursor_ref
    return "" if ref is None else ref.name


def status(app: K8sTui) -> str:
    """The top line."""
    return app.home.status.plain


def note(app: K8sTui) -> str:
    """The line above the footer."""
    return app.home.note_line.plain


def messages(app: K8sTui) -> str:
    """The message history."""
    return "\n".join(note.text for note in app.notes)


async def says(app: K8sTui, words: str, *, within: float = WITHIN) -> str:
    """Wait until the top line holds these words; returns it."""
    with contextlib.suppress(AssertionError):
        await eventually(lambda: words in status(app), within=within)
    assert words in status(app)
    return status(app)


async def tells(app: K8sTui, words: str, *, within: float = WITHIN) -> None:
    """Wait until a message with these words was written."""
    with contextlib.suppress(AssertionError):
        await eventually(lambda: words in messages(app), within=within)
    assert words in messages(app)


# What is typed

NAMED = {"\r": "enter", "\x1b": "escape", "\t": "tab", " ": "space"}


def burst(app: K8sTui, *keys: str) -> None:
    """Keys as they arrive from a terminal in one read: nothing waits between them.

    A string that is no key's name is typed letter by letter; `\\r` is enter.
    """
    for word in keys:
        for key in [word] if _is_key(word) else word:
            name = NAMED.get(key, key if len(key) > 1 or key.isalnum() else _character_to_key(key))
            letter = key if len(key) == 1 and key.isprintable() else None
            app.post_message(events.Key(name, letter))


def _is_key(word: str) -> bool:
    return "+" in word[1:] or word in _KEYS


_KEYS = frozenset("enter escape tab space up down left right home end pageup pagedown backspace delete".split())


async def typed(app: K8sTui, *keys: str) -> None:
    """The same, and what it leads to has been painted."""
    burst(app, *keys)
    await idle(app)


# The cluster from the inside


async def cut_off(cluster: EmbeddedCluster) -> int:
    """Stop the server; returns the port to start it on again."""
    port = cluster.port
    await cluster.stop()
    return port


async def until_denied(app: K8sTui) -> None:
    """Wait until what is shown is refused."""
    await eventually(lambda: app.home.pane is not None and isinstance(app.home.pane.state, Denied), within=WITHIN)
    app.home.flush()
    await idle(app)
