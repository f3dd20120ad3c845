"""Every text can be read in every theme: contrasts by WCAG 2.1, and what really goes to a terminal of 16 colours."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.color import Color as RichColor
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.app import App, ComposeResult
from textual.color import Color
from textual.filter import ANSIToTruecolor
from textual.notifications import Notification
from textual.theme import Theme
from textual.widget import Widget
from textual.widgets._toast import Toast

import k8stui
from k8stui.arguments import few_colours
from k8stui.model.columns import Tone
from k8stui.settings import THEMES
from k8stui.themes import ALL, ANSI, BY_NAME, DARK, LIGHT, PLAIN, chosen
from k8stui.widgets.filter_bar import FilterBar
from k8stui.widgets.live_table import LiveTable
from k8stui.widgets.pick_list import PickList
from k8stui.widgets.status_line import StatusLine
from k8stui.widgets.text_view import TextView
from tests.support.program import program
from tests.support.terminal import Terminal

LEAST = 4.5
"""WCAG 2.1, success criterion 1.4.3 (AA)."""

XTERM = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
]  # fmt: skip
"""XTerm-col.ad: what xterm shows where nothing else is set."""
VGA = [
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
    (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255),
    (255, 255, 255),
]  # fmt: skip
"""The Linux console's."""
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


class Gallery(App[None]):
    """One of each widget that shows text."""

    CSS_PATH = Path(k8stui.__file__).parent / "k8stui.tcss"

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        for each in ALL:
            self.register_theme(each)
        self.theme = theme.name

    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield LiveTable(now=lambda: 0.0)
        yield TextView()
        yield PickList()
        yield FilterBar(lambda _text: "")
        yield Toast(Notification("a toast"))


async def styles(theme: Theme) -> dict[str, Style]:
    """Every style that text is painted in, by widget and part."""
    app = Gallery(theme)
    async with app.run_test() as pilot:
        await pilot.pause()
        found: dict[str, Style] = {}
        for widget in app.screen.walk_children(Widget):
            name = type(widget).__name__
            found[name] = widget.rich_style
            for part in sorted(type(widget)._get_component_classes()):
                found[f"{name} {part}"] = widget.get_component_rich_style(part)
        found["selection"] = app.screen.get_component_rich_style("screen--selection")
        return found


def luminance(color: tuple[int, int, int]) -> float:
    channels = [part / 255 for part in color]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast((119, 119, 119), WHITE) == pytest.approx(4.48, abs=0.01)


def pair(style: Style, palette: TerminalTheme) -> tuple[ColorTriplet, ColorTriplet]:
    """Text and background as they are seen: dimming, reversing and the palette included."""
    (seen,) = ANSIToTruecolor(palette).apply([Segment("x", style)], Color.from_rich_color(RichColor.parse("default")))
    assert seen.style is not None
    front = (seen.style.color or RichColor.default()).get_truecolor(palette, foreground=True)
    back = (seen.style.bgcolor or RichColor.default()).get_truecolor(palette, foreground=False)
    return (back, front) if style.reverse else (front, back)


def palette_of(colours: list[tuple[int, int, int]], back: tuple[int, int, int]) -> TerminalTheme:
    return TerminalTheme(back, WHITE if back == BLACK else BLACK, colours[:8], colours[8:])


def test_the_themes_are_those_that_a_user_can_name() -> None:
    assert tuple(BY_NAME) == THEMES
    assert chosen("", no_color=False) is DARK
    assert chosen("light", no_color=True) is PLAIN


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
async def test_every_text_has_the_contrast(theme: Theme) -> None:
    found = await styles(theme)
    assert {f"LiveTable live-table--{tone.value}" for tone in Tone if tone is not Tone.PLAIN} <= found.keys()
    assert {"LiveTable live-table--cursor", "LiveTable live-table--marked", "selection"} <= found.keys()
    back = palette_of(XTERM, BLACK)
    weak = {name: round(contrast(*pair(style, back)), 2) for name, style in found.items()}
    assert {name: ratio for name, ratio in weak.items() if ratio < LEAST} == {}


@pytest.mark.parametrize("back", [BLACK, WHITE], ids=["on black", "on white"])
@pytest.mark.parametrize("colours", [XTERM, VGA], ids=["xterm", "vga"])
async def test_sixteen_colours_can_be_read_on_any_default_background(
    colours: list[tuple[int, int, int]], back: tuple[int, int, int]
) -> None:
    """Dimming is left out: how dim that is is the terminal's affair."""
    found = {name: style + Style(dim=False) for name, style in (await styles(ANSI)).items()}
    palette = palette_of(colours, back)
    weak = {name: round(contrast(*pair(style, palette)), 2) for name, style in found.items()}
    assert {name: ratio for name, ratio in weak.items() if ratio < LEAST} == {}


async def test_sixteen_colours_are_the_terminals_own_and_tell_the_tones_apart() -> None:
    found = await styles(ANSI)
    tones = [found[f"LiveTable live-table--{tone.value}"].color for tone in Tone if tone is not Tone.PLAIN]
    assert all(color is not None and color.is_system_defined for color in tones)
    assert len({color.number for color in tones if color is not None}) == len(tones)
    assert all(style.bgcolor is None or style.bgcolor.is_system_defined for style in found.values())


async def test_without_colours_there_is_none_and_the_cursor_is_reversed() -> None:
    found = await styles(PLAIN)
    assert {color.name for style in found.values() for color in (style.color, style.bgcolor) if color} == {"default"}
    assert found["LiveTable live-table--cursor"].reverse
    assert found["LiveTable live-table--marked"].bold
    assert found["PickList pick-list--cursor"].reverse


@pytest.mark.parametrize(
    ("environ", "few"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "linux"}, True),
        ({"TERM": "screen"}, True),
        ({"TERM": "xterm-16color"}, True),
        ({}, True),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "screen-256color"}, False),
        ({"TERM": "xterm-kitty"}, False),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, False),
    ],
)
def test_how_many_colours_a_terminal_has(environ: dict[str, str], few: bool) -> None:
    assert few_colours(environ) is few


COLOURS = re.compile(rb"\x1b\[([0-9;:]*)m")


def sent(raw: bytes) -> set[str]:
    """Every single parameter of every colour sequence; those of 256 or more colours as one."""
    text = b";".join(match[1] for match in COLOURS.finditer(raw)).decode()
    return set(re.findall(r"[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+", text))


@pytest.fixture(scope="module")
def sixteen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """The program in a terminal of 16 colours, for those who only look."""
    folder = tmp_path_factory.mktemp("sixteen")
    with program(folder, "--demo", term="xterm", env={"COLORTERM": ""}, size=(100, 24)) as terminal:
        terminal.wait_for("live", 30)
        terminal.wait_quiet()
        yield terminal


@pytest.mark.slow
def test_a_terminal_of_16_colours_gets_green_yellow_and_red(sixteen: Terminal) -> None:
    codes = sent(bytes(sixteen.raw))
    assert {"32", "36", "91"} <= codes
    assert not {code for code in codes if code.startswith(("38;", "48;"))}


OPENED = {"?": "esc closes", "!": "times", "a": "Actions on", ":": ":", "/": "/", "d": "Name", "n": "all namespaces"}
"""What is seen after a key."""


@pytest.mark.slow
def test_with_16_colours_no_text_is_left_to_the_terminals_own_colours(sixteen: Terminal) -> None:
    """Black on black it would be where the terminal is light."""
    left = {"table": own_coloured(sixteen)}
    for key, seen in OPENED.items():
        sixteen.send(key)
        sixteen.wait_for(seen)
        sixteen.wait_quiet()
        left[key] = own_coloured(sixteen)
        sixteen.send("\x1b")
        sixteen.wait_quiet()
    assert {where: found for where, found in left.items() if found} == {}


def own_coloured(terminal: Terminal) -> str:
    """The letters that are painted in the terminal's own colour, or on its own background."""
    screen = terminal._screen
    assert screen is not None
    cells = [screen.buffer[y][x] for y in range(screen.lines) for x in range(screen.columns)]
    return "".join(cell.data for cell in cells if cell.data.strip() and "default" in (cell.fg, cell.bg))


@pytest.mark.slow
def test_no_color_means_no_colour_at_all(tmp_path: Path) -> None:
    env = {"COLORTERM": "truecolor", "NO_COLOR": "1"}
    with program(tmp_path, "--demo", term="xterm-256color", env=env) as terminal:
        terminal.wait_for("live", 30)
        terminal.wait_quiet()
        terminal.send("q")
        terminal.wait_end()
        codes = sent(bytes(terminal.raw))
    assert codes & {str(code) for code in [*range(30, 39), *range(40, 49), *range(90, 108)]} == set()
    assert not {code for code in codes if ";" in code}
    assert "7" in codes
