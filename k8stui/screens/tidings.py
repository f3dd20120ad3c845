"""Tells when views stop being true and when they are true again, so that it can be read up later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k8stui.cluster.states import Denied, Live, Polling, Stale
from k8stui.model.columns import Tone
from k8stui.screens.freshness import words

if TYPE_CHECKING:
    from k8stui.screens.pane import Pane
    from k8stui.screens.resource import ResourceScreen


class Tidings:
    """One note for each change between true and not true, not for each failed try.

    What befalls several views for one reason is one trouble: it is told when it meets the first of them, and when the
    last one is over it.
    """

    def __init__(self, screen: ResourceScreen) -> None:
        self._screen = screen
        self._stale: dict[Pane[Any], str] = {}
        """Why each is stale, by what was said first."""
        self._met: dict[str, list[str]] = {}
        """The views that a trouble has met since it began."""

    def tell(self, pane: Pane[Any]) -> None:
        """The pane's freshness has changed."""
        state = pane.state
        kind = type(state)
        if kind is pane.told or kind not in (Live, Stale, Denied, Polling):
            return
        before, pane.told = pane.told, kind
        why = self._stale.pop(pane, "")
        self._stale = {each: reason for each, reason in self._stale.items() if each in list(self._screen.panes)}
        if isinstance(state, Live) or (isinstance(state, Polling) and not state.why):
            if before is not None:
                self._over(pane, why)
            return
        text, tone = words(state, pane.session.now())
        if isinstance(state, Stale) and self._meets(pane, state.why):
            return
        self._screen.house.note(f"{pane.place.view}: {text}", tone, toast=kind is Stale)

    def _meets(self, pane: Pane[Any], why: str) -> bool:
        """The pane is stale; whether that trouble has been told of."""
        told = why in self._stale.values()
        self._stale[pane] = why
        views = self._met.get(why, []) if told else []
        self._met[why] = list(dict.fromkeys([*views, pane.place.view]))
        return told

    def _over(self, pane: Pane[Any], why: str) -> None:
        """The pane is live again, after that trouble or (no reason) after a refusal."""
        if why in self._stale.values():
            return
        views = self._met.pop(why, [pane.place.view])
        self._screen.house.note(f"{', '.join(views)}: live again", Tone.OK)
