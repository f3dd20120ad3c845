"""Which pods go first when there are too many (`controller.ActivePodsWithRanks`)."""

import math
from collections import Counter
from collections.abc import Iterable
from functools import cmp_to_key

from k8stui.demo.controllers.podfacts import is_ready, ready_since, restarts
from k8stui.demo.storage.objects import Object, annotations_of, phase
from k8stui.model import duration

COST = "controller.kubernetes.io/pod-deletion-cost"
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def to_delete(pods: list[Object], related: Iterable[Object], count: int, now: float) -> list[Object]:
    """`count` of the pods: what is worth least first. `related` are all pods of the same Deployment."""
    if count >= len(pods):
        return pods
    crowd = Counter(_node(pod) for pod in related)

    def order(one: Object, other: Object) -> int:
        left, right = _standing(one, crowd), _standing(other, crowd)
        if left != right:
            return -1 if left < right else 1
        return _by_age(one, other, now)

    return sorted(pods, key=cmp_to_key(order))[:count]


def _node(pod: Object) -> str:
    return str(pod["spec"].get("nodeName") or "")


def _standing(pod: Object, crowd: Counter[str]) -> tuple[bool, int, bool, int, int]:
    """Unassigned, pending, unready, cheap, on a crowded node: the smallest goes first."""
    assigned = bool(_node(pod))
    return assigned, _PHASES.get(phase(pod), 0), is_ready(pod), _cost(pod), -crowd[_node(pod)]


def _cost(pod: Object) -> int:
    text = annotations_of(pod).get(COST, "0")
    try:
        return int(text)
    except ValueError:
        return 0


def _by_age(one: Object, other: Object, now: float) -> int:
    """Ready for less time, more restarts, younger. Ages count by their powers of two; a tie is broken by uid."""
    since = ready_since(one), ready_since(other)
    if since[0] != since[1] and is_ready(one):
        if (found := _logarithmic(since[0], since[1], now)) != 0:
            return found
        return _by_uid(one, other)
    if (found := restarts(other) - restarts(one)) != 0:
        return found
    made = _created(one), _created(other)
    if made[0] != made[1]:
        if (found := _logarithmic(made[0], made[1], now)) != 0:
            return found
        return _by_uid(one, other)
    return _by_uid(one, other)


def _created(pod: Object) -> float | None:
    return duration.stamp(pod["metadata"].get("creationTimestamp"))


def _logarithmic(one: float | None, other: float | None, now: float) -> int:
    """Negative when the first is of the younger class."""
    return _class(one, now) - _class(other, now)


def _class(since: float | None, now: float) -> int:
    age = now - since if since is not None else 0.0
    return int(math.log2(age * 1e9)) if age > 0 else -1


def _by_uid(one: Object, other: Object) -> int:
    left, right = str(one["metadata"]["uid"]), str(other["metadata"]["uid"])
    return (left > right) - (left < right)
