"""CustomResourceDefinitions as objects: their defaults, what is wrong with them, and the kinds that they define."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct, field

from k8stui.demo.storage.errors import cause
from k8stui.demo.storage.kinds import STATUS, Definition, Kind, PrinterColumn, ScalePaths, Subresource
from k8stui.demo.storage.objects import Object

Cause = dict[str, str]
GROUP, PLURAL = "apiextensions.k8s.io", "customresourcedefinitions"
_SCOPES = ("Cluster", "Namespaced")
_SCALE = Subresource("scale", STATUS, "Scale", "autoscaling", "v1")
_IMMUTABLE = (("group",), ("names", "plural"), ("scope",), ("names", "kind"))
_STORED = "missing from spec.versions; {0} was previously a storage version, and must remain in spec.versions until a "
_STORED += "storage migration ensures no data remains persisted in {0} and removes {0} from status.storedVersions"


def complete(crd: Object, old: Object | None) -> None:
    """The defaults of a CRD, in place; a storage version, once it was one, is remembered."""
    spec = _of(crd, "spec")
    names = _of(spec, "names")
    kind = names.get("kind")
    if isinstance(kind, str) and kind:
        names["singular"] = names.get("singular") or kind.lower()
        names["listKind"] = names.get("listKind") or f"{kind}List"
    spec.setdefault("conversion", {"strategy": "None"})
    if old is not None and isinstance(crd.get("status"), dict):
        known = list(crd["status"].get("storedVersions") or ())
        crd["status"]["storedVersions"] = list(dict.fromkeys([*known, *_storage(crd)]))


def new_status(crd: Object) -> Object:
    """The status before anybody looked at the names."""
    empty = {"plural": "", "kind": ""}
    return {"conditions": None, "acceptedNames": empty, "storedVersions": _storage(crd) or None}


def causes(crd: Object, old: Object | None) -> Iterator[Cause]:
    """What is wrong with a CRD, or with a change of one."""
    spec = _of(crd, "spec")
    names = _of(spec, "names")
    name = _of(crd, "metadata").get("name")
    if old is None and name != f"{names.get('plural', '')}.{spec.get('group', '')}":
        yield _invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')
    if not spec.get("group"):
        yield _required("spec.group")
    if spec.get("scope") not in _SCOPES:
        known = ", ".join(f'"{each}"' for each in _SCOPES)
        why = f"Unsupported value: {_shown(spec.get('scope', ''))}: supported values: {known}"
        yield cause("NotSupported", why, "spec.scope")
    yield from _of_versions(spec)
    yield from (
        _required(f"spec.names.{each}") for each in ("plural", "singular", "kind", "listKind") if not names.get(each)
    )
    stored = _of(crd, "status").get("storedVersions")
    if not stored:
        yield _invalid("status.storedVersions", stored, "must have at least one stored version")
    if old is not None:
        yield from _of_change(crd, old)


class _Names(Struct, rename="camel"):
    plural: str
    kind: str
    singular: str = ""
    list_kind: str = ""
    short_names: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None


class _Subresources(Struct):
    status: Object | None = None
    scale: ScalePaths | None = None


class _Schema(Struct):
    found: Object | None = field(default=None, name="openAPIV3Schema")


class _Selectable(Struct, rename="camel"):
    json_path: str


class _Version(Struct, rename="camel"):
    name: str
    served: bool = False
    storage: bool = False
    deprecated: bool = False
    deprecation_warning: str = ""
    schema: _Schema | None = None
    subresources: _Subresources | None = None
    additional_printer_columns: tuple[PrinterColumn, ...] | None = None
    selectable_fields: tuple[_Selectable, ...] | None = None


class _Spec(Struct):
    group: str
    scope: str
    names: _Names
    versions: list[_Version]


def kinds(crd: Object) -> list[Kind]:
    """The kinds that a CRD serves, one a version. Raises ValueError for one that nobody can read."""
    try:
        spec = msgspec.convert(crd.get("spec"), _Spec)
    except msgspec.ValidationError as error:
        raise ValueError(f"This CRD cannot be read: {error}") from None
    return [_kind(crd["metadata"]["name"], spec, each) for each in spec.versions if each.served]


def _kind(name: str, spec: _Spec, version: _Version) -> Kind:
    names = spec.names
    given = version.subresources or _Subresources()
    subresources = [_SCALE] if given.scale else []
    subresources += [Subresource("status")] if given.status is not None else []
    schema = (version.schema and version.schema.found) or {}
    columns = version.additional_printer_columns or ()
    return Kind(
        spec.group,
        version.name,
        names.plural,
        names.kind,
        names.singular or names.kind.lower(),
        spec.scope == "Namespaced",
        short=names.short_names or (),
        subresources=tuple(subresources),
        categories=names.categories or (),
        fields=tuple(each.json_path.removeprefix(".") for each in version.selectable_fields or ()),
        generation=True,
        deprecated=_deprecation(spec, version),
        definition=Definition(name, schema, columns, given.scale, names.list_kind),
        stored_version=next((each.name for each in spec.versions if each.storage), ""),
    )


def _deprecation(spec: _Spec, version: _Version) -> str:
    if not version.deprecated:
        return ""
    return version.deprecation_warning or f"{spec.group}/{version.name} {spec.names.kind} is deprecated"


def _of_versions(spec: Object) -> Iterator[Cause]:
    versions = [each for each in spec.get("versions") or () if isinstance(each, dict)]
    names = [each.get("name") for each in versions]
    if len(set(names)) < len(names):
        yield _invalid("spec.versions", versions, "must contain unique version names")
    if sum(bool(each.get("storage")) for each in versions) != 1:
        yield _invalid("spec.versions", versions, "must have exactly one version marked as storage version")
    for index, each in enumerate(versions):
        place = f"spec.versions[{index}].schema.openAPIV3Schema"
        schema = _of(_of(each, "schema"), "openAPIV3Schema")
        if schema:
            yield from _of_schema(schema, place, root=True)
        else:
            yield _required(place)


def _of_schema(schema: Object, place: str, *, root: bool = False) -> Iterator[Cause]:
    """A structural schema names the type of everything in it."""
    for name, each in sorted(_of(schema, "properties").items()):
        yield from _of_schema(each if isinstance(each, dict) else {}, f"{place}.properties[{name}]")
    if _of(schema, "items"):
        yield from _of_schema(schema["items"], f"{place}.items")
    free = schema.get("x-kubernetes-int-or-string") or schema.get("x-kubernetes-preserve-unknown-fields")
    if not schema.get("type") and (root or not free):
        what = "at the root" if root else "for specified object fields"
        why = f"Required value: must not be empty {what}"
        yield cause("Required", why, f"{place}.type")


def _of_change(crd: Object, old: Object) -> Iterator[Cause]:
    for path in _IMMUTABLE:
        before, now = _of(old, "spec"), _of(crd, "spec")
        for step in path[:-1]:
            before, now = _of(before, step), _of(now, step)
        if before.get(path[-1]) != now.get(path[-1]):
            yield _invalid(".".join(("spec", *path)), now.get(path[-1]), "field is immutable")
    names = [each.get("name") for each in _of(crd, "spec").get("versions") or () if isinstance(each, dict)]
    for index, each in enumerate(_of(crd, "status").get("storedVersions") or ()):
        if each not in names:
            yield _invalid(f"status.storedVersions[{index}]", each, _STORED.format(each))


def _storage(crd: Object) -> list[str]:
    versions = _of(crd, "spec").get("versions")
    found = [each for each in versions if isinstance(each, dict)] if isinstance(versions, list) else []
    return [str(each.get("name")) for each in found if each.get("storage")]


def _of(obj: Object, name: str) -> Object:
    found = obj.get(name)
    return found if isinstance(found, dict) else {}


def _shown(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _invalid(place: str, value: Any, why: str) -> Cause:
    return cause("Invalid", f"Invalid value: {_shown(value)}: {why}", place)


def _required(place: str) -> Cause:
    return cause("Required", "Required value", place)
