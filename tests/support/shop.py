"""The scenario on a clock that a test steps: no server, no task unless asked for."""

from collections import Counter
from typing import Any

from k8stui.demo.life import Life
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.store import Store
from tests.support.clock import ManualClock

Object = dict[str, Any]


class Shop:
    """A seeded scenario; `step` moves the clock and everything that is due by then."""

    def __init__(self, seed: int = 1, speed: float = 1.0, scenario: str = "shop") -> None:
        self.clock = ManualClock()
        self.store = Store(self.clock, Catalog(), seed=seed)
        self.life = Life(self.store, scenario=scenario, seed=seed, speed=speed)
        self.life.seed()

    def step(self, seconds: float, by: float = 1.0) -> None:
        """So many seconds, in strides of `by`."""
        end = self.clock.now() + seconds
        while self.clock.now() < end:
            self.clock.advance(min(by, end - self.clock.now()))
            self.life.agenda.catch_up()

    def delete(self, pod: Object) -> None:
        """As a user does."""
        self.life.world.registry.delete("pods", pod["metadata"]["name"], pod["metadata"]["namespace"])

    def scale(self, resource: str, name: str, namespace: str, replicas: int) -> None:
        """As a user does."""
        self.store.modify(resource, name, namespace, change=lambda found: found["spec"].update(replicas=replicas))

    def pods(self, app: str = "", namespace: str | None = None) -> list[Object]:
        return [pod for pod in self.store.list("pods", namespace) if pod["metadata"]["name"].startswith(app)]

    def pod(self, app: str, namespace: str | None = None) -> Object:
        (found,) = self.pods(app, namespace)
        return found

    def seen(self) -> dict[str, tuple[object, ...]]:
        """What a table of pods and nodes shows of each, by uid."""
        rows: dict[str, tuple[object, ...]] = {}
        for pod in self.store.list("pods"):
            rows[pod["metadata"]["uid"]] = (pod["metadata"]["name"], *look(pod))
        for node in self.store.list("nodes"):
            states = tuple((row["type"], row["status"]) for row in node["status"]["conditions"])
            rows[node["metadata"]["uid"]] = (node["metadata"]["name"], states, str(node["spec"].get("taints")))
        return rows


def look(pod: Object) -> tuple[str, int, int, bool]:
    """STATUS (as far as this scenario goes), ready containers, restarts, and whether it is going."""
    status = pod["status"]
    rows = status.get("containerStatuses", [])
    words = [state.get("reason", "") for row in rows for kind, state in row["state"].items() if kind != "running"]
    ready = sum(row["ready"] for row in rows)
    going = "deletionTimestamp" in pod["metadata"]
    return next(iter(words), status["phase"]), ready, sum(row["restartCount"] for row in rows), going


def words(pods: list[Object]) -> Counter[str]:
    return Counter(look(pod)[0] for pod in pods)


def condition(obj: Object, kind: str) -> Object:
    return next((row for row in obj["status"]["conditions"] if row["type"] == kind), {})
