"""JSON patches (RFC 6902) as a real server applies them: a library, where it is stricter than Go's made as lenient.

Imported with the first JSON patch: few clients send one. The wordings are those of Kubernetes 1.34.
"""

from typing import Any, cast

from jsonpatch import JsonPatch, JsonPatchException
from jsonpointer import JsonPointer, JsonPointerException

from k8stui.demo.schema.scalars import WrongType
from k8stui.demo.storage.errors import Refusal, bad_request

Operation = dict[str, Any]
LARGEST = 10_000
"""Operations of one patch."""


class NotApplied(ValueError):
    """A patch that does not fit the document."""


def apply(document: Any, operations: list[Any]) -> Any:
    """The patched document; it is changed itself. Raises NotApplied, and Refusal (400, 413) for what is no patch."""
    if len(operations) > LARGEST:
        why = f"The allowed maximum operations in a JSON patch is {LARGEST}, got {len(operations)}"
        raise Refusal(413, "RequestEntityTooLarge", f"Request entity too large: {why}")
    for operation in operations:
        _check(operation)
    try:
        for operation in operations:
            if (fitting := _fitting(document, operation or {})) is not None:
                document = JsonPatch([cast("Any", fitting)]).apply(document, in_place=True)
        return document
    except (
        JsonPatchException,
        JsonPointerException,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise NotApplied(str(error)) from None


def _check(operation: Any) -> None:
    if operation is None:
        return
    why = None
    if not isinstance(operation, dict):
        why = WrongType(operation, "handlers.jsonPatchOp", "struct")
    else:
        for name in ("op", "path", "from"):
            if not isinstance(operation.get(name), str | None):
                why = WrongType(operation[name], "string")
                why.place = f"jsonPatchOp.{name}"
                break
    if why is not None:
        raise bad_request(f"error decoding patch: {why}")


def _fitting(document: Any, operation: Operation) -> Operation | None:
    """The operation as the library takes it where Go is lenient: what is not there is null. None: nothing to do."""
    name = operation.get("op")
    if name in ("add", "replace") and "value" not in operation:
        operation = operation | {"value": None}
    if name == "replace" and _absent(document, operation):
        return operation | {"op": "add"}
    if name == "copy" and _absent(document, {"path": operation["from"]}):
        return {"op": "add", "path": operation["path"], "value": None}
    if name == "test" and operation.get("value", "") is None and _absent(document, operation):
        return None
    return operation


def _absent(document: Any, operation: Operation) -> bool:
    """The last step of the path is a key that its map does not have."""
    place, last = JsonPointer(operation["path"]).to_last(document)
    return isinstance(place, dict) and last is not None and last not in place
