"""One change to one object, as data: what is sent, what it is about, how it is said, and how it is taken back."""

import hashlib
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

import msgspec
from msgspec import Struct

from k8stui.model.kinds import Ref

STRATEGIC = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
JSON = "application/json"


class Risk(IntEnum):
    """Decides the question."""

    SAFE = 0
    """Asked nothing: uncordon, resume."""
    CHANGE = 1
    """`y`, with what it touches."""
    DESTRUCTIVE = 2
    """The question starts on Cancel."""


class Request(Struct, frozen=True):
    """What goes over the wire."""

    method: str
    path: str
    body: bytes
    content_type: str = JSON
    query: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """Tells this very request from any other."""
        parts = (self.method, self.path, self.content_type, repr(self.query))
        return hashlib.sha256("\0".join(parts).encode() + b"\0" + self.body).hexdigest()

    def decoded(self) -> Any:
        """The body as data."""
        return msgspec.json.decode(self.body) if self.body else None


class Inverse(Struct, frozen=True):
    """How a change is taken back: the builder is asked again, on the object as it is then."""

    builder: str
    args: Mapping[str, Any] = {}
    expects: Mapping[str, Any] = {}
    """Fields (JSON pointers) with what we set: where they hold something else now, somebody has changed it since."""


class Mutation(Struct, frozen=True, kw_only=True):
    """Made by a builder (`operations.nodes.cordon`) from an object; sent by the gateway and by nobody else."""

    builder: str
    """`nodes.cordon`: the builder's name in the journal."""
    target: Ref
    request: Request
    risk: Risk
    says: str
    """`cordon worker-3`: as the question and the journal say it."""
    done: str
    """`node/worker-3 cordoned`: what kubectl would print."""
    kubectl: str
    """The same as a command, quoted for a shell; secrets are masked."""
    verb: str = "patch"
    """The right that it needs, on the target's kind."""
    subresource: str = ""
    args: Mapping[str, Any] = {}
    before: Mapping[str, Any] = {}
    """Values found, for the question and the way back; never a secret."""
    inverse: Inverse | None = None
    trivial: bool = False
    """Nobody needs to see a diff of it."""
    typed: bool = False
    """Its question wants the target's name typed, whatever the context: what it does cannot be mended by anybody."""


def patch(
    target: Ref,
    body: Mapping[str, Any],
    *,
    content_type: str = STRATEGIC,
    version: str = "",
    manager: str = "",
    subresource: str = "",
    query: tuple[tuple[str, str], ...] = (),
) -> Request:
    """A PATCH that the server refuses when the object is another one by now.

    Args:
        target: pinned by its uid in the body.
        body: of a strategic or merge patch.
        content_type: which of the two.
        version: the resourceVersion that must still be the object's, where a lost update would hurt.
        manager: kubectl's fieldManager for this operation; empty: kubectl sends none.
        subresource: `scale`, `status`.
        query: what goes along besides.
    """
    pins = {"uid": target.uid} | ({"resourceVersion": version} if version else {})
    metadata = dict(body.get("metadata") or {})
    pinned = {**body, "metadata": metadata | pins}
    managed = (("fieldManager", manager),) if manager else ()
    path = target.kind.path(target.namespace or None, target.name, subresource)
    return Request("PATCH", path, msgspec.json.encode(pinned), content_type, (*managed, *query))


def dry(request: Request) -> Request:
    """The same as a dry run: in the query, but in the body of a DELETE and of an Eviction."""
    if request.method == "DELETE" or request.path.endswith("/eviction"):
        body = request.decoded() or {}
        if request.path.endswith("/eviction"):
            body = body | {"deleteOptions": (body.get("deleteOptions") or {}) | {"dryRun": ["All"]}}
            query = (*request.query, ("dryRun", "All"))
            return Request(request.method, request.path, msgspec.json.encode(body), request.content_type, query)
        body = body | {"dryRun": ["All"]}
        return Request(request.method, request.path, msgspec.json.encode(body), JSON, request.query)
    query = (*request.query, ("dryRun", "All"))
    return Request(request.method, request.path, request.body, request.content_type, query)


def at(tree: Any, pointer: str) -> Any:
    """The value at a JSON pointer; None where there is none."""
    for part in pointer.strip("/").split("/") if pointer.strip("/") else ():
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(tree, dict):
            tree = tree.get(key)
        elif isinstance(tree, list) and key.isdigit() and int(key) < len(tree):
            tree = tree[int(key)]
        else:
            return None
    return tree
