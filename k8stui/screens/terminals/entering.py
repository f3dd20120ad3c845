"""What the actions do: a shell, a command, an attachment, of the pod under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.actions import Rows
from k8stui.actions.terminals import understood
from k8stui.screens.questions.choice import choose
from k8stui.screens.terminals.containers import windows
from k8stui.screens.terminals.meant import pod_of
from k8stui.screens.terminals.opening import Opened, Opening

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen


async def shell(screen: ResourceScreen, rows: Rows, container: str = "") -> None:
    """A shell in one of its containers; where there is none, a debug container is offered. Raises ValueError."""
    opened = await Opening(screen, await pod_of(screen, rows), attach=False).open(_one(container), ())
    if opened.shellless:
        await _offer(screen, opened)


async def attach(screen: ResourceScreen, rows: Rows, container: str = "") -> None:
    """What runs in one of its containers already. Raises ValueError."""
    await Opening(screen, await pod_of(screen, rows), attach=True).open(_one(container), ())


async def run(screen: ResourceScreen, rows: Rows, typed: str) -> None:
    """A command as it was typed. Raises ValueError."""
    container, command = understood(typed)
    await Opening(screen, await pod_of(screen, rows), attach=False).open(container, command)


def _one(typed: str) -> str:
    """The name of a container, as it was typed."""
    words = typed.removeprefix("-c ").split()
    if len(words) > 1:
        raise ValueError(f"'{typed}' is no container: type one name; a command goes behind exec")
    return "".join(words)


async def _offer(screen: ResourceScreen, opened: Opened) -> None:
    """A container with tools beside the one without a shell."""
    if opened.found is None or windows(opened.found.tree()):
        return
    lines = [opened.ended.sentence, "A debug container brings its own tools, and sees the processes of this one."]
    title = f"No shell in {opened.found.ref}: debug it?"
    if await choose(screen.house, title, lines, {"n": "Leave it", "y": "Debug"}) == "y":
        await screen.desk.enter("debug", [opened.found])
