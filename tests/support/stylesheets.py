"""Textual's style sheets parsed once for all apps of a test run: each parses the same text twice, a tenth of its start.

A parsed rule is only read afterwards: Textual's own `Stylesheet.copy` hands the same ones on.
"""

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet


def parse_once() -> None:
    """From now on, in this process: equal text with equal variables gives the rules that were made first."""
    parse, known = Stylesheet._parse_rules, dict[Any, list[RuleSet]]()

    def remembered(self: Stylesheet, css: str, *where: Any, **more: Any) -> list[RuleSet]:
        key = (css, where, tuple(sorted(more.items())), frozenset(self._variables.items()))
        if key not in known:
            known[key] = parse(self, css, *where, **more)
        return known[key]

    Stylesheet._parse_rules = remembered  # type: ignore[method-assign]
