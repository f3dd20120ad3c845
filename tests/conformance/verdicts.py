"""What became of an exchange, and the list of those that are known to differ."""

import json
from pathlib import Path

from msgspec import Struct

from tests.conformance.recorded import Exchange, Object

EQUAL, DIFFERS, ASIDE = "equal", "differs", "aside"
DIFFERENCES = Path(__file__).with_name("differences.json")
NOT_YET = "not yet"


class Verdict(Struct):
    """What became of one exchange."""

    exchange: Exchange
    outcome: str
    found: list[str]
    answer: Object
    sent: str = ""


def listed() -> dict[str, dict[str, str]]:
    """The differences that are known, by file and exchange, with the reason."""
    found: dict[str, dict[str, str]] = json.loads(DIFFERENCES.read_text()) if DIFFERENCES.is_file() else {}
    return found


def write_list(found: dict[str, list[Verdict]]) -> None:
    """The list of differences anew; a reason that was given stays."""
    before = listed()
    for name, verdicts in found.items():
        reasons = before.get(name, {})
        kept = {
            each.exchange.title: reasons.get(each.exchange.title, NOT_YET)
            for each in verdicts
            if each.found and each.outcome == DIFFERS
        }
        before[name] = kept
    DIFFERENCES.write_text(json.dumps(dict(sorted(before.items())), indent=1, ensure_ascii=False) + "\n")
