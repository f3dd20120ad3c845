"""What objects have already of what somebody is about to change: read while a question is open."""

from msgspec import Struct


class Had(Struct, frozen=True):
    """One thing that the objects have already."""

    text: str
    """As it is shown."""
    about: str = ""
    """Which of the objects have it, where not all do."""
    change: str = ""
    """What is typed to set it to what it is; empty: that cannot be typed."""
    remove: str = ""
    """What is typed to remove it; empty: it cannot be removed."""


class Present(Struct, frozen=True):
    """What is known of the objects only when they have been read."""

    initial: str = ""
    """Stands in the field, if nothing was typed meanwhile."""
    had: tuple[Had, ...] = ()
    lines: tuple[str, ...] = ()
    """What there is to know besides."""
