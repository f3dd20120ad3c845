import time

import pytest

from k8stui.model.filter import LONGEST, Filter, parse

WEB = (("app", "web"), ("tier", "front"))
DB = (("app", "db"),)


def shows(typed: str, text: str, labels: tuple[tuple[str, str], ...] = ()) -> bool:
    return parse(typed).matches(text, labels)


@pytest.mark.parametrize("typed", ["", "   ", "!", " ! "])
def test_blank_hides_nothing(typed: str) -> None:
    assert parse(typed).empty
    assert shows(typed, "anything")


@pytest.mark.parametrize(
    ("typed", "text", "shown"),
    [
        ("api", "kube-api-1", True),
        ("API", "kube-api-1", True),
        ("api", "web", False),
        ("web-1.2", "web-1.2", True),
        ("web-1.2", "web-1x2", False),
        ("1/1", "web 1/1 running", True),
        ("a:b", "a:b", True),
        ("!api", "kube-api-1", False),
        ("! api", "web", True),
    ],
)
def test_plain_text_in_any_case_and_its_opposite(typed: str, text: str, shown: bool) -> None:
    assert not parse(typed).costly
    assert shows(typed, text) is shown


@pytest.mark.parametrize(
    ("typed", "text", "shown"),
    [
        ("api-[0-9]+", "api-12", True),
        ("api-[0-9]+", "api-x", False),
        ("^API", "api-x", True),
        ("^api$|web", "my web", True),
        ("!web|db", "web-1", False),
        ("!web|db", "api-1", True),
    ],
)
def test_regular_expressions(typed: str, text: str, shown: bool) -> None:
    assert parse(typed).costly
    assert shows(typed, text) is shown


def test_trap_5_a_regular_expression_with_a_space_filters() -> None:
    assert shows("web-.* running", "web-1 running")
    assert not shows("web-.* running", "web-1 failed")
    assert shows("(web|db) 1/1", "db 1/1")
    assert not shows("(web|db) 1/1", "api 1/1")


@pytest.mark.parametrize(
    ("typed", "web", "database"),
    [
        ("app=web", True, False),
        ("app==web", True, False),
        ("app = web", True, False),
        ("app!=web", False, True),
        ("app in (web,db)", True, True),
        ("app notin (web)", False, True),
        ("app=web,tier=front", True, False),
        ("app,tier!=front", False, True),
        ("-l tier", True, False),
        ("-l !tier", False, True),
        ("-lapp", None, None),
        ("!app=web", False, True),
        ("!-l tier", False, True),
    ],
)
def test_label_selectors(typed: str, web: bool | None, database: bool | None) -> None:
    if web is None:
        assert parse(typed).selector is None  # text that begins with -l
        return
    assert shows(typed, "", WEB) is web
    assert shows(typed, "", DB) is database


def test_what_only_looks_like_a_selector_is_text_or_a_pattern() -> None:
    assert shows("image=nginx:1", "image=nginx:1.25")
    assert parse("app=web.*").costly
    assert not parse("a=b=c").selector


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("[", "[ is no regular expression"),
        ("a(b", "mend it, or put a \\ before"),
        ("*", "is no regular expression"),
        ("-l", "write one after it"),
        ("-l   ", "write one after it"),
        ("app in (a", "label selector"),
        ("-l a b", "label selector"),
        ("app=-x-", "is no label value"),
        ("x" * LONGEST + "+", f"at most {LONGEST}"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(typed: str, words: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        parse(typed)
    sentence = str(caught.value)
    assert words in sentence
    assert "\n" not in sentence
    assert sentence.endswith((".", ")"))


def test_a_sentence_never_holds_what_steers_a_terminal() -> None:
    with pytest.raises(ValueError, match="no regular expression") as caught:
        parse("\x1b]52;c;x\x07\u202e(")
    assert str(caught.value).isprintable()


def test_a_warning_of_the_pattern_language_is_not_printed() -> None:
    assert parse("[[a]--b]").costly  # a set in a set: `regex` warns


def test_a_pattern_that_never_ends_is_cut_off_soon() -> None:
    endless = parse(r"^(a|a|aa)+$")
    before = time.monotonic()
    with pytest.raises(TimeoutError):
        endless.matches("a" * 200 + "b")
    assert time.monotonic() - before < 5
    assert "write a simpler one" in endless.too_slow()


@pytest.mark.parametrize(
    ("longer", "before", "narrower"),
    [
        ("web-1", "web", True),
        ("my-web", "web", True),
        ("wab", "web", False),
        ("web", "", True),
        ("!we", "!web", True),
        ("!web", "!we", False),
        ("!web", "web", False),
        ("web.*", "web", False),
        ("app=web", "app", False),
    ],
)
def test_narrows(longer: str, before: str, narrower: bool) -> None:
    assert parse(longer).narrows(parse(before)) is narrower


def test_equal_filters_are_equal() -> None:
    assert parse(" web ") == parse("web") == Filter("web", needle="web")
