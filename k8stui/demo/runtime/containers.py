"""The containers of all nodes as their runtimes see them: what the pods in the store say, and who was silenced."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from k8stui.demo.clock import Clock
from k8stui.demo.runtime.logs import Book, Logs
from k8stui.demo.storage.errors import Refusal, bad_request
from k8stui.demo.storage.objects import Object, of_type, state
from k8stui.demo.storage.store import Store

KUBELET_PORT = 10250
_STATUSES = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
_SPECS = ("initContainers", "containers", "ephemeralContainers")
_PULLING = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}

Signalled = Callable[[Object, str, int], None]
"""A process of a container got a deadly signal: (pod, container, signal number)."""
Exited = Callable[[Object, str, int], None]
"""The main process of a container came to its end by itself: (pod, container, exit code)."""


class Run(Struct, frozen=True):
    """One run of a container: which book is its log."""

    attempt: int
    running: bool


class Containers:
    """What the server asks the nodes, and what their kubelets tell.

    Without a kubelet (a test's bare cluster) everything follows from the pods' status; `on_signal` and `on_exit` are
    for the kubelet to set.
    """

    def __init__(self, store: Store, clock: Clock, logs: Logs) -> None:
        self.store = store
        self.clock = clock
        self.logs = logs
        self.silent: set[str] = set()
        """Nodes whose kubelet answers no connection."""
        self.on_signal: Signalled = _nobody
        self.on_exit: Exited = _nobody

    def alive(self, node: str) -> bool:
        """The kubelet of this node answers: neither silenced nor given up by the node controller."""
        if node in self.silent:
            return False
        try:
            return state(self.store.get("nodes", node), "Ready") != "Unknown"
        except Refusal:
            return True

    def address(self, node: str) -> str:
        """Where its kubelet listens: `192.0.2.1:10250`.

        Raises Refusal (404) for a node that does not exist. A store without any node (a small test's) is taken for a
        cluster whose kubelets all answer.
        """
        try:
            status = self.store.get("nodes", node).get("status", {})
        except Refusal:
            if self.store.list("nodes"):
                raise
            status = {}
        row = of_type(status.get("addresses"), "InternalIP")
        port = status.get("daemonEndpoints", {}).get("kubeletEndpoint", {}).get("Port", KUBELET_PORT)
        return f"{row['address'] if row else node}:{port}"

    def running(self, pod: Object, container: str) -> Run | None:
        """The present run of a container; None while it does not run."""
        row = status_of(pod, container)
        if row is None or "running" not in row.get("state", {}):
            return None
        return Run(int(row.get("restartCount", 0)), running=True)

    def goes_on(self, pod: Object, container: str, attempt: int) -> bool:
        """That very run of that very pod still runs, as far as the store knows."""
        meta = pod["metadata"]
        try:
            now = self.store.get("pods", meta["name"], meta.get("namespace", ""))
        except Refusal:
            return False
        if now["metadata"]["uid"] != meta["uid"]:
            return False
        run = self.running(now, container)
        return run is not None and run.attempt == attempt

    def log(self, pod: Object, container: str, *, previous: bool) -> tuple[Book, Run]:
        """The book that a kubelet would read. Raises Refusal (400) in its words when there is none (yet)."""
        run = _logged(pod, container, previous)
        return self.logs.book(pod["metadata"]["uid"], container, run.attempt), run

    def signal(self, pod: Object, container: str, number: int) -> None:
        """Somebody killed the container's main process."""
        self.on_signal(pod, container, number)

    def exited(self, pod: Object, container: str, code: int) -> None:
        """The container's main process ended, because whoever was attached to it left it."""
        self.on_exit(pod, container, code)


def _nobody(pod: Object, container: str, number: int) -> None:
    """No kubelet listens."""


def status_of(pod: Object, container: str) -> Object | None:
    """The status of a container of any sort."""
    status = pod.get("status") or {}
    for field in _STATUSES:
        for row in status.get(field) or ():
            if row["name"] == container:
                return dict(row)
    return None


def specs(pod: Object) -> Iterator[Object]:
    """Every container of a pod in the order in which a server names them: init, ordinary, ephemeral."""
    for field in _SPECS:
        yield from pod["spec"].get(field) or ()


def chosen(pod: Object, container: str) -> str:
    """The container that is meant. Raises Refusal (400) when none is named and there is more than one."""
    names = [spec["name"] for spec in specs(pod)]
    name = pod["metadata"]["name"]
    if container:
        if container not in names:
            raise bad_request(f"container {container} is not valid for pod {name}")
        return container
    ordinary = pod["spec"].get("containers") or []
    if len(ordinary) == 1:
        return str(ordinary[0]["name"])
    choice = f", choose one of: [{' '.join(names)}]" if ordinary else ""
    raise bad_request(f"a container name must be specified for pod {name}{choice}")


def _logged(pod: Object, container: str, previous: bool) -> Run:
    """Which run's log is meant, as `validateContainerLogStatus` of the kubelet decides it."""
    row = status_of(pod, container)
    who = f'container "{container}" in pod "{pod["metadata"]["name"]}"'
    if row is None:
        raise bad_request(f"{who} is not available")
    count = int(row.get("restartCount", 0))
    state, last = row.get("state") or {}, row.get("lastState") or {}
    if previous:
        if not _kept(last):
            raise bad_request(f"previous terminated {who} not found")
        return Run(_before(count, state), running=False)
    if "running" in state:
        return Run(count, running=True)
    if _kept(state):
        return Run(count, running=False)
    if _kept(last):
        return Run(_before(count, state), running=False)
    if "terminated" in state or "terminated" in last:
        raise bad_request(f"{who} is terminated")
    if "waiting" not in state:
        raise bad_request(f"{who} is waiting to start - no logs yet")
    reason = state["waiting"].get("reason", "")
    raise bad_request(f"{who} is waiting to start: {_PULLING.get(reason, reason)}")


def _kept(state: Object) -> bool:
    """It terminated, and the runtime still knows the container."""
    ended = state.get("terminated")
    return ended is not None and not (ended.get("reason") == "ContainerStatusUnknown" and not ended.get("containerID"))


def _before(count: int, state: Object) -> int:
    """The run that `lastState` tells of: while a container waits to be restarted, the count is still that run's."""
    return count if "waiting" in state else max(count - 1, 0)
