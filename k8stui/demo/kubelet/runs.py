"""What a node's kubelet knows of its pods: sandboxes and the runs of their containers. Times are epoch seconds."""

from collections.abc import Iterator
from zlib import crc32

from msgspec import Struct, field

from k8stui.demo.kubelet.habits import Habit
from k8stui.demo.kubelet.programs import Program
from k8stui.demo.storage.objects import Object

NEVER = float("inf")

INIT, SIDECAR, APP, EPHEMERAL = "init", "sidecar", "app", "ephemeral"
WAITING, RUNNING, TERMINATED = "waiting", "running", "terminated"
PULL, CREATE = "pull", "create"


class Probe(Struct):
    """How one probe of a container stands."""

    due: float = NEVER
    """When it looks next; never while nothing can have changed."""
    passed: bool = False
    failures: int = 0
    successes: int = 0


class Run(Struct):
    """One container, and its present run."""

    name: str
    sort: str
    image: str
    """As the pod wants it at the start of this run."""
    attempt: int = 0
    state: str = WAITING
    reason: str = "ContainerCreating"
    message: str = ""

    step: str = ""
    """What is being done to start it."""
    due: float = 0.0
    """When the step is done."""
    began: float = 0.0
    """When the step began."""

    started: float = 0.0
    ended: float = 0.0
    code: int = 0
    why: str = ""
    note: str = ""
    """The message of the termination."""
    container_id: str = ""
    image_id: str = ""
    last: Object = field(default_factory=dict)
    """lastState as the API has it."""

    ready: bool = False
    passed: bool = False
    """Its startup probe has passed, if it has one: `started` in the status."""
    probes: dict[str, Probe] = field(default_factory=dict)

    delay: float = 0.0
    """Seconds of the next back-off; 0: it may start at once."""
    delayed: float = 0.0
    """When the back-off was last lengthened."""
    told: float = 0.0
    """When the next event about a back-off is due."""
    pull_delay: float = 0.0
    pull_until: float = 0.0
    pull_error: str = ""

    habit: Habit | None = None
    """Decided at its start."""
    ends: float = NEVER
    """When it ends by itself."""
    planned: tuple[int, str, str] = (0, "", "")
    """Exit code, reason and message of that end."""
    program: Program | None = None
    """What its command does, if that is known."""
    stops: float = NEVER
    """When the signal that it got will have ended it."""
    stop_code: int = 0


class Sandbox(Struct):
    """One pod on a node."""

    key: str
    uid: str
    runs: dict[str, Run] = field(default_factory=dict)
    since: float | None = None
    """When the kubelet took it (startTime); None: not yet."""
    up: bool = False
    ip: str = ""
    up_at: float = NEVER
    mount_delay: float = 0.0
    mount_due: float = 0.0
    killing: float = NEVER
    """When its containers began to be stopped for good."""
    grace: float = 0.0
    verdict: tuple[str, str] | None = None
    """Reason and message of a failure of the whole pod (Evicted, DeadlineExceeded, OutOfcpu, …)."""
    disrupted: str = ""
    """Message of a DisruptionTarget condition."""
    over: bool = False
    """Nothing runs and nothing will."""
    leaves: float = NEVER
    """When the API may forget it."""
    removed: bool = False
    """The kubelet is done with it; only finalizers hold it."""
    wake: float = NEVER
    """When to look at it next."""
    timer: float = NEVER
    """When it will be looked at, as the agenda has it."""
    asked: set[tuple[str, str, str]] = field(default_factory=set)
    """What it depends on in the store."""

    def at(self, due: float) -> None:
        """Look at it again at this time at the latest."""
        self.wake = min(self.wake, due)

    def of(self, *sorts: str) -> Iterator[Run]:
        """The runs of these sorts, in the pod's order."""
        return (run for run in self.runs.values() if run.sort in sorts)


def chance(*parts: object) -> float:
    """A number from 0 to 1 that is always the same for the same parts."""
    return crc32("/".join(map(str, parts)).encode()) / 2**32


def between(low: float, high: float, *parts: object) -> float:
    """A number of this range that is always the same for the same parts."""
    return low + (high - low) * chance(*parts)


def specs(pod: Object) -> Iterator[tuple[str, Object]]:
    """Every container of a pod with its sort, in the order in which they start; ephemeral ones last."""
    spec = pod["spec"]
    for row in spec.get("initContainers") or ():
        yield (SIDECAR if row.get("restartPolicy") == "Always" else INIT), row
    for row in spec.get("containers") or ():
        yield APP, row
    for row in spec.get("ephemeralContainers") or ():
        yield EPHEMERAL, row


def field_path(run: Run) -> str:
    """Where a container stands in its pod, as events say it."""
    place = {INIT: "initContainers", SIDECAR: "initContainers", APP: "containers"}
    return f"spec.{place.get(run.sort, 'ephemeralContainers')}{{{run.name}}}"
