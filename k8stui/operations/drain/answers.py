"""What the server's answer to an eviction means for the pod (kubectl-semantics §2.7)."""

import re
from enum import Enum
from typing import Final

from msgspec import Struct

from k8stui.kube.errors import Failure
from k8stui.operations.outcomes import Outcome, Result

RETRY: Final = 5.0
"""Seconds between two tries, where the server names none: kubectl's."""
LEAST: Final = 1.0
"""Seconds between two tries, whatever the server names."""

_BUDGET = re.compile(r"[Tt]he disruption budget (\S+) (.*)")
_DELAYED = frozenset((502, 503, 504))
"""The server, or what stands before it, is not ready: it says nothing about the pod."""


class Then(Enum):
    """What is done next."""

    WAIT = "wait"
    """It ends: wait until it is gone."""
    GONE = "gone"
    AGAIN = "again"
    """Not now."""
    READ = "read"
    """Whether it took is not known: read the pod."""
    FAILED = "failed"


class Answer(Struct, frozen=True):
    """What an outcome means."""

    then: Then
    says: str = ""
    """For the row."""
    wait: float = 0.0
    """Seconds until the next try."""


def judged(outcome: Outcome, *, budget: str = "", ending: bool = False, doubtful: bool = False) -> Answer:
    """What the outcome of an eviction, or of a deletion, means.

    Args:
        outcome: the gateway's.
        budget: the name that the plan knows, where the server names none.
        ending: the pod is known to end already.
        doubtful: the server was away a moment ago, so a right that is refused is asked about again.
    """
    error = outcome.error
    if outcome.result is Result.DONE:
        return Answer(Then.WAIT)
    if outcome.result is Result.GONE:
        other = "replaced by another one" in outcome.says
        return Answer(Then.GONE, "another pod has its name now" if other else "it was gone already")
    if error is None:
        if doubtful:
            return Answer(Then.AGAIN, outcome.says, RETRY)
        return Answer(Then.FAILED, outcome.says)
    wait = max(LEAST, RETRY if error.retry_after is None else error.retry_after)
    if error.status == 429:
        return Answer(Then.AGAIN, _refused(error.causes, budget), wait)
    if "NamespaceTerminating" in error.reasons:
        return Answer(Then.WAIT) if ending else Answer(Then.AGAIN, "refused: its namespace is being deleted", RETRY)
    if outcome.result is Result.CONFLICT:
        return Answer(Then.AGAIN, "refused: it was changed at the same moment", RETRY)
    if error.lacks_right and doubtful:
        return Answer(Then.AGAIN, error.sentence, RETRY)
    if not error.status or error.status in _DELAYED or error.failure is Failure.TIMEOUT:
        return Answer(Then.READ, error.sentence, wait if error.status else 0.0)
    return Answer(Then.FAILED, error.message or error.sentence)


def _refused(causes: tuple[str, ...], budget: str) -> str:
    """`refused by budget cart (0 allowed)`."""
    for cause in causes:
        match = _BUDGET.search(cause)
        if match is not None:
            why = "0 allowed" if match[2].startswith("needs ") else match[2].rstrip(".")
            return f"refused by budget {match[1]} ({why})"
    if budget:
        return f"refused by budget {budget}"
    return "refused: the server asks to wait"
