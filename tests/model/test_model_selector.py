"""Selectors as the API server reads them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.model.selector import of, parse, parse_fields

PROPERTY = settings(derandomize=True, max_examples=50, deadline=None)
LABELS = {"app": "web", "tier": "front", "n": "7", "empty": ""}

keys = st.sampled_from(["app", "tier", "k8s.io/name", "in", "notin", "x_y.z"])
values = st.sampled_from(["", "a", "web", "1", "a.b-c"])
requirements = st.one_of(
    keys,
    keys.map(lambda key: f"!{key}"),
    st.builds(lambda key, op, value: f"{key}{op}{value}", keys, st.sampled_from(["=", "==", "!=", " = "]), values),
    st.builds(lambda key, number: f"{key}>{number}", keys, st.integers(-9, 9)),
    st.builds(
        lambda key, op, many: f"{key} {op} ({','.join(many)})",
        keys,
        st.sampled_from(["in", "notin"]),
        st.lists(values, min_size=2, max_size=3),
    ),
)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("", True),
        ("  ", True),
        ("app", True),
        ("!app", False),
        ("app=web", True),
        ("app==web,tier=front", True),
        ("app = web , tier = back", False),
        ("app!=web", False),
        ("absent!=web", True),
        ("absent notin (a,b)", True),
        ("absent=", False),
        ("empty=", True),
        ("empty in (,a)", True),
        ("app in (db, web)", True),
        ("app notin (db,web)", False),
        ("n>6,n<8", True),
        ("n>7", False),
        ("app>1", False),
        ("absent<1", False),
    ],
)
def test_matching(text: str, matches: bool) -> None:
    assert parse(text).matches(LABELS) is matches


@pytest.mark.parametrize(
    "text",
    [
        "a,",
        ",a",
        "a=b=c",
        "a b",
        "!a=b",
        "a in ()",
        "a in (b",
        "a in b",
        "=b",
        "a>x",
        "a>",
        "-a",
        "UP.io/a b",
        "/a",
        "a=" + "v" * 64,
    ],
)
def test_what_is_no_selector_gives_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+\.$"):
        parse(text)


def test_it_is_written_sorted() -> None:
    assert str(parse("z, b in (y,x), !c, a==1")) == "a=1,b in (x,y),!c,z"


@PROPERTY
@given(st.lists(requirements, max_size=4), st.dictionaries(keys, values))
def test_a_written_selector_reads_as_the_same(parts: list[str], labels: dict[str, str]) -> None:
    selector = parse(",".join(parts))
    assert parse(str(selector)) == selector
    assert selector.matches(labels) == all(parse(part).matches(labels) for part in parts)


def test_a_selector_of_an_object() -> None:
    selector = of({"app": "web"}, [("tier", "In", ["front", "back"]), ("old", "DoesNotExist", [])])
    assert str(selector) == "app=web,!old,tier in (back,front)"
    assert selector.matches(LABELS)
    for bad in (("a", "Gt", ["1"]), ("a", "In", []), ("a", "Exists", ["b"])):
        with pytest.raises(ValueError, match=r"\.$"):
            of({}, [bad])


def test_fields() -> None:
    selector = parse_fields("spec.nodeName=a,status.phase!=Failed")
    assert selector.matches({"spec.nodeName": "a", "status.phase": "Running"})
    assert not selector.matches({"spec.nodeName": "a", "status.phase": "Failed"})
    assert selector.matches({"spec.nodeName": "a"})
    assert parse_fields("a=").matches({})
    assert parse_fields("").matches({"a": "b"})
    odd = parse_fields(r"a=x\,y,b==\=\\")
    assert odd.matches({"a": "x,y", "b": "=\\"})
    assert parse_fields(str(odd)) == odd


@pytest.mark.parametrize("text", ["a", "=b", "a=b=c", r"a=\x", "a=\\"])
def test_what_is_no_field_selector_gives_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+\.$"):
        parse_fields(text)
