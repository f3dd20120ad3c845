"""A patch that somebody types: strategic, merge or JSON (`kubectl patch`)."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from k8stui.model import tree
from k8stui.model.kinds import BUILT_IN, Kind
from k8stui.model.kubectl import about, command, named
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.text import clean
from k8stui.operations.builders.masking import HIDDEN, masked
from k8stui.operations.builders.typed_trees import one
from k8stui.operations.building import UnableError
from k8stui.operations.mutation import JSON_PATCH, MERGE, STRATEGIC, Mutation, Request, Risk
from k8stui.operations.mutation import patch as pinned

TYPES: Mapping[str, str] = MappingProxyType({"strategic": STRATEGIC, "merge": MERGE, "json": JSON_PATCH})
MANAGER: Final = "kubectl-patch"
_STRICT: Final = ("fieldValidation", "Strict")
"""kubectl sends none: the server then drops a field that it does not know, and says that all is done."""
_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "add": ("value",),
        "replace": ("value",),
        "test": ("value",),
        "remove": (),
        "move": ("from",),
        "copy": ("from",),
    }
)
_FIXED: Final = ("name", "namespace", "uid")


def patch(found: ObjectRow, *, text: str, form: str = "strategic") -> Mutation:
    """Send what was typed as a patch of the very object (its uid goes along; a JSON patch tests it first).

    There is no way back: what it replaces may be a secret, and the journal keeps none. Nor does the command shown.

    Args:
        text: YAML or JSON.
        form: `strategic`, `merge` or `json`.

    Raises:
        UnableError: not to be read, no such type, no patch of that type, or one that names another object.
    """
    ref = found.ref
    if form not in TYPES:
        raise UnableError(f"'{clean(form, 40)}' is no type of patch: {', '.join(TYPES)}")
    body = one(text, "The patch")
    if form == "json":
        request = _json(found, body)
    else:
        _check(found, body, form)
        request = pinned(ref, body, content_type=TYPES[form], manager=MANAGER, query=(_STRICT,))
    shown = msgspec.json.encode(masked(ref.kind, body)).decode()
    flags = [] if form == "strategic" else [f"--type={form}"]
    return Mutation(
        builder="patching.patch",
        target=ref,
        request=request,
        risk=Risk.CHANGE,
        says=f"patch {about(ref)} ({form})",
        done=f"{named(ref)} patched",
        kubectl=command("patch", named(ref), *flags, "-p", shown, namespace=ref.namespace),
        args={"text": shown if HIDDEN in shown else text, "form": form},
    )


def understood(line: str) -> tuple[str, str]:
    """What is typed behind `:patch`, also as kubectl takes it: the type of the patch and its text.

    `--type merge {spec: {replicas: 2}}`, `--type=json -p '[…]'`, or the patch alone, which is strategic.
    Raises UnableError: no such type, no text.
    """
    form, rest = "strategic", line.strip()
    while match := re.match(r"(--type|--patch|-p)(?:[=\s]\s*|$)", rest):
        rest = rest[match.end() :]
        if match[1] == "--type":
            form, _, rest = rest.partition(" ")
            rest = rest.strip()
        elif rest[:1] in "'\"" and rest[-1:] == rest[:1] and len(rest) > 1:
            rest = rest[1:-1]
    if form not in TYPES:
        raise UnableError(f"'{clean(form, 40)}' is no type of patch: {', '.join(TYPES)}")
    if not rest:
        raise UnableError("Type the patch as YAML or JSON, like :patch spec: {replicas: 2}")
    one(rest, "The patch")
    return form, rest


def built_in(kind: Kind) -> bool:
    """Whether the server itself defines it: custom and aggregated kinds know no strategic patch."""
    group = kind.group
    return kind.resource in BUILT_IN or "." not in group or any(each.group == group for each in BUILT_IN.values())


def _check(found: ObjectRow, body: Any, form: str) -> None:
    ref = found.ref
    if not isinstance(body, dict):
        hint = " (a list of operations is of type json)" if isinstance(body, list) else ""
        raise UnableError(f"A {form} patch is a mapping, like spec: {{replicas: 2}}{hint}")
    if form == "strategic" and not built_in(ref.kind):
        raise UnableError(f"{ref.kind.kind} is a custom kind, which knows no strategic patch: use merge or json")
    metadata = body.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise UnableError("metadata is a mapping, like metadata: {labels: {tier: front}}")
    fixed = {"name": ref.name, "namespace": ref.namespace, "uid": ref.uid}
    for name in _FIXED:
        if tree.value(body, "metadata", name) not in (None, fixed[name]):
            raise UnableError(f"A patch cannot change metadata.{name}: leave it out")


def _json(found: ObjectRow, body: Any) -> Request:
    """With a test of the uid before it."""
    if not isinstance(body, list) or not body:
        raise UnableError("A JSON patch is a list of operations, like [{op: replace, path: /spec/replicas, value: 2}]")
    for number, each in enumerate(body, 1):
        _check_operation(number, each)
    first: Object = {"op": "test", "path": "/metadata/uid", "value": found.ref.uid}
    encoded = msgspec.json.encode([first, *body])
    return Request("PATCH", found.ref.path, encoded, JSON_PATCH, (("fieldManager", MANAGER), _STRICT))


def _check_operation(number: int, operation: Any) -> None:
    where = f"Operation {number} of the JSON patch"
    if not isinstance(operation, dict):
        raise UnableError(f"{where} is no mapping: write it like {{op: replace, path: /spec/replicas, value: 2}}")
    op = operation.get("op")
    if not isinstance(op, str) or op not in _NEEDS:
        raise UnableError(f"{where} has no op that is known: {', '.join(_NEEDS)}")
    for name in ("path", *(["from"] if "from" in _NEEDS[op] else [])):
        pointer = operation.get(name)
        if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
            raise UnableError(f"{where} needs a {name} that begins with /, like /spec/replicas")
    if "value" in _NEEDS[op] and "value" not in operation:
        raise UnableError(f"{where} needs a value to {op}")
