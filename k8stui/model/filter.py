"""What is typed after `/`: plain text, a regular expression, `!` for the opposite, or label selectors."""

import re
import warnings
from collections.abc import Iterable

import regex
from msgspec import Struct

from k8stui.model.selector import Selector
from k8stui.model.selector import parse as parse_selector
from k8stui.model.text import clean

PATIENCE = 0.02
"""Seconds of processor time one regular expression may take on one row."""

LONGEST = 500
"""Characters a regular expression has at most."""

_META = re.compile(r"[\\^$*+?{}\[\]|()]")
"""What makes a text a regular expression; `.` and `-` stand in nearly every name."""
_KEY = r"[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?"
_LABELS = re.compile(
    rf"{_KEY}\s*(?:!=|==?)\s*[-A-Za-z0-9_.]*(?:\s*,.*)?"
    rf"|{_KEY}\s+(?:in|notin)\s*\(.*"
    rf"|!?{_KEY}\s*,\s*{_KEY}\s*[!=].*"
)
"""Label selectors that are told by their looks; any other follows `-l`."""
_SELECTOR = re.compile(r"-l(?:\s+|=|$)(.*)", re.DOTALL)


class Filter(Struct, frozen=True):
    """One filter, ready to be used on rows."""

    text: str
    """As it was typed, trimmed."""
    needle: str = ""
    """What is looked for in lower case; empty where it is a pattern or a selector."""
    pattern: "regex.Pattern[str] | None" = None
    selector: Selector | None = None
    inverse: bool = False

    def matches(self, search_text: str, labels: Iterable[tuple[str, str]] = ()) -> bool:
        """Whether a row with this lower-cased text and these labels is shown.

        Raises TimeoutError where a regular expression takes longer than `PATIENCE` on this row.
        """
        if self.selector is not None:
            found = self.selector.matches(dict(labels))
        elif self.pattern is not None:
            found = self.pattern.search(search_text, timeout=PATIENCE) is not None
        else:
            found = self.needle in search_text
        return found is not self.inverse

    @property
    def empty(self) -> bool:
        """Whether it hides nothing."""
        return not (self.needle or self.pattern or self.selector)

    @property
    def costly(self) -> bool:
        """Whether its time depends on what the user wrote: a pass over many rows has to be limited as a whole."""
        return self.pattern is not None

    def narrows(self, before: "Filter") -> bool:
        """Whether it shows nothing that `before` hides: then only what `before` shows needs to be looked at."""
        plain = not (self.pattern or self.selector or before.pattern or before.selector)
        if not plain or self.inverse is not before.inverse:
            return False
        return self.needle in before.needle if self.inverse else before.needle in self.needle

    def too_slow(self) -> str:
        """The sentence for one that took too long."""
        return f"The pattern {clean(self.text, 80)} takes too long, so everything is shown: write a simpler one."


def parse(text: str) -> Filter:
    """The filter that was typed; a blank one, or a lonely `!`, is `empty`: it hides nothing.

    - `api`: rows that hold the text, in upper or lower case.
    - `api-[0-9]+ web`: a regular expression, as soon as it holds a special character other than `.` and `-`.
    - `!api`: rows that the rest does not match.
    - `app=web`, `app!=web,tier`, `app in (a,b)`, `-l app`: label selectors as in kubectl.

    Raises:
        ValueError: one sentence saying what is wrong and how to mend it.
    """
    text = text.strip()
    selector = _SELECTOR.fullmatch(text)
    if selector:
        return Filter(text, selector=_selector(selector[1]))
    if _LABELS.fullmatch(text):
        return Filter(text, selector=_selector(text))
    inverse = text.startswith("!")
    body = text[1:].strip() if inverse else text
    if not body:
        return Filter(text)
    inner = _SELECTOR.fullmatch(body)
    if inner or (inverse and _LABELS.fullmatch(body)):
        return Filter(text, selector=_selector(inner[1] if inner else body), inverse=inverse)
    if not _META.search(body):
        return Filter(text, needle=body.lower(), inverse=inverse)
    return Filter(text, pattern=_pattern(body), inverse=inverse)


def _selector(text: str) -> Selector:
    selector = parse_selector(text)
    if not selector.requirements:
        raise ValueError("The filter -l has no label selector: write one after it, like -l app=web.")
    return selector


def _pattern(text: str) -> "regex.Pattern[str]":
    if len(text) > LONGEST:
        raise ValueError(f"The regular expression has {len(text)} characters: write one of at most {LONGEST}.")
    try:
        # VERSION0 is Python's own syntax. Its warnings (a set in a set) would be printed over the screen.
        with warnings.catch_warnings(action="ignore"):
            return regex.compile(text, regex.IGNORECASE | regex.VERSION0)
    except regex.error as error:
        raise ValueError(
            f"{clean(text, 80)} is no regular expression ({clean(str(error), 120) or 'it cannot be read'}): "
            "mend it, or put a \\ before a special character."
        ) from None
    except (RecursionError, OverflowError, MemoryError):
        raise ValueError("The regular expression is too big: write a shorter one.") from None
