"""What was done, by whom and when: JSON lines, kept across sessions. No secret and no value of an environment."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from k8stui.cluster.listeners import Listeners
from k8stui.model import tree
from k8stui.model.kinds import Kind, Ref
from k8stui.operations.journal import file as journal_file
from k8stui.operations.journal.file import JournalFile
from k8stui.operations.mutation import Inverse, Mutation
from k8stui.operations.outcomes import Outcome, Result


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change, as it was meant and as it ended. What stands in it is as a file says it: not clean."""

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
    session: str = ""
    """Which connection of which run it is of: with the number it tells it from every other entry."""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    """Of what was created it is known afterwards."""
    before: dict[str, Any] = {}
    inverse: Inverse | None = None
    result: str = ""
    """A `gateway.Result`'s value; empty while nothing is known of it: it is under way, or it was cut off."""
    outcome: str = ""
    """One sentence."""
    undone: bool = False
    job: str = ""
    """The id of a job's record (`jobs.records`): what was sent for it stands there. `result` is a `jobs.JobState`."""

    @property
    def key(self) -> str:
        """What tells it from every other entry."""
        return f"{self.session}/{self.number}"

    @property
    def undoable(self) -> bool:
        """Whether it was done and can be taken back."""
        return self.result == Result.DONE.value and self.inverse is not None and not self.undone


class _Line(Struct, frozen=True, omit_defaults=True):
    """A line of the file: an entry, or what became of an earlier one."""

    entry: Entry | None = None
    session: str = ""
    number: int = 0
    result: str = ""
    outcome: str = ""
    uid: str = ""
    undone: bool = False


class FileJournal:
    """What one connection does; what cannot be written is said once and stops nothing.

    Args:
        file: where it is written, or the directory of it.
        session: tells these entries from those of others that write to the file.
        context: name of the context and user of the connection.
        now: epoch seconds.
        complain: told in one sentence, once, when the file cannot be written; where `file` is a directory.
    """

    def __init__(
        self,
        file: JournalFile | Path,
        session: str,
        context: tuple[str, str],
        *,
        now: Callable[[], float],
        complain: Callable[[str], None] = lambda _sentence: None,
    ) -> None:
        self._file = JournalFile(file, complain) if isinstance(file, Path) else file
        self.session = session
        self._context, self._user = context
        self._now = now
        self._numbers = 0
        self.entries: list[Entry] = []
        """Oldest first."""
        self.changed: Callable[[], None] = lambda: None
        """Called when an entry came or ended."""

    def intend(self, mutation: Mutation) -> int:
        """Keep that it is going to be sent. Never raises."""
        return self._keep(
            mutation.target,
            says=mutation.says,
            kubectl=mutation.kubectl,
            builder=mutation.builder,
            before=dict(mutation.before),
            inverse=mutation.inverse,
        )

    def begin(self, what: str, target: Ref, job: str, *, says: str, kubectl: str) -> int:
        """Keep that a job is going to be done: its one entry, which `become` ends. Never raises.

        Args:
            what: `drain`.
            target: the first object it is about.
            job: the id of its record, where what is sent for it stands.
            says: `drain worker-2`.
            kubectl: the same as a command.
        """
        return self._keep(target, says=says, kubectl=kubectl, builder=what, job=job)

    def _keep(self, target: Ref, **told: Any) -> int:
        self._numbers += 1
        kind = target.kind
        entry = Entry(
            number=self._numbers,
            at=self._now(),
            context=self._context,
            user=self._user,
            resource=kind.resource,
            api_version=kind.api_version,
            kind=kind.kind,
            session=self.session,
            namespace=target.namespace,
            name=target.name,
            uid=target.uid,
            **told,
        )
        self.entries.append(entry)
        self._file.append(msgspec.json.encode(_Line(entry=entry)))
        self.changed()
        return entry.number

    def outcome(self, entry: int, outcome: Outcome) -> None:
        """Keep what became of it, and the uid of what was created. Never raises."""
        made = tree.uid(outcome.after) if outcome.done else ""
        known = self.entries[entry - 1].uid if 0 < entry <= len(self.entries) else ""
        self.become(entry, result=outcome.result.value, outcome=outcome.says, uid="" if known else made)

    def undone(self, entry: int) -> None:
        """Keep that it was taken back: once is enough."""
        self.become(entry, undone=True)

    def become(self, number: int, **fields: Any) -> None:
        """Keep more of one of its entries. Never raises."""
        told = {name: value for name, value in fields.items() if value}
        if 0 < number <= len(self.entries):
            self.entries[number - 1] = msgspec.structs.replace(self.entries[number - 1], **told)
        self._file.append(msgspec.json.encode(_Line(session=self.session, number=number, **told)))
        self.changed()


class Journals:
    """What this run does, connection by connection, all in one file; and what earlier runs did.

    Args:
        directory: of the file.
        run: tells this run from all others.
        now: epoch seconds.
        complain: told in one sentence, once, when the file cannot be written.
    """

    def __init__(self, directory: Path, run: str, *, now: Callable[[], float], complain: Callable[[str], None]) -> None:
        self.directory = directory
        self._run = run
        self._now = now
        self._file = JournalFile(directory, complain)
        self._all: list[FileJournal] = []
        self.listeners: Listeners[Callable[[], None]] = Listeners()
        """Called when an entry came, ended or was taken back."""

    def of(self, context: str, user: str) -> FileJournal:
        """A journal for one connection: its gateway's."""
        journal = FileJournal(self._file, f"{self._run}-{len(self._all)}", (context, user), now=self._now)
        journal.changed = self._changed
        self._all.append(journal)
        return journal

    @property
    def entries(self) -> list[Entry]:
        """Those of this run, in no order across connections."""
        return [entry for journal in self._all for entry in journal.entries]

    @property
    def sessions(self) -> frozenset[str]:
        """Those of this run."""
        return frozenset(journal.session for journal in self._all)

    def undone(self, entry: Entry) -> None:
        """Keep that an entry of this or of an earlier run was taken back."""
        for journal in self._all:
            if journal.session == entry.session:
                journal.undone(entry.number)
                return
        self._file.append(msgspec.json.encode(_Line(session=entry.session, number=entry.number, undone=True)))
        self._changed()

    def _changed(self) -> None:
        for listener in self.listeners:
            listener()


def earlier(directory: Path, *, most: int = 1_000) -> list[Entry]:
    """The newest entries of all runs, oldest first. Lines that cannot be read are left out. Raises nothing.

    Blocks on the file: 10 MB take some tenths of a second, so call it in a thread.
    """
    decoder = msgspec.json.Decoder(_Line)
    found: dict[tuple[str, int], Entry] = {}
    for raw in journal_file.lines(directory):
        try:
            line = decoder.decode(raw)
        except (ValueError, RecursionError):  # a line cut short, or none of ours; msgspec's errors are ValueErrors
            continue
        if line.entry is not None:
            found[(line.entry.session, line.entry.number)] = line.entry
        elif (line.session, line.number) in found:
            known = found[(line.session, line.number)]
            found[(line.session, line.number)] = msgspec.structs.replace(
                known,
                result=line.result or known.result,
                outcome=line.outcome or known.outcome,
                uid=known.uid or line.uid,
                undone=line.undone or known.undone,
            )
    return list(found.values())[-most:]


def ref_of(entry: Entry, kind: Kind) -> Ref:
    """The object of an entry, of a kind as the server has it now."""
    return Ref(kind, entry.namespace, entry.name, entry.uid)
