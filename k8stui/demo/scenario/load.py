"""Load: thousands of pods in namespace `load`, made from bytes, and so many changes of them a second.

The pods are those that a Deployment `app-1`, `app-2`, … of 500 replicas each has, on nodes of a hundred pods each. A
pod is its app's template with some places filled in, so that a change costs microseconds: the store gets bytes, and
what it indexes beside them.
"""

from collections import deque
from functools import partial
from random import Random
from uuid import UUID

import msgspec
from msgspec import Struct

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.controllers.newsets import annotated, sized
from k8stui.demo.controllers.templates import HASH, pod_of, template_hash
from k8stui.demo.kubelet.habits import Habit
from k8stui.demo.registry.creation import Creation
from k8stui.demo.scenario import found
from k8stui.demo.scenario.machines import lease, node
from k8stui.demo.scenario.manifests import workload
from k8stui.demo.scenario.moment import ALPHABET
from k8stui.demo.scenario.parts import App, Json, Machine
from k8stui.demo.storage.changes import Change, Entry
from k8stui.demo.storage.fields import index_fields, index_labels
from k8stui.demo.storage.objects import controller_reference
from k8stui.demo.storage.store import Store

NAMESPACE = "load"
PER_APP = 500
PER_NODE = 100
BEHIND = 3.0
"""Seconds by which changes may be late; what is later is never made."""
BATCH = 0.025
"""Seconds between two batches of changes."""
STATES = ("Running", "OOMKilled", "CrashLoopBackOff")
"""What a pod goes through, over and over: each change is a step, each way back to Running a restart more."""
ILL = 20
"""One pod in so many is not Running once changes go on: then each change is the next step of the longest ill."""

_NUMBER = 987_654_321
"""Stands for the restart count in a template: no other number of a pod is this one."""
_PLACES = ("name", "uid", "version", "node", "host", "ip", "changed", "restarts")
_MARKS = {name: f"x-{name}-x" for name in _PLACES}
"""What stands in a place of a template: a name that the registry takes for one."""
_CHANGED = 978_307_201.0
"""Stands for the time of a change in a template (epoch seconds): nothing else is of 2001."""


OLD = 9 * 86_400
"""Seconds of age: ages in days do not change on a screen that is measured."""


class Made(Struct):
    """One pod of load: what fills the places of its template, and what the store holds of it."""

    app: int
    name: str
    uid: str
    node: str
    host: str
    ip: str
    state: int = 0
    restarts: int = 0
    entry: Entry | None = None


class Template:
    """A pod's JSON cut at its places."""

    def __init__(self, of: Json) -> None:
        """`of` is a pod as the store holds it, with marks in its places."""
        raw = msgspec.json.encode(of).replace(str(_NUMBER).encode(), _MARKS["restarts"].encode())
        raw = raw.replace(stamp(_CHANGED).encode(), _MARKS["changed"].encode())
        self._parts: list[bytes] = []
        self._places: list[str] = []
        while raw:
            found = [(raw.find(mark.encode()), name) for name, mark in _MARKS.items() if mark.encode() in raw]
            at, name = min(found, default=(len(raw), ""))
            self._parts.append(raw[:at])
            self._places.append(name)
            raw = raw[at + len(_MARKS.get(name, "")) :]

    def fill(self, values: dict[str, bytes]) -> bytes:
        """The JSON of one pod."""
        rows: list[bytes] = []
        for part, name in zip(self._parts, self._places, strict=True):
            rows.append(part)
            if name:
                rows.append(values[name])
        return b"".join(rows)


class Load:
    """`pods` pods in the store, changed `churn` times a second once started."""

    def __init__(self, store: Store, *, pods: int, nodes: int = 0, churn: int = 0, seed: int = 1) -> None:
        """`nodes` 0 means one for every hundred pods."""
        self._store = store
        self._count = pods
        self._nodes = nodes or -(-pods // PER_NODE)
        self._churn = churn
        self._random = Random(f"load {seed}")
        self._kind = store.catalog.named("pods")
        self._table = store.table(self._kind)
        self._made: list[Made] = []
        self._labels: list[dict[str, str]] = []
        self._fields: dict[str, str] = {}
        self._templates: list[tuple[Template, ...]] = []
        self._ill: deque[Made] = deque()
        self._owed = 0.0
        self.changes = 0
        """How many changes were made."""

    def seed(self) -> None:
        """Write nodes, leases, deployments and pods."""
        now = self._store.clock.now()
        self._create({"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": NAMESPACE}}, now - OLD)
        account = {"kind": "ServiceAccount", "apiVersion": "v1"}
        self._create(account | {"metadata": {"name": "default", "namespace": NAMESPACE}}, now - OLD)
        for number in range(self._nodes):
            self._node(number, now)
        for app in range(-(-self._count // PER_APP)):
            self._app(app, min(PER_APP, self._count - app * PER_APP), now)

    def _create(self, obj: Json, at: float) -> Json:
        """As the registry would, then."""
        return self._store.create(self._complete(obj, at))

    def _complete(self, obj: Json, at: float) -> Json:
        return Creation(self._store, at, True, []).made(self._store.catalog.of(obj), obj)

    def start(self, agenda: Agenda) -> None:
        """Change pods, evenly, at the rate that was asked for (`agenda.speed` does not touch it)."""
        if self._churn and self._made:
            agenda.every(BATCH * agenda.speed, partial(self._batch, agenda))

    # ---- seeding

    def _node(self, number: int, now: float) -> None:
        host = Machine(
            f"load-{number + 1}",
            f"eu-central-1{'abc'[number % 3]}",
            f"10.{64 + number // 65_536}.{number // 256 % 256}.{number % 256}",
            OLD,
            pool="load",
            cpu=32,
            memory=256,
        )
        made = node(host, now - OLD, now - 60 * self._random.random(), number=number % 250 + 1)
        given = made["spec"]["taints"]
        made = self._complete(made, now - OLD)
        made["spec"]["taints"] = given  # admission's own, not-ready, went when the node was
        made = self._store.create(made)
        self._create(lease(made, now - 9 * self._random.random()), now - OLD)

    def _app(self, number: int, pods: int, now: float) -> None:
        created = now - OLD + 100
        app = App(
            namespace=NAMESPACE, name=f"app-{number + 1}", image="registry.example/app", releases=((OLD, "1.0.0"),)
        )
        parent = workload(app, "1.0.0", pods)
        del parent["spec"]["template"]["metadata"]["annotations"]
        _slim(parent["spec"]["template"]["spec"])
        parent = self._complete(parent, created)
        parent["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "1"
        counts = dict.fromkeys(("replicas", "readyReplicas", "availableReplicas"), pods)
        parent["status"] = {"observedGeneration": 1, "updatedReplicas": pods, **counts}
        parent = self._store.create(parent)
        of = self._complete(_replicaset(parent), created)
        of["status"] = {"observedGeneration": 1, "fullyLabeledReplicas": pods, **counts}
        of = self._store.create(of)
        models = [self._model(of, state, created + 100) for state in range(len(STATES))]
        self._templates.append(tuple(Template(model) for model in models))
        self._labels.append(index_labels(models[0]["metadata"]))
        self._fields = index_fields(self._kind, models[0])
        changed = stamp(now - OLD + 200).encode()
        for _ in range(pods):
            at = len(self._made)
            host = at % self._nodes
            made = Made(
                app=number,
                name=self._name(of),
                uid=str(UUID(int=self._random.getrandbits(128), version=4)),
                node=f"load-{host + 1}",
                host=f"10.{64 + host // 65_536}.{host // 256 % 256}.{host % 256}",
                ip=f"10.{128 + at // 65_536 % 100}.{at // 256 % 256}.{at % 256}",
            )
            self._made.append(made)
            self._put(made, changed)

    def _name(self, of: Json) -> str:
        """A name that no pod has yet."""
        while True:
            name = f"{of['metadata']['name']}-{''.join(self._random.choices(ALPHABET, k=5))}"
            if f"{NAMESPACE}/{name}" not in self._table.entries:
                return name

    def _model(self, of: Json, state: int, at: float) -> Json:
        """A pod of this ReplicaSet in one of the states, as the store holds it, with marks where pods differ."""
        given = pod_of(of["spec"]["template"], of, name=_MARKS["name"])
        given["spec"]["nodeName"] = _MARKS["node"]
        made, host = self._complete(given, at), _MARKS["host"]
        meta = made["metadata"]
        meta |= {"uid": _MARKS["uid"], "generation": 1}
        made["status"] = found.begun(
            made, at, host, _MARKS["ip"], {row["name"]: Habit(images="*") for row in given["spec"]["containers"]}
        )
        if state:
            made["status"] = found.killed(made, _CHANGED, host, waiting=state == 2)
            for row in made["status"]["conditions"]:
                row["lastTransitionTime"] = stamp(at)
        made["status"]["containerStatuses"][0]["restartCount"] = _NUMBER
        first = {key: meta.pop(key) for key in ("name", "generateName", "namespace", "uid")}
        made["metadata"] = first | {"resourceVersion": _MARKS["version"]} | meta
        return {key: made[key] for key in ("metadata", "spec", "status")}

    # ---- churn

    def _next(self) -> Made:
        """Which pod changes: the longest ill, or any while few are."""
        if len(self._ill) >= max(1, len(self._made) // ILL):
            return self._ill.popleft()
        chosen = self._random.choice(self._made)
        return self._ill.popleft() if chosen.state and self._ill else chosen

    def _batch(self, agenda: Agenda) -> None:
        self._owed += self._churn * BATCH
        if agenda.clock.now() - agenda.now > BEHIND:  # this machine cannot make so many: it makes what it can
            self._owed = 0.0
        whole = int(self._owed)
        self._owed -= whole
        changed = stamp(agenda.now).encode()
        for _ in range(whole):
            self._change(self._next(), changed)

    def _change(self, made: Made, changed: bytes) -> None:
        """One step of one pod; what somebody else has changed or deleted is left to them."""
        if self._table.entries.get(f"{NAMESPACE}/{made.name}") is not made.entry:
            return
        made.state = (made.state + 1) % len(STATES)
        made.restarts += made.state == 0
        self._put(made, changed)
        self.changes += 1
        if made.state:
            self._ill.append(made)

    def _put(self, made: Made, changed: bytes) -> None:
        store = self._store
        store.revision += 1
        values = {
            "name": made.name.encode(),
            "uid": made.uid.encode(),
            "version": b"%d" % store.revision,
            "node": made.node.encode(),
            "host": made.host.encode(),
            "ip": made.ip.encode(),
            "changed": changed,
            "restarts": b"%d" % made.restarts,
        }
        raw = self._templates[made.app][made.state].fill(values)
        fields = {**self._fields, "spec.nodeName": made.node, "status.podIP": made.ip}
        entry = Entry(NAMESPACE, made.name, made.uid, store.revision, self._labels[made.app], fields, raw)
        before, made.entry = made.entry, entry
        self._table.put(entry)
        self._table.log.add(Change(store.revision, before, entry))


def _slim(spec: Json) -> None:
    """A plain container, so that a pod has the 3.3 kB that one without probes has on a real cluster."""
    spec["containers"][0] = {
        key: value
        for key, value in spec["containers"][0].items()
        if key not in ("env", "livenessProbe", "readinessProbe", "securityContext", "volumeMounts")
    }
    del spec["volumes"], spec["containers"][0]["ports"][1:]
    spec["tolerations"] = [{"key": "shop.example/load", "operator": "Exists", "effect": "NoSchedule"}]


def _replicaset(parent: Json) -> Json:
    """The ReplicaSet of a Deployment's first template."""
    spec, mark = parent["spec"], template_hash(parent["spec"]["template"])
    labels = spec["template"]["metadata"]["labels"] | {HASH: mark}
    template = {**spec["template"], "metadata": spec["template"]["metadata"] | {"labels": labels}}
    meta = {"name": f"{parent['metadata']['name']}-{mark}", "namespace": NAMESPACE, "labels": labels}
    meta |= {
        "annotations": annotated(parent, None, 1) | sized(parent),
        "ownerReferences": [controller_reference(parent)],
    }
    body = {"replicas": spec["replicas"], "selector": {"matchLabels": labels}, "template": template}
    return {"kind": "ReplicaSet", "apiVersion": "apps/v1", "metadata": meta, "spec": body}
