"""What the status line says of a pane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k8stui.model.columns import Tone
from k8stui.screens.freshness import counted, words
from k8stui.widgets.status_line import Status

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.pane import Pane


GUARDS = {(False, False): "", (False, True): "PROTECTED", (True, False): "READ-ONLY", (True, True): "READ-ONLY"}
"""What the status line says of a context that is read-only, protected."""


def heading(pane: Pane[Any] | None, session: Session | None, opening: str) -> Status:
    """The status line.

    Args:
        pane: what is shown; None while a context is being opened.
        session: the open context.
        opening: what is being done while there is no pane, or why it cannot be.
    """
    guard = "" if session is None else GUARDS[session.read_only, session.protected]
    if session is None or pane is None:
        name = session.context.name if session else ""
        return Status(context=name, guard=guard, freshness=opening, tone=Tone.CHANGING)
    freshness, tone = words(pane.state, session.now(), pane.bad)
    if pane.busy and tone is Tone.OK:
        freshness, tone = f"{freshness} · sorting", Tone.CHANGING
    if pane.extent:
        freshness = f"{freshness} · {pane.extent}"
    place, context = pane.place, session.context
    return Status(
        context=context.name,
        guard=guard,
        user=session.access.user_remembered,
        namespace=place.namespace or "all namespaces",
        version=session.version,
        title=counted(
            pane.title,
            len(pane.view),
            pane.view.total,
            filtered=pane.filter is not None,
        ),
        freshness=freshness,
        tone=tone,
    )
