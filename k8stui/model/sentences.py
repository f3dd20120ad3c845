"""How sentences are put together: in one line, with one full stop, with counts and short lists."""

from collections.abc import Sequence

NAMED = 3
"""Names that a sentence lists before it says how many more there are."""


def flat(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())


def ended(text: str) -> str:
    """With a full stop, but not two; an empty text stays empty."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", ":")) else f"{text}."


def counted(number: int, one: str, many: str = "") -> str:
    """`1 node`, `3 nodes`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str], most: int = NAMED) -> str:
    """`a, b, c and 4 more`."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
