"""What a job has done, kept in a file that outlives the program: a drain that was cut off is told at the next start.

One file a job in `<state>/jobs/<id>.jsonl`, 0600, only appended to: first the job, then a line for each thing that is
meant or has been done, at last how it ended. Its writer holds a lock on it (flock) while it lives, so that a killed
program shows: no lock and no end.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from k8stui.model.kinds import NODES, PODS, Ref
from k8stui.model.text import clean
from k8stui.operations import held_file
from k8stui.operations.held_file import HeldFile
from k8stui.operations.mutation import Mutation
from k8stui.operations.outcomes import Outcome

KEPT = 100
"""Files of jobs that have ended; older ones go."""
MOST_BYTES = 50_000_000
"""A larger file is none of ours."""


class NodeOf(Struct, frozen=True):
    """A node of a job."""

    name: str
    uid: str

    @property
    def ref(self) -> Ref:
        """The very node."""
        return Ref(NODES, "", self.name, self.uid)


class Target(Struct, frozen=True, omit_defaults=True):
    """A line a target: what was meant for it, or what became of it."""

    at: float
    """Epoch seconds."""
    uid: str
    name: str
    namespace: str = ""
    builder: str = ""
    """`nodes.cordon`, `evictions.evict`; empty: nothing was sent, something was seen."""
    says: str = ""
    """`evict shop/web-1`, and once it is known `pod/web-1 evicted`."""
    result: str = ""
    """A `gateway.Result`, or a `drain.rows.Phase`; empty: meant, and nothing is known of it."""
    args: dict[str, Any] = {}
    """The builder's."""

    @property
    def ref(self) -> Ref:
        """The very object."""
        return Ref(PODS if self.namespace else NODES, self.namespace, self.name, self.uid)


class Record(Struct, kw_only=True):
    """A job as its file tells it. Texts are clean."""

    id: str
    what: str
    """`drain`."""
    title: str
    context: str
    server: str
    user: str
    started: float
    """Epoch seconds."""
    nodes: tuple[NodeOf, ...] = ()
    pods: int = 0
    """How many are to go, by the plan."""
    options: dict[str, Any] = {}
    """`drain.options.Options`."""
    kubectl: str = ""
    cordoned: tuple[NodeOf, ...] = ()
    """Nodes that an earlier job, with which this one goes on, has cordoned."""
    session: str = ""
    """Of the journal, with `entry`: its one entry there."""
    entry: int = 0
    targets: list[Target] = []
    ended: float = 0.0
    result: str = ""
    """A `jobs.JobState` once it has ended; `resumed` or `taken back` where that was done about one that was cut off."""
    outcome: str = ""
    """One sentence."""
    path: Path | None = None

    @property
    def own_cordons(self) -> list[NodeOf]:
        """The nodes that this job, or the one it goes on with, has cordoned, and has not uncordoned.

        One of which it is not known whether it took counts: it was not cordoned when that was sent.
        """
        found = {node.uid: node for node in self.cordoned}
        for line in self.targets:
            if line.builder == "nodes.cordon" and line.result in ("", "done", "unknown"):
                if line.args.get("on"):
                    found[line.uid] = NodeOf(line.name, line.uid)
                elif line.result == "done":
                    found.pop(line.uid, None)
            elif line.builder == "nodes.cordon" and line.args.get("on"):
                found.pop(line.uid, None)  # it did not take
        return list(found.values())

    def finish(self, result: str, outcome: str, at: float) -> bool:
        """Keep what was done about a job that was cut off; False: somebody else has, or does it. Raises OSError."""
        if self.path is None:
            return False
        with self.path.open("ab") as file:
            if not held_file.taken(file):
                return False
            found = read(self.path)
            if found is None or found.result:
                return False
            file.write(held_file.encoded(_Line(end=_End(at, result, outcome))))
        self.result, self.outcome, self.ended = result, outcome, at
        return True


class _End(Struct, frozen=True):
    at: float
    result: str
    outcome: str


class _Line(Struct, frozen=True, omit_defaults=True):
    job: Record | None = None
    target: Target | None = None
    end: _End | None = None


class RecordFile:
    """Writes the file of one job; what cannot be written is said once and stops nothing. A `gateway.Journal`.

    Args:
        directory: the state directory; the files are in `jobs` of it.
        record: what the file begins with.
        now: epoch seconds.
        complain: told in one sentence, once.
    """

    def __init__(
        self, directory: Path, record: Record, *, now: Callable[[], float], complain: Callable[[str], None]
    ) -> None:
        self.record = record
        self._now = now
        self._complain = complain
        self._file: HeldFile | None = None
        self._meant: dict[int, Mutation] = {}
        self._numbers = 0
        folder = directory / "jobs"
        try:
            self._file = HeldFile(folder, record.id)
            record.path = self._file.path
            self._write(_Line(job=msgspec.structs.replace(record, path=None, targets=[])))
            _prune(folder)
        except OSError as error:
            self._failed(error)

    def intend(self, mutation: Mutation) -> int:
        """Keep that it is going to be sent. Never raises."""
        self._numbers += 1
        self._meant[self._numbers] = mutation
        self._target(mutation.target, mutation, mutation.says, "")
        return self._numbers

    def outcome(self, entry: int, outcome: Outcome) -> None:
        """Keep what became of it. Never raises."""
        mutation = self._meant.pop(entry)
        self._target(mutation.target, mutation, outcome.says, outcome.result.value)

    def saw(self, ref: Ref, result: str, says: str) -> None:
        """Keep what was seen of a target. Never raises."""
        self._target(ref, None, says, result)

    def finish(self, result: str, outcome: str) -> None:
        """Keep how the job has ended, and let go of the file. Never raises."""
        if self.record.result:
            return
        self.record.ended, self.record.result, self.record.outcome = self._now(), result, outcome
        self._write(_Line(end=_End(self.record.ended, result, outcome)))
        self.close()

    def close(self) -> None:
        """Let go of the file without an end: the job is cut off. Once is enough."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _target(self, ref: Ref, mutation: Mutation | None, says: str, result: str) -> None:
        builder, args = (mutation.builder, dict(mutation.args)) if mutation is not None else ("", {})
        line = Target(self._now(), ref.uid, ref.name, ref.namespace, builder, says, result, args)
        self.record.targets.append(line)
        self._write(_Line(target=line))

    def _write(self, line: _Line) -> None:
        if self._file is None:
            return
        try:
            self._file.write(line)
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        self.close()
        self._complain(
            f"What {self.record.title} does cannot be kept ({error.strerror}): were it cut off, nobody would know"
        )


def read(path: Path) -> Record | None:
    """The job of a file; None where it is none. A last line that was cut off is passed over. Raises nothing."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        lines = list(held_file.lines(path.read_bytes(), _Line))
    except OSError:
        return None
    if not lines or lines[0].job is None:
        return None
    found = lines[0].job
    found.path = path
    for line in lines[1:]:
        if line.target is not None:
            found.targets.append(line.target)
        if line.end is not None:
            found.ended, found.result, found.outcome = line.end.at, line.end.result, clean(line.end.outcome)
    return found


def unfinished(directory: Path) -> list[Record]:
    """The jobs that were cut off, oldest first: nobody holds their file, and nothing was done about them. Blocks."""
    found = []
    with contextlib.suppress(OSError):
        for path in (directory / "jobs").glob("*.jsonl"):
            record = None if held_file.held(path) else read(path)  # in this order: it may end while we look
            if record is not None and not record.result:
                found.append(record)
    return sorted(found, key=lambda record: (record.started, record.id))


def _prune(folder: Path) -> None:
    """Take the oldest files of ended jobs away; those of jobs that were cut off stay."""
    found = []
    for path in folder.glob("*.jsonl"):
        with contextlib.suppress(OSError):  # another program may be at the same
            found.append((path.stat().st_mtime, path))
    for _, path in sorted(found)[: max(0, len(found) - KEPT)]:
        record = read(path)
        if record is None or (record.result and not held_file.held(path)):
            with contextlib.suppress(OSError):
                path.unlink()
