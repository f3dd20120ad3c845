"""The ways to a log: of rows, of a name that is typed, and back to the one that was open last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from k8stui.actions import Rows
from k8stui.model.columns import Tone
from k8stui.model.logs.asked import parse
from k8stui.model.logs.options import ALL, LogOptions
from k8stui.screens.logs.naming import named, target_of
from k8stui.screens.logs.page import LogsScreen
from k8stui.screens.logs.viewed import Viewed

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen

HINT = "web-1, web-1 -c app, deploy/web, svc/web, -l app=web; --since 10m, --tail 100, -p and so on as for kubectl logs"


async def open_logs(screen: ResourceScreen, rows: Rows, *, previous: bool = False) -> None:
    """The log of these rows; `previous`: of the runs before the present ones."""
    target = target_of(rows)
    if target is None:
        what = rows[0].ref.kind.singular or rows[0].ref.kind.plural if rows else "This"
        screen.house.note(f"A {what} has no logs of its own: o leads to what is related to it", Tone.WARNING)
        return
    await _open(screen, Viewed(target, LogOptions(container=ALL, previous=previous)))


async def open_last(screen: ResourceScreen, rows: Rows) -> None:
    """Of what is under the cursor, else the log that was open last, else one that is typed."""
    if isinstance(screen.dialogs.page, LogsScreen):
        screen.desk.awaiting.stands()
        screen.house.note("This is the log; L chooses containers, :logs and a name opens another one")
        return
    target = target_of(rows)
    if target is not None and not target.node:  # there is always some node under the cursor of its table
        await _open(screen, Viewed(target))
    elif screen.house.memory.log is not None:
        await _open(screen, screen.house.memory.log)
    else:
        screen.commands.open("logs ")
        screen.house.note(f"Whose log: {HINT}")


async def open_typed(screen: ResourceScreen, rows: Rows, typed: str) -> None:
    """What was typed in kubectl's words. Raises ValueError: one sentence on what is wrong with it."""
    asked = parse(typed)
    session = screen.session
    if session is None:
        return
    if asked.name or asked.selector or asked.namespace or asked.everywhere:
        target = await named(session, asked, screen.namespace)
        await _open(screen, Viewed(target, asked.options))
        return
    page, under = screen.dialogs.page, target_of(rows)
    if isinstance(page, LogsScreen):
        page.restart(structs.replace(page.logs.viewed, options=asked.options))
        screen.desk.awaiting.stands()
    elif under is not None:
        await _open(screen, Viewed(under, asked.options))
    elif screen.house.memory.log is not None:
        await _open(screen, structs.replace(screen.house.memory.log, options=asked.options))
    else:
        raise ValueError("Name a pod or workload before the options: web-1, deploy/web, -l app=web")


async def _open(screen: ResourceScreen, viewed: Viewed) -> None:
    session, house = screen.session, screen.house
    if session is None:
        return
    house.memory.log = viewed
    _leave_others(screen)
    await house.push_screen(LogsScreen(session, viewed, screen.signs, house.memory.state.logs))


def _leave_others(screen: ResourceScreen) -> None:
    """One log at a time: pages over the one that is open go, and then that."""
    stack = screen.house.screen_stack
    at = next((index for index, each in enumerate(stack) if isinstance(each, LogsScreen)), None)
    if at is not None:
        for _ in stack[at:]:
            screen.house.pop_screen()
