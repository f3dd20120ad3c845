"""What the actions that change the cluster share: the same words by a question and by the command line.

An action names a builder of `k8stui.operations`; whatever of these it needs is loaded inside a function, for the first
frame goes without. What is typed is checked by the builder's own rules before anything is read, and by the builder on
the object as it is; a text that fits none of the objects comes back to where it was typed.
"""

from collections.abc import Awaitable, Callable, Mapping

from msgspec import Struct, structs

from k8stui.actions.action import Action, Need
from k8stui.actions.desk import TAB, Asking, Change, Desk, Line, Rows, Run
from k8stui.actions.options import options
from k8stui.actions.places import Where

PATCH = (Need("patch", ""),)
PATCH_NODES = (Need("patch", "nodes"),)

Words = Callable[[Desk, Rows, str], list[Change]]
"""The changes that a typed text means. Raises ValueError with one sentence where it means none."""


class Write(Struct, frozen=True, kw_only=True):
    """A write as the registry lists it."""

    id: str
    key: str = ""
    label: str
    where: Where
    needs: tuple[Need, ...] = PATCH
    about: str
    also: tuple[str, ...] = ()
    usage: str = ""


def at_once(write: Write, words: Words) -> Action:
    """One that needs no text: options may be typed behind its name."""

    async def run(desk: Desk, rows: Rows) -> None:
        await desk.change(words(desk, rows, ""))

    return _action(write, run, _line(words))


def asked(
    write: Write,
    words: Words,
    question: Callable[[Desk, Rows], Asking],
    *,
    words_asked: Words | None = None,
    beside: Run | None = None,
) -> Action:
    """One that asks for a line of text, the same as may be typed behind its name.

    Args:
        write: what it is.
        words: what the text means.
        question: `judge` and `about` are made of the words and the rows.
        words_asked: what the text means in the question, where it is more than behind the name.
        beside: what tab leads to in the question.
    """
    meaning = words_asked or words

    async def run(desk: Desk, rows: Rows) -> None:
        judge = judged(lambda text: meaning(desk, rows, text))
        asking = structs.replace(question(desk, rows), judge=judge, about=(*rows,))
        while (text := await desk.put(asking)) is not None:
            if text == TAB:
                other = beside(desk, rows) if beside is not None else None
                if other is not None:
                    await other
                break
            try:
                await desk.change(meaning(desk, rows, text), typed=True)
                break
            except ValueError as error:
                asking = structs.replace(asking, initial=text, error=str(error), replaced=False)

    return _action(write, run, _line(words))


def _line(words: Words) -> Line:
    def line(desk: Desk, rows: Rows, typed: str) -> Awaitable[None]:
        return desk.change(words(desk, rows, typed), typed=True)  # a wrong text is said before anything is awaited

    return line


def _action(write: Write, run: Run, line: Line) -> Action:
    return Action(
        id=write.id,
        key=write.key,
        label=write.label,
        typed="" if write.key else f":{write.also[0] if write.also else write.id}",
        where=write.where,
        needs=write.needs,
        target=True,
        many=True,
        help=write.about,
        run=run,
        line=line,
        also=write.also,
        usage=write.usage,
    )


def judged(parse: Callable[[str], object]) -> Callable[[str], str]:
    """What is wrong with a text, by the builder's own rules."""

    def judge(text: str) -> str:
        try:
            parse(text)
        except ValueError as error:
            return str(error)
        return ""

    return judge


def each(rows: Rows, builder: str, args: Mapping[str, object]) -> list[Change]:
    """The same change of every row."""
    return [(builder, row.ref, args) for row in rows]


def nothing(typed: str) -> None:
    """Raises ValueError: something is typed behind the name of an action that takes nothing."""
    options(typed, words=False)


def titled(what: str, rows: Rows) -> str:
    """`Replicas of shop/web`, `Replicas of 3 objects`."""
    return f"{what} of {rows[0].ref}" if len(rows) == 1 else f"{what} of {len(rows)} objects"
