"""Where the program begins in a context: the flags' place, else the configuration's, else where the user was last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.actions import Place
from k8stui.cluster.contexts import first_namespace
from k8stui.screens.commands import World, named, unknown_view

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.settings import Settings
    from k8stui.state import ContextState

USUAL = "pods"


def needs_discovery(session: Session, settings: Settings, remembered: ContextState) -> bool:
    """Whether the view to begin with is of no usual kind: what it means only the server can tell."""
    wanted = settings.first_view(session.context.name) or remembered.view or USUAL
    return session.kinds is None and not named(wanted, _world(session))


async def first_place(session: Session, settings: Settings, remembered: ContextState) -> tuple[Place, str]:
    """The place, and a sentence where the view that was wanted is not there."""
    asked = settings.first_view(session.context.name)
    wanted, world = asked or remembered.view or USUAL, _world(session)
    view = named(wanted, world)
    said = "" if view else unknown_view(wanted, world)
    narrowed = _flagged(session, settings) or settings.first_namespace(session.context.name) or asked or not view
    return Place(
        view or USUAL, await _namespace(session, settings, remembered), "" if narrowed else remembered.filter
    ), said


async def _namespace(session: Session, settings: Settings, remembered: ContextState) -> str | None:
    configured = settings.first_namespace(session.context.name)
    if _flagged(session, settings):
        return None if settings.all_namespaces else session.context.namespace
    if configured:
        return None if configured == "*" else configured
    if remembered.view:
        return remembered.namespace
    return await first_namespace(session, settings)


def _flagged(session: Session, settings: Settings) -> bool:
    """Whether -A or -n says where; -n counts only for the context that the program was started with."""
    flag = settings.overrides.namespace
    return settings.all_namespaces or (bool(flag) and session.context.namespace == flag)


def _world(session: Session) -> World:
    place = Place(USUAL)
    return World(place) if session.kinds is None else World(place, kinds=session.kinds)
