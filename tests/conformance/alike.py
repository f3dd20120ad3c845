"""Is our answer like the recorded one? Equal, except what every cluster has its own of: those by their relations.

uids, resourceVersions, continue tokens and random name suffixes are remembered when an answer first shows them, and
must be the same again wherever the recording has the same again. Stamps and ages are compared with a tolerance (the
replay sets the clock to the recorded time), IPs and the nodes that a scheduler chose by their form.
"""

import re
from datetime import datetime
from typing import Any

from tests.conformance import runtimes

_UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?Z")
_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_AGE = re.compile(r"(?<![\w-])(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?= ago|$|\))")
_WORD = re.compile(r"[A-Za-z0-9]+")
_RANDOM = re.compile(r"[bcdfghjklmnpqrstvwxz2456789]{4,10}")
"""What generateName and template hashes are written in (k8s.io/apimachinery/pkg/util/rand)."""
_MOMENT = re.compile(r"1[0-9a-f]{15}")
"""What the names of events end in: nanoseconds since the epoch."""
_NODE = re.compile(r"worker-\d+")
_LENGTHS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "y": 365 * 86_400}
_UNORDERED = (".items", ".rows", ".resourceRules", ".nonResourceRules", ".managedFields")
"""Lists in which random names, the seconds of two writes, or no order at all, decide what comes first."""
_STRICT_TIMES = ("creationTimestamp", "deletionTimestamp")
TOLERANCE = 5.0
"""Seconds that stamps and ages may differ by."""


class Relations:
    """What is what: recorded values and ours for the same things."""

    def __init__(self) -> None:
        self.uids: dict[str, str] = {}
        self.versions: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.continues: dict[str, str] = {}
        self.lists: dict[str, str] = {}
        """Versions that only a list has shown: how far the store had come, whatever object was the last."""

    def copy(self) -> "Relations":
        twin = Relations()
        for name in vars(self):
            setattr(twin, name, dict(getattr(self, name)))
        return twin

    def adopt(self, twin: "Relations") -> None:
        """Remember what the twin has learnt."""
        for name in vars(self):
            setattr(self, name, getattr(twin, name))

    def ours(self, text: str) -> str:
        """A recorded text (a path, a name, a message) in our words."""
        text = _UID.sub(lambda found: self.uids.get(found[0], found[0]), text)
        return _WORD.sub(lambda found: self.tokens.get(found[0], found[0]), text)


class Judge:
    """Collects how one answer differs from a recorded one."""

    def __init__(self, relations: Relations, *, collection: bool = False, writes: bool = False) -> None:
        """`collection`: the answer is a list. `writes`: a version that was not seen before must be new to us too."""
        self.relations = relations
        self.tolerance = TOLERANCE
        self.runtimes = False
        """Our own kubelets wrote the statuses, with a runtime of another kind than the recorded one."""
        self.collection = collection
        self.writes = writes
        self.found: list[str] = []

    def say(self, path: str, recorded: Any, ours: Any) -> None:
        self.found.append(f"{path or 'body'}: recorded {_short(recorded)}, ours {_short(ours)}")

    def value(self, path: str, recorded: Any, ours: Any) -> None:
        """Compare two JSON values."""
        if isinstance(recorded, dict) and isinstance(ours, dict):
            self._mapping(path, recorded, ours)
        elif isinstance(recorded, list) and isinstance(ours, list):
            self._list(path, recorded, ours)
        elif isinstance(recorded, str) and isinstance(ours, str):
            self._text(path, recorded, ours)
        elif type(recorded) is not type(ours) or recorded != ours:
            self.say(path, recorded, ours)

    def _mapping(self, path: str, recorded: dict[str, Any], ours: dict[str, Any]) -> None:
        if "_note" in recorded or list(recorded) == ["kind", "metadata"]:  # shortened: only the name was kept
            name = ours.get("metadata", {}).get("name")
            self.value(f"{path}.metadata.name", recorded["metadata"]["name"], name)
            return
        if "managedFields" not in recorded and "managedFields" in ours:
            ours = {key: value for key, value in ours.items() if key != "managedFields"}
        if self.runtimes:
            recorded, ours = runtimes.comparable(path, recorded, ours)
        known = {self.relations.ours(key): key for key in recorded}
        for key in ours:
            if key not in known and key not in recorded:
                self.found.append(f"{path}.{key}: not recorded, ours {_short(ours[key])}")
        for mine, key in known.items():
            if mine not in ours:
                self.found.append(f"{path}.{key}: recorded {_short(recorded[key])}, ours lacks it")
            elif key == "nodePort" and recorded[key] and isinstance(ours[mine], int):
                self.value(f"{path}.{key}", True, 30_000 <= ours[mine] <= 32_767)  # allocated at random
            elif key == "resourceVersion":
                self._version(f"{path}.{key}", recorded[key], ours[mine])
            else:
                self.value(f"{path}.{key}", recorded[key], ours[mine])

    def _list(self, path: str, recorded: list[Any], ours: list[Any]) -> None:
        if len(recorded) != len(ours):
            self.found.append(f"{path}: recorded {len(recorded)} {_names(recorded)}, ours {len(ours)} {_names(ours)}")
            return
        trial = self._paired(path, recorded, ours)
        if trial.found and path.endswith(_UNORDERED):
            order = self._order(path, recorded, ours)
            if order is not None:
                trial = self._paired(path, recorded, order)
        self.found += trial.found
        self.relations.adopt(trial.relations)

    def _paired(self, path: str, recorded: list[Any], ours: list[Any]) -> "Judge":
        trial = Judge(self.relations.copy(), writes=self.writes)
        trial.tolerance, trial.runtimes = self.tolerance, self.runtimes
        for index, (theirs, mine) in enumerate(zip(recorded, ours, strict=True)):
            trial.value(f"{path}[{index}]", theirs, mine)
        return trial

    def _order(self, path: str, recorded: list[Any], ours: list[Any]) -> list[Any] | None:
        """Our items as the recorded ones stand, when random names have sorted them in another way."""
        left, order, relations = list(ours), [], self.relations.copy()
        for theirs in recorded:
            for mine in left:
                trial = Judge(relations.copy())
                trial.tolerance, trial.runtimes = self.tolerance, self.runtimes
                trial.value(path, theirs, mine)
                if not trial.found and _stem(theirs) == _stem(mine):
                    order.append(mine)
                    left.remove(mine)
                    relations = trial.relations
                    break
            else:
                return None
        return order

    def _version(self, path: str, recorded: Any, ours: Any) -> None:
        if not isinstance(recorded, str) or not isinstance(ours, str) or not recorded.isdecimal():
            self.value(path, recorded, ours)
            return
        if not ours.isdecimal():
            self.say(path, recorded, ours)
            return
        versions = self.relations.versions
        if self.collection and path == ".metadata.resourceVersion":  # of a list: how far the store has come
            if recorded not in versions:
                versions[recorded] = self.relations.lists[recorded] = ours
        elif recorded in versions and self.relations.lists.pop(recorded, None) is None:
            if versions[recorded] != ours:
                self.say(path, f"{recorded} (our {versions[recorded]}: unchanged)", ours)
        elif self.writes and ours in versions.values():
            self.say(path, f"{recorded} (a new one)", f"{ours} (unchanged)")
        else:
            versions[recorded] = ours

    def _text(self, path: str, recorded: str, ours: str) -> None:
        if recorded == ours or "(dropped)" in recorded:
            return
        key = path.rpartition(".")[2]
        if key == "continue":
            self._continue(path, recorded, ours)
            return
        if key == "description" and ".columnDefinitions[" in path and ours:
            return  # prose of Kubernetes' documentation: ours has its own, except for the columns of CRDs
        if ".cells[" in path and self._ages(recorded, ours):
            return
        if _STAMP.fullmatch(recorded):
            self._stamp(path, recorded, ours, strict=key in _STRICT_TIMES)
            return
        if self.runtimes:
            recorded, ours = runtimes.words(recorded), runtimes.words(ours)
        trial = self.relations.copy()
        if _same_words(trial, recorded, ours, node=not path.endswith("metadata.name")):
            self.relations.adopt(trial)
        else:
            self.say(path, self.relations.ours(recorded), ours)

    def _continue(self, path: str, recorded: str, ours: str) -> None:
        if bool(recorded) != bool(ours):
            self.say(path, recorded, ours)
        self.relations.continues[recorded] = ours

    def _stamp(self, path: str, recorded: str, ours: str, *, strict: bool) -> None:
        mine = _STAMP.fullmatch(ours)
        theirs = _STAMP.fullmatch(recorded)
        if (
            mine is None
            or theirs is None
            or len(mine[1] or "") != len(theirs[1] or "")
            or (strict and abs(seconds(recorded) - seconds(ours)) > self.tolerance)
        ):
            self.say(path, recorded, ours)

    def _ages(self, recorded: str, ours: str) -> bool:
        theirs, mine = _AGE.search(recorded), _AGE.search(ours)
        if not theirs or not mine or not theirs[0] or not mine[0]:
            return False
        if recorded.replace(theirs[0], "") != ours.replace(mine[0], ""):
            return False
        wanted = _length(theirs[0])
        return abs(wanted - _length(mine[0])) <= max(self.tolerance, wanted / 10)


def seconds(stamp: str) -> float:
    """RFC 3339 as seconds since the epoch."""
    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


def _length(text: str) -> int:
    return sum(int(number) * _LENGTHS[unit] for number, unit in re.findall(r"(\d+)([smhdy])", text))


def _same_words(relations: Relations, recorded: str, ours: str, *, node: bool) -> bool:
    """The same text but for uids, IPs, random suffixes, versions and (where one was chosen) nodes; learns them."""
    recorded, ours = _STAMP.sub("<time>", recorded), _STAMP.sub("<time>", ours)
    theirs, mine = _UID.findall(recorded), _UID.findall(ours)
    if len(theirs) != len(mine):
        return False
    for one, other in zip(theirs, mine, strict=True):
        if relations.uids.setdefault(one, other) != other:
            return False
    for pattern, word in ((_UID, "<uid>"), (_IP, "<ip>"), *(((_NODE, "<node>"),) if node else ())):
        recorded, ours = pattern.sub(word, recorded), pattern.sub(word, ours)
    if _WORD.sub("\0", recorded) != _WORD.sub("\0", ours):
        return False
    words = zip(_WORD.findall(recorded), _WORD.findall(ours), strict=True)
    return all(one == other or _same_word(relations, one, other) for one, other in words)


def _same_word(relations: Relations, one: str, other: str) -> bool:
    if one.isdecimal() and other.isdecimal() and len(one) >= 4:  # a version in a message
        return relations.versions.get(one, other) == other
    if not any(pattern.fullmatch(one) and pattern.fullmatch(other) for pattern in (_RANDOM, _MOMENT)):
        return False
    if one not in relations.tokens and other in relations.tokens.values():
        return False
    return relations.tokens.setdefault(one, other) == other


def _stem(item: Any) -> str:
    obj = item.get("object") or item if isinstance(item, dict) else {}
    metadata = obj.get("metadata") if isinstance(obj, dict) else None
    return str((metadata or {}).get("generateName", ""))


def _names(items: list[Any]) -> str:
    metas = [item.get("metadata", item) for item in items if isinstance(item, dict)]
    names = [meta.get("name") for meta in metas if isinstance(meta, dict)]
    return _short(names if all(names) and names else items)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 220 else f"{text[:160]} … {text[-50:]}"
