"""Taking changes of the journal back: each through its own builder, on the object as it is now, and asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui.model.columns import Tone
from k8stui.model.kinds import Ref
from k8stui.model.objects import ObjectRow
from k8stui.model.text import clean
from k8stui.operations.journal.journal import Entry, ref_of
from k8stui.operations.journal.taking_back import against, pending, refusal

if TYPE_CHECKING:
    from k8stui.screens.journal.page import JournalScreen


async def take_back(screen: JournalScreen, entries: Sequence[Entry]) -> None:
    """Take these back; what cannot be is told, and holds up no other."""
    house = screen.house
    wanted: dict[str, tuple[Entry, Ref]] = {}
    for entry in entries:
        ref = _target(screen, entry, wanted)
        if isinstance(ref, str):
            house.note(ref, Tone.WARNING)
        else:
            wanted[entry.uid] = (entry, ref)

    def look(found: ObjectRow) -> list[str]:
        return against(wanted[found.ref.uid][0], found)

    changes = [
        (entry.inverse.builder, ref, dict(entry.inverse.args))
        for entry, ref in wanted.values()
        if entry.inverse is not None
    ]
    if not changes:
        return
    for outcome in await house.home.changing.change(changes, look):
        if outcome.done and outcome.mutation.target.uid in wanted:
            screen.undone(wanted[outcome.mutation.target.uid][0])


def _target(screen: JournalScreen, entry: Entry, wanted: dict[str, tuple[Entry, Ref]]) -> Ref | str:
    """The object of an entry, or why it cannot be taken back."""
    what, session = clean(entry.says, 120), screen.session
    ours = entry.session in screen.house.journals.sessions
    if pending(entry, session.now(), ours=ours):
        return f"Its outcome is not known yet ({what})"
    if why := refusal(entry, session.context.name):
        return why
    kind = session.kind(entry.resource)
    if kind is None:
        return f"This server has no {clean(entry.resource, 120)} any more ({what})"
    if entry.uid in wanted:
        return f"Of one object take back the newest first, one at a time ({what})"
    return ref_of(entry, kind)
