"""Apps that somebody's pipeline releases over and over: each rollout is followed by the next version's."""

from collections.abc import Iterable, Mapping
from typing import Any

from k8stui.demo.controllers.world import World
from k8stui.demo.scenario.manifests import CAUSE
from k8stui.demo.scenario.parts import App
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import ending

FIRST, LOOK = 6.0, 30.0
"""Seconds until the first look whether a release is through and the next one due, and between two."""


class Releases:
    """The pipeline. A Deployment that is paused, scaled to nothing or deleted is left alone."""

    def __init__(self, world: World, apps: Iterable[App]) -> None:
        self._world = world
        self._apps = [app for app in apps if app.rolling]
        if self._apps:
            world.agenda.every(LOOK, self._look, first=FIRST)

    def _look(self) -> None:
        for app in self._apps:
            try:
                found = self._world.store.get("deployments.apps", app.name, app.namespace)
            except Refusal:
                continue
            if not ending(found) and found["spec"].get("replicas") and is_through(found):
                first = found["spec"]["template"]["spec"]["containers"][0]
                first["image"] = next_version(first["image"])
                notes = found["metadata"].setdefault("annotations", {})
                notes[CAUSE] = f"release {first['image'].rpartition(':')[2]}"
                self._world.registry.update(found)


def is_through(deployment: Mapping[str, Any]) -> bool:
    """Whether a rollout has come to its end."""
    status = deployment.get("status", {})
    wanted = deployment["spec"].get("replicas", 1)
    counts = (status.get("replicas", 0), status.get("updatedReplicas", 0), status.get("availableReplicas", 0))
    current = status.get("observedGeneration") == deployment["metadata"].get("generation", 1)
    return current and counts == (wanted,) * 3 and not deployment["spec"].get("paused")


def next_version(image: str) -> str:
    """The image with the last number of its tag raised by one; unchanged when it does not end in a number."""
    head, dot, last = image.rpartition(".")
    return f"{head}{dot}{int(last) + 1}" if last.isdigit() else image
