"""The recordings of a real API server (K8STUI_GOLDEN/recordings/apiserver/*.json) as values."""

import functools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

Object = dict[str, Any]
FOLDER = Path(os.environ.get("K8STUI_GOLDEN") or "/nonexistent") / "recordings"
PRESENT = (FOLDER / "apiserver").is_dir()
WHY_NOT = "K8STUI_GOLDEN does not name a folder with the recordings of an API server (recordings/apiserver/*.json)"
NO_OBJECTS = frozenset(("Status", "Table", "Scale", "PartialObjectMetadata", "Eviction", ""))
"""Kinds of answers that are not the stored object."""


class Exchange(Struct, frozen=True):
    """One request and what a real server answered."""

    index: int
    name: str
    user: str
    request: Object
    response: Object

    @property
    def title(self) -> str:
        """What it is called in the list of differences: names repeat, indices do not."""
        return f"{self.index} {self.name}"

    @property
    def method(self) -> str:
        return str(self.request["method"])

    @property
    def path(self) -> str:
        return str(self.request["path"])

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))

    @property
    def status(self) -> int:
        return int(self.response["status"])

    @property
    def body(self) -> Any:
        return self.response.get("body")

    @property
    def lines(self) -> list[Any] | None:
        """The lines of a stream; None when the answer was none."""
        return self.response.get("lines")

    @property
    def dry(self) -> bool:
        sent = self.request.get("body")
        options = sent.get("deleteOptions", sent) if isinstance(sent, dict) else {}
        return "dryRun" in self.query or (isinstance(options, dict) and bool(options.get("dryRun")))

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    def stored(self) -> list[Object]:
        """The whole objects that the answer shows as they are in the store then."""
        body = self.body
        if not isinstance(body, dict) or self.status >= 300 or self.dry or "lines" in self.response:
            return []
        if "items" in body and str(body.get("kind", "")).endswith("List"):
            kind, version = body["kind"].removesuffix("List"), body.get("apiVersion")
            shown = [{"kind": kind, "apiVersion": version} | item for item in body["items"] if isinstance(item, dict)]
            return [item for item in shown if "_note" not in item and whole(item)]
        return [body] if whole(body) else []


def whole(obj: Any) -> bool:
    """Is this an object with everything that a server keeps of it?"""
    if not isinstance(obj, dict) or obj.get("kind", "") in NO_OBJECTS:
        return False
    metadata = obj.get("metadata")
    return isinstance(metadata, dict) and bool(metadata.get("uid")) and bool(metadata.get("resourceVersion"))


def files() -> list[str]:
    """The names of the recordings, without `.json`."""
    return sorted(path.stem for path in (FOLDER / "apiserver").glob("*.json"))


@functools.cache
def load(name: str) -> list[Exchange]:
    """The exchanges of one file, without its notes; an index counts the notes too."""
    found = json.loads((FOLDER / "apiserver" / f"{name}.json").read_text())["exchanges"]
    return [
        Exchange(index, each["name"], each["as"], each["request"], each["response"])
        for index, each in enumerate(found)
        if "request" in each
    ]


def shown(exchanges: list[Exchange]) -> Iterator[tuple[int, Object]]:
    """Every whole object that an answer or a watch line shows, with the index of its exchange."""
    for exchange in exchanges:
        for obj in exchange.stored():
            yield exchange.index, obj
        for line in exchange.lines or ():
            if isinstance(line, dict) and whole(line.get("object")):
                yield exchange.index, line["object"]


def times(value: Any) -> Iterator[str]:
    """The stamps in an answer that tell when it was given: none of them lies in the future."""
    past: tuple[str, ...] = (
        "creationTimestamp",
        "lastTransitionTime",
        "lastUpdateTime",
        "startTime",
        "startedAt",
        "finishedAt",
    )
    past += ("lastTimestamp", "eventTime", "renewTime", "lastHeartbeatTime", "completionTime", "lastProbeTime")
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in past and isinstance(inner, str):
                yield inner
            elif key not in ("spec", "data"):
                yield from times(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from times(inner)
