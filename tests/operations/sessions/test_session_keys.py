"""Ctrl+] among what is typed, however a terminal writes it and wherever a read ends."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8stui.operations.sessions.keys import Keys, Special, first_key
from k8stui.operations.sessions.prompt import Answer, answer, text

ESCAPE = Special.ESCAPE


def together(found: Sequence[bytes | Special]) -> list[bytes | Special]:
    """Bytes that follow each other as one."""
    made: list[bytes | Special] = []
    for each in found:
        if isinstance(each, bytes) and made and isinstance(made[-1], bytes):
            made[-1] += each
        else:
            made.append(each)
    return made


def fed(*pieces: bytes) -> list[bytes | Special]:
    keys = Keys()
    return together([each for piece in pieces for each in keys.feed(piece)])


@pytest.mark.parametrize(
    "written",
    [
        b"\x1d",
        b"\x1b[93;5u",
        b"\x1b[93;5:1u",
        b"\x1b[93;5:2u",
        b"\x1b[93;69u",
        b"\x1b[93:125;133;29u",
        b"\x1b[27;5;93~",
    ],
)
def test_every_way_to_write_it_is_known(written: bytes) -> None:
    assert fed(b"a" + written + b"b") == [b"a", ESCAPE, b"b"]


@pytest.mark.parametrize(
    "other",
    [
        b"]",
        b"\x1b",
        b"\x1b[",
        b"\x1b]",
        b"\x1b[93u",
        b"\x1b[93;3u",
        b"\x1b[93;6u",
        b"\x1b[200",
        b"\x1b[9;5u",
        b"\x1b[A",
    ],
)
def test_other_keys_are_passed_on_as_they_are(other: bytes) -> None:
    assert fed(other, b"x") == [other + b"x"]


@pytest.mark.parametrize("alone", [b"\x1b", b"\x1b[", b"a", b"\x1b[A", b"\x1b[3~", b"\x1b[20~"])
def test_no_key_waits_for_the_next_one(alone: bytes) -> None:
    assert Keys().feed(alone) == [alone]


def test_letting_it_go_is_nobodys_key() -> None:
    assert fed(b"\x1b[93;5u\x1b[93;5:3ux") == [ESCAPE, b"x"]


def test_in_a_paste_it_is_text() -> None:
    paste = b"\x1b[200~one\x1dtwo\x1b[93;5u\x1b[201~"
    assert fed(paste + b"\x1d") == [paste, ESCAPE]


@given(
    st.lists(
        st.sampled_from(
            [b"a", b"\x1d", b"\x1b[93;5u", b"\x1b[27;5;93~", b"\x1b[200~x\x1dy\x1b[201~", b"\xc3\xa9", b"\x1b[D"]
        )
    ),
    st.data(),
)
def test_where_a_read_ends_makes_no_difference(parts: list[bytes], data: st.DataObject) -> None:
    """But inside `esc` and `esc [`, which are keys by themselves and are not waited for."""
    whole = b"".join(parts)
    ends = [at for at in range(1, len(whole)) if whole[:at][-1:] != b"\x1b" and whole[:at][-2:] != b"\x1b["]
    cuts = sorted(data.draw(st.sets(st.sampled_from(ends)))) if ends else []
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert fed(*pieces) == fed(whole)


@pytest.mark.parametrize(
    ("typed", "key", "rest"),
    [
        (b"dx", "d", b"x"),
        (b"\x1b[100u", "d", b""),
        (b"\x1b[100;1:3ue", "e", b""),
        (b"\x1b[57441;2ud", "d", b""),
        (b"\x1b[M !!d", "d", b""),
        (b"\x1b[<0;1;1M\x1bOA\x1b[I", "", b""),
        (b"\x1b", "\x1b", b""),
        ("éx".encode(), "\xc3", b"x"),
    ],
)
def test_the_first_key_of_what_is_typed(typed: bytes, key: str, rest: bytes) -> None:
    assert first_key(typed) == (key, rest)


def test_the_answers() -> None:
    assert [answer(key)[0] for key in (b"d", b"e", b"]", b"\x1d", b"x", b"\r")] == [
        *(Answer.DETACH, Answer.END, Answer.LITERAL, Answer.LITERAL, Answer.GO_ON, Answer.GO_ON)
    ]


@pytest.mark.parametrize("columns", [1, 20, 80, 200])
def test_the_prompt_is_one_line(columns: int) -> None:
    assert len(text("leave it running", columns)) < max(2, columns)
