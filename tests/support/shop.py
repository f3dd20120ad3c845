"""The scenario on a clock that a test steps: no server, no task unless asked for."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from k8stui.demo.life import Life
from k8stui.demo.registry.patch import merge
from k8stui.demo.registry.registry import Deletion
from k8stui.demo.runtime.containers import Containers
from k8stui.demo.runtime.logs import Logs
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.store import Store
from tests.support.clock import ManualClock

Object = dict[str, Any]


class Shop:
    """A seeded scenario; `step` moves the clock and everything that is due by then."""

    def __init__(self, seed: int = 1, speed: float = 1.0, scenario: str = "shop") -> None:
        self.clock = ManualClock()
        self.store = Store(self.clock, Catalog(), seed=seed)
        self.logs = Logs()
        self.life = Life(self.store, logs=self.logs, scenario=scenario, seed=seed, speed=speed)
        self.life.seed()
        self.containers = Containers(self.store, self.clock, self.logs)
        self.life.kubelets.attach(self.containers)

    def step(self, seconds: float, by: float = 1.0) -> None:
        """So many seconds, in strides of `by`."""
        end = self.clock.now() + seconds
        while self.clock.now() < end:
            self.clock.advance(min(by, end - self.clock.now()))
            self.life.agenda.catch_up()

    # ---- what users do

    def merge(self, resource: str, name: str, namespace: str = "", **patch: Any) -> Object:
        """A JSON merge patch (kubectl patch --type merge)."""
        return self.life.world.registry.update(merge(self.store.get(resource, name, namespace), patch))

    def set_image(self, name: str, namespace: str, tag: str) -> None:
        """Another tag for the first container of a Deployment (kubectl set image)."""
        found = self.store.get("deployments.apps", name, namespace)
        first = found["spec"]["template"]["spec"]["containers"][0]
        first["image"] = f"{first['image'].rpartition(':')[0]}:{tag}"
        self.life.world.registry.update(found)

    def scale(self, resource: str, name: str, namespace: str, replicas: int) -> None:
        """kubectl scale."""
        self.merge(resource, name, namespace, spec={"replicas": replicas})

    def delete(self, obj: Object, grace: int | None = None) -> None:
        """kubectl delete, of a pod unless the object says what it is; grace 0 is --force."""
        kind, meta = self.store.catalog.of(obj), obj["metadata"]
        options = Deletion(grace=grace)
        name = ".".join(filter(None, (kind.plural, kind.group)))
        self.life.world.registry.delete(name, meta["name"], meta.get("namespace", ""), options=options)

    def evict(self, pod: Object) -> None:
        """What kubectl drain asks for. Raises Refusal (429) when a budget stands against it."""
        self.life.world.registry.evict(pod["metadata"]["name"], pod["metadata"]["namespace"])

    def hush(self) -> "Shop":
        """No more releases: they cost time and have to do with nothing."""
        self.merge("deployments.apps", "storefront", "shop", spec={"paused": True})
        return self

    # ---- what they see

    def log(self, pod: Object, *, previous: bool = False) -> list[str]:
        """kubectl logs, of the first container."""
        name = pod["spec"]["containers"][0]["name"]
        book, _ = self.containers.log(pod, name, previous=previous)
        return [line.text.decode() for line in book.lines()]

    def events(self, reason: str, name: str = "") -> list[Object]:
        rows = [row for row in self.store.list("events") if row["reason"] == reason]
        return [row for row in rows if row["involvedObject"]["name"].startswith(name)]

    def get(self, resource: str, name: str, namespace: str = "") -> Object:
        return self.store.get(resource, name, namespace)

    def until(self, what: Callable[[], object], within: float = 300.0) -> None:
        """Let time pass until it is true."""
        for _ in range(int(within / 5)):
            if what():
                return
            self.step(5, by=5)
        assert what(), f"not within {within} s"

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
    return next((row for row in obj["status"].get("conditions", ()) if row["type"] == kind), {})
