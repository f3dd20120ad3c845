"""What a scenario is written in: machines, apps, and what was done to the cluster when. Times are seconds ago."""

from typing import Any

from msgspec import Struct

from k8stui.demo.kubelet.habits import Habits

Json = dict[str, Any]
"""An API object, or a part of one."""

HOUR, DAY = 3_600.0, 86_400.0
REGISTRY = "registry.shop.example"
MAIN = (("shop.example/pool", "main"),)
"""The nodes of the scenario, not those of made load."""


class Machine(Struct, frozen=True):
    """What a node is made of."""

    name: str
    zone: str
    ip: str
    age: float
    role: str = ""
    pool: str = "main"
    """Label `shop.example/pool`: the scenario's DaemonSets run on `main`, made load on `load` (with a taint)."""
    type: str = "m6i.xlarge"
    cpu: int = 4
    memory: int = 16
    """GiB."""


class App(Struct, frozen=True, kw_only=True):
    """One workload, and the Service in front of it."""

    namespace: str
    name: str
    kind: str = "Deployment"
    """Deployment, StatefulSet, DaemonSet, CronJob, Job or Static (a node's own mirror pod)."""
    replicas: int = 1
    image: str = ""
    """Without a tag; the scenario's own registry when empty."""
    releases: tuple[tuple[float, str], ...]
    """When which version came, the oldest first. What lies before the last but one has left a revision and no pods."""
    rolling: bool = False
    """Released over and over: each rollout is followed by the next version's."""
    cpu: str = "100m"
    memory: str = "128Mi"
    limit: str = "256Mi"
    """Memory limit."""
    port: int = 8080
    """0: it does not listen."""
    service: str = ""
    """The name of its Service; empty: its own."""
    labels: tuple[tuple[str, str], ...] = ()
    """Of the workload itself, beside those of all."""
    annotations: tuple[tuple[str, str], ...] = ()
    system: bool = False
    """Tolerates every taint, uses its node's network, and is of a system priority."""
    priority: str = ""
    """priorityClassName."""
    patient: bool = False
    """Stays on an unreachable node without limit (a database that must not start twice)."""
    needs: tuple[tuple[str, str], ...] = ()
    """nodeSelector."""
    nodes: tuple[str, ...] = ()
    """Where its pods run, in this order and over again; empty: where the scheduler puts them."""
    restarts: int = 0
    """How often its containers had been started again by now."""
    disk: str = ""
    """Size of the volume that each pod of a StatefulSet claims."""
    config: str = ""
    """A ConfigMap that becomes its environment."""
    mounts: tuple[tuple[str, str], ...] = ()
    """ConfigMaps and where they are mounted."""
    secret: str = ""
    """imagePullSecrets."""
    schedule: str = ""
    """Of a CronJob."""
    suspended: bool = False
    retries: int = 6
    """backoffLimit of a Job."""
    arguments: tuple[str, ...] = ()

    @property
    def marks(self) -> dict[str, str]:
        """The labels by which its pods are known."""
        return {"app.kubernetes.io/instance": self.namespace, "app.kubernetes.io/name": self.name}

    def reference(self, version: str) -> str:
        """The image with its tag."""
        return f"{self.image or f'{REGISTRY}/{self.namespace}/{self.name}'}:{version}"


# ---- what was done


class Apply(Struct, frozen=True):
    """Somebody created these objects."""

    ago: float
    objects: tuple[Json, ...]


class Merge(Struct, frozen=True):
    """Somebody changed an object (a JSON merge patch); `status`: only its status."""

    ago: float
    resource: str
    namespace: str
    name: str
    patch: Json
    status: bool = False


class Delete(Struct, frozen=True):
    """Somebody deleted an object."""

    ago: float
    resource: str
    namespace: str
    name: str


class Silence(Struct, frozen=True):
    """The kubelet of a node stopped."""

    ago: float
    node: str


class ThrowOut(Struct, frozen=True):
    """A kubelet evicted the pods of an app from its node, for want of disk."""

    ago: float
    node: str
    app: str


class Press(Struct, frozen=True):
    """A kubelet found too little room on its disk."""

    ago: float
    node: str


class Restart(Struct, frozen=True):
    """Somebody deleted the pods of an app."""

    ago: float
    app: str


class Pass(Struct, frozen=True):
    """Something was due: the controllers of this resource looked at an object again."""

    ago: float
    resource: str
    key: str
    """`namespace/name`."""


Deed = Apply | Merge | Delete | Silence | ThrowOut | Press | Restart | Pass


class Storm(Struct, frozen=True, kw_only=True):
    """A warning that is repeated for every pod of a namespace, for as long as what it tells of is so."""

    namespace: str
    secret: str
    """The pull secret that these pods name and that nobody has made."""
    every: float
    """Seconds between two of one pod."""
    since: float
    """How long it has been going on."""


class Scenario(Struct, frozen=True, kw_only=True):
    """A cluster: what it is made of, what was done to it up to now, and how its containers behave."""

    machines: tuple[Machine, ...]
    namespaces: tuple[tuple[float, str], ...]
    """Age and name."""
    apps: tuple[App, ...] = ()
    deeds: tuple[Deed, ...] = ()
    habits: Habits = Habits(longest=40.0)
    storm: Storm | None = None

    @property
    def silent(self) -> frozenset[str]:
        """The nodes whose kubelet stopped."""
        return frozenset(each.node for each in self.deeds if isinstance(each, Silence))
