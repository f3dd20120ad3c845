"""What somebody types after kubectl's verbs: words as a shell would take them."""

from collections.abc import Sequence

from k8stui.model import words
from k8stui.operations.building import UnableError


def split(given: str | Sequence[str]) -> list[str]:
    """The words of a line (quotes hold spaces together); words that are split already stay as they are.

    Raises UnableError: something is left open.
    """
    if not isinstance(given, str):
        return list(given)
    try:
        return words.split(given)
    except ValueError as error:
        raise UnableError(str(error)) from None
