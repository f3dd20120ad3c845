"""The panes of a session: the visible one and those visited lately, which stay live and paint at once when reopened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from k8stui.actions import Place

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.pane import Pane

KEPT = 8
"""Panes kept besides the visible one; the one visited longest ago goes first."""


def kinds() -> dict[str, type[Pane[Any]]]:
    """The panes by the view they show. Imported on first use: they bring most of the cluster floor with them."""
    from k8stui.screens.nodes import NodesPane
    from k8stui.screens.pods import PodsPane

    return {"nodes": NodesPane, "pods": PodsPane}


class Panes:
    """At most one pane for each view, namespace and node."""

    def __init__(self) -> None:
        self._panes: dict[tuple[str, str | None, str], Pane[Any]] = {}

    def get(self, session: Session, place: Place) -> Pane[Any]:
        """The pane of this place, made if it is not there. Raises KeyError for a view that there is not."""
        namespace = None if place.view == "nodes" else place.namespace
        key = (place.view, namespace, place.node)
        pane = self._panes.pop(key, None)
        if pane is None or pane.session is not session:
            if pane is not None:
                pane.close()
            pane = kinds()[place.view](session, place)
        self._panes[key] = pane
        while len(self._panes) > KEPT + 1:
            self._panes.pop(next(iter(self._panes))).close()
        return pane

    def __iter__(self) -> Iterator[Pane[Any]]:
        return iter(self._panes.values())

    def close(self) -> None:
        """Close every one."""
        while self._panes:
            self._panes.popitem()[1].close()
