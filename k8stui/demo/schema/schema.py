"""Types and their fields: names, types, merge keys, list types, protobuf numbers, and what Go writes for nothing.

`types.json` holds all built-in kinds of Kubernetes 1.34; `tools/schema_table.py` writes it.
"""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from k8stui.demo.storage.kinds import Kind

LIST, MAP = "list", "map"
_EVERYWHERE = "DeleteOptions"
"""A kind of every group version: typed clients say theirs."""


class Field(Struct, omit_defaults=True):
    """One field of a type, in its JSON form. Shared by everybody: never change one."""

    type: str
    """The short name of a type (`core/v1.Container`) or a scalar: string, bool, int32, int64, float64, bytes, strings
    (a list of them), Quantity, IntOrString, Time, MicroTime, Duration, RawExtension, FieldsV1, JSON and its kin."""
    many: str = ""
    """`list` or `map` (from text to `type`), or empty."""
    number: int = 0
    """In protobuf; 0 for kind and apiVersion, which protobuf does not carry."""
    inline: tuple[int, ...] = ()
    """The numbers of the messages around it that JSON does not have: `emptyDir` of a volume is 2 within 2."""
    pointer: bool = False
    """A pointer in Go: a zero value that is given is kept."""
    zero: str = ""
    """The JSON that Go writes when nothing was given; empty when it writes nothing."""
    merge_key: str = ""
    """Of strategic merge patch."""
    strategy: str = ""
    """Of strategic merge patch: words joined by commas: merge, retainKeys, replace."""
    list_type: str = ""
    """atomic, set or map; what server-side apply goes by. Empty is atomic."""
    list_keys: tuple[str, ...] = ()
    map_type: str = ""
    """atomic or granular. Empty is granular."""
    required: bool = False
    default: Any = msgspec.UNSET
    """As OpenAPI declares it, UNSET when it does not; `{}` for a struct that is always written."""
    enum: tuple[str, ...] = ()
    go: str = ""
    """How Go prints the type, when `type` and `many` do not tell."""
    name: str = ""
    of: "Type | None" = None
    """The type of the object, of the items or of the values; None for scalars."""

    @property
    def merges(self) -> bool:
        """A list that a strategic merge patch adds to."""
        return self.many == LIST and "merge" in self.strategy

    @property
    def omits(self) -> bool:
        """A zero value that was given is not written: false, 0, empty text, an empty list or map."""
        return not self.zero and not self.pointer and (bool(self.many) or self.of is None)

    @property
    def item_type(self) -> str:
        """How Go prints the type of the value, or of an item when there are several: `v1.Container`."""
        prefix = {LIST: "[]", MAP: "map[string]"}.get(self.many, "")
        if self.go.startswith(prefix) and self.go:
            return self.go.removeprefix(prefix)
        package, _, name = self.type.rpartition(".")
        return f"{package.rpartition('/')[2]}.{name}" if package else self.type

    @property
    def go_type(self) -> str:
        """How Go prints the type of the whole: `[]v1.Container`."""
        return self.go or {LIST: "[]", MAP: "map[string]"}.get(self.many, "") + self.item_type


class Type(Struct, eq=False):
    """A struct: its fields in Go's order."""

    name: str
    """`core/v1.PodSpec`."""
    fields: dict[str, Field]
    open: bool = False
    """Fields that are not declared are kept as they are (a custom resource's)."""
    written: tuple[Field, ...] = ()
    """The fields that Go always writes."""
    document: str = ""
    """What OpenAPI calls it: `io.k8s.api.core.v1.PodSpec`."""

    @property
    def short(self) -> str:
        """`PodSpec`."""
        return self.name.rpartition(".")[2]

    def at(self, path: str) -> Field | None:
        """The field at a path of names and dots (`spec.template.metadata`), through lists and maps."""
        found: Field | None = None
        of: Type | None = self
        for name in path.split("."):
            found = of.fields.get(name) if of is not None else None
            if found is None:
                return None
            of = found.of
        return found


class Table(Struct):
    """All built-in types."""

    packages: dict[str, str]
    """What OpenAPI calls the packages."""
    kinds: dict[str, str]
    """`apps/v1 Deployment` and the name of its type."""
    types: dict[str, dict[str, Field]]

    def linked(self) -> dict[str, Type]:
        """The types by name, with every field knowing its type."""
        found = {}
        for name, fields in self.types.items():
            package, _, short = name.rpartition(".")
            found[name] = Type(name, fields, document=f"{self.packages[package]}.{short}")
        for of in found.values():
            for name, field in of.fields.items():
                field.name = name
                field.of = found.get(field.type)
            of.written = tuple(field for field in of.fields.values() if field.zero)
        return found


@cache
def _builtin() -> tuple[dict[str, str], dict[str, Type]]:
    """Kinds and types. Read once: both are shared, and nobody changes them."""
    table = msgspec.json.decode(Path(__file__).with_name("types.json").read_bytes(), type=Table)
    return table.kinds, table.linked()


class Schema:
    """The types of the kinds that a server has. Making one costs nothing: the table is read at the first question.

    What a CRD says of its kind is not here (`Kind.definition` has it): custom objects are open but for their metadata.
    """

    def of(self, kind: Kind) -> Type:
        """The type of a kind."""
        return self.named(kind.api_version, kind.kind) or _any()

    def named(self, api_version: str, kind: str) -> Type | None:
        """The type of a built-in kind, also of those that are no resources (DeleteOptions, Scale, Eviction, Status)."""
        kinds, types = _builtin()
        if kind == _EVERYWHERE:
            api_version = "v1"
        name = kinds.get(f"{api_version} {kind}")
        return types[name] if name is not None else None

    def type(self, name: str) -> Type:
        """The built-in type of that short name: `meta/v1.ObjectMeta`. Raises KeyError."""
        return _builtin()[1][name]

    def kinds(self) -> dict[tuple[str, str], Type]:
        """Every built-in kind with its apiVersion."""
        kinds, types = _builtin()
        found = {}
        for key, name in kinds.items():
            version, _, kind = key.partition(" ")
            found[version, kind] = types[name]
        return found


@cache
def _any() -> Type:
    metadata = _builtin()[1]["meta/v1.ObjectMeta"]
    fields = {name: Field("string", name=name) for name in ("kind", "apiVersion")}
    fields["metadata"] = Field(metadata.name, zero="{}", name="metadata", of=metadata)
    return Type("any", fields, open=True)
