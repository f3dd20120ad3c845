"""Structured lines: their time, level, message and fields; and what is hostile among them."""

import pytest

from k8stui.model.columns import Tone
from k8stui.model.logs.decoded import LONGEST, fields_of
from k8stui.model.logs.jsonline import level_of, read
from k8stui.model.logs.levels import Level, level_named, place_of
from k8stui.model.logs.pretty import MOST, pretty
from k8stui.model.logs.stamps import nanoseconds

AT = 1_767_323_045_000_000_000
"""2026-01-02T03:04:05Z."""


@pytest.mark.parametrize(
    ("line", "at", "level", "message"),
    [
        ('{"ts":"2026-01-02T03:04:05Z","level":"info","msg":"hello"}', AT, Level.INFO, "hello"),
        ('{"time":1767323045,"level":30,"message":"bunyan"}', AT, Level.INFO, "bunyan"),
        ('{"timestamp":1767323045000,"lvl":"WRN","event":"zero"}', AT, Level.WARN, "zero"),
        ('{"@timestamp":"2026-01-02T04:04:05.000+0100","severity":"CRITICAL","log":"x"}', AT, Level.FATAL, "x"),
        ('{"ts":1767323045.25,"level":"dpanic","error":"boom"}', AT + 250_000_000, Level.FATAL, "boom"),
        ('  {"a":1}', 0, Level.UNKNOWN, ""),
        ('time="2026-01-02T03:04:05Z" level=warning msg="a \\"b\\" c" n=1', AT, Level.WARN, 'a "b" c'),
        ('E0102 15:04:05.678901       1 file.go:12] "Failed" pod="a/b"', 0, Level.ERROR, "Failed"),
        ("I0102 15:04:05.678901       1 file.go:12] it is fine", 0, Level.INFO, "it is fine"),
        ('{"level":{"a":1},"msg":["x"],"message":"second"}', 0, Level.UNKNOWN, "second"),
    ],
)
def test_records(line: str, at: int, level: Level, message: str) -> None:
    record = read(line)
    assert record is not None
    assert (record.at, record.level, record.message) == (at, level, message)
    assert level_of(line) is level


def test_the_other_fields_in_their_order() -> None:
    record = read('{"z":1,"level":"info","a":{"b":"x","c":{"d":null}},"l":[1,"2"],"n":1.50,"t":true,"msg":"m","e":{}}')
    assert record is not None
    assert record.fields == (
        ("z", "1"), ("a.b", "x"), ("a.c.d", "null"), ("l", '[1,"2"]'), ("n", "1.50"), ("t", "true"), ("e", "{}"),
    )  # fmt: skip
    assert record.field("a.b") == "x"
    assert record.field("nosuch") is None


@pytest.mark.parametrize(
    "line",
    ["", "{", "{}x", "plain", '["list"]', '{"a":' * 5000, "{" * 100_000, "a=b c=d", "x = y", "{'a':1}", '{"a":\x01}',
     '{"a":' + "1" * 10_000 + "}", "level=", "E0102 bad", '{"level":"\\ud800"}'],
)  # fmt: skip
def test_what_is_not_structured_or_hostile_raises_nothing(line: str) -> None:
    read(line)
    level_of(line)
    place_of(line)
    assert pretty(line)


def test_escaped_control_characters_do_not_come_back() -> None:
    line = r'{"level":"info","msg":"a\u001b[2J\u009b31mb\u202ec\nd\u001b[31me","k\u001b]52;x\u0007":"\u0007v"}'
    record = read(line)
    assert record is not None
    assert record.message == "abc de"
    assert record.fields == (("k", "v"),)
    for each in pretty(line):
        assert each.text.isprintable()


def test_duplicates_and_huge_numbers() -> None:
    record = read('{"a":1,"a":2,"n":123456789012345678901234567890123456789,"e":1e999,"level":"x"}')
    assert record is not None
    assert record.fields == (("a", "2"), ("n", "1.234568e+38"), ("e", "1e999"), ("level", "x"))


@pytest.mark.parametrize(
    ("word", "level"),
    [("warning", 4), ("WRN", 4), ("W", 4), ("10", 1), ("60", 6), ("35", 3), ("7", 0), ("Fatal", 6), ("", 0), ("hi", 0)],
)
def test_words_for_levels(word: str, level: int) -> None:
    assert level_named(word) == level


@pytest.mark.parametrize(
    ("line", "word", "level"),
    [
        ("2026-01-01 ERROR foo", "ERROR", Level.ERROR),
        ("[warn] x", "warn", Level.WARN),
        ("error: x", "error", Level.ERROR),
        ("panic: runtime error", "panic", Level.FATAL),
        ("2026 INFO main - ERROR later", "INFO", Level.INFO),
        ('{"severity":"debug"}', "debug", Level.DEBUG),
        ("foo level=trace bar", "trace", Level.TRACE),
        ("I0102 15:04:05.678901 1 f.go:1] x", "I", Level.INFO),
        ("GET /error/INFO 200 terror", "", Level.UNKNOWN),
        ("an info in the sentence", "", Level.UNKNOWN),
        ('{"msg":"ERROR within"}', "", Level.UNKNOWN),
    ],
)
def test_where_a_level_stands(line: str, word: str, level: Level) -> None:
    start, end, seen = place_of(line)
    assert (line[start:end], seen) == (word, level)


def test_tones() -> None:
    assert [level.tone for level in Level] == [
        Tone.PLAIN, Tone.MUTED, Tone.MUTED, Tone.PLAIN, Tone.WARNING, Tone.BAD, Tone.BAD,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-01-02T03:04:05.000000001Z", AT + 1),
        ("2026-01-02 03:04:05,5", AT + 500_000_000),
        ("2026-01-02T05:04:05+02:00", AT),
        ("2026-01-01T22:04:05-0500", AT),
        (1767323045, AT),
        ("1767323045000000", AT),
        (1767323045000000001, AT + 1),
        ("2026-02-31T00:00:00Z", 0),
        ("2026-01-02T24:04:05Z", 0),
        ("0000-01-02T04:04:05Z", 0),
        (True, 0),
        (None, 0),
        (12, 0),
        ("9" * 100, 0),
    ],
)
def test_times(written: object, at: int) -> None:
    assert nanoseconds(written) == at


@pytest.mark.parametrize("line", ['{"level": "error", "msg": "%s"}', 'level=error msg="%s"'])
def test_a_line_that_would_hold_up_every_key_is_text(line: str) -> None:
    short, long = line % ("x" * 1_000_000), line % ("x" * LONGEST)
    assert fields_of(short) is not None
    assert fields_of(long) is None
    assert [each.text for each in pretty(long)] == [long]


def test_pretty() -> None:
    lines = pretty('{"level":"error","msg":"x","stack":"at a\\n\\tat b\\n","o":{"l":[1,{"b":2},[]]}}')
    assert [line.text for line in lines] == [
        "level: error",
        "msg: x",
        "stack:",
        "  at a",
        "          at b",
        "o:",
        "  l:",
        "    - 1",
        "    -",
        "      b: 2",
        "    - []",
    ]
    assert (7, 12, Tone.BAD) in lines[0].spans
    assert [line.text for line in pretty("\x1b[31mplain\x1b[0m ERROR")] == ["plain ERROR"]
    many = pretty("{" + ",".join(f'"k{each}":{each}' for each in range(MOST + 10)) + "}")
    assert len(many) == MOST + 1
    assert "more than" in many[-1].text
