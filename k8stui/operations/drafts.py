"""Texts that somebody is editing, kept in files until they are sent: nothing typed is ever lost.

Each is two files in `<state>/edits` (0700): the text itself (0600), and what it is about with the object as it was
read. The second one is locked while somebody works on it. After success both are overwritten and removed: they may hold
a Secret.
"""

import contextlib
import fcntl
import glob
import os
import re
import secrets
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

import msgspec
from msgspec import Struct

from k8stui.model.kinds import Kind, Ref
from k8stui.model.objects import Object
from k8stui.operations.building import UnableError

FOLDER: Final = "edits"
_ABOUT: Final = ".about"
_NEW: Final = ".new"


class Deed(Struct, frozen=True):
    """What a text is typed for: the word, and what becomes of the text by it."""

    do: str
    done: str


SEND: Final = Deed("send", "sent")
USE: Final = Deed("use", "used")


class About(Struct, frozen=True, kw_only=True):
    """What a text is about."""

    context: str
    at: float
    """When it was begun: seconds since the epoch."""
    kind: Kind | None = None
    """None: a text that is to be applied, of no object in particular."""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    key: str = ""
    """Of a ConfigMap or Secret: the text is the value of that key."""
    base: Object = {}
    """The object as it was when its text was made."""
    original: str = ""
    """The text as it was."""
    what: str = ""
    """What it is where it is neither an object nor one to be applied: a part of a debug container."""

    def __repr__(self) -> str:
        return f"About({self.title})"  # never what a Secret holds

    @property
    def title(self) -> str:
        """`configmap shop/settings, key app.conf`."""
        if self.kind is None:
            return self.what or "a text to apply"
        where = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind.singular or self.kind.plural} {where}" + (f", key {self.key}" if self.key else "")

    @property
    def deed(self) -> Deed:
        """An object, or one to be applied, is sent; anything else goes back to the page that wanted it."""
        return USE if self.what else SEND

    @property
    def ref(self) -> Ref:
        """The object. Raises UnableError where it is about none."""
        if self.kind is None:
            raise UnableError("This text is about no object in particular: use :apply")
        return Ref(self.kind, self.namespace, self.name, self.uid)


class Draft:
    """One text being edited. `begin` makes one, `opened` takes up one that was left."""

    def __init__(self, path: Path, about: About, lock: int) -> None:
        self.path = path
        self.about = about
        self._lock = lock
        self._one = threading.Lock()
        """One writer at a time: an editor keeps its text in a thread, and a page that goes keeps it at once."""
        self._over = False

    @classmethod
    def begin(cls, directory: Path, about: About) -> Self:
        """Keep a new text. Raises OSError."""
        folder = directory / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / _name(about)
        lock = os.open(_beside(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write(lock, msgspec.json.encode(about))
            draft = cls(path, about, lock)
            draft.write(about.original)
        except BaseException:
            for each in (path, _beside(path), path.with_name(path.name + _NEW)):
                with contextlib.suppress(OSError):
                    _shred(each)
            os.close(lock)
            raise
        return draft

    @classmethod
    def opened(cls, path: Path) -> Self:
        """Go on with one that was left.

        Raises UnableError: there is none, it is no such text, or somebody is working on it.
        """
        try:
            lock = os.open(_beside(path), os.O_RDWR)
        except OSError:
            raise UnableError(f"{path} is no text that was kept by an edit: such are in the folder {FOLDER}") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            about = msgspec.json.decode(_beside(path).read_bytes(), type=About)
            path.stat()
        except BlockingIOError:
            os.close(lock)
            raise UnableError(f"{path} is being edited by another k8stui: finish there first") from None
        except (OSError, msgspec.DecodeError) as error:
            os.close(lock)
            raise UnableError(f"{path} cannot be read any more ({type(error).__name__})") from None
        return cls(path, about, lock)

    def read(self) -> str:
        """The text. Raises OSError; UnableError where it is no UTF-8."""
        try:
            return self.path.read_bytes().decode()
        except UnicodeDecodeError as bad:
            raise UnableError(f"The text is not UTF-8 (byte {bad.start}): save it as UTF-8") from None

    def write(self, text: str) -> None:
        """Keep the text as it is now, whole or not at all; not of one that is done with. Raises OSError."""
        beside = self.path.with_name(self.path.name + _NEW)
        with self._one:
            if self._over:
                return
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                _write(handle, text.encode("utf-8", "surrogatepass"))
            finally:
                os.close(handle)
            beside.replace(self.path)

    def leave(self) -> None:
        """Nobody works on it any more; it stays."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def end(self) -> None:
        """It is done with: overwrite and remove it. Never raises."""
        name = glob.escape(self.path.name)
        forms = (f"{name}{_NEW}", f"{name}~", f".{name}.sw*", f"#{name}#")
        with self._one:
            self._over = True
            others = [each for form in forms for each in self.path.parent.glob(form)]
            for path in (self.path, *others, _beside(self.path)):
                with contextlib.suppress(OSError):
                    _shred(path)
        self.leave()


def left(directory: Path, context: str, ref: Ref) -> Draft | None:
    """The newest text about that object that was left and on which nobody works; None where there is none."""
    for path in _kept(directory):
        with contextlib.suppress(UnableError, OSError):
            draft = Draft.opened(path)
            about = draft.about
            same = about.kind is not None and about.kind.resource == ref.kind.resource
            if same and (about.context, about.namespace, about.name) == (context, ref.namespace, ref.name):
                return draft
            draft.leave()
    return None


def unsent(directory: Path) -> list[About]:
    """What the texts that were left are about, the newest first; those that somebody works on are left out."""
    found = []
    for path in _kept(directory):
        with contextlib.suppress(UnableError, OSError):
            draft = Draft.opened(path)
            found.append(draft.about)
            draft.leave()
    return found


def _kept(directory: Path) -> Iterator[Path]:
    """All texts, the newest first."""
    found = []
    with contextlib.suppress(OSError):
        for each in (directory / FOLDER).glob(f"*{_ABOUT}"):
            with contextlib.suppress(OSError):
                found.append((each.stat().st_mtime, each))
    for _, each in sorted(found, reverse=True):
        yield each.with_name(each.name.removesuffix(_ABOUT))


def _name(about: About) -> str:
    parts = [about.kind.plural if about.kind is not None else "apply", about.namespace, about.name, about.key]
    words = "-".join(re.sub(r"[^\w.-]", "_", part)[:60] for part in parts if part)
    stamp = datetime.fromtimestamp(about.at, UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{words}-{stamp}-{secrets.token_hex(3)}" + (".txt" if about.key else ".yaml")


def _beside(path: Path) -> Path:
    return path.with_name(path.name + _ABOUT)


def _write(handle: int, data: bytes) -> None:
    """All of it, and onto the disk."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
    os.fsync(handle)


def _shred(path: Path) -> None:
    """Overwrite and remove."""
    handle = os.open(path, os.O_WRONLY)
    try:
        _write(handle, b"\0" * os.fstat(handle).st_size)
    finally:
        os.close(handle)
    path.unlink()
