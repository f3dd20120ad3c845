"""Objects as a typed decoder reads and writes them: unknown fields dropped, types checked, zero values as in Go."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from k8stui.demo.schema.scalars import READERS, WrongType
from k8stui.demo.schema.schema import LIST, Field, Type
from k8stui.demo.storage.objects import Object

_ZEROS: dict[str, Any] = {"null": None, "0": 0, "false": False, '""': "", '"0"': "0", '"0s"': "0s"}


class Doubled(dict[str, Any]):
    """A map that was sent with keys twice; it holds the last values, `twice` names the keys."""

    twice: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    """What is to be said of keys that come twice anywhere below, when it has been worded already (YAML)."""


class Problem(Struct, frozen=True):
    """What only a strict decoder refuses: an unknown field (dropped) or a duplicate one (the last one counts)."""

    what: str
    path: str
    """`spec.template.spec.containers[0].imag`."""

    def __str__(self) -> str:
        """In Kubernetes' words: `unknown field "spec.foo"`."""
        return f'{self.what} field "{self.path}"'


class Reading(Struct):
    """What was read."""

    obj: Object
    problems: list[Problem]
    """In the order of the text."""


def read(of: Type, value: Object, changed: Object | None = None) -> Reading:
    """`value` as Go writes it after reading it as `of`; the value itself stays as it is.

    With `changed`, a map of what a patch touched, only those parts are looked at: the rest is what was read before.
    Raises WrongType at the first value of another type.
    """
    reader = _Reader()
    return Reading(reader.struct(of, value, changed), reader.problems)


def empty(of: Type) -> Object:
    """What Go writes for a struct of which nothing was set."""
    return filled(of, {})


def filled(of: Type, found: Object, changed: Object | None = None) -> Object:
    """The object itself, with the zero values that Go always writes where they are missing; its fields as they are.

    Of an object that a patch changed only what the patch removed, unless the patch made all of it.
    """
    if changed is not None and found.keys() <= changed.keys():
        changed = None
    for field in of.written:
        if field.name not in found and (changed is None or field.name in changed):
            found[field.name] = _ZEROS[field.zero] if field.zero in _ZEROS or field.of is None else empty(field.of)
    return found


class _Reader:
    """Walks a type and a value side by side; knows where it is for those who are told what is wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._path: list[str] = []
        self._names: list[str] = []

    def struct(self, of: Type, value: Object, changed: Object | None) -> Object:
        """One object of a struct type."""
        found: Object = {} if changed is None else dict(value)
        fields = of.fields
        for name in self._keys(value, changed):
            each, field = value[name], fields.get(name)
            if field is None:
                if of.open:
                    found[name] = each
                else:
                    self._problem("unknown", f".{name}")
                    found.pop(name, None)
                continue
            if each is not None:
                each = self._field(of, field, each, changed and changed[name])
            if each == [] and field.zero == "null":
                found[name] = None
            elif each is None or (not each and field.omits):
                found.pop(name, None)
            else:
                found[name] = each
        return filled(of, found, changed) if of.written else found

    def _keys(self, value: Object, changed: Object | None) -> Iterable[str]:
        if isinstance(value, Doubled):
            return self._doubled(value)
        return value if changed is None else [name for name in changed if name in value]

    def _doubled(self, value: Doubled) -> Iterable[str]:
        for name in value:
            yield name
            if name in value.twice:
                self._problem("duplicate", f".{name}")

    def _field(self, of: Type, field: Field, value: Any, changed: Any) -> Any:
        if field.many or field.of is not None:
            self._path.append(f".{field.name}")
            self._names.append(field.name)
            found = self._several(of, field, value, changed) if field.many else self._one(of, field, value, changed)
            self._path.pop()
            self._names.pop()
            return found
        reader = READERS.get(field.type)
        if reader is None:
            return value
        try:
            return reader(value)
        except WrongType as error:
            error.go = field.go or error.go
            error.place = ".".join((of.short, *self._names, field.name))
            raise

    def _several(self, of: Type, field: Field, value: Any, changed: Any) -> Any:
        """The items of a list, the values of a map."""
        if field.many == LIST:
            if not isinstance(value, list):
                raise self._wrong(of, value, field.go_type, "slice")
            return [self._item(of, field, each, f"[{index}]") for index, each in enumerate(value)]
        if not isinstance(value, dict):
            raise self._wrong(of, value, field.go_type, "map")
        if not isinstance(changed, dict):
            return {key: self._item(of, field, value[key], f".{key}") for key in self._keys(value, None)}
        found = dict(value)
        for key in self._keys(value, changed):
            found[key] = self._item(of, field, value[key], f".{key}", changed[key])
        return found

    def _item(self, of: Type, field: Field, value: Any, step: str, changed: Any = None) -> Any:
        if field.of is not None:
            self._path.append(step)
            found = self._one(of, field, {} if value is None else value, changed)
            self._path.pop()
            return found
        reader = READERS.get(field.type)
        if reader is None:
            return value
        if value is None:
            return _nothing(field.type)
        try:
            return reader(value)
        except WrongType as error:
            error.go = field.item_type if "." in field.item_type else error.go
            error.place = ".".join((of.short, *self._names))
            raise

    def _one(self, of: Type, field: Field, value: Any, changed: Any) -> Object:
        assert field.of is not None
        if not isinstance(value, dict):
            raise self._wrong(of, value, field.item_type, "struct")
        return self.struct(field.of, value, changed if isinstance(changed, dict) else None)

    def _wrong(self, of: Type, value: Any, go: str, kind: str) -> WrongType:
        error = WrongType(value, go, kind)
        error.place = ".".join((of.short, *self._names))
        return error

    def _problem(self, what: str, step: str) -> None:
        path = "".join((*self._path, step)).removeprefix(".")
        self.problems.append(Problem(what, path))


def _nothing(of: str) -> Any:
    """What a null is among the items of a list or the values of a map."""
    if of in ("string", "bytes"):
        return ""
    if of in ("Quantity", "bool"):
        return "0" if of == "Quantity" else False
    return None if of in ("Time", "MicroTime", "strings") else 0
