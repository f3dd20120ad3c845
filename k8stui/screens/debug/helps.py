"""What helps where a server refuses a debug pod, by its own words. Pure."""

import re
from typing import Final

_LIMIT_RANGE: Final = re.compile(
    r"(?:minimum|maximum) (\S{1,60}) usage per (?:container|pod) is ([0-9]+(?:\.[0-9]+)?[a-z]*)", re.I
)
"""Of LimitRanger, which says all that is wrong at once."""
_QUOTA: Final = re.compile(r"(?:exceeded|failed) quota|must specify (?:limits|requests)")
_COUNTED: Final = re.compile(r"exceeded quota(?!.*(?:cpu|memory|storage))", re.S)
_NAMED: Final = re.compile(r"already exists|must be unique|duplicate value")
_RIGHTS: Final = re.compile(r"\bmay not\b|\bcannot (?:create|patch|update)\b")


def help_for(refusal: str) -> str:
    """What helps against a refusal of the server, by what it is about; "": nothing that we know of."""
    text = refusal.lower()
    if "ephemeral containers are disabled" in text:
        return "m chooses another mode: a copy of the pod"
    if "podsecurity" in text:
        return "p chooses another profile"
    amounts = ",".join(f"{found[1]}={found[2]}" for found in _LIMIT_RANGE.finditer(refusal))
    if amounts:
        return f"f sets resources: --requests={amounts} --limits={amounts}"
    if _COUNTED.search(text):
        return "What counts there is used up: delete something, n takes another namespace, or m another mode"
    if _QUOTA.search(text):
        return "f sets resources: --requests=cpu=50m,memory=64Mi --limits=cpu=200m,memory=128Mi"
    if _NAMED.search(text):
        return "N gives it another name"
    if _RIGHTS.search(text):
        return "m chooses another mode, which needs other rights"
    return ""
