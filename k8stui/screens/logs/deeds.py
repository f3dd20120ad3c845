"""What the keys of the page of logs do, by the names that `actions.log_page` calls them by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import structs

from k8stui.model.columns import Tone
from k8stui.model.logs.asked import parse as parse_options
from k8stui.model.logs.pretty import pretty
from k8stui.model.logs.saving import saved
from k8stui.model.times import stamped
from k8stui.screens.logs import moments
from k8stui.screens.logs.saving import save
from k8stui.screens.logs.sources import SourcesScreen
from k8stui.screens.logs.viewed import extent, flags
from k8stui.screens.texts import TextScreen
from k8stui.state import LogState

if TYPE_CHECKING:
    from k8stui.screens.logs.page import LogsScreen

Deed = Callable[["LogsScreen"], None]


# Looking


def _search(screen: LogsScreen) -> None:
    query = screen.logs.shown.query
    screen.bar.ask("search", query.text if query is not None else "")


def _find(by: int) -> Deed:
    def find(screen: LogsScreen) -> None:
        if screen.logs.shown.query is None:
            screen.say("Nothing is searched for: s searches")
        else:
            screen.view.find(by)

    return find


def _context(screen: LogsScreen) -> None:
    screen.say(screen.looking.turn_context())


def _level(screen: LogsScreen) -> None:
    screen.say(screen.looking.turn_level())


def _columns(screen: LogsScreen) -> None:
    screen.view.columns = not screen.view.columns
    _remember(screen)
    how = "as level, message and fields" if screen.view.columns else "as they were written"
    screen.say(f"JSON lines {how}")


def _fields(screen: LogsScreen) -> None:
    screen.bar.ask("fields", ", ".join(screen.view.fields))


def _choose_fields(screen: LogsScreen, text: str) -> None:
    screen.view.fields = tuple(dict.fromkeys(text.replace(",", " ").split()))
    screen.view.columns = True


def _wrap(screen: LogsScreen) -> None:
    screen.view.wrap = not screen.view.wrap
    _remember(screen)


def _times(screen: LogsScreen) -> None:
    screen.view.times = not screen.view.times
    _remember(screen)


def _remember(screen: LogsScreen) -> None:
    view = screen.view
    screen.house.memory.logs(LogState(view.wrap, view.times, view.columns))


# Moving


def _pause(screen: LogsScreen) -> None:
    if screen.view.following:
        screen.view.pause()
    else:
        screen.view.follow()


def _follow(screen: LogsScreen) -> None:
    screen.view.follow()


def _jump(screen: LogsScreen) -> None:
    screen.bar.ask("jump")


def _go_to(screen: LogsScreen, text: str) -> None:
    at = moments.parse(text, screen.session.now(), screen.zone)
    book = screen.logs.book
    number = book.at(at)
    if number >= book.end:
        screen.view.follow()
        screen.say("No line is so late: this is the newest")
    else:
        screen.view.go(number)
        if number == book.first:
            screen.say(_beginning(screen))


def _beginning(screen: LogsScreen) -> str:
    """What the first line is: there may be earlier ones that nobody asked for."""
    logs, tail = screen.logs, screen.session.settings.logs.tail
    options = logs.viewed.options
    if logs.book.dropped:
        return "This is the oldest line that is kept"
    most = options.lines(tail)
    if options.since or options.since_time or any(0 <= most <= source.lines for source in logs.sources):
        return f"This is the first line that was read ({extent(options, tail)}): O reads more"
    return "This is the first line"


def _mark(screen: LogsScreen) -> None:
    if screen.view.cursor is None:
        screen.say("There is no line to mark")
    else:
        screen.view.mark()


def _marked(screen: LogsScreen) -> None:
    if not screen.view.to_mark(1):
        screen.say("No line is marked: M marks one")


# Sources and options


def _previous(screen: LogsScreen) -> None:
    source = screen.source
    again = [each for each in screen.logs.sources if each.earlier or each.again]
    if source is None and len(again) == 1:
        source = again[0]
    if source is None:
        said = "No container was started again" if not again else "Put the cursor on a line of the container"
        screen.say(said)
    elif not (source.earlier or source.again):
        screen.say(f"{source.name} was not started again: there is no log before this one")
    elif source.again and not screen.logs.viewed.options.previous:
        screen.say(f"{source.name} has not been started again: this is its last log")
    else:
        screen.logs.follow.previous(source.number)


def _sources(screen: LogsScreen) -> None:
    if not screen.logs.sources:
        screen.say("No container is known yet")
        return

    def chosen(numbers: frozenset[int] | None) -> None:
        if numbers is not None and not screen.gone:
            screen.choose(numbers)

    screen.house.push_screen(
        SourcesScreen(screen.logs, screen.looking.hidden, screen.session.now, screen.signs), chosen
    )


def _options(screen: LogsScreen) -> None:
    screen.bar.ask("options", flags(screen.logs.viewed.options))


def _with_options(screen: LogsScreen, text: str) -> None:
    asked = parse_options(text)
    if asked.name or asked.selector or asked.namespace or asked.everywhere:
        raise ValueError("Only options mean something here; `:logs` and a name opens another log")
    viewed = screen.logs.viewed
    if asked.options != viewed.options:
        screen.restart(structs.replace(viewed, options=asked.options))


# Lines


def _open(screen: LogsScreen) -> None:
    if screen.view.cursor is not None:
        open_line(screen, screen.view.cursor)


def open_line(screen: LogsScreen, number: int) -> None:
    """All of one line."""
    try:
        entry = screen.logs.shown.entry(number)
    except IndexError:
        screen.say("This line is not kept any more")
        return
    source = screen.logs.follow.sources.get(entry.source)
    at = stamped(entry.at / 1e9, screen.zone) if entry.at else ""
    title = "  ".join(text for text in (source.name if source is not None else "", at) if text)
    screen.house.push_screen(TextScreen(title or "Line", pretty(entry.text), screen.signs))


def _copy(screen: LogsScreen) -> None:
    cursor = screen.view.cursor
    numbers = screen.view.marks or ([cursor] if cursor is not None else [])
    entries = []
    for number in numbers:
        try:
            entries.append(screen.logs.shown.entry(number))
        except IndexError:
            continue
    if not entries:
        screen.say("There is no line to copy")
        return
    several = len({entry.source for entry in entries}) > 1
    lines = saved(entries, times=screen.view.times, sources=screen.logs.names if several else None)
    screen.house.copy("\n".join(line.removesuffix("\n") for line in lines))


def _command(screen: LogsScreen) -> None:
    viewed, session = screen.logs.viewed, screen.session
    tail = session.settings.logs.tail
    text = viewed.options.kubectl(viewed.target, context=session.context.name, tail=tail)
    if text:
        screen.house.copy(text, text)
    else:
        screen.say("kubectl has no command for these logs", Tone.WARNING)


def _save(screen: LogsScreen) -> None:
    known = screen.house.home.desk.expect()

    async def saving() -> None:
        try:
            await save(screen)
        finally:
            known.set()

    screen.house.spawn(saving(), "saving a log")


DEEDS: Final[Mapping[str, Deed]] = MappingProxyType(
    {
        "search": _search,
        "next": _find(1),
        "before": _find(-1),
        "context": _context,
        "level": _level,
        "columns": _columns,
        "fields": _fields,
        "pause": _pause,
        "follow": _follow,
        "previous": _previous,
        "sources": _sources,
        "options": _options,
        "jump": _jump,
        "times": _times,
        "wrap": _wrap,
        "open": _open,
        "mark": _mark,
        "marked": _marked,
        "copy": _copy,
        "command": _command,
        "save": _save,
    }
)
ANSWERS: Final[Mapping[str, Callable[[LogsScreen, str], None]]] = MappingProxyType(
    {"jump": _go_to, "fields": _choose_fields, "options": _with_options}
)
"""What is done with what was typed into the input, by what it asked for. Raises ValueError: one sentence."""
