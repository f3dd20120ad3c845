"""What an action is: key, label, where it applies, what it needs, why not, and what it does."""

from msgspec import Struct, structs

from k8stui.actions.desk import Desk, Line, Rows, Run
from k8stui.actions.places import Where


class Need(Struct, frozen=True):
    """A right that an action wants: a verb on a resource, `patch nodes`."""

    verb: str
    resource: str
    """As kubectl names it, a subresource behind a slash; empty: the kind of the row."""
    others: tuple[str, ...] = ()
    """Resources of which one is as good."""
    current: bool = False
    """In the current namespace, whatever the row's is."""
    about: bool = False
    """Of the object that the row is about (an event's), instead of the row."""
    named: bool = False
    """Of the resource that the row is named after (a definition's)."""
    instead: "Need | None" = None
    """Another right with which it can be done as well, if in another way; what is lacking is told of this one."""

    def __str__(self) -> str:
        names = (self.resource or "this kind", *self.others)
        return f"{self.verb} {' or '.join(names) if len(names) < 3 else f'{names[0]} or the like'}"


class Action(Struct, frozen=True, kw_only=True):
    """One thing a user can do."""

    id: str
    key: str
    """As Textual names it; several separated by commas, the first is shown."""
    label: str
    typed: str = ""
    """What to type instead, where it has no key."""
    where: Where = Where.EVERYWHERE
    help: str = ""
    """One line for `?`, more than the label where that is not enough."""
    needs: tuple[Need, ...] = ()
    writes: bool = False
    """A read-only context refuses it, although it names no right: where it is going to write is not known yet."""
    target: bool = False
    """Acts on the row under the cursor."""
    many: bool = False
    """Acts on every marked row, where rows are marked."""
    footer: int = 0
    """Its rank in the footer, the lowest first; 0: not there."""
    later: bool = False
    """Its screen is not built yet: the key is kept free for it and says so."""
    run: Run = lambda _desk, _rows: None
    also: tuple[str, ...] = ()
    """Other names for it in the command line, as kubectl calls it: `label`. The first is the one that is shown."""
    usage: str = ""
    """What may be typed behind its name in the command line: `N` (`:scale N`). Empty: nothing may."""
    line: Line | None = None
    """Does it with what was typed behind its name. Raises ValueError: one sentence, said at the command line."""

    def why_not(self, rows: Rows, lacks: str = "") -> str | None:
        """Why it cannot be done now, in words; None when it can.

        Args:
            rows: what it would act on.
            lacks: which right the user lacks for it, in words (`k8stui.screens.rights`).
        """
        reasons = [
            "not in this version yet" if self.later else "",
            "nothing is selected" if self.target and not rows and not self.later else "",
            lacks,
        ]
        why = "; ".join(reason for reason in reasons if reason)
        return f"{self.label}: {why}" if why else None

    @property
    def word(self) -> str:
        """What it is called in the command line."""
        return self.also[0] if self.also else self.id

    @property
    def shown_key(self) -> str:
        """The key as a person reads it."""
        first = self.key.split(",")[0] or self.typed
        return {"question_mark": "?", "exclamation_mark": "!", "escape": "esc"}.get(first, first)


def later(identity: str, key: str, label: str, where: Where, *needs: Need) -> Action:
    """One whose screen is not built yet: its key is kept free."""
    return Action(
        id=identity, key=key, label=label, where=where, needs=needs, later=True, target=where is not Where.EVERYWHERE
    )


def opening(view: str) -> Run:
    """Go to a view in the current namespace."""
    return lambda desk, _rows: desk.open(desk.home(view))


def showing(what: str) -> Run:
    """Open a dialog or an input."""
    return lambda desk, _rows: desk.show(what)


def table(what: str) -> Run:
    """Change the table."""
    return lambda desk, _rows: desk.table(what)


def paging(what: str) -> Run:
    """Do something to the page that is open."""
    return lambda desk, _rows: desk.page(what)


def entering(page: str) -> Run:
    """Open a page about the rows."""
    return lambda desk, rows: desk.enter(page, rows)


def entering_typed(page: str) -> Line:
    """The same with what was typed behind the action's name."""
    return lambda desk, rows, typed: desk.enter(page, rows, typed)


def on_page(
    where: Where,
    identity: str,
    key: str,
    label: str,
    run: Run,
    about: str,
    footer: int = 0,
    *needs: Need,
    writes: bool = False,
) -> Action:
    """An action of a page; one that wants a right acts on what is under the cursor."""
    return Action(
        id=identity,
        key=key,
        label=label,
        where=where,
        needs=needs,
        writes=writes,
        target=bool(needs),
        run=run,
        help=about,
        footer=footer,
    )


def inspecting(tab: str) -> Run:
    """Read the object of the row."""
    return lambda desk, rows: desk.inspect(rows[0].ref, tab)


def mode(word: str) -> Run:
    """Turn one of the words of the place's mode on or off."""

    def run(desk: Desk, _rows: Rows) -> None:
        place = desk.place
        desk.alter(structs.replace(place, mode=" ".join(sorted({*place.mode.split()} ^ {word}))))

    return run
