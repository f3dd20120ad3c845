"""Lives of workloads that a real cluster recorded, lived again inside ours and told in the same words."""

import json
import re
from typing import Any

from k8stui.demo.registry.patch import patched
from tests.conformance.recorded import Exchange, load
from tests.support.inside import Inside

Object = dict[str, Any]

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class RecordedLife:
    """The writes of a recording made here; `told` and `recorded` say how an object stands, fit for comparing."""

    def __init__(self, inside: Inside, recording: str, namespace: str) -> None:
        self.inside = inside
        self.namespace = namespace
        self._exchanges = load(recording)

    def all(self, name: str) -> list[Exchange]:
        """The exchanges of this name."""
        return [each for each in self._exchanges if each.name == name]

    def exchange(self, name: str) -> Exchange:
        """The first of this name."""
        return self.all(name)[0]

    def send(self, name: str, which: Exchange | None = None) -> Object:
        """Make the write of an exchange."""
        asked = which or self.exchange(name)
        place = asked.path.partition("?")[0].split("/")
        group = place[2] if place[1] == "apis" else ""
        if asked.method == "POST":
            body = json.loads(json.dumps(asked.request["body"]))
            body["metadata"].setdefault("namespace", self.namespace)
            return self.inside.registry.create(body)
        resource, object_name = place[-2], place[-1]
        kind = self.inside.store.catalog.named(f"{resource}.{group}" if group else resource)
        raw = json.dumps(asked.request["body"]).encode()
        now = self.inside.get(f"{resource}.{group}", object_name, self.namespace)
        media = asked.request["headers"]["Content-Type"]
        made = patched(kind, self.inside.registry.schema.of(kind), now, raw, media)
        return self.inside.registry.update(made)

    def recorded(self, name: str) -> Object:
        """The object of a recorded answer."""
        return plain(self.exchange(name).body)

    def told(self, resource: str, name: str) -> Object:
        """The object as it is here."""
        return plain(self.inside.get(resource, name, self.namespace))


def plain(obj: Object) -> Object:
    """What is to be the same in every cluster: annotations, generation, spec and status without times."""
    meta = obj["metadata"]
    kept = {
        "generation": meta.get("generation"),
        "annotations": meta.get("annotations"),
        "labels": meta.get("labels"),
        "spec": obj.get("spec"),
        "status": obj.get("status"),
        "data": obj.get("data"),
        "revision": obj.get("revision"),
    }
    text = _TIME.sub("TIME", json.dumps({name: value for name, value in kept.items() if value is not None}))
    found: Object = json.loads(text)
    return found


def named(value: Any, names: dict[str, str]) -> Any:
    """The value with every name replaced by what stands for it: hashes differ where Go's printing is hashed."""
    text = json.dumps(value)
    for name, mark in names.items():
        text = text.replace(name, mark)
    return json.loads(text)
