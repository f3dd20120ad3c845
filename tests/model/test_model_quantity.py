"""Quantities: laws that hold for all of them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k8stui.model.quantity import Family, Quantity, compare, parse, total

PROPERTY = settings(derandomize=True, max_examples=50, deadline=None)
SUFFIXES = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
texts = st.builds(
    lambda number, suffix: f"{number}{suffix}",
    st.decimals(-(10**6), 10**6, places=3),
    st.sampled_from([*SUFFIXES, "Ki", "Mi", "Gi", "e3", "e-3"]),
)
quantities = st.builds(Quantity, st.integers(-(10**30), 10**30), st.sampled_from(list(Family)))


@PROPERTY
@given(texts)
def test_canonical_text_is_the_same_value_and_stays_as_it_is(text: str) -> None:
    quantity = parse(text)
    again = parse(str(quantity))
    assert compare(again, quantity) == 0
    assert str(again) == str(quantity)


@PROPERTY
@given(st.decimals(-(10**6), 10**6, places=6), st.sampled_from(list(SUFFIXES)))
def test_decimals_are_exact_down_to_a_nano(number: Decimal, suffix: str) -> None:
    exact = number * Decimal(10) ** (SUFFIXES[suffix] + 9)
    nanos = parse(f"{number:f}{suffix}").nanos
    assert abs(nanos) >= abs(exact)
    assert abs(nanos - exact) < 1


@PROPERTY
@given(quantities, quantities)
def test_sums_and_differences(left: Quantity, right: Quantity) -> None:
    assert (left + right - right).nanos == left.nanos
    assert compare(left, right) == -compare(right, left)
    assert (left < right) == (compare(left, right) < 0)
    assert total([left, right]).nanos == (left + right).nanos


def test_rounding_is_away_from_zero() -> None:
    assert parse("1.5").value() == 2
    assert parse("-1.5").value() == -2
    assert parse("0.1m").milli_value() == 1
    assert parse("0.1n") == Quantity(1)
    assert parse("1Ki").value() == 1024


def test_a_sum_is_written_like_its_left_side_unless_that_is_zero() -> None:
    assert str(parse("1Gi") + parse("1G")) == "2073741824"
    assert str(parse("0") + parse("1Gi")) == "1Gi"


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1K", "1mi", "+", ".", "1e", "1e9999", "१", "1_000", "9" * 200, "\x1b[2J"]
)
def test_what_is_no_quantity_gives_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n\x1b]+\.$"):
        parse(text)


def test_an_absurd_exponent_costs_nothing() -> None:
    assert parse("1e-999999999") == Quantity(1, Family.EXPONENT)
    assert parse("0e999999999") == Quantity(0, Family.EXPONENT)
