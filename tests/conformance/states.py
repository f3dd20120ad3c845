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

_CONTROLLERS = "deployment.kubernetes.io/"
_ORDINARY = ("Initialized", "PodScheduled", "PodReadyToStartContainers", "ContainersReady", "Ready", "Available")
"""Conditions that were there before anybody patched them."""


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
        self.ahead: set[str] = set()
        """Recorded versions whose state was planted before the recording shows it: a read of them proves nothing."""

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

    def plant(self, recorded: Object, *, early: bool = False, like: str = "") -> Object | None:
        """Make our object the recorded one; its uid and version are then known to be the recorded ones.

        `early`: the recording shows it so only later; its version is not to be known before that. `like`: the version
        that the state was taken from.
        """
        kind, namespace, name = self._key(recorded)
        if kind is None:
            return None
        obj = self.translated(recorded)
        mine = self.current(kind, namespace, name)
        made = self._cluster.store.create(obj) if mine is None else self._write(kind, obj, mine)
        self._relations.uids[recorded["metadata"]["uid"]] = made["metadata"]["uid"]
        if early:
            self.ahead.add(like or recorded["metadata"]["resourceVersion"])
        else:
            self._relations.versions[recorded["metadata"]["resourceVersion"]] = made["metadata"]["resourceVersion"]
        return made

    def _write(self, kind: Kind, obj: Object, mine: Object) -> Object:
        """Store this in the place of ours in one change, its generation as it is: the recording has counted already."""
        store = self._cluster.store
        own = {"uid": mine["metadata"]["uid"]}
        if "managedFields" in mine["metadata"]:  # dropped from the recordings: who has written what is as it was
            own["managedFields"] = mine["metadata"]["managedFields"]
        obj = obj | {"metadata": own | obj["metadata"] | {"uid": own["uid"]}}
        store._put(kind, obj, store.entry(kind, obj["metadata"].get("namespace", ""), obj["metadata"]["name"]))
        return obj

    def restore(self, kind: Kind, namespace: str, name: str, before: Object | None) -> None:
        """Undo a write that a real server would have refused."""
        mine = self.current(kind, namespace, name)
        if before is None:
            self.drop(kind, namespace, name)
        elif mine is None:
            self._cluster.store.create(before)
        elif mine != before:
            self.put(before)

    def put(self, obj: Object, *, quietly: bool = True) -> Object:
        """Replace our object, its generation as given; `quietly`: its old version stands for the new one too."""
        kind, namespace, name = self._key(obj)
        assert kind is not None
        mine = self.current(kind, namespace, name)
        assert mine is not None
        known = {
            key for key, version in self._relations.versions.items() if version == obj["metadata"]["resourceVersion"]
        }
        made = self._write(kind, obj, mine)
        if quietly:
            self._relations.versions |= dict.fromkeys(known, made["metadata"]["resourceVersion"])
        return made

    def kind(self, recorded: Object) -> Kind | None:
        """The kind of an object, None when our cluster does not have it."""
        return self._key(recorded)[0]

    def drop(self, kind: Kind, namespace: str, name: str) -> None:
        """Remove our object, whatever holds it."""
        if self.current(kind, namespace, name) is not None:
            self._cluster.store.delete(_resource(kind), self._relations.ours(name), namespace)

    def wanted(self, place: Place, index: int) -> tuple[Object, bool] | None:
        """What the recording shows of an object: last before this exchange; or else (True) later, or of one like it."""
        kind = place.kind(self._cluster)
        if kind is None:
            return None
        of_kind = [(at, obj) for at, obj in self._shown if obj["kind"] == kind.kind]
        of_place = [(at, obj) for at, obj in of_kind if obj["metadata"].get("namespace", "") == place.namespace]
        its_own = [(at, obj) for at, obj in of_place if obj["metadata"]["name"] == place.name]
        before = [obj for at, obj in its_own if at < index]
        if before:
            return before[-1], False
        if its_own:
            return _alive(its_own[0][1]), True
        like = sorted((obj for _, obj in of_place if _related(obj, place.name)), key=_leaves)
        if like:
            return _named(_alive(like[0]), place.name), True
        made = self._of_template(place) if kind.plural == "pods" else None
        return (made, True) if made is not None else None

    def _of_template(self, place: Place) -> Object | None:
        """A pod of a deployment that nothing shows, running as others do."""
        owners = [obj for _, obj in self._shown if obj["kind"] == "Deployment" and _owns(obj, place)]
        pods = [
            obj for _, obj in self._shown if obj["kind"] == "Pod" and obj.get("status", {}).get("phase") == "Running"
        ]
        if not owners:
            return None
        template = owners[0]["spec"]["template"]
        like = (
            sorted(pods, key=_leaves)[0] if pods else {"spec": {"nodeName": "worker-1"}, "status": {"phase": "Running"}}
        )
        labels = template["metadata"]["labels"] | {"pod-template-hash": place.name.split("-")[-2]}
        metadata = {"name": place.name, "namespace": place.namespace, "labels": labels, "generation": 1}
        metadata |= {key: owners[0]["metadata"][key] for key in ("creationTimestamp",)}
        owner = {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "name": place.name.rpartition("-")[0],
            "controller": True,
        }
        metadata["ownerReferences"] = [owner | {"uid": owners[0]["metadata"]["uid"], "blockOwnerDeletion": True}]
        spec = template["spec"] | {"nodeName": like["spec"]["nodeName"]}
        pod = {"kind": "Pod", "apiVersion": "v1", "metadata": metadata, "spec": spec, "status": like["status"]}
        return _named(pod, place.name)

    def more(self, recorded: Object, count: int) -> None:
        """So many others like this one, after it in the order of names: what a page leaves for the next ones."""
        for number in range(count):
            self.plant(_named(_alive(recorded), f"zz-{recorded['metadata']['name']}-{number:03d}"), early=True)

    def _key(self, recorded: Object) -> tuple[Kind | None, str, str]:
        try:
            kind: Kind | None = self._cluster.catalog.of(recorded)
        except ValueError:
            kind = None
        return kind, recorded["metadata"].get("namespace", ""), recorded["metadata"].get("name", "")

    def translated(self, value: Any) -> Any:
        """A recorded value in our words."""
        if isinstance(value, dict):
            known = self._relations.versions
            return {
                self._relations.ours(key): known.get(inner, inner)
                if key == "resourceVersion" and isinstance(inner, str)
                else self.translated(inner)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.translated(inner) for inner in value]
        return self._relations.ours(value) if isinstance(value, str) else value


def _unversioned(obj: Object) -> Object:
    metadata = {key: value for key, value in obj["metadata"].items() if key != "resourceVersion"}
    return obj | {"metadata": metadata}


def _resource(kind: Kind) -> str:
    return f"{kind.plural}.{kind.group}" if kind.group else kind.plural


def _related(obj: Object, name: str) -> bool:
    stem = obj["metadata"].get("generateName", "") or obj["metadata"]["name"].rpartition("-")[0] + "-"
    return len(stem) > 1 and name.startswith(stem) and bool(obj["metadata"].get("ownerReferences"))


def _leaves(obj: Object) -> bool:
    return "deletionTimestamp" in obj["metadata"]


def _owns(deployment: Object, place: Place) -> bool:
    metadata = deployment["metadata"]
    return bool(metadata["namespace"] == place.namespace and place.name.startswith(metadata["name"] + "-"))


def _alive(obj: Object) -> Object:
    """An object before its deletion was asked for."""
    if not _leaves(obj):
        return obj
    metadata = {key: value for key, value in obj["metadata"].items() if not key.startswith("deletion")}
    if "generation" in metadata:
        metadata["generation"] -= 1
    return obj | {"metadata": metadata}


def _named(obj: Object, name: str) -> Object:
    number = crc32(name.encode())
    own = {"name": name, "uid": f"{number:08x}-0000-4000-8000-000000000000", "resourceVersion": f"made-{number}"}
    return obj | {"metadata": obj["metadata"] | own}


def overlay(exchange: Exchange, place: Place, mine: Object) -> Object | None:
    """Our object with what the answer to a write tells of the state before it; None when it tells nothing new.

    The status of a write to the main resource, the node of a pod, the annotations of the deployment controller, and of
    a write to the status all that the request does not name. They are inputs which the write must keep: planted, and
    still compared.
    """
    body = exchange.body
    if exchange.reads or exchange.method == "POST" or exchange.status >= 300 or not whole(body):
        return None
    sent = exchange.request.get("body")
    before = mine | {"metadata": dict(mine["metadata"]), "spec": dict(mine.get("spec") or {})}
    if "spec" not in mine:
        del before["spec"]
    elif "nodeName" in body.get("spec", {}):
        before["spec"]["nodeName"] = body["spec"]["nodeName"]
    if body["kind"] == "Node" and "taints" not in str(sent) and "spec" in before:
        before["spec"] = {key: value for key, value in before["spec"].items() if key != "taints"}
        before["spec"] |= {"taints": body["spec"]["taints"]} if "taints" in body.get("spec", {}) else {}
    notes = body["metadata"].get("annotations", {})
    theirs = {key: value for key, value in notes.items() if key.startswith(_CONTROLLERS) and key not in str(sent)}
    if theirs:
        before["metadata"]["annotations"] = (before["metadata"].get("annotations") or {}) | theirs
    if "status" in body:
        status = sent.get("status", {}) if place.subresource == "status" and isinstance(sent, dict) else {}
        before["status"] = _before_patch(body["status"], status, mine.get("status") or {})
    return before


def _before_patch(after: Object, sent: Object, mine: Object) -> Object:
    """A status before a patch of it: as after, but for the fields that the patch names."""
    found = {key: value for key, value in after.items() if key not in sent}
    found |= {key: mine[key] for key in sent if key in mine and key != "conditions"}
    if "conditions" in sent:
        named = {each.get("type"): each for each in sent["conditions"] or ()}
        kept = [each for each in after.get("conditions", ()) if each["type"] not in named or each["type"] in _ORDINARY]
        turned = {"True": "False", "False": "True"}
        found["conditions"] = [
            each | {"status": turned.get(each["status"], each["status"])} if each["type"] in named else each
            for each in kept
        ]
    return {key: found[key] for key in (*after, *found) if key in found}
