"""After an edit of a ConfigMap or Secret: who reads it, and a restart of those that are marked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from k8stui.kube.errors import ApiError
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Kind, Ref
from k8stui.model.kubectl import named
from k8stui.model.objects import ObjectRow
from k8stui.model.sentences import listed
from k8stui.operations.effects.readers import READERS, Reader, readers
from k8stui.operations.gateway import Gateway
from k8stui.screens.base import Dialog
from k8stui.widgets.symbols import Symbols
from k8stui.widgets.text_view import TextView

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen

HIGHEST = 14
"""Workloads in sight at once."""


class RestartScreen(Dialog[list[Ref]]):
    """Closes with the workloads to be restarted, or None.

    Those that read it only when they start are marked at first.

    Args:
        config: how the ConfigMap or Secret is called.
        found: who reads it.
        doubts: what could not be found out.
        symbols: of the terminal.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = [
        ("up,k", "move(-1)", "Up"),
        ("down,j", "move(1)", "Down"),
        ("space", "mark", "Mark"),
        ("*,asterisk", "all", "All"),
        ("r", "restart", "Restart"),
    ]

    def __init__(self, config: str, found: Sequence[Reader], doubts: Sequence[str], symbols: Symbols) -> None:
        super().__init__()
        self._found = found
        self._doubts = doubts
        self._at = 0
        self._marked = {each.ref for each in found if each.stale}
        self._title = Static(Content(f"{config} was edited; these read it"), classes="dialog--title")
        self._text = TextView(self._lines(), symbols=symbols)
        self._choices = Static(Content("[ r Restart the marked ]   [ esc Leave them ]   space marks, * all"))

    def compose(self) -> ComposeResult:
        """The workloads over what can be done."""
        with Vertical(classes="dialog--change"):
            yield self._title
            yield self._text
            yield self._choices

    def on_mount(self) -> None:
        """In a window that fits them."""
        self._show()

    def _show(self) -> None:
        lines = self._lines()
        self._text.styles.height = min(HIGHEST, len(lines))
        self._text.show(lines)
        self._text.go(max(0, self._at - HIGHEST + 2), None)

    def _lines(self) -> list[Line]:
        lines = []
        for index, each in enumerate(self._found):
            mark = "[x]" if each.ref in self._marked else "[ ]" if each.can_restart else "   "
            here = ">" if index == self._at else " "
            text = f"{here} {mark} {named(each.ref)}  {each.when}  {each.how}"
            lines.append(Line(text, Tone.WARNING if each.stale else Tone.MUTED))
        return [*lines, *(Line(each, Tone.WARNING) for each in self._doubts)]

    def action_move(self, by: int) -> None:
        """To another one."""
        self._at = min(max(0, self._at + by), len(self._found) - 1)
        self._show()

    def action_mark(self) -> None:
        """Mark it, or do not."""
        each = self._found[self._at]
        if each.can_restart:
            self._marked ^= {each.ref}
        self.action_move(1)

    def action_all(self) -> None:
        """All, or none where all are marked."""
        every = {each.ref for each in self._found if each.can_restart}
        self._marked = set() if self._marked == every else every
        self._show()

    def action_restart(self) -> None:
        """Close with the marked ones."""
        marked = [each.ref for each in self._found if each.ref in self._marked]
        if marked:
            self.dismiss(marked)
        else:
            self.house.note("None is marked: space marks the one under the cursor", Tone.WARNING)


async def offer(screen: ResourceScreen, gateway: Gateway, config: Ref, key: str) -> None:
    """Tell who reads a ConfigMap or Secret that was edited, and restart those that the user wants restarted.

    Args:
        screen: the table screen.
        gateway: of the context where it was edited.
        config: the ConfigMap or Secret.
        key: the only key that was changed; empty: any.
    """
    answers = await asyncio.gather(*(_listed(gateway, kind, config.namespace) for kind in READERS))
    doubts = [each for each in answers if isinstance(each, str)]
    rows = [row for each in answers if not isinstance(each, str) for row in each]
    found = readers(config, key, rows)
    if not found:
        said = "no workload of its namespace reads it" if not doubts else " ".join(doubts)
        screen.house.note(f"{named(config)}: {said}")
        return
    if not doubts and not any(each.can_restart for each in found):
        by = listed([f"{named(each.ref)} ({each.when})" for each in found])
        screen.house.note(f"{named(config)} is read by {by}: there is nothing to restart")
        return
    if screen.changing.gateway is not gateway:
        return  # another context was gone to meanwhile
    marked = await screen.house.push_screen_wait(RestartScreen(named(config), found, doubts, screen.signs))
    if marked:
        at = screen.desk.stamp()
        await screen.changing.change([("rollout.restart", ref, {"at": at}) for ref in marked])


async def _listed(gateway: Gateway, kind: Kind, namespace: str) -> list[ObjectRow] | str:
    """The workloads of a kind, or why they are not known."""
    try:
        return await gateway.listed(kind, "", namespace)
    except ApiError as error:
        return f"Which {kind.plural} read it is not known: {error.sentence}"
