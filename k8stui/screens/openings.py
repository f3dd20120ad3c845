"""The pages that an action can open, by name; each is loaded when it is first wanted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from k8stui.actions import Rows
from k8stui.model.columns import Tone

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen

Opening = Callable[["ResourceScreen", Rows, str], Awaitable[None]]
"""Opens a page about these rows, or about what was typed behind the action's name ("": nothing was).

Returns when it is open, or when the user did not want it. Raises ValueError: one sentence on what is wrong with what
was typed.
"""


async def _edit(screen: ResourceScreen, rows: Rows, typed: str) -> None:
    from k8stui.screens.editing.editing import Editing

    editing = Editing(screen)
    await (editing.go_on(typed) if typed else editing.edit(rows[0].ref))


async def _apply(screen: ResourceScreen, _rows: Rows, typed: str) -> None:
    from k8stui.screens.editing.applying import Applying

    applying = Applying(screen)
    await (applying.file(typed) if typed else applying.type())


async def _journal(screen: ResourceScreen, _rows: Rows, _typed: str) -> None:
    from k8stui.screens.journal.opening import open_journal

    await open_journal(screen)


async def _drain(screen: ResourceScreen, rows: Rows, _typed: str) -> None:
    from k8stui.screens.drain.starting import plan

    await plan(screen, [row.ref for row in rows])


async def _rollout(screen: ResourceScreen, rows: Rows, _typed: str) -> None:
    from k8stui.screens.rollout.opening import open_rollout

    await open_rollout(screen, rows)


async def _reschedule(screen: ResourceScreen, rows: Rows, _typed: str) -> None:
    from k8stui.screens.questions.reschedule import reschedule

    await reschedule(screen, rows)


async def _logs(screen: ResourceScreen, rows: Rows, typed: str) -> None:
    from k8stui.screens.logs.opening import open_logs, open_typed

    await (open_typed(screen, rows, typed) if typed else open_logs(screen, rows))


async def _previous_logs(screen: ResourceScreen, rows: Rows, _typed: str) -> None:
    from k8stui.screens.logs.opening import open_logs

    await open_logs(screen, rows, previous=True)


async def _last_log(screen: ResourceScreen, rows: Rows, _typed: str) -> None:
    from k8stui.screens.logs.opening import open_last

    await open_last(screen, rows)


async def _shell(screen: ResourceScreen, rows: Rows, typed: str) -> None:
    from k8stui.screens.terminals.entering import shell

    await _told(screen, shell(screen, rows, typed), typed)


async def _attach(screen: ResourceScreen, rows: Rows, typed: str) -> None:
    from k8stui.screens.terminals.entering import attach

    await _told(screen, attach(screen, rows, typed), typed)


async def _told(screen: ResourceScreen, way: Awaitable[None], typed: str) -> None:
    """Where nothing was typed that could be mended, what stands against it is a message."""
    try:
        await way
    except ValueError as error:
        if typed:
            raise
        screen.house.note(str(error), Tone.WARNING, toast=True)


async def _exec(screen: ResourceScreen, rows: Rows, typed: str) -> None:
    from k8stui.screens.terminals.entering import run

    await run(screen, rows, typed)


async def _debug(screen: ResourceScreen, rows: Rows, typed: str) -> None:
    from k8stui.screens.debug.opening import open_launcher, open_typed

    await (open_typed(screen, rows, typed) if typed else open_launcher(screen, rows))


async def _node_shell(screen: ResourceScreen, rows: Rows, _typed: str) -> None:
    from k8stui.screens.debug.opening import open_shell

    await open_shell(screen, rows)


async def _sweep(screen: ResourceScreen, _rows: Rows, _typed: str) -> None:
    from k8stui.screens.debug.sweep import open_sweep

    await open_sweep(screen)


OPENINGS: Mapping[str, Opening] = MappingProxyType(
    {
        "edit": _edit,
        "apply": _apply,
        "journal": _journal,
        "drain": _drain,
        "rollout": _rollout,
        "reschedule": _reschedule,
        "logs": _logs,
        "previous-logs": _previous_logs,
        "last-log": _last_log,
        "shell": _shell,
        "attach": _attach,
        "exec": _exec,
        "debug": _debug,
        "node-shell": _node_shell,
        "sweep": _sweep,
    }
)
