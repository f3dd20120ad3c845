"""A node as its kubelet works on it: its time, its images and addresses, its events."""

from msgspec import Struct

from k8stui.demo.controllers.events import Recorder
from k8stui.demo.controllers.world import World
from k8stui.demo.kubelet import images
from k8stui.demo.kubelet.habits import Habit, Habits
from k8stui.demo.kubelet.output import Output
from k8stui.demo.kubelet.references import Things
from k8stui.demo.kubelet.runs import Run, Sandbox, field_path, specs
from k8stui.demo.storage.objects import Object, of_type

BURST = 25
REFILL = 300.0
"""Events about one object: so many at once, then one in so many seconds (client-go's EventSourceObjectSpamFilter)."""
SLACK = 1e-3
"""Sums of floating-point seconds may fall short of a due time."""


class Allowance(Struct):
    """How many events about one object may still be written."""

    left: float
    at: float


class Site:
    """One node, as long as its kubelet runs."""

    def __init__(self, world: World, habits: Habits, output: Output, name: str) -> None:
        self.world = world
        self.habits = habits
        self.output = output
        self.name = name
        self.boxes: dict[str, Sandbox] = {}
        """The pods on it, by uid."""
        self._recorder = Recorder(world, "kubelet", name)
        self._allowances: dict[str, Allowance] = {}
        self._images: set[str] | None = None

    # ---- time

    @property
    def now(self) -> float:
        """Seconds since the epoch."""
        return self.world.now

    def scaled(self, seconds: float) -> float:
        """Seconds of the clock that so many seconds of the cluster take."""
        return seconds / self.world.agenda.speed

    def later(self, seconds: float) -> float:
        """The moment in so many seconds."""
        return self.now + self.scaled(seconds)

    def reached(self, due: float) -> bool:
        """Whether it is time."""
        return self.now >= due - SLACK

    def passed(self, since: float) -> float:
        """How many seconds of the cluster ago that was."""
        return (self.now - since) * self.world.agenda.speed

    # ---- facts

    @property
    def node(self) -> Object:
        """The node's object; empty when there is none."""
        return self.world.cache("nodes").get(f"/{self.name}") or {}

    @property
    def host(self) -> str:
        """The node's own address."""
        row = of_type((self.node.get("status") or {}).get("addresses"), "InternalIP")
        return str(row["address"]) if row else ""

    @property
    def images(self) -> set[str]:
        """The images that are on the node, by resolved name."""
        if self._images is None:
            self._images = {images.resolved(name) for name in images.held(self.node)}
        return self._images

    def has(self, image: str) -> bool:
        """Whether the image is there."""
        return images.resolved(image) in self.images

    def address(self) -> str:
        """The next free address of the node's pods."""
        network = (self.node.get("spec") or {}).get("podCIDR") or "10.244.255.0/24"
        start = network.rpartition(".")[0]
        taken = {box.ip for box in self.boxes.values() if not box.over}
        return next(f"{start}.{n}" for n in range(2, 255) if n == 254 or f"{start}.{n}" not in taken)

    def spec(self, pod: Object, run: Run) -> Object:
        """A container as the pod wants it."""
        return next((row for _, row in specs(pod) if row["name"] == run.name), {})

    def things(self, pod: Object, container: Object, box: Sandbox) -> Things:
        """What a container sees of the cluster; what is asked wakes the pod when it changes."""
        things = Things(self.world.store, pod, container)
        things.asked = box.asked
        return things

    def habit(self, pod: Object, container: Object, box: Sandbox) -> Habit:
        """What a container's image does now."""
        name = container.get("name", "")
        return self.habits.of(container.get("image", ""), name, self.things(pod, container, box))

    # ---- telling

    def event(self, pod: Object, kind: str, reason: str, message: str, run: Run | None = None) -> None:
        """Write an event about a pod or one of its containers, unless there were too many."""
        allowance = self._allowances.setdefault(pod["metadata"]["uid"], Allowance(BURST, self.now))
        allowance.left = min(BURST, allowance.left + self.passed(allowance.at) / REFILL)
        allowance.at = self.now
        if allowance.left >= 1:
            allowance.left -= 1
            self._recorder.event(pod, kind, reason, message, field_path(run) if run else "")

    def node_event(self, kind: str, reason: str, message: str) -> None:
        """Write an event about the node; a kubelet knows it by its name alone."""
        self._recorder.event({"kind": "Node", "name": self.name, "uid": self.name}, kind, reason, message)

    def forget(self, uid: str) -> None:
        """A pod is gone."""
        self.boxes.pop(uid, None)
        self._allowances.pop(uid, None)
