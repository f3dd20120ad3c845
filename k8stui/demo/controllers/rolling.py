"""The arithmetic of a Deployment's rollout (`deployment/util`): how large each of its ReplicaSets may be."""

import math
from collections.abc import Iterable, Sequence

from k8stui.demo.storage.objects import Object

DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"


def scaled(value: int | str | None, total: int, *, up: bool) -> int:
    """A number, or a percentage of `total` rounded up or down. What is neither counts as 0."""
    if isinstance(value, int):
        return value
    text = str(value or "0")
    if not text.endswith("%") or not text[:-1].isdecimal():
        return 0
    part = int(text[:-1]) * total
    return -(-part // 100) if up else part // 100


def replicas(obj: Object) -> int:
    """How many it wants."""
    return int(obj["spec"].get("replicas", 1))


def is_rolling(deployment: Object) -> bool:
    """RollingUpdate, which is also the default."""
    return bool(deployment["spec"].get("strategy", {}).get("type", "RollingUpdate") == "RollingUpdate")


def fenceposts(deployment: Object) -> tuple[int, int]:
    """Surge and unavailable in pods: one of them is at least 1, or nothing would ever move."""
    given = deployment["spec"].get("strategy", {}).get("rollingUpdate") or {}
    wanted = replicas(deployment)
    surge = scaled(given.get("maxSurge", "25%"), wanted, up=True)
    unavailable = scaled(given.get("maxUnavailable", "25%"), wanted, up=False)
    return surge, unavailable or (0 if surge else 1)


def max_surge(deployment: Object) -> int:
    """Pods that it may have beside those wanted."""
    return fenceposts(deployment)[0] if is_rolling(deployment) else 0


def max_unavailable(deployment: Object) -> int:
    """Pods that it may be short of."""
    wanted = replicas(deployment)
    if not is_rolling(deployment) or not wanted:
        return 0
    return min(fenceposts(deployment)[1], wanted)


def wanted_total(sets: Iterable[Object]) -> int:
    """Pods that these ReplicaSets want together."""
    return sum(map(replicas, sets))


def count(sets: Iterable[Object], name: str) -> int:
    """A count of their statuses, summed."""
    return sum(int(each["status"].get(name, 0)) for each in sets)


def new_size(deployment: Object, total: int, present: int) -> int:
    """How large the new ReplicaSet may be: `total` is what all of them want now, `present` what it does."""
    wanted = replicas(deployment)
    if not is_rolling(deployment):
        return wanted
    room = wanted + max_surge(deployment) - total
    return present + min(room, wanted - present) if room > 0 else present


def cleanup_sizes(old: Sequence[Object], most: int) -> dict[str, int]:
    """New sizes of old ReplicaSets, the oldest first, without what of them is not available; `most` pods less."""
    sizes, done = {}, 0
    for each in old:
        size = replicas(each)
        cut = min(most - done, size - int(each["status"].get("availableReplicas", 0)))
        if size and cut > 0:
            sizes[each["metadata"]["name"]] = size - cut
            done += cut
    return sizes


def shrunk_sizes(old: Sequence[Object], surplus: int) -> dict[str, int]:
    """New sizes of old ReplicaSets, the oldest first, when `surplus` available pods may go."""
    sizes, done = {}, 0
    for each in old:
        cut = min(replicas(each), surplus - done)
        if cut > 0:
            sizes[each["metadata"]["name"]] = replicas(each) - cut
            done += cut
    return sizes


def number_in(obj: Object, annotation: str) -> int | None:
    """A whole number that an annotation holds; None without one."""
    text = (obj["metadata"].get("annotations") or {}).get(annotation, "")
    return int(text) if text.isdecimal() else None


def proportional_sizes(deployment: Object, active: Sequence[Object]) -> dict[str, int]:
    """What each ReplicaSet in the middle of a rollout gets of a new size; what is left over is the largest one's."""
    wanted = replicas(deployment)
    allowed = wanted + max_surge(deployment) if wanted else 0
    change = allowed - wanted_total(active)
    rows = _by_size(active, newer=change > 0)
    sizes, given = {}, 0
    for each in rows:
        part = _share(deployment, each, change, given) if change else 0
        sizes[each["metadata"]["name"]] = replicas(each) + part
        given += part
    if rows and change:
        first = rows[0]["metadata"]["name"]
        sizes[first] = max(0, sizes[first] + change - given)
    return sizes


def _by_size(sets: Sequence[Object], *, newer: bool) -> list[Object]:
    """The largest first; of the same size the newer (or the older)."""

    def made(each: Object) -> tuple[str, str]:
        return each["metadata"]["creationTimestamp"], each["metadata"]["name"]

    return sorted(sorted(sets, key=made, reverse=newer), key=lambda each: -replicas(each))


def _share(deployment: Object, each: Object, change: int, given: int) -> int:
    """Its part of a change, in the direction of the change and never more than what is left of it."""
    size, left = replicas(each), change - given
    if not size or not left:
        return 0
    if not replicas(deployment):
        part = -size
    else:
        before = number_in(each, MOST) or int(deployment["status"].get("replicas", 0)) or size
        now = replicas(deployment) + max_surge(deployment)
        part = math.floor(size * now / before + 0.5) - size
    return min(part, left) if change > 0 else max(part, left)
