"""What the app offers an action."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from k8stui.actions.places import Place
from k8stui.model.kinds import Ref, Row
from k8stui.model.present import Present

Change = tuple[str, Ref, Mapping[str, object]]
"""A builder's name (`nodes.cordon`), the object, and the builder's arguments."""


class Asking(Struct, frozen=True, kw_only=True):
    """A question that is answered by one line of text."""

    title: str
    hint: str = ""
    """How it is written."""
    judge: Callable[[str], str]
    """What is wrong with a text; "": nothing."""
    initial: str = ""
    replaced: bool = False
    """The first letter typed replaces what stands there at first."""
    error: str = ""
    """What was wrong with the text that stands there."""
    about: tuple[Row, ...] = ()
    """The objects: what was typed and left is kept for them."""
    learn: Callable[[], Awaitable[Present]] | None = None
    """Reads what the objects have, while the question is open."""
    listing: str = ""
    """What is listed (`taints`); empty: nothing is."""
    other: str = ""
    """What tab leads to (`annotations`); the answer is then TAB."""


TAB = "\t"
"""The answer of somebody who wants the other one of two questions."""


class Desk(Protocol):
    """What the app offers an action."""

    @property
    def place(self) -> Place:
        """Where the user is."""
        ...

    def open(self, place: Place) -> None:
        """Go there; the way back is remembered."""
        ...

    def inspect(self, ref: Ref, tab: str = "describe") -> None:
        """Read one object: its description, `yaml` or `related`."""
        ...

    def home(self, view: str) -> Place:
        """A view in the namespace that is current."""
        ...

    def alter(self, place: Place) -> None:
        """Show the place where the user is another way: no step that leads back."""
        ...

    def unfold(self, row: Row) -> None:
        """Show one by one what this row stands for, or fold it again."""
        ...

    def step(self, by: int) -> None:
        """Back (-1) or forward (1) in the places visited."""
        ...

    def show(self, what: str) -> None:
        """Open a dialog or an input by name (`k8stui.screens.dialogs`)."""
        ...

    def table(self, what: str) -> None:
        """Change the table: next-column, previous-column, reverse, wide."""
        ...

    def page(self, what: str) -> None:
        """Do something to the page that is open (`k8stui.screens.page`): a text's are managed, reveal, wrap, ..."""
        ...

    async def enter(self, page: str, rows: "Rows", typed: str = "") -> None:
        """Open a page by name about these rows (`k8stui.screens.openings`), or about what was `typed` behind its name.

        Raises ValueError: that means nothing, in one sentence.
        """
        ...

    async def change(self, changes: Sequence[Change], *, typed: bool = False) -> None:
        """Ask as their risk demands, then do them; each one's result is told.

        `typed`: somebody has typed what is wanted. Then it raises ValueError where that fits none of the objects.
        """
        ...

    async def ask(self, title: str, hint: str, judge: Callable[[str], str], initial: str = "") -> str | None:
        """One line of text; None when it was cancelled. `judge` says what is wrong with it, "" for nothing."""
        ...

    async def put(self, asking: Asking) -> str | None:
        """The same, about objects: what was typed and left stands there the next time, until it has been done."""
        ...

    async def before_zero(self, ref: Ref) -> int | None:
        """How many replicas it had before we scaled it to 0, also in an earlier run; None: nothing is known of it."""
        ...

    async def present(self, builder: str, rows: "Rows") -> Present:
        """What the objects have now of what a builder changes (`taints.taint`); says why that cannot be read."""
        ...

    def version(self, resource: str) -> str:
        """The version of the API that the server has of a kind: `v2`."""
        ...

    def stamp(self) -> str:
        """This moment, as RFC 3339."""
        ...

    def suffix(self) -> str:
        """Some letters that make a name unique."""
        ...

    def say(self, text: str) -> None:
        """One line about what went on, kept in the messages."""
        ...

    def leave(self) -> None:
        """Leave a pushed screen, quit from a top one."""
        ...

    def quit(self) -> None:
        """End the program."""
        ...

    def reconnect(self) -> None:
        """Ask the server again at once, rights included."""
        ...

    def redraw(self) -> None:
        """Paint the whole screen anew."""
        ...

    def copy_of(self, ref: Ref) -> None:
        """Ask what to copy of an object, and copy it."""
        ...

    def copy_selection(self) -> bool:
        """Copy the selected text; False when nothing is selected."""
        ...


Rows = Sequence[Row]


Run = Callable[[Desk, Rows], Awaitable[None] | None]
"""What an action does: at once, or as a task when it returns an awaitable."""


Line = Callable[[Desk, Rows, str], Awaitable[None] | None]
"""The same with a text that was typed behind its name in the command line."""
