"""What was done, by whom and when: JSON lines, kept across sessions. No secret and no value of an environment."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from k8stui.model.kinds import Kind, Ref
from k8stui.operations.gateway import Outcome
from k8stui.operations.mutation import Inverse, Mutation

MOST = 10_000_000
"""Bytes of the file at which it moves to `journal.1`."""


class Entry(Struct, frozen=True, kw_only=True):
    """One change, as it was meant and as it ended."""

    number: int
    at: float
    """Epoch seconds."""
    context: str
    user: str
    says: str
    kubectl: str
    builder: str
    resource: str
    """`deployments.apps`: the target's kind."""
    api_version: str
    kind: str
    namespace: str = ""
    name: str = ""
    uid: str = ""
    before: dict[str, Any] = {}
    inverse: Inverse | None = None
    result: str = ""
    """Empty while nothing is known of it: it was cut off."""
    outcome: str = ""
    """One sentence."""
    undone: bool = False

    @property
    def undoable(self) -> bool:
        """Whether it was done and can be taken back."""
        return self.result == "done" and self.inverse is not None and not self.undone


class _Line(Struct, frozen=True, omit_defaults=True):
    """A line of the file: an entry, or what became of an earlier one."""

    entry: Entry | None = None
    session: str = ""
    number: int = 0
    result: str = ""
    outcome: str = ""
    undone: bool = False


class FileJournal:
    """Entries of this and of earlier sessions; what cannot be written is said once and stops nothing.

    Args:
        directory: where `journal.jsonl` is, made 0700; the file is 0600 and only appended to.
        session: tells this run's entries from those of others that write to the file.
        context: name of the context and user of the connection.
        now: epoch seconds.
        complain: told in one sentence, once, when the file cannot be written.
    """

    def __init__(
        self,
        directory: Path,
        session: str,
        context: tuple[str, str],
        *,
        now: Callable[[], float],
        complain: Callable[[str], None],
    ) -> None:
        self._file = directory / "journal.jsonl"
        self._session = session
        self._context, self._user = context
        self._now = now
        self._complain = complain
        self._silent = False
        self._numbers = 0
        self.entries: list[Entry] = []
        """Those of this session, oldest first."""
        self.changed: Callable[[], None] = lambda: None
        """Called when an entry came or ended."""

    def intend(self, mutation: Mutation) -> int:
        """Keep that it is going to be sent. Never raises."""
        self._numbers += 1
        target, kind = mutation.target, mutation.target.kind
        entry = Entry(
            number=self._numbers,
            at=self._now(),
            context=self._context,
            user=self._user,
            says=mutation.says,
            kubectl=mutation.kubectl,
            builder=mutation.builder,
            resource=kind.resource,
            api_version=kind.api_version,
            kind=kind.kind,
            namespace=target.namespace,
            name=target.name,
            uid=target.uid,
            before=dict(mutation.before),
            inverse=mutation.inverse,
        )
        self.entries.append(entry)
        self._write(_Line(entry=entry, session=self._session))
        self.changed()
        return entry.number

    def outcome(self, entry: int, outcome: Outcome) -> None:
        """Keep what became of it. Never raises."""
        self._become(entry, result=outcome.result.value, outcome=outcome.says)

    def undone(self, entry: int) -> None:
        """Keep that it was taken back: once is enough."""
        self._become(entry, undone=True)

    def _become(self, number: int, **fields: Any) -> None:
        for index, entry in enumerate(self.entries):
            if entry.number == number:
                self.entries[index] = msgspec.structs.replace(entry, **fields)
        self._write(_Line(session=self._session, number=number, **fields))
        self.changed()

    def _write(self, line: _Line) -> None:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                if self._file.stat().st_size > MOST:
                    self._file.replace(self._file.with_suffix(".1"))
            handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, msgspec.json.encode(line) + b"\n")
            finally:
                os.close(handle)
        except OSError as error:
            if not self._silent:
                self._silent = True
                self._complain(f"The journal cannot be written ({error.strerror}): what is done is kept here only")


def earlier(directory: Path, *, most: int = 1_000) -> list[Entry]:
    """The newest entries of all sessions, oldest first. Lines that cannot be read are left out. Raises nothing."""
    found: dict[tuple[str, int], Entry] = {}
    for line in _lines(directory):
        if line.entry is not None:
            found[(line.session, line.entry.number)] = line.entry
            continue
        key = (line.session, line.number)
        if key in found:
            known = found[key]
            found[key] = msgspec.structs.replace(
                known,
                result=line.result or known.result,
                outcome=line.outcome or known.outcome,
                undone=line.undone or known.undone,
            )
    return list(found.values())[-most:]


def _lines(directory: Path) -> Iterator[_Line]:
    decoder = msgspec.json.Decoder(_Line)
    for name in ("journal.1", "journal.jsonl"):
        with contextlib.suppress(OSError):
            for raw in (directory / name).read_bytes().splitlines():
                with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                    yield decoder.decode(raw)


def ref_of(entry: Entry, kind: Kind) -> Ref:
    """The object of an entry, of a kind as the server has it now."""
    return Ref(kind, entry.namespace, entry.name, entry.uid)
