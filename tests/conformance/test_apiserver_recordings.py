"""Every recorded exchange of a real API server, replayed on equal state: see tests/conformance/replay.py."""

import asyncio
import functools

import pytest

from tests.conformance.recorded import PRESENT, WHY_NOT, files, load
from tests.conformance.replay import decided
from tests.conformance.verdicts import DIFFERS, NOT_YET, Verdict, listed

MOST = 0.05
"""The part of all exchanges that may be listed as different."""

pytestmark = pytest.mark.skipif(not PRESENT, reason=WHY_NOT)
NAMES = files() if PRESENT else ["no-recordings"]


@functools.cache
def verdicts() -> dict[str, list[Verdict]]:
    return asyncio.run(decided(NAMES))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_what_differs_is_listed_and_what_is_listed_differs(name: str) -> None:
    found = {each.exchange.title: each.found for each in verdicts()[name] if each.outcome == DIFFERS}
    known = listed().get(name, {})
    news = {title: lines[:4] for title, lines in found.items() if title not in known}
    assert not news, f"differences that nobody has listed: python -m tests.conformance.replay {name}"
    gone = sorted(set(known) - set(found))
    assert not gone, "listed as different, but equal by now: take them off the list (replay --list)"


def test_few_differences_are_left() -> None:
    count = sum(len(listed().get(name, {})) for name in NAMES)
    total = sum(len(load(name)) for name in NAMES)
    assert count <= MOST * total, f"{count} of {total} exchanges differ"
    reasons = [reason for name in NAMES for reason in listed().get(name, {}).values()]
    assert NOT_YET not in reasons, "differences without a reason"
