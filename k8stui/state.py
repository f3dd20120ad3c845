"""What is remembered of each context from one run to the next: where the user was, and how each view was shown.

One small JSON file a context in the XDG state directory. It holds names of kinds and namespaces, titles of columns,
what was typed as a filter, and numbers that a drain was given: nothing else that a cluster holds, and no secret.
"""

import contextlib
import fcntl
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct, structs

from k8stui.model.text import clean

VERSION: Final = 1
MOST_BYTES: Final = 256 * 1024
"""A larger file is none of ours."""
MOST_VIEWS: Final = 200
MOST_NAMESPACES: Final = 50
MOST_FILES: Final = 500
"""Contexts remembered; the one left longest ago goes first."""
_TEXT: Final = 512
_COLUMNS: Final = 100


class ViewState(Struct, frozen=True, omit_defaults=True):
    """How a view was shown."""

    sort: str = ""
    """Title of the column, "" for the view's own."""
    reverse: bool = False
    wide: bool = False
    columns: tuple[str, ...] = ()
    """Titles in their order; () for the view's own."""


class DrainState(Struct, frozen=True, omit_defaults=True):
    """The options of the last drain, as far as they lose nothing."""

    ignore_daemonsets: bool = True
    timeout: float = 0.0
    """Seconds for each node; 0: no end."""
    skip_wait: int = 0
    """Seconds; 0: all pods are waited for."""
    at_once: int = 1
    """Nodes."""


class LogState(Struct, frozen=True, omit_defaults=True):
    """How logs were shown."""

    wrap: bool = False
    times: bool = True
    columns: bool = False
    """Structured lines as columns."""


class DebugState(Struct, frozen=True, omit_defaults=True):
    """What was chosen in the launcher of debug pods, from then on."""

    leave: str = ""
    """`remove` or `keep` a debug pod whose session has ended, or `ask`; "": what the configuration says."""


class ContextState(Struct, frozen=True, omit_defaults=True):
    """What is remembered of one context."""

    version: int = VERSION
    context: str = ""
    view: str = ""
    """"" before anything was opened."""
    namespace: str | None = None
    """None: all."""
    filter: str = ""
    views: dict[str, ViewState] = {}
    """The one changed last comes last."""
    namespaces: tuple[str, ...] = ()
    """Visited, the last one last."""
    drain: DrainState = DrainState()
    logs: LogState = LogState()
    debug: DebugState = DebugState()


class StateError(Exception):
    """It could not be read or written: one sentence."""


def path_of(directory: Path, context: str) -> Path:
    """The file of a context; the name is only for people, the digest keeps two contexts apart."""
    import hashlib  # loads OpenSSL: not before the first frame

    name = re.sub(r"[^A-Za-z0-9._-]+", "_", context)[:60].strip("._") or "context"
    return directory / "contexts" / f"{name}-{hashlib.sha256(context.encode()).hexdigest()[:12]}.json"


def read(directory: Path, context: str) -> ContextState:
    """What is remembered of a context; nothing where there is no file. Blocks on a small file.

    Raises:
        StateError: the file cannot be read or is none of ours; it is as if nothing were remembered.
    """
    path = path_of(directory, context)
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return ContextState(context=context)
    except OSError as error:
        raise StateError(f"What was remembered of {context} cannot be read ({path}: {error.strerror})") from None
    try:
        found = msgspec.json.decode(raw, type=ContextState)
        if len(raw) > MOST_BYTES or found.version != VERSION:
            raise ValueError
    except (ValueError, RecursionError):  # msgspec's errors and bad UTF-8 are ValueErrors
        raise StateError(f"What was remembered of {context} is not readable and is forgotten ({path})") from None
    return _bounded(found, context)


def change(directory: Path, context: str, edit: Callable[[ContextState], ContextState]) -> None:
    """Read what is remembered now, edit it and put it back, as one step also among several programs. Blocks.

    Args:
        directory: the state directory of k8stui.
        context: whose.
        edit: gives the new state; what another program has written meanwhile is in the one it is given.

    Raises:
        StateError: it cannot be written; what was remembered is as it was.
    """
    path = path_of(directory, context)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(path.parent):
            try:
                before = read(directory, context)
            except StateError:
                before = ContextState(context=context)
            _replace(path, _encoded(_bounded(edit(before), context)))
            _prune(path)
    except OSError as error:
        raise StateError(f"Where you are cannot be remembered ({path}: {error.strerror})") from None


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One program at a time; the lock ends with its holder, however that ends."""
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _replace(path: Path, content: bytes) -> None:
    """Whoever reads sees the old file or the new one, never a part. (mkstemp makes it 0600.)"""
    descriptor, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _prune(kept: Path) -> None:
    """Forget the contexts left longest ago, and what a killed program left half written."""
    files = [file for file in kept.parent.glob("*.json") if file != kept]
    with contextlib.suppress(OSError):  # another user's, or gone already
        for file in sorted(files, key=lambda file: file.stat().st_mtime)[: max(0, len(files) + 1 - MOST_FILES)]:
            file.unlink()
        for file in kept.parent.glob(".new-*"):  # the lock is ours: nobody is writing one
            file.unlink()


def _encoded(state: ContextState) -> bytes:
    """As JSON for people; the views changed longest ago go where it would be too long."""
    while len(raw := msgspec.json.format(msgspec.json.encode(state))) > MOST_BYTES:
        state = structs.replace(state, views=dict(list(state.views.items())[len(state.views) // 2 + 1 :]))
    return raw


def _bounded(state: ContextState, context: str) -> ContextState:
    """Within the bounds, and clean: a file may have been edited by anybody."""
    views = list(state.views.items())[-MOST_VIEWS:]
    return ContextState(
        context=context,
        view=_kept(state.view),
        namespace=_kept(state.namespace or "") or None,
        filter=_kept(state.filter),
        views={
            _kept(name): ViewState(
                sort=_kept(view.sort),
                reverse=view.reverse,
                wide=view.wide,
                columns=tuple(_kept(title) for title in view.columns[:_COLUMNS]),
            )
            for name, view in views
        },
        namespaces=tuple(_kept(name) for name in state.namespaces[-MOST_NAMESPACES:]),
        drain=state.drain,
        logs=state.logs,
        debug=state.debug,
    )


def _kept(text: str) -> str:
    """Clean; one that is too long is forgotten, since half of a filter would be another one."""
    return clean(text) if len(text) <= _TEXT else ""
