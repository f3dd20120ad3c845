"""What somebody types after kubectl's verbs: words as a shell would take them."""

import shlex
from collections.abc import Sequence

from k8stui.operations.building import UnableError


def split(given: str | Sequence[str]) -> list[str]:
    """The words of a line (quotes hold spaces together); words that are split already stay as they are.

    Raises UnableError: a quote is not closed.
    """
    if not isinstance(given, str):
        return list(given)
    try:
        return shlex.split(given)
    except ValueError:
        raise UnableError("A quote is opened and never closed: close it, or put a \\ before it") from None
