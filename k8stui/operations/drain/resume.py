"""A drain begun with everything that outlives the program, and taken back after it was cut off.

One that was cut off is gone on with by a plan made anew and agreed to again (`begun`, `earlier`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from k8stui.clock import Clock
from k8stui.operations.building import UnableError
from k8stui.operations.drain.job import Drain
from k8stui.operations.drain.node import CordonError, cordoned
from k8stui.operations.drain.options import Options
from k8stui.operations.drain.plan import Plan
from k8stui.operations.drain.report import title
from k8stui.operations.gateway import Consent, Gateway
from k8stui.operations.jobs.jobs import JobState
from k8stui.operations.jobs.records import NodeOf, Record, RecordFile
from k8stui.operations.journal.journal import FileJournal
from k8stui.operations.mutation import Mutation
from k8stui.operations.outcomes import Outcome

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

RESUMED, TAKEN_BACK = "resumed", "taken back"
"""How the record of a drain that was cut off ends."""


def begun(
    plan: Plan,
    session: "Session",
    *,
    clock: Clock,
    journal: FileJournal,
    directory: Path,
    complain: Callable[[str], None],
    earlier: Record | None = None,
) -> Drain:
    """A drain that was agreed on, to be started (`Jobs.start(drain, session.close)`): one entry in the journal.

    Args:
        plan: what was agreed on.
        session: of its own (`Contexts.companion`).
        clock: for waiting.
        journal: a connection's; what is sent for the drain stands in its record, under this one entry.
        directory: the state directory; the record is in `jobs` of it.
        complain: told in one sentence when the record cannot be written.
        earlier: the record of the one that was cut off and is gone on with; it ends by that.

    Raises UnableError: somebody else goes on with the earlier one.
    """
    if earlier is not None:
        claim(earlier, RESUMED, "gone on with", session.now())
    context = session.context
    record = Record(
        id=f"drain-{session.now():.0f}-{journal.session}-{len(journal.entries) + 1}",
        what="drain",
        title=title(plan),
        context=context.name,
        server=context.server,
        user=context.user,
        started=session.now(),
        nodes=tuple(NodeOf(node.ref.name, node.ref.uid) for node in plan.nodes),
        pods=sum(row.goes for node in plan.nodes if not node.errors for row in node.rows),
        options=msgspec.to_builtins(plan.options),
        kubectl=plan.command,
        cordoned=tuple(earlier.own_cordons) if earlier is not None else (),
        session=journal.session,
    )
    says = record.title[0].lower() + record.title[1:]
    target = plan.nodes[0].ref
    record.entry = journal.begin("drain", target, record.id, says=says, kubectl=plan.command)
    file = RecordFile(directory, record, now=session.now, complain=complain)

    def ended(state: JobState, sentence: str) -> None:
        journal.become(record.entry, result=state.value, outcome=sentence)

    return Drain(
        plan,
        session,
        Gateway(session.connection, session.access, file),
        clock=clock,
        record=file,
        cordoned=record.cordoned,
        before=gone(earlier) if earlier is not None else 0,
        ended=ended,
    )


async def taken_back(record: Record, session: "Session", gateway: Gateway) -> list[str]:
    """Uncordon what a drain that was cut off has cordoned, and nothing that was cordoned before it.

    Returns what was done, a sentence a node. The record ends where all of it worked. The gateway's journal keeps each
    of them as an entry.

    Raises UnableError: it is another context, or somebody else does something about it.
    """
    if record.context != session.context.name or record.server != session.context.server:
        raise UnableError(f"{record.title} was begun in the context {record.context}: open that one first")
    said, failed = [], []

    async def send(mutation: Mutation) -> Outcome:
        return await gateway.apply(mutation, Consent(mutation.target.uid, mutation.request.digest))

    for node in record.own_cordons:
        try:
            said.append((await cordoned(gateway, send, node, on=False))[0])
        except CordonError as error:
            failed.append(f"error: {error}")
    if not failed:
        claim(record, TAKEN_BACK, ", ".join(said) or "nothing had been cordoned", session.now())
    return [*said, *failed]


def options_of(record: Record) -> Options:
    """The options of a drain. Raises UnableError: a record of another version."""
    try:
        return msgspec.convert(record.options, Options)
    except msgspec.ValidationError as error:
        raise UnableError(f"The record of {record.title} cannot be read: {error}") from None


def gone(record: Record) -> int:
    """How many pods it had got rid of."""
    return len({line.uid for line in record.targets if line.result == "gone"})


def claim(record: Record, result: str, outcome: str, now: float) -> None:
    """Keep that something is done about it. Raises UnableError: somebody else does, or it cannot be kept."""
    try:
        if record.finish(result, outcome, now):
            return
    except OSError as error:
        raise UnableError(f"The record of {record.title} cannot be written: {error.strerror}") from None
    raise UnableError(f"{record.title}: another k8stui has done something about it meanwhile")
