"""Objects to describe, with neighbours that are sorted out by what the description wants of them."""

from datetime import UTC
from typing import Any

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.describe import describers
from k8stui.model.document import Line, Subject, Want
from k8stui.model.duration import stamp
from k8stui.model.kinds import Kind
from k8stui.model.objects import Object
from k8stui.model.selector import parse

NOW = stamp("2026-11-21T06:00:12Z") or 0.0


def made(name: str, namespace: str = "shop", kind: str = "", **rest: Any) -> Object:
    """An object; metadata is merged."""
    metadata = {"name": name, "uid": f"uid-{name}", **({"namespace": namespace} if namespace else {})}
    found: Object = {"metadata": metadata | rest.pop("metadata", {})} | rest
    return {"kind": kind} | found if kind else found


def pod(name: str, phase: str = "Running", owner: str = "", namespace: str = "shop", **rest: Any) -> Object:
    """A pod in a phase, controlled by that uid."""
    owners = [{"kind": "ReplicaSet", "name": "x", "uid": owner, "controller": True}] if owner else []
    labels = rest.pop("labels", {})
    conditions = [{"type": "Ready", "status": "True" if rest.pop("ready", phase == "Running") else "False"}]
    metadata = {"ownerReferences": owners, "labels": labels}
    return made(name, namespace, "Pod", metadata=metadata, status={"phase": phase, "conditions": conditions}, **rest)


def subject(kind: Kind, obj: Object, *around: Object, **missing: str) -> Subject:
    """The object with those neighbours that its description asks for: by kind, namespace and labels."""
    wants = [want for want in describers.wants(kind, obj) if want.name not in missing]
    found = {want.name: [each for each in around if _wanted(want, each)] for want in wants}
    return Subject(kind, obj, found, missing)


def described(kind: Kind, obj: Object, *around: Object, now: float = NOW, **missing: str) -> list[Line]:
    """Its description."""
    return describers.describe(subject(kind, obj, *around, **missing), now, UTC)


def texts(lines: list[Line]) -> list[str]:
    """Their texts; spaces between cells count as two."""
    return [line.text for line in lines]


def _wanted(want: Want, obj: Object) -> bool:
    if tree.text(obj, "kind") != want.kind.kind or want.namespace not in (None, tree.namespace(obj)):
        return False
    return parse(want.labels).matches(tree.strings(obj, "metadata", "labels"))


def line_of(lines: list[Line], begin: str) -> Line:
    """The first line that begins so."""
    return next(line for line in lines if line.text.startswith(begin))


def toned(line: Line) -> dict[str, Tone]:
    """Parts of a line with feelings of their own, titles aside."""
    return {line.text[start:end]: tone for start, end, tone in line.spans if not line.text[start:end].endswith(":")}
