"""What a client sends as an object: read by its type, with fieldValidation, and refused in a real server's words.

`Bodies` belongs to one request. The wordings are those of Kubernetes 1.34 (recorded, or asked of a real server).
"""

from typing import Any

import msgspec

from k8stui.demo.custom.shape import unknown_fields
from k8stui.demo.schema import gojson
from k8stui.demo.schema.ordered import ordered
from k8stui.demo.schema.scalars import WrongType
from k8stui.demo.schema.schema import Schema, Type
from k8stui.demo.schema.typed import Doubled, read
from k8stui.demo.schema.versions import readable
from k8stui.demo.serving.media import decode, unrecognized
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage import errors
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.kinds import Definition
from k8stui.demo.storage.objects import Object

IGNORE, STRICT, WARN = "Ignore", "Strict", "Warn"
_DIRECTIVES = ("", IGNORE, STRICT, WARN)
_OPTIONS = {"create": "CreateOptions", "patch": "PatchOptions", "update": "UpdateOptions"}
_SCHEME = "pkg/runtime/scheme.go:110"
_OTHER_VERSION = "the API version in the data ({}) does not match the expected API version"
_STRATEGIC = "application/strategic-merge-patch+json"
_JSON_PATCH = "application/json-patch+json"
_MANAGER = 128
"""Bytes of a fieldManager."""
_OPERATION = ("op", "path", "from", "value")


class Bodies:
    """Reads what one request sends. `warnings` are for its answer, as texts without the `299 -` of the header."""

    def __init__(self, schema: Schema, ask: Ask, custom: Definition | None = None) -> None:
        """`custom`: what is sent is of a kind that a CRD defines. Raises Refusal (422) for a wrong fieldValidation."""
        self.warnings: list[str] = []
        self._custom = custom
        self._schema = schema
        self._directive = ask.query.get("fieldValidation", "") or WARN
        if self._directive not in _DIRECTIVES:
            supported = ", ".join(f'"{each}"' for each in _DIRECTIVES)
            why = f'Unsupported value: "{self._directive}": supported values: {supported}'
            cause = errors.cause("NotSupported", why, "fieldValidation")
            raise errors.invalid(_OPTIONS.get(ask.verb, "DeleteOptions"), "meta.k8s.io", "", [cause])
        if (bad := _bad_manager(ask.query.get("fieldManager", ""))) is not None:
            cause = errors.cause(*bad, "fieldManager")
            raise errors.invalid(_OPTIONS.get(ask.verb, "DeleteOptions"), "meta.k8s.io", "", [cause])

    @property
    def strict(self) -> bool:
        """Keys that come twice are of interest."""
        return self._directive != IGNORE

    def sent(self, body: bytes, content_type: str, kind: str, api_version: str, of: Type | None = None) -> Object:
        """The object of a POST or PUT, which is to be of this kind (and of type `of`, if that is known).

        kind and apiVersion may be missing. Raises Refusal: 400, 415.
        """
        obj = decode(body, content_type, kind, strict=self.strict)
        obj = {} if obj is None else obj
        if why := no_object(obj):
            raise unrecognized(body, kind, f"couldn't get version/kind; json parse error: {why}")
        said, version = obj.get("kind") or kind, obj.get("apiVersion") or api_version
        if version.count("/") > 1:
            raise unrecognized(body, kind, f"unexpected GroupVersion string: {version}")
        if self._custom is not None:
            _check_custom(obj, body, kind, api_version)
        head = f'{said} in version "{version.rpartition("/")[2]}" cannot be handled as a {kind}: '
        if said == kind and version == api_version:
            found = of or self._schema.named(api_version, kind)
        else:
            found = None if self._lists(version, said) else self._schema.named(version, said)
            if found is None and not self._lists(version, said) and not readable(version, said):
                why = f'no kind "{said}" is registered for version "{version}" in scheme "{_SCHEME}"'
                raise errors.bad_request(head + why)
        head_fields = {"kind": said, "apiVersion": version}
        obj = head_fields | self._read(found, obj, head) if found is not None else head_fields | obj
        if not isinstance(obj.get("metadata"), dict):
            obj["metadata"] = {}
        if said != kind:
            self.warnings.clear()
        if said == kind and version != api_version:
            raise errors.bad_request(f"{_OTHER_VERSION.format(version)} ({api_version})")
        if said != kind:
            why = f"converting ({_internal(version, said)}) to ({_internal(api_version, kind, hub=True)})"
            raise errors.bad_request(f"{head}{why}: unknown conversion")
        return obj

    def _lists(self, version: str, kind: str) -> bool:
        """A kind that is known, and never sent where an object is wanted: lists and what they have in common."""
        if kind in ("List", "Status"):
            return version in ("v1", "meta.k8s.io/v1")
        return kind.endswith("List") and self._schema.named(version, kind.removesuffix("List")) is not None

    def _read(self, of: Type, obj: Object, head: str) -> Object:
        try:
            reading = read(of, obj)
        except WrongType as error:
            raise errors.bad_request(f"{head}{error}") from None
        except RecursionError:
            raise errors.bad_request(f"{head}exceeded max depth") from None
        said = list(obj.said) if isinstance(obj, Doubled) else []
        if said and self._directive == STRICT:
            said = ["yaml: unmarshal errors:\n  " + "\n  ".join(said)]
        if why := self._refused([*said, *map(str, reading.problems), *self._unknown(reading.obj)]):
            raise errors.bad_request(f"{head}strict decoding error: {why}")
        return reading.obj

    def patched(self, of: Type, obj: Object, body: bytes, content_type: str) -> Object:
        """What a patch made of an object of type `of`; only what the patch touched is read. Raises Refusal (422)."""
        media = content_type.partition(";")[0].strip()
        try:
            return self._patched(of, obj, gojson.decode(body, strict=self.strict), media)
        except gojson.NoJson as error:
            raise errors.bad_request(f"error decoding patch: {error}") from None
        except RecursionError:
            raise errors.bad_request("error decoding patch: exceeded max depth") from None

    def _patched(self, of: Type, obj: Object, patch: Any, media: str) -> Object:
        operations = patch or [] if media == _JSON_PATCH else None
        touched = patch or {} if operations is None else _touched(operations)
        if media != _STRATEGIC and (why := self._headless(obj)):
            raise self._unfit(of, obj, patch, touched, media, why)
        try:
            reading = read(of, obj, touched if isinstance(touched, dict) else None)
        except WrongType as error:
            raise self._unfit(
                of, obj, patch, touched, media, error.converted if media == _STRATEGIC else str(error)
            ) from None
        before = duplicates(patch) if operations is None else _of_operations(operations)
        if why := self._refused([*before, *map(str, reading.problems), *self._unknown(reading.obj)]):
            raise self._unfit(of, obj, patch, touched, media, f"strict decoding error: {why}")
        return reading.obj

    def _headless(self, obj: Object) -> str:
        """Why a patched object is of no kind; a strategic merge patch cannot change kind and apiVersion."""
        if why := no_object(obj):
            return f"couldn't get version/kind; json parse error: {why}"
        said, version = obj.get("kind", ""), obj.get("apiVersion", "")
        if self._custom is not None or self._schema.named(version, said) is not None:
            return ""
        return f'no kind "{said}" is registered for version "{version}" in scheme "{_SCHEME}"'

    def _unfit(self, of: Type, obj: Object, patch: Any, touched: Any, media: str, why: str) -> Refusal:
        """422 of a patch whose result its type does not take: the kind and the name are empty there."""
        if media == _STRATEGIC:
            shown = gojson.text(patch)
        elif self._custom is not None:  # nobody knows the order of its fields
            shown = msgspec.json.encode(ordered(None, obj)).decode()
        else:
            shown = msgspec.json.encode(ordered(of, obj, touched)).decode()
        message = f"Invalid value: {msgspec.json.encode(shown).decode()}: {why}"
        return errors.invalid("", "", "", [errors.cause("Invalid", message, "patch")])

    def _unknown(self, obj: Object) -> list[str]:
        """The fields that the schema of a CRD does not know; the registry will drop them."""
        found = unknown_fields(self._custom.schema, obj) if self._custom is not None else []
        return [f'unknown field "{path}"' for path in found]

    def _refused(self, problems: list[str]) -> str:
        """Strict: why the body is refused. Warn: nothing, but the answer will say it."""
        if self._directive == STRICT:
            return ", ".join(problems)
        if self._directive != IGNORE:
            self.warnings += problems
        return ""


def _bad_manager(name: str) -> tuple[str, str] | None:
    """Why nobody can have this name as a manager of fields."""
    if len(name.encode()) > _MANAGER:
        return "TooLong", f"Too long: may not be more than {_MANAGER} bytes"
    for index, sign in enumerate(name):
        if not sign.isprintable():
            shown = msgspec.json.encode(name).decode()
            return "Invalid", f"Invalid value: {shown}: invalid character U+{ord(sign):04X} (at position {index})"
    return None


def no_object(obj: Any) -> str:
    """What Go says of a body that has no kind and apiVersion to read."""
    if not isinstance(obj, dict):
        into = r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }'
        return str(WrongType(obj, into, "struct"))
    for name in ("apiVersion", "kind"):
        if not isinstance(obj.get(name), str | None):
            error = WrongType(obj[name], "string")
            error.place = f".{name}"
            return str(error)
    return ""


def _internal(api_version: str, kind: str, *, hub: bool = False) -> str:
    """`v1.Pod`, or as the server's own types are called, `core.Pod`."""
    group, _, version = api_version.rpartition("/")
    return f"{group.partition('.')[0] or 'core'}.{kind}" if hub else f"{version}.{kind}"


def duplicates(value: Any, path: str = "") -> list[str]:
    """The keys that were sent twice, as a strict decoder names them: `duplicate field "spec.replicas"`."""
    found = []
    if isinstance(value, dict):
        for key, each in value.items():
            place = f"{path}.{key}" if path else key
            found += duplicates(each, place) if isinstance(each, dict | list) else []
            if isinstance(value, Doubled) and key in value.twice:
                found.append(f'duplicate field "{place}"')
    elif isinstance(value, list):
        for index, each in enumerate(value):
            found += duplicates(each, f"{path}[{index}]") if isinstance(each, dict | list) else []
    return found


def _of_operations(operations: list[Object]) -> list[str]:
    """What is wrong with the operations of a JSON patch themselves."""
    found = []
    for index, operation in enumerate(operations):
        twice = operation.twice if isinstance(operation, Doubled) else ()
        for key in operation:
            found += [f'json patch unknown field "[{index}].{key}"'] if key not in _OPERATION else []
            found += [f'json patch duplicate field "[{index}].{key}"'] if key in twice else []
    return found


def _touched(operations: list[Object]) -> Object | None:
    """The parts that a JSON patch may have changed, as a map of maps; below a list everything counts. None: all."""
    touched: Object = {}
    for operation in operations:
        for pointer in (operation["path"], *([operation["from"]] if operation["op"] == "move" else ())):
            if not pointer:
                return None
            at = touched
            *steps, last = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
            for step in steps:
                inner = at.setdefault(step, {})
                if not isinstance(inner, dict):
                    break
                at = inner
            else:
                at[last] = True
    return touched


def _check_custom(obj: Object, body: bytes, kind: str, api_version: str) -> None:
    """The head of a custom object, which may not be missing. Raises Refusal: 400, 422."""
    said, version = obj.get("kind"), obj.get("apiVersion")
    if not said:
        raise unrecognized(body, kind, f"Object 'Kind' is missing in '{body.decode(errors='replace')}'")
    if version != api_version:
        raise errors.bad_request(f"{_OTHER_VERSION.format(version or '')} ({api_version})")
    if said != kind:
        meta = obj.get("metadata")
        name = str(meta.get("name") or "") if isinstance(meta, dict) else ""
        cause = errors.cause("Invalid", f'Invalid value: "{said}": must be {kind}', "kind")
        raise errors.invalid(said, api_version.rpartition("/")[0], name, [cause])
