"""Resource quantities: exact decimal numbers with a suffix (apimachinery api/resource)."""

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import Self

from msgspec import Struct

_NANO = 10**9
_LARGEST = (2**63 - 1) * _NANO
"""Binary quantities are capped there when they are parsed."""
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIX = ("", *_BINARY)
_GRAMMAR = re.compile(
    r"([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:([KMGTPE]i)|([numkMGTPE]?)|[eE]([+-]?[0-9]+))", re.ASCII
)
_LENGTH = 128
"""Longer texts are refused before any arithmetic: cluster text is hostile."""
_EXPONENT = 100
"""Larger powers of ten are refused, smaller ones are what the smallest quantity is: one nano."""


class Family(Enum):
    """How a quantity is written: with 1k, 1Ki or 1e3."""

    DECIMAL = "DecimalSI"
    BINARY = "BinarySI"
    EXPONENT = "DecimalExponent"


class Quantity(Struct, frozen=True, gc=False):
    """An exact number of nanos and how it is written. `==` wants both equal; `compare` looks at the value alone."""

    nanos: int
    family: Family = Family.DECIMAL

    def __str__(self) -> str:
        """The canonical text: an integer with the largest suffix that leaves no fraction."""
        if not self.nanos:
            return "0"
        if self.family is Family.BINARY and abs(self.nanos) >= 1024 * _NANO and not self.nanos % _NANO:
            return _binary(self.nanos // _NANO)
        return _decimal(self.nanos, self.family)

    def __float__(self) -> float:
        """The nearest double."""
        return self.nanos / _NANO

    def __add__(self, other: "Quantity") -> "Quantity":
        """The sum, written like the left one (a zero on the left takes the right one's way)."""
        return Quantity(self.nanos + other.nanos, self.family if self.nanos else other.family)

    def __sub__(self, other: "Quantity") -> "Quantity":
        """The difference, written like the sum."""
        return Quantity(self.nanos - other.nanos, self.family if self.nanos else other.family)

    def __mul__(self, factor: int) -> "Quantity":
        """The product with a whole number, written alike."""
        return Quantity(self.nanos * factor, self.family)

    def __neg__(self) -> "Quantity":
        """The same with the other sign."""
        return Quantity(-self.nanos, self.family)

    def __lt__(self, other: "Quantity") -> bool:
        """By value."""
        return self.nanos < other.nanos

    def __bool__(self) -> bool:
        """Whether it is not zero."""
        return self.nanos != 0

    def value(self) -> int:
        """Whole units, rounded up away from zero."""
        return _up(self.nanos, _NANO)

    def milli_value(self) -> int:
        """Thousandths, rounded up away from zero."""
        return _up(self.nanos, _NANO // 1000)

    def round_up(self, exponent: int) -> tuple["Quantity", bool]:
        """Rounded away from zero to a multiple of 10**exponent (-9 or more), and whether nothing changed."""
        step = 10 ** (9 + max(exponent, -9))
        rounded = _up(self.nanos, step) * step
        return Quantity(rounded, self.family), rounded == self.nanos

    @classmethod
    def of(cls, number: int, family: Family = Family.DECIMAL) -> Self:
        """That many units."""
        return cls(number * _NANO, family)

    @classmethod
    def of_milli(cls, number: int, family: Family = Family.DECIMAL) -> Self:
        """That many thousandths."""
        return cls(number * (_NANO // 1000), family)


ZERO = Quantity(0)


@lru_cache(maxsize=4096)
def parse(text: str) -> Quantity:
    """The quantity written in the text.

    Raises ValueError with one sentence where it is none. What is finer than a nano is rounded away from zero; a binary
    quantity over 2^63-1 becomes 2^63-1.
    """
    match = _GRAMMAR.fullmatch(text) if len(text) <= _LENGTH else None
    if match is None:
        raise ValueError(f"{text[:40]!r} is no quantity: a number like 1.5, 500m or 2Gi is needed.")
    sign, whole, fraction, only, binary, decimal, power = match.groups()
    fraction = only or fraction or ""
    digits = int((whole or "") + fraction or "0")
    nanos, family = _scale(digits, len(fraction), binary, decimal, power)
    return Quantity(-nanos if sign == "-" else nanos, family)


def compare(left: Quantity, right: Quantity) -> int:
    """-1, 0 or 1: by value, however they are written."""
    return (left.nanos > right.nanos) - (left.nanos < right.nanos)


def total(quantities: Iterable[Quantity]) -> Quantity:
    """The sum of all, zero of none."""
    result = ZERO
    for each in quantities:
        result = result + each
    return result


def _scale(digits: int, places: int, binary: str | None, decimal: str | None, power: str | None) -> tuple[int, Family]:
    """The magnitude in nanos of digits with that many decimal places and one of three suffixes."""
    if binary:
        nanos = min(_up(digits * _NANO << _BINARY[binary], 10**places), _LARGEST)
        return nanos, Family.DECIMAL if nanos < _NANO else Family.BINARY
    exponent = int(power) if power else _DECIMAL[decimal or ""]
    if not digits:
        exponent = 0
    if exponent > _EXPONENT:
        raise ValueError(f"A quantity with the exponent {exponent} is too large.")
    shift = 9 - places + max(exponent, -_LENGTH - _EXPONENT)
    nanos = digits * 10**shift if shift >= 0 else _up(digits, 10**-shift)
    return nanos, Family.EXPONENT if power else Family.DECIMAL


def _up(number: int, step: int) -> int:
    """number / step, rounded away from zero."""
    return -(-number // step) if number >= 0 else number // step


def _binary(units: int) -> str:
    """Whole units with the largest binary suffix."""
    level = 0
    while level < len(_BINARY) and not units % 1024:
        units //= 1024
        level += 1
    return f"{units}{_BINARY_SUFFIX[level]}"


def _decimal(nanos: int, family: Family) -> str:
    """Nanos with the largest decimal suffix, or as a multiple of a power of 1000."""
    exponent = -9
    while not nanos % 1000 and (exponent < 18 or family is Family.EXPONENT):
        nanos //= 1000
        exponent += 3
    if family is Family.EXPONENT:
        return f"{nanos}e{exponent}" if exponent else str(nanos)
    return f"{nanos}{_DECIMAL_SUFFIX[exponent]}"
