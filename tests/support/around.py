"""An embedded cluster that lives on the test's clock and is asked over HTTP, and wants answered by it."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Raw

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.kubelet.habits import Habit, Habits
from k8stui.demo.kubelet.kubelet import Kubelets
from k8stui.demo.life import Life
from k8stui.demo.storage.objects import Object
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import Kind
from k8stui.model.objects import row
from k8stui.model.reasons import why
from k8stui.model.related import Known, Relation, related, wants
from k8stui.model.relations.base import USUAL
from tests.support.clock import ManualClock
from tests.support.http import Http, http

Asked = Callable[[Kind, Object, Mapping[str, list[Object]]], Iterable[Want]]
ROUNDS = 3


class _Items(msgspec.Struct):
    items: list[Raw] | None = None


class Living:
    """A scenario that moves when the test says so; everything is read and made over HTTP."""

    def __init__(self, cluster: EmbeddedCluster, life: Life, clock: ManualClock, web: Http) -> None:
        self.cluster = cluster
        self.life = life
        self.clock = clock
        self.web = web
        self.base = cluster.metrics.source
        cluster.metrics.source = life.kubelets.usage(self.base)

    def step(self, seconds: float, by: float = 1.0) -> None:
        """So many seconds, in strides of `by`."""
        end = self.clock.now() + seconds
        while self.clock.now() < end:
            self.clock.advance(min(by, end - self.clock.now()))
            self.life.agenda.catch_up()

    def until(self, what: Callable[[], object], within: float = 300.0) -> None:
        """Let time pass until it is true."""
        for _ in range(int(within)):
            if what():
                return
            self.step(1.0)
        assert what(), f"not within {within} s"

    def habits(self, *rows: Habit) -> None:
        """What containers of some images do from now on."""
        kubelets = Kubelets(self.life.world, Habits(rows=rows), self.cluster.logs)
        kubelets.attach(self.cluster.containers)
        self.cluster.metrics.source = kubelets.usage(self.base)
        for node in self.cluster.store.list("nodes"):
            self.life.kubelets.stop(node["metadata"]["name"])
            kubelets.start(node["metadata"]["name"])
        self.life.kubelets = kubelets

    async def make(self, *objects: Object, namespace: str = "default") -> None:
        """Create them as the admin."""
        for obj in objects:
            kind = self.cluster.catalog.of(obj)
            obj = obj | {"metadata": {**obj["metadata"]} | ({"namespace": namespace} if kind.namespaced else {})}
            where = f"/namespaces/{obj['metadata']['namespace']}" if kind.namespaced else ""
            start = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
            reply = await self.web.ask("POST", f"{start}{where}/{kind.plural}", obj)
            assert reply.status == 201, reply.body
        self.life.agenda.catch_up()

    async def answer(self, want: Want) -> tuple[list[Object], str]:
        """The objects as the program decodes them, or why not."""
        pairs = {"labelSelector": want.labels, "fieldSelector": want.fields}
        query = urlencode({name: text for name, text in pairs.items() if text})
        reply = await self.web.get(f"{want.kind.path(want.namespace)}?{query}")
        if reply.status != 200:
            return [], reply.message
        return [row(want.kind, each).tree() for each in msgspec.json.decode(reply.body, type=_Items).items or ()], ""

    async def one(self, kind: Kind, name: str, namespace: str = "default") -> Object:
        """The object whose name begins so."""
        found, why = await self.answer(Want("", kind, namespace if kind.namespaced else None))
        assert not why
        return next(each for each in found if each["metadata"]["name"].startswith(name))

    async def subject(self, kind: Kind, obj: Object, wants: Asked) -> Subject:
        """The object with its neighbours, read in at most three rounds."""
        around: dict[str, list[Object]] = {}
        missing: dict[str, str] = {}
        for _ in range(ROUNDS):
            new = [want for want in wants(kind, obj, around) if want.name not in around and want.name not in missing]
            if not new:
                break
            for want in new:
                found, why = await self.answer(want)
                if why:
                    missing[want.name] = why
                else:
                    around[want.name] = found
        return Subject(kind, obj, around, missing)

    def log(self, pod: Object, container: str, *, previous: bool) -> list[str]:
        """What `kubectl logs` shows of it."""
        book, _ = self.cluster.containers.log(pod, container, previous=previous)
        return [line.text.decode() for line in book.lines()]


@asynccontextmanager
async def living(scenario: str = "shop", *habits: Habit) -> AsyncIterator[Living]:
    """Such a cluster, listening."""
    clock = ManualClock()
    cluster = EmbeddedCluster(clock, seed=1)
    life = Life(cluster.store, registry=cluster.registry, logs=cluster.logs, scenario=scenario)
    life.seed()
    life.kubelets.attach(cluster.containers)
    await cluster.start()
    try:
        async with http(cluster) as web:
            found = Living(cluster, life, clock, web)
            if habits:
                found.habits(*habits)
            yield found
    finally:
        await cluster.stop()


def texts(lines: Iterable[Line]) -> str:
    """The lines as one text."""
    return "\n".join(line.text for line in lines)


def targets(lines: Iterable[Line]) -> list[tuple[str, str]]:
    """Kind and name of what the lines lead to."""
    return [(line.target.kind.kind, line.target.name) for line in lines if line.target is not None]


async def explained(land: Living, kind: Kind, name: str, namespace: str = "default") -> list[Line]:
    """What a screen shows above the description of the object whose name begins so."""
    subject = await land.subject(kind, await land.one(kind, name, namespace), why.wants)
    assert not subject.missing
    now, last = land.clock.now(), {}
    for each in why.logs(subject, now):
        pod_ = land.cluster.store.get("pods", each.pod.name, each.pod.namespace)
        last[each.container] = land.log(pod_, each.container, previous=each.previous)
    return why.reasons(subject, last, now)


def pod(name: str = "one", image: str = "registry.example/web:1", meta: Object | None = None, **parts: Any) -> Object:
    """A pod with the container `app`: `spec` is for the pod, all else for its container."""
    spec = parts.pop("spec", {})
    containers = [{"name": "app", "image": image, **parts}]
    metadata = {"name": name, **(meta or {})}
    return {"kind": "Pod", "apiVersion": "v1", "metadata": metadata, "spec": {"containers": containers, **spec}}


async def relations(
    land: Living, kind: Kind, name: str, namespace: str = "default", known: Known = USUAL
) -> list[Relation]:
    obj = await land.one(kind, name, namespace)
    subject = await land.subject(kind, obj, lambda of, each, around: wants(of, each, around, known))
    assert not subject.missing
    return related(subject, known)


def rows(found: list[Relation], how: str) -> list[tuple[str, str]]:
    """Title and note of one sort."""
    return [(each.title, each.note) for each in found if each.how == how]


def faults(found: list[Relation]) -> list[tuple[str, str]]:
    return [(each.title, each.note) for each in found if each.tone is Tone.BAD]


def obj(kind: str, name: str, api: str = "v1", meta: Object | None = None, **parts: Any) -> Object:
    return {"kind": kind, "apiVersion": api, "metadata": {"name": name, **(meta or {})}, **parts}
