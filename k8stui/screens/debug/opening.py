"""The ways into the launcher: from what is under the cursor, from nothing, from a typed line, straight to a shell."""

from __future__ import annotations

import getpass
import platform
from asyncio import to_thread
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import structs

from k8stui.actions import Rows
from k8stui.actions.debug import FIELDS
from k8stui.model.columns import Tone
from k8stui.model.kinds import NODES, PODS, Ref, Row
from k8stui.operations.builders.debug_options import COPY, Options, problems
from k8stui.operations.builders.debug_presets import presets
from k8stui.operations.builders.debug_words import Typed, parse
from k8stui.operations.building import UnableError
from k8stui.screens.debug.drafting import Choice, first
from k8stui.screens.debug.page import DebugScreen
from k8stui.screens.debug.subject import Subject, subject
from k8stui.screens.editing.applying import text_of

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen


async def open_launcher(screen: ResourceScreen, rows: Rows) -> None:
    """About the row, else about nothing but the namespace that is open."""
    _open(screen, subject(_first(rows, screen), _namespace(screen)))


async def open_shell(screen: ResourceScreen, rows: Rows) -> None:
    """A pod on the node as it is usually wanted: its question comes at once, and then its shell."""
    page = _open(screen, subject(_first(rows, screen), _namespace(screen)))
    if page is not None:
        page.doing.straight = True
        page.poke()


async def open_typed(screen: ResourceScreen, rows: Rows, typed: str) -> None:
    """What was typed behind `:debug`, in kubectl's words. Raises ValueError: one sentence."""
    about = subject(_first(rows, screen), _namespace(screen))
    found = parse(typed, _choice(screen, about).options)
    if len(found.targets) > 1:
        raise UnableError(f"One pod or node at a time, not {len(found.targets)}: {', '.join(found.targets)[:60]}")
    place = found.options.namespace
    if found.targets:
        about = _target(found.targets[0], found, _namespace(screen))
    elif "namespace" in found.given and (about.pod or about.workload) and place != about.namespace:
        about = Subject(namespace=place)  # what is under the cursor is not meant: it is elsewhere
    base = _choice(screen, about)
    changed = found.options.mode == COPY and found.given & {"set_images", "container"}
    if screen.session is not None and ("image" in found.given or changed):
        # What the first preset brings is not for another image; a copy whose own containers are changed needs none.
        image = found.options.image if "image" in found.given else ""
        base = base.of_image(image, screen.session.settings.debug.profile)
    found = parse(typed, base.options)
    wrong = problems(structs.replace(found.options, namespace=about.namespace))
    if wrong:
        raise UnableError(wrong[0])
    options = found.options
    if found.custom_file:
        options = structs.replace(options, custom=await to_thread(text_of, found.custom_file))
    choice = structs.replace(base, options=options, profiled="profile" in found.given)
    if "image" in found.given:
        choice = structs.replace(choice, preset="")
    _open(screen, about, choice, _fields(found.given))


def _fields(given: Iterable[str]) -> set[str]:
    """Rows of the form by the options that were typed."""
    names = {"args": "command", "share_processes": "share", "container": "name"}
    return {name if (name := names.get(each, each)) in FIELDS else "flags" for each in given}


def _target(word: str, found: Typed, namespace: str) -> Subject:
    """`web-1`, `pod/web-1`, `node/worker-1`."""
    kind, slash, name = word.partition("/")
    place = found.options.namespace or namespace
    if not slash:
        return Subject(namespace=place, pod=Ref(PODS, place, word, ""))
    if kind in ("node", "nodes", "no"):
        return Subject(namespace=place, node=Ref(NODES, "", name, ""))
    if kind in ("pod", "pods", "po"):
        return Subject(namespace=place, pod=Ref(PODS, place, name, ""))
    raise UnableError(f"Only a pod or a node can be debugged, not '{word[:60]}': b on a workload takes one of its pods")


def _first(rows: Rows, screen: ResourceScreen) -> Row | None:
    """The row itself: of a pod what the table knows of it."""
    if not rows:
        return None
    row = rows[0]
    pane = screen.pane
    known = pane.view.get(row.ref.uid) if pane is not None and row.ref.uid else None
    return known or row


def _namespace(screen: ResourceScreen) -> str:
    """Where a pod is made that is bound to none."""
    session = screen.session
    return screen.namespace or (session.context.namespace if session is not None else "") or "default"


def _choice(screen: ResourceScreen, about: Subject) -> Choice:
    """What stands there at first."""
    session = screen.session
    assert session is not None
    settings = session.settings.debug
    user = session.access.user_remembered or session.context.user or _local_user()
    stamp = Options(suffix=screen.desk.suffix(), who=user, host=platform.node(), at=screen.desk.stamp())
    remembered = screen.house.memory.state.debug.leave
    leave = remembered if settings.leave == "ask" and remembered else settings.leave
    mode = about.modes[0]
    return first(mode, settings, presets(settings), stamp, leave)


def _local_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _open(
    screen: ResourceScreen, about: Subject, choice: Choice | None = None, chosen: Iterable[str] = ()
) -> DebugScreen | None:
    """The page, over whatever is open."""
    session = screen.session
    if session is None:
        screen.house.note("No context is open: there is nothing to debug", Tone.WARNING)
        return None
    choice = choice or _choice(screen, about)
    page = DebugScreen(session, about, choice, presets(session.settings.debug), screen.signs, chosen=chosen)
    screen.app.push_screen(page)
    return page
