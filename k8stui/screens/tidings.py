"""Tells when a view stops being true and when it is true again, so that it can be read up later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k8stui.cluster.states import Denied, Live, Polling, Stale
from k8stui.model.columns import Tone
from k8stui.screens.freshness import words

if TYPE_CHECKING:
    from k8stui.screens.pane import Pane
    from k8stui.screens.resource import ResourceScreen


class Tidings:
    """One note for each change between true and not true, not for each failed try."""

    def __init__(self, screen: ResourceScreen) -> None:
        self._screen = screen

    def tell(self, pane: Pane[Any]) -> None:
        """The pane's freshness has changed."""
        state = pane.state
        kind = type(state)
        if kind is pane.told or kind not in (Live, Stale, Denied, Polling):
            return
        before, pane.told = pane.told, kind
        if kind is Live or (isinstance(state, Polling) and not state.why):
            if before is not None:
                self._screen.house.note(f"{pane.place.view}: live again", Tone.OK)
            return
        text, tone = words(state, pane.session.now())
        self._screen.house.note(f"{pane.place.view}: {text}", tone, toast=kind is Stale)
