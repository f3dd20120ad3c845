"""One container as a program in it sees it: its files, its environment, the processes beside it, its node's disk."""

import hashlib
from calendar import timegm
from collections.abc import Iterable, Iterator
from time import strptime

from msgspec import Struct

from k8stui.demo.clock import Clock
from k8stui.demo.runtime.containers import Containers, specs, status_of
from k8stui.demo.runtime.environment import environment, expanded, hostname
from k8stui.demo.runtime.files import Changes, File, Files, normal
from k8stui.demo.runtime.images import Image, image, program
from k8stui.demo.runtime.volumes import mounted, mounts
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, state
from k8stui.demo.storage.store import Store
from k8stui.model import quantity

_DNS = "10.96.0.10"
_OPTIONS = "options ndots:5\n"


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

    def started(self, name: str = "") -> float:
        """When the container (this one unless another is named) began to run, in epoch seconds."""
        row = status_of(self.pod, name or str(self.spec["name"])) or {}
        text = (row.get("state") or {}).get("running", {}).get("startedAt") or ""
        try:
            return float(timegm(strptime(text[:19], "%Y-%m-%dT%H:%M:%S")))
        except ValueError:
            return self.clock.now()

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
        given = dict(self._system())
        fixed = ["/proc", "/sys", *(["/"] if self._read_only else [])]
        writable = ["/dev"]
        for path, read_only, files in mounts(self.store, self.pod, self.spec):
            given |= {f"{path}/{below}".rstrip("/"): file for below, file in files.items()}
            if "" not in files:
                given.setdefault(path, File())
            (fixed if read_only else writable).append(path)
        return Files(given, self._changes, fixed, writable)

    def _system(self) -> Iterator[tuple[str, File]]:
        for path in (
            "/bin",
            "/dev",
            "/etc",
            "/home",
            "/root",
            "/run",
            "/sys",
            "/tmp",
            "/usr/bin",
            "/var/log",
            self.folder,
        ):
            yield path, File()
        for path, content in {
            "/etc/hosts": self._hosts,
            "/etc/resolv.conf": self._resolver,
            "/etc/hostname": lambda: f"{self.hostname}\n".encode(),
            "/proc/1/cmdline": lambda: b"".join(part.encode() + b"\0" for part in self.processes()[0].command),
            "/proc/1/environ": lambda: b"".join(f"{k}={v}\0".encode() for k, v in self.variables.items()),
            "/proc/1/status": lambda: f"Name:\t{self.processes()[0].command[0].rpartition('/')[2]}\nPid:\t1\n".encode(),
            "/proc/uptime": lambda: f"{self.clock.now() - self.started():.2f} 0.00\n".encode(),
            "/proc/loadavg": lambda: b"0.42 0.38 0.35 1/214 1\n",
            "/proc/meminfo": self._memory,
            "/proc/version": lambda: b"Linux version 6.6.0 (embedded cluster)\n",
            "/dev/termination-log": lambda: b"",
        }.items():
            yield path, File(content)
        if self.image.release:
            yield "/etc/os-release", File(self.image.release.encode())
            yield (
                "/etc/passwd",
                File(b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n"),
            )
            yield "/etc/group", File(b"root:x:0:\nnogroup:x:65534:\n")
        for name in self.programs:
            yield f"/bin/{name}", File(b"\x7fELF", executable=True)
        main = command(self.spec, self.variables)[0].partition(" ")[0]
        if main.startswith("/") and not self.spec.get("command"):
            yield normal(main), File(b"\x7fELF", executable=True)

    def _hosts(self) -> bytes:
        rows = [
            "# Kubernetes-managed hosts file.",
            "127.0.0.1\tlocalhost",
            "::1\tlocalhost ip6-localhost ip6-loopback",
            "fe00::\tip6-localnet",
            "fe00::\tip6-mcastprefix",
            "fe00::1\tip6-allnodes",
            "fe00::2\tip6-allrouters",
            f"{self.address}\t{self.hostname}",
        ]
        if aliases := self.pod["spec"].get("hostAliases"):
            rows += ["", "# Entries added by HostAliases."]
            rows += [f"{row['ip']}\t{chr(9).join(row.get('hostnames') or ())}" for row in aliases]
        return "\n".join([*rows, ""]).encode()

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

    def _resolver(self) -> bytes:
        if self.pod["spec"].get("dnsPolicy") == "Default":
            return b"nameserver 192.0.2.53\n"
        return f"search {' '.join(self.search)}\nnameserver {self.nameserver}\n{_OPTIONS}".encode()

    def _memory(self) -> bytes:
        total = _kib(self.node, "memory", 16 * 1024 * 1024)
        rows = {"MemTotal": total, "MemFree": total // 5, "MemAvailable": total // 2}
        return "".join(f"{name + ':':<15}{size:9} kB\n" for name, size in rows.items()).encode()

    # ---- its node

    @property
    def node(self) -> Object:
        """The node it runs on; empty when there is no such object."""
        try:
            return self.store.get("nodes", str(self.pod["spec"].get("nodeName", "")))
        except Refusal:
            return {}

    def disks(self) -> list[Disk]:
        """The file systems; those of the node fill up when it is under DiskPressure."""
        node = self.node
        size = _kib(node, "ephemeral-storage", 100 * 1024 * 1024)
        seed = hashlib.sha256(str(self.pod["spec"].get("nodeName", "")).encode()).digest()[0]
        share = 35 + seed % 20
        if state(node, "DiskPressure") == "True":
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


def _kib(node: Object, name: str, otherwise: int) -> int:
    text = ((node.get("status") or {}).get("capacity") or {}).get(name)
    return quantity.parse(str(text)).nanos // 1024 // 10**9 if text else otherwise
