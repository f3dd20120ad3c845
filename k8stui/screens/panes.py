"""The panes of a session: the visible one and those visited lately, which stay live and paint at once when reopened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec import structs

from k8stui.actions import EVERY_WORKLOAD, Place

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.pane import Pane

KEPT = 8
"""Panes kept besides the visible one; the one visited longest ago goes first."""

Key = Place
"""A place without its filter, and without its namespace where the kind has none."""


def typed() -> dict[str, type[Pane[Any]]]:
    """The panes of kinds with rules of their own, by view. Imported on first use: they bring most of the house."""
    from k8stui.screens.claims import ClaimsPane
    from k8stui.screens.events import EventsPane
    from k8stui.screens.nodes import NodesPane
    from k8stui.screens.pods import PodsPane
    from k8stui.screens.services import ServicesPane
    from k8stui.screens.settings_kinds import ConfigMapsPane, QuotasPane, SecretsPane
    from k8stui.screens.workloads import KINDS, WorkloadsPane

    return {
        "nodes": NodesPane,
        "pods": PodsPane,
        "services": ServicesPane,
        "persistentvolumeclaims": ClaimsPane,
        "resourcequotas": QuotasPane,
        "configmaps": ConfigMapsPane,
        "secrets": SecretsPane,
        "events": EventsPane,
        "events.events.k8s.io": EventsPane,
        EVERY_WORKLOAD: WorkloadsPane,
        **dict.fromkeys(KINDS, WorkloadsPane),
    }


def make(session: Session, place: Place) -> Pane[Any]:
    """A pane for this place. Raises UnknownViewError where the server has no such kind, or has not said so yet."""
    from k8stui.screens.any_kind import TablePane

    found = typed().get(place.view)
    return found(session, place) if found is not None else TablePane(session, place)


class Panes:
    """At most one pane for each view, namespace and node. One that was left is closed after `Timing.linger`."""

    def __init__(self) -> None:
        self._panes: dict[Key, Pane[Any]] = {}
        self._timers: dict[Key, asyncio.TimerHandle] = {}
        self._orders: dict[Key, tuple[str, bool]] = {}
        """By which column (its title) the closed ones were sorted, and whether reversed."""

    def get(self, session: Session, place: Place, remember: Callable[[Pane[Any]], None]) -> Pane[Any]:
        """The pane of this place, made if it is not there. Raises UnknownViewError.

        `remember` shows a new one as its view was shown last; the order that this very place was left in counts more.
        """
        key = _key(session, place)
        self._stay(key)
        pane = self._panes.pop(key, None)
        if pane is None or pane.session is not session:
            if pane is not None:
                pane.close()
            pane = make(session, place)
            remember(pane)
            if key in self._orders:
                pane.prefer(*self._orders.pop(key))
        self._panes[key] = pane
        while len(self._panes) > KEPT + 1:
            self._end(next(iter(self._panes)))
        return pane

    def stay(self, pane: Pane[Any]) -> None:
        """It is visible again: it is not closed."""
        key = self._key_of(pane)
        if key is not None:
            self._stay(key)

    def leave(self, pane: Pane[Any]) -> None:
        """It is not visible any more: it gives its feeds back, unless it is visited again before that."""
        key = self._key_of(pane)
        if key is not None:
            self._stay(key)
            loop = asyncio.get_running_loop()
            self._timers[key] = loop.call_later(pane.session.settings.timing.linger, self._end, key)

    def __iter__(self) -> Iterator[Pane[Any]]:
        return iter(self._panes.values())

    def close(self) -> None:
        """Close every one and forget what is remembered of them."""
        while self._panes:
            self._end(next(iter(self._panes)))
        self._orders.clear()

    def _key_of(self, pane: Pane[Any]) -> Key | None:
        return next((key for key, each in self._panes.items() if each is pane), None)

    def _stay(self, key: Key) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()

    def _end(self, key: Key) -> None:
        self._stay(key)
        pane = self._panes.pop(key)
        self._orders[key] = (pane.columns[pane.sort].title, pane.reverse)
        pane.close()


def _key(session: Session, place: Place) -> Key:
    kind = session.kind(place.view)
    whole = kind is not None and not kind.namespaced
    return structs.replace(place, filter="", namespace=None if whole else place.namespace)
