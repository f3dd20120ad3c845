"""Which pods have been ready for long enough, and when the next one will have been."""

from collections.abc import Iterable

from k8stui.demo.controllers.podfacts import is_ready, ready_since
from k8stui.demo.controllers.world import World
from k8stui.demo.storage.objects import Object


def is_available(world: World, pod: Object, least: float) -> bool:
    """Ready for `least` seconds (minReadySeconds)."""
    if not is_ready(pod):
        return False
    since = ready_since(pod)
    return least <= 0 or (since is not None and world.age(since) >= least)


def until_next(world: World, pods: Iterable[Object], least: float) -> float | None:
    """Seconds until the next of the ready pods becomes available; None when none will."""
    waits = (least - world.age(since) for pod in pods if (since := ready_since(pod)) is not None)
    return min((wait for wait in waits if wait > 0), default=None)
