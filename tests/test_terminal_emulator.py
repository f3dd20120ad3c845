"""The emulator of these tests shows what pyte by itself shows, whatever is written and wherever it is cut."""

from typing import Any

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.emulator import Screen, Stream

number = st.one_of(st.just(""), st.integers(0, 14).map(str))
one = st.builds("\x1b[{}{}".format, number, st.sampled_from("ABCDEFGLMPXade@`"))
two = st.builds("\x1b[{};{}{}".format, number, number, st.sampled_from("Hfr"))
erased = st.sampled_from(["\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[J", "\x1b[1J", "\x1b[2J", "\x1b[g", "\x1b[3g"])
sequences = st.one_of(one, two, erased)
private = st.sampled_from(
    ["\x1b[?7l", "\x1b[?7h", "\x1b[4h", "\x1b[4l", "\x1b[?25l", "\x1b[?5h", "\x1b7", "\x1b8", "\x1bM"]
)
colours = st.sampled_from(["\x1b[m", "\x1b[1;38;2;255;0;10;48;5;7m", "\x1b[31;7m", "\x1b]0;title\x07"])
controls = st.sampled_from(["\r", "\n", "\r\n", "\b", "\t", "\x0e", "\x0f", "\x00"])
words = st.text(st.sampled_from("abc ─│▌é…"), max_size=14)
odd = st.text(st.sampled_from("日本e\u0301\u200b🚀\u00ad"), max_size=3)
written = st.lists(st.one_of(words, sequences, private, colours, controls, odd), max_size=30).map("".join)


def shown(screen: Any) -> tuple[Any, ...]:
    cells = {(y, x): screen.buffer[y][x] for y in range(screen.lines) for x in range(screen.columns)}
    return cells, (screen.cursor.x, screen.cursor.y, screen.cursor.attrs), screen.mode, screen.title


def fed(screen: Any, stream: Any, pieces: list[bytes]) -> Any:
    made: Any = stream(screen)
    for piece in pieces:
        made.feed(piece)
        for y in range(screen.lines):
            screen.buffer[y]  # being read makes a line: to pyte a line that is not there is another than an empty one
        if isinstance(screen, Screen):
            assert len(screen.display) == screen.lines  # whoever looks between keeps what is not written to
    return screen


def pure(screen: Any) -> list[str]:
    """The lines as pyte itself reads them. Raises IndexError where it cannot."""
    display: Any = pyte.Screen.__dict__["display"]
    return list(display.fget(screen))


@settings(max_examples=150, deadline=None)
@given(written, st.integers(1, 9))
def test_it_shows_the_same_as_pyte(text: str, length: int) -> None:
    data = text.encode()
    pieces = [data[at : at + length] for at in range(0, len(data), length)]
    plain = fed(pyte.Screen(12, 5), pyte.ByteStream, pieces)
    ours = fed(Screen(12, 5), Stream, pieces)
    assert shown(ours) == shown(plain)
    try:
        lines = pure(plain)
    except IndexError:
        return  # the second half of a wide character by itself: pyte cannot read it
    assert ours.display == lines


def test_another_size_is_another_screen() -> None:
    ours, plain = Screen(10, 3), pyte.Screen(10, 3)
    for screen, stream in ((ours, Stream(ours)), (plain, pyte.ByteStream(plain))):
        stream.feed(b"\x1b[1;1Hone\x1b[2;1Htwo 345678\x1b[3;1Hthree")
        assert screen.display[2] == "three     "
        screen.resize(2, 6)
        stream.feed(b"\x1b[1;1Hx")
    assert ours.display == plain.display
