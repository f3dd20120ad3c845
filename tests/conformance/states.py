"""Bringing the embedded cluster to the state that a recorded exchange met.

Three sources, none of which may make a comparison prove itself:

- `SETUPS`: what the recordings say was there but do not show being made (namespaces, the shop, small configmaps);
- after an exchange its recorded answer: where ours differed, the recorded object is put in the place of ours, so that
  the next exchange is judged on equal state whatever came before;
- for the objects that controllers and kubelets made between two exchanges (in a replay without them): what the
  recording shows next of them. A read that shows nothing but that is set aside: it counts for nothing.
"""

from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.kinds import Kind
from tests.conformance.alike import Judge, Relations
from tests.conformance.recorded import Exchange, Object, shown, whole

_STATUS_SUBRESOURCES = ("status", "finalize", "ephemeralcontainers", "scale")


class Place:
    """Where a request points: the resource, the namespace, the name and the subresource of its path."""

    def __init__(self, path: str) -> None:
        parts = [part for part in urlsplit(path).path.split("/") if part]
        self.group = parts[1] if parts[:1] == ["apis"] and len(parts) > 2 else ""
        rest = parts[3:] if self.group else parts[2:]
        self.version = (parts[2] if self.group else parts[1]) if len(parts) > 2 else ""
        self.namespace = ""
        if rest[:1] == ["namespaces"] and len(rest) > 2 and rest[2] not in ("finalize", "status"):
            self.namespace, rest = rest[1], rest[2:]
        self.resource = rest[0] if rest else ""
        self.name = rest[1] if len(rest) > 1 else ""
        self.subresource = rest[2] if len(rest) > 2 else ""

    def kind(self, cluster: EmbeddedCluster) -> Kind | None:
        """The kind, None when our cluster does not have it."""
        return cluster.catalog.at(self.group, self.version, self.resource)


class States:
    """Plants recorded objects into one cluster."""

    def __init__(self, cluster: EmbeddedCluster, relations: Relations, exchanges: list[Exchange]) -> None:
        self._cluster = cluster
        self._relations = relations
        self._shown = list(shown(exchanges))

    def current(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """Our object as it is now."""
        store = self._cluster.store
        try:
            return store.decode(kind, store.entry(kind, namespace, self._relations.ours(name)))
        except Refusal:
            return None

    def same(self, recorded: Object) -> bool:
        """Is our object just like the recorded one (its version aside)?"""
        kind, namespace, name = self._key(recorded)
        mine = self.current(kind, namespace, name) if kind is not None else None
        if mine is None:
            return False
        trial = Judge(self._relations.copy())
        trial.value("", _unversioned(recorded), _unversioned(mine))
        return not trial.found

    def plant(self, recorded: Object) -> None:
        """Make our object the recorded one; its uid and version are then known to be the recorded ones."""
        kind, namespace, name = self._key(recorded)
        if kind is None:
            return
        obj = self.translated(recorded)
        mine = self.current(kind, namespace, name)
        store = self._cluster.store
        if mine is None:
            obj["metadata"].pop("resourceVersion", None)
            made = store.create(obj)
        else:
            obj["metadata"]["uid"] = mine["metadata"]["uid"]
            obj["metadata"]["resourceVersion"] = mine["metadata"]["resourceVersion"]
            made = store.update(obj)
        self._relations.uids[recorded["metadata"]["uid"]] = made["metadata"]["uid"]
        self._relations.versions[recorded["metadata"]["resourceVersion"]] = made["metadata"]["resourceVersion"]

    def drop(self, kind: Kind, namespace: str, name: str) -> None:
        """Remove our object, whatever holds it."""
        if self.current(kind, namespace, name) is not None:
            self._cluster.store.delete(_resource(kind), self._relations.ours(name), namespace)

    def wanted(self, place: Place, index: int) -> Object | None:
        """What the recording shows of an object: last before this exchange, or else first after it, or a sibling."""
        kind = place.kind(self._cluster)
        if kind is None:
            return None
        of_kind = [(at, obj) for at, obj in self._shown if obj["kind"] == kind.kind]
        of_place = [(at, obj) for at, obj in of_kind if obj["metadata"].get("namespace", "") == place.namespace]
        its_own = [(at, obj) for at, obj in of_place if obj["metadata"]["name"] == place.name]
        before = [obj for at, obj in its_own if at < index]
        if before or its_own:
            return before[-1] if before else its_own[0][1]
        return next((_sibling(obj, place.name) for _, obj in of_place if _related(obj, place.name)), None)

    def _key(self, recorded: Object) -> tuple[Kind | None, str, str]:
        try:
            kind: Kind | None = self._cluster.catalog.of(recorded)
        except ValueError:
            kind = None
        return kind, recorded["metadata"].get("namespace", ""), recorded["metadata"]["name"]

    def translated(self, value: Any) -> Any:
        """A recorded value in our words."""
        if isinstance(value, dict):
            return {self._relations.ours(key): self.translated(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.translated(inner) for inner in value]
        return self._relations.ours(value) if isinstance(value, str) else value


def _unversioned(obj: Object) -> Object:
    metadata = {key: value for key, value in obj["metadata"].items() if key != "resourceVersion"}
    return obj | {"metadata": metadata}


def _resource(kind: Kind) -> str:
    return f"{kind.plural}.{kind.group}" if kind.group else kind.plural


def _related(obj: Object, name: str) -> bool:
    stem = obj["metadata"].get("generateName", "")
    return bool(stem) and name.startswith(stem)


def _sibling(obj: Object, name: str) -> Object:
    metadata = {key: value for key, value in obj["metadata"].items() if not key.startswith("deletion")}
    number = crc32(name.encode())
    own = {"name": name, "uid": f"{number:08x}-0000-4000-8000-000000000000", "resourceVersion": f"made-{number}"}
    return obj | {"metadata": metadata | own}


def before_of(exchange: Exchange, place: Place) -> Object | None:
    """What a write's own answer tells of the state before it: the status of what only changed its spec.

    It is an input that the write must keep, so it is planted and still compared.
    """
    if exchange.reads or exchange.method == "POST" or place.subresource in _STATUS_SUBRESOURCES:
        return None
    body = exchange.body
    return body if whole(body) and exchange.status < 300 and "status" in body else None
