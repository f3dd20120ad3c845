"""The API server's refusals of new pods, read: what refused them, in its own words.

The words are those of Kubernetes' admission plugins (quota, limit ranges, pod security, service accounts, priority,
webhooks), as controllers repeat them in the condition ReplicaFailure and in events FailedCreate.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

_QUOTA = re.compile(r"exceeded quota: ([^,]+), requested: (.*?), used: (.*?), limited: (.*)", re.DOTALL)
_UNSAID = re.compile(r"failed quota: ([^:]+): must specify (.*)", re.DOTALL)
LIMIT = re.compile(r"(maximum|minimum) (\S+) usage per (\S+) is ([^,.\s]+)(?:\.  |, but )([^,\]]*)")
RATIO = re.compile(r"(\S+) max limit to request ratio per (\S+) is ([^,\s]+), but provided ratio is (\d+(?:\.\d+)?)")
_SECURITY = re.compile(r'violates PodSecurity "([^":]+):([^"]+)": (.*)', re.DOTALL)
_ACCOUNT = re.compile(r'serviceaccount "([^"]+)" not found')
_PRIORITY = re.compile(r"no PriorityClass with name (\S+) was found")
_RUNTIME = re.compile(r'RuntimeClass "([^"]+)" not found')
_DENIED = re.compile(r'admission webhook "([^"]+)" denied the request(?:: (.*)| without explanation)', re.DOTALL)
_FAILED = re.compile(r'failed calling webhook "([^"]+)": (?:failed to call webhook: )?(.*)', re.DOTALL)
_POLICY = re.compile(r"ValidatingAdmissionPolicy '([^']+)' with binding '([^']+)' denied request: (.*)", re.DOTALL)
_ENDING = re.compile(r"unable to create new content in namespace (\S+) because it is being terminated")


class Refusal(Struct, frozen=True):
    """One refusal: which plugin, the match of its words, and all of them."""

    sort: str
    match: "re.Match[str]"
    said: str


_SORTS: Mapping[str, "re.Pattern[str]"] = MappingProxyType(
    {
        "quota": _QUOTA,
        "unsaid": _UNSAID,
        "security": _SECURITY,
        "account": _ACCOUNT,
        "priority": _PRIORITY,
        "runtime": _RUNTIME,
        "denied": _DENIED,
        "webhook": _FAILED,
        "policy": _POLICY,
        "ending": _ENDING,
        "limit": LIMIT,
        "ratio": RATIO,
    }
)


def read(said: str) -> Refusal | None:
    """The refusal in a message; None where it is of no known form."""
    for sort, pattern in _SORTS.items():
        if match := pattern.search(said):
            return Refusal(sort, match, said)
    return None


def short(said: str) -> str:
    """What refuses, in two words (`quota compute`, `webhook x fails`); empty where the message is of no known form."""
    found = read(said)
    if found is None:
        return ""
    name = found.match[1].strip()
    also = found.match[2] if found.sort in ("limit", "security") else ""
    return {
        "quota": f"quota {name}",
        "unsaid": f"quota {name}",
        "limit": f"limit range ({also})",
        "ratio": f"limit range ({name})",
        "security": f"PodSecurity {name}:{also}",
        "account": f"no service account {name}",
        "priority": f"no PriorityClass {name}",
        "runtime": f"no RuntimeClass {name}",
        "denied": f"webhook {name}",
        "webhook": f"webhook {name} fails",
        "policy": f"policy {name}",
        "ending": "namespace Terminating",
    }[found.sort]
