"""Sort keys that columns share: what is unknown comes last."""

from k8stui.model.columns import Comparable


def by_text(text: str) -> Comparable:
    """By text, empty last."""
    return not text, text


def by_age(created: float | None) -> Comparable:
    """The youngest first, unknown last."""
    return (True, 0.0) if created is None else (False, -created)
