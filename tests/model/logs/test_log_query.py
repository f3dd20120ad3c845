"""What is typed to filter a log, and which lines it matches; many lines at once as one by one."""

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.model.logs.joined import joinable
from k8stui.model.logs.query import Kind, Query, parse, parse_all
from k8stui.model.logs.sieve import matching, plainly

JSON = (
    '{"ts":"2026-01-02T03:04:05Z","level":"WARN","msg":"login user=7 failed","status":504,'
    '"user":{"name":"Bob","a.b":1},"ok":true,"big":1e400}'
)
LOGFMT = 'time=2026-01-02T03:04:05Z level=error msg="disk full" free=0.5'
TEXT = "10.0.0.1 GET /cart user=7 [error] took 30ms"
LINES = [JSON, LOGFMT, TEXT]


def found(typed: str) -> str:
    """Which of the three lines: J, L, T."""
    return "".join("JLT"[index] for index in matching(parse(typed), LINES))


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("", "JLT"),
        ("!", "JLT"),
        ("error", "LT"),
        ("Error", ""),
        ("WARN", "J"),
        ("warn", "J"),
        ("!error", "J"),
        ("! error", "J"),
        ("took [0-9]+ms", "T"),
        ("!took [0-9]+ms", "JL"),
        ('"[error]"', "T"),
        ('!"[error]"', "JL"),
        ("level=warn", "J"),
        ("level=warning", "J"),
        ("lvl=error", "L"),
        ("severity>=warn", "JL"),
        ("level>warn", "L"),
        ("level!=warn", "LT"),
        ("!level!=warn", "J"),
        ("status=504", "J"),
        ("status=504.0", "J"),
        ("status>=500", "J"),
        ("status>504", ""),
        ("free<1", "L"),
        ("free>=0", "L"),
        ("user.name=bob", "J"),
        ("user.name=Bob", "J"),
        ("user.name=BOB", ""),
        ("user.name~^b.b$", "J"),
        ("user.name!~^b", "LT"),
        ("user.a.b=1", "J"),
        ("ok=true", "J"),
        ("big=1e400", "J"),
        ("user=7", "T"),
        ('msg="disk full"', "L"),
        ("message~disk", "L"),
        ("time>2026-01-02T00:00:00Z", "JL"),
        ("time>=2026-01-02T03:04:06Z", ""),
        ("nosuch=", ""),
        ("a<b", ""),
    ],
)
def test_what_is_typed(typed: str, lines: str) -> None:
    assert found(typed) == lines


def test_a_field_that_the_line_does_not_have_may_stand_in_its_text() -> None:
    """`user` of the JSON line is an object; where there is none, the message may hold the words."""
    assert matching(parse("user=7"), ['{"level":"info","msg":"login user=7 failed"}']) == [0]


def test_several() -> None:
    queries = parse_all("error && !took &&  && level=error")
    assert [query.text for query in queries] == ["error", "!took", "level=error"]
    assert parse_all(" ") == ()


@pytest.mark.parametrize("typed", ["a[", "(", "x{2,1}", "*", "(?P<", "\\", "[z-a]", "a" * 600 + "[b]", "key~("])
def test_bad_patterns_are_one_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"[.:]") as raised:
        parse(typed)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400


def test_what_is_marked() -> None:
    assert parse("ab").places("xABxab") == [(1, 3), (4, 6)]
    assert parse("aB").places("xABxaB") == [(4, 6)]
    assert parse("a+").places("aaxa", 1) == [(1, 2), (3, 4)]
    assert parse("!ab").places("ab") == []
    assert parse("x*").places("ab") == []
    assert parse("i̇").places("İi̇") == [(1, 3)]
    assert parse("user=7").places("user=7") == [(0, 6)]
    assert parse("(a|aa)+$").places("a" * 40 + "b") == []


@pytest.mark.parametrize(
    ("pattern", "made"),
    [
        (r"a.b", r"(?:a.b)[^\n]*+"),
        (r"^x\s+\d{2,3}$", r"(?:^x +\d{2,3}$)[^\n]*+"),
        (r"[^,]+\W\D", r"(?:[^\n,]+[^\w\n][^\d\n])[^\n]*+"),
        (r"[\sab-c]|\(", r"(?:[ ab-c]|\()[^\n]*+"),
        (r"(?P<q>a)(?P=q)(?<!b)(b)\1", r"(?:(?P<q>a)(?P=q)(?<!b)(b)\1)[^\n]*+"),
    ],
)
def test_patterns_for_joined_lines(pattern: str, made: str) -> None:
    assert joinable(pattern) == made


@pytest.mark.parametrize(
    "pattern",
    [r"\Aa", r"a\Z", r"\n", r"\x0a", r"[\n]", r"[\W]", r"[^]a]", "(?s)a.b", "(?i)a", "(?:a){e<=1}", r"\X", r"(?R)",
     "[[:alpha:]]", r"(?(1)a|b)", "(*FAIL)", r"\10", "[\t-~]", "a\nb", "\\", "[a"],
)  # fmt: skip
def test_patterns_that_are_searched_line_by_line(pattern: str) -> None:
    assert joinable(pattern) is None


PIECES = [
    "a", "b", " ", ".", "^", "$", "|", "a*", "b+", "[ab]", "[^a]", "[^a]*", r"\s", r"\S", r"\w+", r"\W", r"\D*", r"\b",
    r"\B", "(a|b)", "(?:ab)?", "(?=b)", "(?!a)", "(?<=a)", "(?<!b)", "a{2}", "(?>a*)", r"(a)\1", "b??", "a*+",
]  # fmt: skip


@settings(derandomize=True, max_examples=600, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join),
    st.lists(st.text("abA B,", max_size=6), min_size=2, max_size=8),
)
def test_many_lines_at_once_as_one_by_one(pattern: str, lines: list[str]) -> None:
    made = joinable(pattern)
    flags = regex.VERSION0 | regex.MULTILINE | regex.IGNORECASE
    try:
        single = regex.compile(pattern, flags)
    except regex.error:
        return
    assert made is not None
    query = Query(pattern, Kind.PATTERN, pattern=single, joined=regex.compile(made, flags))
    assert matching(query, lines) == [index for index, line in enumerate(lines) if single.search(line)]


def test_colours_are_not_searched() -> None:
    texts = ["x\x1b[31my", "plain"]
    assert list(plainly(texts)) == ["xy", "plain"]
    assert list(plainly(["x\x1b[31my\nz", "plain"])) == ["xy\nz", "plain"]


def test_a_pattern_that_takes_too_long_is_ended() -> None:
    for typed in ("(a|aa)+$", r"(a|aa)+\Z", "x~(a|aa)+$"):
        line = '{"level":"info","x":"' + "a" * 60 + 'b"}' if "~" in typed else "a" * 60 + "b"
        with pytest.raises(TimeoutError):
            matching(parse(typed), [line] * 3)
