"""The log of the run before the present one, put in where somebody asked for it."""

from msgspec.structs import replace

from k8stui.model.logs.entry import Entry, Mark
from k8stui.model.logs.options import LogOptions
from k8stui.operations.logs.facts import ending
from k8stui.operations.logs.once import read
from k8stui.operations.logs.shared import Shared
from k8stui.operations.logs.sources import Source


async def last_log(shared: Shared, source: Source) -> None:
    """Read as much of it as of any log at first; its lines stand together between two notes, as later ones."""
    options = LogOptions(previous=True, tail=shared.options.tail, insecure_backend=shared.options.insecure_backend)
    query = options.query(source.container, shared.tail)
    entries: list[Entry] = []

    def take(lines: list[bytes]) -> None:
        entries.extend(shared.stamps.entries(lines, source.number))

    _, problem = await read(shared, source, query, take)
    if problem and not entries:
        shared.mark(source, Mark.NOTE, f"has no last log: {problem}")
        return
    how = f", {ending(source.exit)}" if source.exit is not None else ""
    count = "1 line" if len(entries) == 1 else f"{len(entries)} lines"
    head = f"{source.name}: its last log{how}, {count}"
    foot = f"{source.name}: end of its last log" + (f", which broke off: {problem}" if problem else "")
    late = [replace(entry, mark=Mark.LATE) for entry in entries]
    now, number = shared.now(), source.number
    shared.merge.insert([Entry(now, number, head, Mark.NOTE), *late, Entry(now, number, foot, Mark.NOTE)])
