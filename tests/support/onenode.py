"""One node with its kubelet, on a clock that the test moves."""

from typing import Any

from k8stui.demo.kubelet.habits import Habits
from k8stui.demo.kubelet.kubelet import Kubelets
from k8stui.demo.runtime.containers import Containers
from k8stui.demo.runtime.logs import Logs
from k8stui.demo.storage.errors import Refusal
from tests.support.inside import Inside

Object = dict[str, Any]


class Node(Inside):
    """`run` makes a pod on node `n1`; `state`, `reason` and `events` say how it fares."""

    def __init__(self) -> None:
        super().__init__(namespaces=("default", "shop", "load", "kube-system", "kube-node-lease"))
        self.logs = Logs()
        self.make_node("n1")
        self.kubelets = Kubelets(self.world, Habits(), self.logs)
        self.containers = Containers(self.store, self.clock, self.logs)
        self.kubelets.attach(self.containers)
        self.kubelets.start("n1")
        self.step(1.0)

    def habits(self, *rows: object, **more: object) -> None:
        """The table from now on."""
        self.kubelets.stop("n1")
        self.kubelets = Kubelets(self.world, Habits(rows=rows, **more), self.logs)  # type: ignore[arg-type]
        self.kubelets.attach(self.containers)
        self.kubelets.start("n1")

    def make_node(self, name: str, **spec: object) -> Object:
        meta = {"name": name, "labels": {"kubernetes.io/hostname": name}}
        network = {"podCIDR": f"10.244.{len(self.store.list('nodes')) + 1}.0/24"}
        return self.registry.create({"kind": "Node", "apiVersion": "v1", "metadata": meta, "spec": network | spec})

    def run(self, name: str, image: str = "registry.example/app:1", **parts: Any) -> Object:
        """`spec` and `meta` are for the pod, all else for its container `app`."""
        spec, meta = parts.pop("spec", {}), parts.pop("meta", {})
        return self.registry.create(
            {
                "kind": "Pod",
                "apiVersion": "v1",
                "metadata": {"name": name, "namespace": "default", **meta},
                "spec": {"nodeName": "n1", "containers": [{"name": "app", "image": image, **parts}], **spec},
            }
        )

    def config(self, name: str, resource: str = "ConfigMap", **data: str) -> None:
        """Make a ConfigMap or Secret, or replace it."""
        meta = {"name": name, "namespace": "default"}
        made = {"kind": resource, "apiVersion": "v1", "metadata": meta, "data": data}
        try:
            self.registry.create(made)
        except Refusal:
            self.registry.update(made)

    def row(self, name: str, container: str = "app") -> Object:
        """The status of a container."""
        status = self.get("pods", name)["status"]
        places = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
        return next(row for place in places for row in status.get(place, ()) if row["name"] == container)

    def state(self, name: str, container: str = "app") -> str:
        """`running`, or why not."""
        ((kind, more),) = self.row(name, container)["state"].items()
        return "running" if kind == "running" else str(more["reason"])

    def phase(self, name: str) -> str:
        return str(self.get("pods", name)["status"]["phase"])

    def ready(self, name: str) -> bool:
        return bool(self.condition(name, "Ready")["status"] == "True")

    def condition(self, name: str, kind: str) -> Object:
        rows = self.get("pods", name)["status"].get("conditions", ())
        return next((row for row in rows if row["type"] == kind), {"status": ""})

    def until_state(self, name: str, wanted: str, container: str = "app", within: float = 600.0) -> float:
        return self.until(
            lambda: self.has(name) and self.has_row(name, container) and self.state(name, container) == wanted, within
        )

    def has(self, name: str) -> bool:
        return any(pod["metadata"]["name"] == name for pod in self.store.list("pods", "default"))

    def has_row(self, name: str, container: str) -> bool:
        status = self.get("pods", name)["status"]
        places = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
        return any(row["name"] == container for place in places for row in status.get(place, ()))

    def events(self, name: str) -> list[tuple[str, str, str, int]]:
        """Type, reason, message and count of what was told about an object, in the order of the first times."""
        rows = [row for row in self.store.list("events") if row["involvedObject"]["name"] == name]
        rows.sort(key=lambda row: row["metadata"]["name"])
        return [(row["type"], row["reason"], row["message"], row["count"]) for row in rows]

    def reasons(self, name: str) -> list[str]:
        return [reason for _, reason, _, _ in self.events(name)]

    def log(self, name: str, container: str = "app", *, previous: bool = False) -> list[str]:
        book, _ = self.containers.log(self.get("pods", name), container, previous=previous)
        return [line.text.decode() for line in book.lines()]
