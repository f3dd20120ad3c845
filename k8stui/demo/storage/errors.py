"""Refusals in the words of a real API server: every one is a Status body with a code.

The wordings are those of Kubernetes 1.34 (recorded answers of a real server).
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from k8stui.demo.storage.kinds import Kind

INVALID_REQUEST = "the server rejected our request due to an error in our request"


class Refusal(Exception):
    """What a handler raises to refuse a request: becomes the answer, and never a broken server."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        details: dict[str, Any] | None = None,
        *,
        headers: dict[str, str] | None = None,
        metadata: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.headers = headers or {}
        self.metadata = metadata or {}
        self.warnings: list[str] = []
        """Texts for Warning headers: what was found before the refusal."""

    def status(self) -> dict[str, Any]:
        """The Status object: keys in the order in which a real server writes them."""
        status: dict[str, Any] = {"kind": "Status", "apiVersion": "v1", "metadata": self.metadata}
        status |= {"status": "Failure", "message": self.message}
        if self.reason:
            status["reason"] = self.reason
        if self.details is not None:
            status["details"] = self.details
        status["code"] = self.code
        return status

    def body(self) -> bytes:
        """The Status as JSON."""
        return msgspec.json.encode(self.status()) + b"\n"


class TextRefusal(Exception):
    """An answer in plain text, which is what a real server gives below its API machinery."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def details(group: str, plural: str, name: str = "") -> dict[str, Any]:
    """`details` of 403, 404 and 409: name and group only when there are any, `kind` is the plural resource."""
    found = {"name": name, "group": group, "kind": plural}
    return {key: value for key, value in found.items() if value}


def qualified(plural: str, group: str) -> str:
    """`deployments.apps`, `pods`."""
    return f"{plural}.{group}" if group else plural


def bad_request(message: str) -> Refusal:
    """400."""
    return Refusal(400, "BadRequest", message)


def not_found(kind: Kind, name: str) -> Refusal:
    """404 of an object."""
    message = f'{qualified(kind.plural, kind.group)} "{name}" not found'
    return Refusal(404, "NotFound", message, details(kind.group, kind.plural, name))


def no_resource() -> Refusal:
    """404 of a version, resource or subresource that the server does not have."""
    return Refusal(404, "NotFound", "the server could not find the requested resource", {})


def no_method() -> Refusal:
    """405."""
    message = "the server does not allow this method on the requested resource"
    return Refusal(405, "MethodNotAllowed", message, {})


def forbidden(kind: Kind, meta: dict[str, Any], why: str) -> Refusal:
    """403 of admission: `meta` names the object."""
    name = meta.get("name") or meta.get("generateName") or ""
    message = f'{qualified(kind.plural, kind.group)} "{name}" is forbidden: {why}'
    return Refusal(403, "Forbidden", message, details(kind.group, kind.plural, name))


def already_exists(kind: Kind, name: str) -> Refusal:
    """409 of a create."""
    message = f'{qualified(kind.plural, kind.group)} "{name}" already exists'
    return Refusal(409, "AlreadyExists", message, details(kind.group, kind.plural, name))


def conflict(kind: Kind, name: str, why: str = "") -> Refusal:
    """409 of a write that names another resourceVersion (or the reason given)."""
    why = why or "the object has been modified; please apply your changes to the latest version and try again"
    message = f'Operation cannot be fulfilled on {qualified(kind.plural, kind.group)} "{name}": {why}'
    return Refusal(409, "Conflict", message, details(kind.group, kind.plural, name))


def precondition(kind: Kind, name: str, why: str) -> Refusal:
    """409 of a delete whose preconditions do not hold: here `kind` is the Kind, not the resource."""
    message = f'Operation cannot be fulfilled on {qualified(kind.kind, kind.group)} "{name}": {why}'
    return Refusal(409, "Conflict", message, details(kind.group, kind.kind, name))


def cause(reason: str, message: str, field: str) -> dict[str, str]:
    """One cause of a 422: `reason` without its `FieldValue` prefix."""
    return {"reason": f"FieldValue{reason}", "message": message, "field": field}


def invalid(kind: str, group: str, name: str, causes: Sequence[dict[str, str]]) -> Refusal:
    """422: `kind` is the Kind; the message joins the causes, in brackets when there are several."""
    parts = list(dict.fromkeys(f"{each['field']}: {each['message']}" for each in causes))
    text = parts[0] if len(parts) == 1 else f"[{', '.join(parts)}]"
    message = f'{qualified(kind, group)} "{name}" is invalid: {text}'
    return Refusal(422, "Invalid", message, {**details(group, kind, name), "causes": list(causes)})


def expired(message: str, **metadata: str) -> Refusal:
    """410: a resourceVersion or continue token behind the window of the event log."""
    return Refusal(410, "Expired", message, metadata=metadata)


def too_old(version: int, floor: int) -> Refusal:
    """410 of a watch: the resourceVersion asked for and the oldest still known."""
    return expired(f"too old resource version: {version} ({floor})")


def too_large(version: int, current: int) -> Refusal:
    """504 of a read at a resourceVersion that lies in the future."""
    causes = [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]
    message = f"Timeout: Too large resource version: {version}, current: {current}"
    wait = {"Retry-After": "1"}
    return Refusal(504, "Timeout", message, {"causes": causes, "retryAfterSeconds": 1}, headers=wait)


def no_progress() -> Refusal:
    """500 of a watch-list on a storage that cannot tell how far it is."""
    why = "a watch stream was requested by the client but the required storage feature RequestWatchProgress is disabled"
    return Refusal(500, "InternalError", why)


def internal(message: str) -> Refusal:
    """500 without a reason, as the real one answers errors it did not foresee."""
    return Refusal(500, "", message)
