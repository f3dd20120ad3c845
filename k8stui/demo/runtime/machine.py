"""One container as a program in it sees it: its files, its environment, the processes beside it, its node's disk."""

import hashlib
from collections.abc import Iterable

from msgspec import Struct

from k8stui.demo.clock import Clock, epoch
from k8stui.demo.runtime.basefiles import base_files
from k8stui.demo.runtime.containers import Containers, specs, status_of
from k8stui.demo.runtime.environment import environment, expanded, hostname
from k8stui.demo.runtime.files import Changes, File, Files
from k8stui.demo.runtime.images import Image, image, program
from k8stui.demo.runtime.volumes import mounted, mounts
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, state
from k8stui.demo.storage.store import Store
from k8stui.model import quantity

_DNS = "10.96.0.10"


class Process(Struct, frozen=True):
    """A line of `ps`."""

    pid: int
    user: str
    command: tuple[str, ...]
    container: str = ""
    """Whose process it is."""


class Disk(Struct, frozen=True):
    """A line of `df`, in KiB."""

    device: str
    size: int
    used: int
    path: str


class Machine:
    """What a command in a container finds."""

    def __init__(
        self, containers: Containers, pod: Object, name: str, changes: Changes, programs: Iterable[str]
    ) -> None:
        """`programs` are the commands that there are at all; the image may lack some."""
        self.containers = containers
        self.pod = pod
        self.spec: Object = next((spec for spec in specs(pod) if spec["name"] == name), {"name": name, "image": ""})
        self.image: Image = image(str(self.spec.get("image", "")))
        self.programs = frozenset(programs) - self.image.missing if self.image.shell else frozenset()
        self.hostname = hostname(pod)
        self.variables = environment(self.store, pod, self.spec)
        security = {**(pod["spec"].get("securityContext") or {}), **(self.spec.get("securityContext") or {})}
        self.uid = int(security.get("runAsUser") or 0)
        self.gid = int(security.get("runAsGroup") or 0)
        self._changes = changes
        self._read_only = bool(security.get("readOnlyRootFilesystem"))
        self._files: Files | None = None

    @property
    def store(self) -> Store:
        """The cluster's objects."""
        return self.containers.store

    @property
    def clock(self) -> Clock:
        """The cluster's time."""
        return self.containers.clock

    @property
    def namespace(self) -> str:
        """The pod's namespace."""
        return str(self.pod["metadata"].get("namespace", "default"))

    @property
    def address(self) -> str:
        """The pod's IP; empty before it has one."""
        return str((self.pod.get("status") or {}).get("podIP", ""))

    @property
    def user(self) -> str:
        """The name of the user, or the number of one without a name."""
        return "root" if self.uid == 0 else str(self.uid)

    @property
    def folder(self) -> str:
        """Where commands start."""
        return str(self.spec.get("workingDir") or self.image.home)

    @property
    def command(self) -> tuple[str, ...]:
        """The command line of its main process."""
        return command(self.spec, self.variables)

    def started(self, name: str = "") -> float:
        """When the container (this one unless another is named) began to run, in epoch seconds."""
        row = status_of(self.pod, name or str(self.spec["name"])) or {}
        text = (row.get("state") or {}).get("running", {}).get("startedAt") or ""
        return epoch(text) or self.clock.now()

    # ---- processes

    def processes(self) -> list[Process]:
        """Those that ran before the command that asks."""
        own = str(self.spec["name"])
        if self.pod["spec"].get("shareProcessNamespace"):
            seen = [name for name in _names(self.pod) if self.containers.running(self.pod, name)]
            rows = [Process(1, "65535", ("/pause",))]
            return rows + [self._main(7 * (number + 1), name) for number, name in enumerate(seen)]
        target = str(self.spec.get("targetContainerName", ""))
        if target:
            return [self._main(1, target), self._main(31, own)]
        return [self._main(1, own)]

    def _main(self, pid: int, name: str) -> Process:
        spec = next((spec for spec in specs(self.pod) if spec["name"] == name), self.spec)
        user = (spec.get("securityContext") or {}).get("runAsUser")
        if user is None:
            user = (self.pod["spec"].get("securityContext") or {}).get("runAsUser", 0)
        return Process(pid, "root" if not user else str(user), command(spec, self.variables), name)

    # ---- files

    @property
    def files(self) -> Files:
        """The files as they are now (made once for a command)."""
        if self._files is None:
            self._files = self._made()
        return self._files

    def _made(self) -> Files:
        given = dict(base_files(self))
        fixed = ["/proc", "/sys", *(["/"] if self._read_only else [])]
        writable = ["/dev"]
        for path, read_only, files in mounts(self.store, self.pod, self.spec):
            given |= {f"{path}/{below}".rstrip("/"): file for below, file in files.items()}
            if "" not in files:
                given.setdefault(path, File())
            (fixed if read_only else writable).append(path)
        return Files(given, self._changes, fixed, writable)

    @property
    def nameserver(self) -> str:
        """Where names are asked for: the service kube-dns, when there is one."""
        try:
            return str(self.store.get("services", "kube-dns", "kube-system")["spec"].get("clusterIP") or _DNS)
        except Refusal:
            return _DNS

    @property
    def search(self) -> tuple[str, ...]:
        """What is appended to short names."""
        return (f"{self.namespace}.svc.cluster.local", "svc.cluster.local", "cluster.local")

    # ---- its node

    @property
    def node(self) -> Object:
        """The node it runs on; empty when there is no such object."""
        try:
            return self.store.get("nodes", str(self.pod["spec"].get("nodeName", "")))
        except Refusal:
            return {}

    def capacity(self, resource: str, otherwise: int) -> int:
        """How much memory or storage the node has, in KiB."""
        text = ((self.node.get("status") or {}).get("capacity") or {}).get(resource)
        return quantity.parse(str(text)).nanos // 1024 // 10**9 if text else otherwise

    def disks(self) -> list[Disk]:
        """The file systems; those of the node fill up when it is under DiskPressure."""
        size = self.capacity("ephemeral-storage", 100 * 1024 * 1024)
        seed = hashlib.sha256(str(self.pod["spec"].get("nodeName", "")).encode()).digest()[0]
        share = 35 + seed % 20
        if state(self.node, "DiskPressure") == "True":
            share = 92 + seed % 6
        used = size * share // 100
        rows = [Disk("overlay", size, used, "/"), Disk("tmpfs", 65536, 0, "/dev")]
        for path, volume in mounted(self.pod, self.spec):
            if "persistentVolumeClaim" in volume:
                rows.append(Disk("/dev/sdb", 20 * 1024 * 1024, 6 * 1024 * 1024, path))
            elif "emptyDir" in volume or "hostPath" in volume:
                rows.append(Disk("/dev/sda1", size, used, path))
            else:
                rows.append(Disk("tmpfs", 262144, 12, path))
        return [*rows, Disk("/dev/sda1", size, used, "/etc/hosts"), Disk("shm", 65536, 0, "/dev/shm")]


def command(spec: Object, variables: dict[str, str]) -> tuple[str, ...]:
    """The command line of a container's main process."""
    reference = str(spec.get("image", ""))
    own = list(spec.get("command") or ())
    if not own:
        own = list(image(reference).command)
        if own and spec.get("args") and own[-1] in ("sh", "bash", "/bin/sh", "/bin/bash", "zsh"):
            own = []
        elif not own:
            own = [program(reference)]
    return tuple(expanded(str(part), variables) for part in [*own, *(spec.get("args") or ())]) or ("sh",)


def _names(pod: Object) -> list[str]:
    return [str(spec["name"]) for spec in specs(pod)]
