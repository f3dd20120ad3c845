"""kubectl's own tables (K8STUI_GOLDEN/cases) and recorded requests (K8STUI_GOLDEN/recordings), against builders."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from k8stui.model.kinds import Kind
from k8stui.model.objects import ObjectRow, row
from k8stui.operations.mutation import Mutation

Object = dict[str, Any]
FOLDER = Path(os.environ.get("K8STUI_GOLDEN") or "/nonexistent")
WHY_NOT = "K8STUI_GOLDEN does not name a folder with kubectl's tables and recordings"
needed = pytest.mark.skipif(not (FOLDER / "cases").is_dir(), reason=WHY_NOT)
"""Marks tests that read them."""


def table(name: str, *sources: str) -> list[Any]:
    """The cases of one file as parameters, of those upstream tests alone; a skipped one where there is no file."""
    path = FOLDER / "cases" / f"{name}.json"
    if not path.is_file():
        return [pytest.param({}, id="no-tables", marks=pytest.mark.skip(reason=WHY_NOT))]
    found = json.loads(path.read_text())["cases"]
    return [
        pytest.param(case, id=f"{index}-{_title(case)}")
        for index, case in enumerate(found)
        if not sources or case["source"].split()[-1] in sources
    ]


def _title(case: Object) -> str:
    text = case.get("name") or case.get("scenario") or case.get("test") or case["source"].split()[-1]
    return str(text).replace(" ", "-")[:60]


def recorded(file: str, title: str) -> Object:
    """One recording: command, stdout, requests. Skips the test where there is none."""
    path = FOLDER / "recordings" / f"{file}.json"
    if not path.is_file():
        pytest.skip(WHY_NOT)
    return next(each for each in json.loads(path.read_text())["recordings"] if each["title"] == title)


def wrote(recording: Object) -> list[Object]:
    """Its requests that change something."""
    return [each for each in recording["requests"] if each["method"] != "GET"]


def found(kind: Kind, name: str, namespace: str = "", uid: str = "uid-1", version: str = "7", **rest: Any) -> ObjectRow:
    """An object as a builder gets it; `metadata` is merged."""
    where = {"namespace": namespace} if namespace else {}
    metadata = {"name": name, "uid": uid, "resourceVersion": version, **where, **rest.pop("metadata", {})}
    return row(kind, msgspec.json.encode({"metadata": metadata, **rest}))


def same(mutation: Mutation, request: Object, *, more: tuple[tuple[str, str], ...] = ()) -> None:
    """Fails unless that is what kubectl sent, but for the pins and what we ask for `more` in the query."""
    url = urlsplit(request["path"])
    ours = mutation.request
    assert (ours.method, ours.path) == (request["method"], url.path)
    assert sorted(ours.query) == sorted([*parse_qsl(url.query), *more])
    assert ours.content_type == request["Content-Type"]
    assert unpinned(ours.decoded()) == _zeros_out(request["body"])


def unpinned(body: Any) -> Any:
    """A body without what says which object, in which version, is meant."""
    body = json.loads(json.dumps(body))
    for part in (body.get("metadata"), body.get("deleteOptions"), body):
        if isinstance(part, dict):
            for pin in ("uid", "resourceVersion", "preconditions"):
                part.pop(pin, None)
    return body if body.get("metadata") != {} else {key: value for key, value in body.items() if key != "metadata"}


def _zeros_out(body: Any) -> Any:
    """Go writes a creationTimestamp of null into every object."""
    if isinstance(body, dict) and isinstance(body.get("metadata"), dict):
        metadata = {key: value for key, value in body["metadata"].items() if key != "creationTimestamp"}
        return body | {"metadata": metadata}
    return body
