"""What a dry run on the server says of a change."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from k8stui.model.diff import differences, same
from k8stui.model.document import Line
from k8stui.model.objects import ObjectRow
from k8stui.model.secret_values import is_secret
from k8stui.operations.mutation import Mutation, Request


class Preview(Struct, frozen=True):
    """What a dry run on the server says."""

    lines: Sequence[Line] = ()
    """The difference; empty: it changes nothing (`same`), `refused` or `unknown` says why there is none, or it is of
    what has no text to compare."""
    bare: Sequence[Line] = ()
    """The same of a Secret with its values, for whoever asks to see them."""
    refused: str = ""
    """The server would refuse it."""
    unknown: str = ""
    """Why it could not be tried; the write stays possible."""
    same: bool = False
    """It was tried, and the object would be afterwards what it is now."""


def compared(mutation: Mutation, before: ObjectRow | None, after: dict[str, Any]) -> Preview:
    """The difference that a change makes.

    Args:
        mutation: the change.
        before: the object as it was; None: there was none.
        after: the server's answer to the dry run; empty: it said nothing.
    """
    is_object = after.get("kind") not in (None, "Status", "Scale", "Eviction")
    if not is_object or (before is None and mutation.target.uid):
        return Preview()
    old = before.exact() if before is not None else {}
    new = {"apiVersion": mutation.target.kind.api_version} | after
    lines = differences(old, new)
    return Preview(
        lines,
        differences(old, new, masked=False) if is_secret(new) else (),
        same=not lines and mutation.verb != "delete",
    )


def stands(agreed: Mutation, was: ObjectRow, anew: Mutation, now: ObjectRow) -> bool:
    """Whether a yes to a change that met a conflict is one to the same change built anew.

    It is where the object was written meanwhile and nothing of it that anybody asks for is different: a controller has
    reported its status. What the server refuses although nobody wrote anything is asked about.
    """
    again = was.version != now.version and same(was.exact(), now.exact())
    return again and _unpinned(agreed.request) == _unpinned(anew.request)


def _unpinned(request: Request) -> tuple[object, ...]:
    """A request but for the version that the object must have."""
    body = request.decoded() or {}
    metadata = {key: value for key, value in (body.get("metadata") or {}).items() if key != "resourceVersion"}
    return request.method, request.path, request.query, request.content_type, body | {"metadata": metadata}
