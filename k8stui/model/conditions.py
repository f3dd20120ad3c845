"""Which conditions of any kind are as they should be, going by the names that the world gives them (KEP-1623)."""

import re

from k8stui.model import tree
from k8stui.model.objects import Object

_BAD = re.compile(
    r"Fail|Error|Degraded|Stalled|Unhealthy|Unavailable|Pressure|Invalid|Denied|Conflict|Expired|Violat|Exceeded|"
    r"Terminating|Dangling|Orphan|Missing|NonStructural|Outdated|Corrupt|Blocked|Lost|Remaining|Limited",
    re.IGNORECASE,
)
"""In the names of conditions that should not be True."""
_NEUTRAL = re.compile(r"Progress|Reconciling|Suspended|Paused|Upgrad|Issuing|Resizing|Updating|Complet|Deleting|Rotat")
"""In the names of those that tell what goes on: neither is amiss."""
_OVERALL = ("Ready", "Available", "Healthy", "Synced")
"""The sum of the others: what is said of an object first."""


def amiss(kind: str, status: str) -> bool:
    """Whether a condition of that name should say something else than it does; Unknown always should."""
    if status == "Unknown":
        return True
    if _NEUTRAL.search(kind):
        return False
    return status != ("False" if _BAD.search(kind) else "True")


def foremost(obj: Object) -> Object | None:
    """The condition that says best what is the matter: the overall one, else the first amiss; None: nothing is."""
    wrong = [row for row in tree.rows(obj, "status", "conditions") if _is_amiss(row)]
    for name in _OVERALL:
        for row in wrong:
            if row.get("type") == name:
                return row
    return wrong[0] if wrong else None


def _is_amiss(row: Object) -> bool:
    return amiss(tree.text(row, "type"), tree.text(row, "status"))
