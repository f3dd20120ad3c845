"""What a program has left on in a terminal, read off its output."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.operations.sessions.modes import CALM, Modes


def undone(*pieces: bytes) -> bytes:
    modes = Modes()
    for piece in pieces:
        modes.feed(piece)
    return modes.undo().removesuffix(CALM)


@pytest.mark.parametrize(
    ("output", "undo"),
    [
        (b"hello \x1b[31mred", b""),
        (b"\x1b[?1049h", b"\x1b[?1049l"),
        (b"\x1b[?1049h\x1b[?1049l", b""),
        (b"\x1b[?1049;2004h", b"\x1b[?2004l\x1b[?1049l"),
        (b"\x1b[?1049h\x1b[?1006h\x1b[?1004h", b"\x1b[?1006l\x1b[?1004l\x1b[?1049l"),
        (b"\x1b[?25l\x1b[?7l", b""),
        (b"\x1b[?25h\x1b[?7h", b""),
        (b"\x1b[>1u\x1b[>5u", b"\x1b[<2u"),
        (b"\x1b[>1u\x1b[>5u\x1b[<u", b"\x1b[<1u"),
        (b"\x1b[>1u\x1b[<9u", b""),
        (b"\x1b[=1;1u", b"\x1b[=0u"),
        (b"\x1b[>4;2m", b"\x1b[>4m"),
        (b"\x1b[>4;2m\x1b[>4;0m", b""),
        (b"\x1b[5;20r", b"\x1b7\x1b[r\x1b8"),
        (b"\x1b[5;20r\x1b[r", b""),
        (b"\x1b[4 q", b"\x1b[0 q"),
        (b"\x1b[?1049h\x1b[>1u\x1bc", b""),
        (b"\x1b[u\x1b[s", b""),
    ],
)
def test_exactly_what_is_still_on_is_undone(output: bytes, undo: bytes) -> None:
    assert undone(output) == undo


@given(st.integers(min_value=0, max_value=40))
def test_a_sequence_may_come_in_pieces(cut: int) -> None:
    output = b"x\x1b[?1049h\x1b[?2004h\x1b[>1u\x1b[2;9ry"
    assert undone(output[:cut], output[cut:]) == undone(output) == undone(*(bytes((byte,)) for byte in output))


def test_the_alternate_screen_is_known() -> None:
    modes = Modes()
    modes.feed(b"\x1b[?1049h")
    assert modes.alternate
    modes.feed(b"\x1b[?1049l")
    assert not modes.alternate


def test_noise_costs_no_memory_and_no_error() -> None:
    modes = Modes()
    modes.feed(b"\x1b[" + b"1;" * 100_000)
    modes.feed(bytes(range(256)) * 100)
    assert modes.undo().endswith(CALM)
