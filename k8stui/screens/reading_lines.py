"""The fixed lines around a text that is read: which object, how fresh, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.actions import Rows
from k8stui.model.kinds import SECRETS
from k8stui.screens import text_keys
from k8stui.screens.freshness import words
from k8stui.screens.heading import GUARDS
from k8stui.screens.rights import Rights
from k8stui.widgets.footer import Entry
from k8stui.widgets.status_line import Status
from k8stui.widgets.text_view import TextView

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.inspection import Inspection


def status(inspection: Inspection, session: Session) -> Status:
    """The top row."""
    freshness, tone = words(inspection.state, session.now())
    context, kind = session.context, inspection.kind
    return Status(
        context=context.name,
        guard=GUARDS[session.read_only, session.protected],
        user=session.access.user_remembered,
        namespace=inspection.ref.namespace,
        title=f"{inspection.reader.tab} {kind.singular or kind.plural} {inspection.ref.name}",
        freshness=freshness,
        tone=tone,
    )


def keys(inspection: Inspection, text: TextView, rights: Rights, rows: Rows) -> tuple[list[Entry], str]:
    """The footer: what means something now, greyed where a right lacks, and which right that is.

    `rows`: the object, once it is there.
    """
    actions = text_keys.footer(
        inspection.reader.tab,
        secret=inspection.kind.resource == SECRETS.resource,
        names=any(line.target is not None for line in text.lines),
        searched=bool(text.needle),
    )
    lacks = [(action, rights.lack(action, rows)) for action in actions]
    entries = [Entry(action.shown_key, action.label, enabled=lack is None, press=action.id) for action, lack in lacks]
    hints = [f"{action.shown_key}: {lack.short}" for action, lack in lacks if lack is not None]
    return entries, next(iter(hints), "")
