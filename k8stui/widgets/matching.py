"""How well a typed text fits a name: an exact name always comes first. Pure."""

from typing import Final

EXACT: Final = 0
ANY_LETTERS: Final = 4
NOT_AT_ALL: Final = 9


def rank(typed: str, name: str) -> int:
    """0 exact, 1 begins with it, 2 a word begins with it, 3 holds it, 4 holds its letters in order, 9 not at all."""
    typed, name = typed.lower(), name.lower()
    if typed == name:
        return EXACT
    at = name.find(typed)
    if at == 0:
        return 1
    if at > 0:
        return 3 if name[at - 1].isalnum() else 2
    letters = iter(name)
    return ANY_LETTERS if all(letter in letters for letter in typed) else NOT_AT_ALL
