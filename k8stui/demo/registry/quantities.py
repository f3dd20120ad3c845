"""Amounts of resources, as numbers that compare."""

from typing import Any

from k8stui.model.quantity import parse


def nanos(amount: Any) -> int:
    """A quantity in billionths; what cannot be read (only a store made by hand holds it) is nothing."""
    try:
        return parse(str(amount)).nanos
    except ValueError:
        return 0
