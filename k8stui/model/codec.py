"""Pure decoding of the wire, one codec a kind: pages of lists and objects of watch events into typed rows."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import UNSET, DecodeError, Raw, Struct, UnsetType, field
from msgspec.json import Decoder

from k8stui.model import objects, tables
from k8stui.model.json_parts import elements, members
from k8stui.model.kinds import Kind
from k8stui.model.raw import RawObject, Whole
from k8stui.model.typed import TYPED

R = TypeVar("R")
T = TypeVar("T")

JSON = "application/json"
TABLE = f"{JSON};as=Table;v=v1;g=meta.k8s.io,{JSON}"
"""A server that makes no Table of a kind answers in plain JSON."""

PORTION = 250
"""Objects of a list that came whole which are decoded and stored in one go: some milliseconds."""
_LONG = 200_000
"""Bytes up to which a list is decoded at once in any case."""
_POISON = (ValueError, ArithmeticError, RecursionError)
"""What an object can raise: a DecodeError and broken UTF-8 are ValueErrors, nesting that goes too deep is the last."""


class ListMeta(Struct, rename="camel", gc=False):
    """metadata of a list."""

    resource_version: str | None = None
    continue_: str | None = field(name="continue", default=None)
    remaining_item_count: Whole | None = None


class Page(Struct, Generic[R], frozen=True):
    """One page of a list."""

    rows: list[R]
    version: str
    """The list's resourceVersion, to watch from."""
    next: str
    """The token of the next page, empty on the last."""
    remaining: int | None
    """How many objects follow this page, where the server says so."""
    bad: int
    """How many objects could not be decoded and were left out."""
    more: bool = False
    """Another portion of the same answer follows."""


class Codec(ABC, Generic[R]):
    """Decodes one kind. Its decoders are made with it, once a feed."""

    accept: str = JSON
    """The Accept header of lists and watches."""
    columns: tuple[tables.TableColumn, ...] = ()
    """The columns that the server defines, where it prints the rows."""
    query: tuple[tuple[str, str], ...] = ()
    """What lists and watches carry in their query besides."""

    def page(self, body: bytes) -> Page[R]:
        """A page of a list: all by one decoder, and one by one, without the undecodable, only where one is poison.

        Raises msgspec.DecodeError where the answer is no list at all.
        """
        try:
            return self._page(body)
        except _POISON:
            pass
        try:
            return self._careful_page(body)
        except _POISON as error:
            raise DecodeError(_sentence(error)) from error

    def portions(self, body: bytes) -> Iterator[Page[R]]:
        """The same in one piece or in several, so that a long list can be decoded with pauses.

        Raises msgspec.DecodeError where the answer is no list at all.
        """
        yield self.page(body)

    def event(self, raw: Raw | bytes) -> R:
        """The object of a watch event. Raises msgspec.DecodeError where it cannot be decoded."""
        try:
            return self._object(raw)
        except _POISON as error:
            raise DecodeError(_sentence(error)) from error

    @abstractmethod
    def _page(self, body: bytes) -> Page[R]: ...

    @abstractmethod
    def _careful_page(self, body: bytes) -> Page[R]: ...

    @abstractmethod
    def _object(self, raw: Raw | bytes) -> R: ...


class TypedCodec(Codec[R], Generic[T, R]):
    """Objects of a kind that has rules of its own; T is the decoded object, R its row.

    `portion`: objects that are decoded in one go, where lists come whole however long they are.
    """

    def __init__(self, object_type: type[T], build: Callable[[T], R], *, portion: int | None = None) -> None:
        self._portion = portion
        self._one: Decoder[T] = Decoder(object_type)
        self._list: Decoder[_List[T]] = Decoder(_List[object_type])  # type: ignore[valid-type]
        self._build = build

    def portions(self, body: bytes) -> Iterator[Page[R]]:
        """Long lists in pieces."""
        if self._portion is None or len(body) < _LONG:
            yield self.page(body)
            return
        try:
            metadata, raws = _raws(body)
        except _POISON as error:
            raise DecodeError(_sentence(error)) from error
        for start in range(0, max(1, len(raws)), self._portion):
            end = start + self._portion
            rows, bad = _sound(raws[start:end], self._object)
            yield _page(metadata, rows, bad, more=end < len(raws))

    def _page(self, body: bytes) -> Page[R]:
        found = self._list.decode(body)
        return _page(found.metadata, [self._build(each) for each in _items(found)], 0)

    def _careful_page(self, body: bytes) -> Page[R]:
        metadata, raws = _raws(body)
        rows, bad = _sound(raws, self._object)
        return _page(metadata, rows, bad)

    def _object(self, raw: Raw | bytes) -> R:
        return self._build(self._one.decode(raw))


class TableCodec(Codec[tables.TableRow]):
    """Objects of any kind, printed by the server."""

    accept = TABLE
    query = (("includeObject", "Metadata"),)

    def __init__(self, kind: Kind) -> None:
        self.columns = ()
        """As the server last defined them: with every page, and with the first event of a watch."""
        self._kind = kind
        self._table = Decoder(_Table[tables.RawRow])
        self._list = Decoder(_List[RawObject])
        self._row = Decoder(tables.RawRow)
        self._alone = Decoder(RawObject)

    def _page(self, body: bytes) -> Page[tables.TableRow]:
        table = self._table.decode(body)
        if table.kind == "Table":
            self._define(table.columns)
            return _page(table.metadata, [tables.row(self._kind, each) for each in table.rows or ()], 0)
        found = self._list.decode(body)
        self.columns = tables.NAME_ONLY
        return _page(found.metadata, [tables.bare_row(self._kind, each) for each in _items(found)], 0)

    def _careful_page(self, body: bytes) -> Page[tables.TableRow]:
        table = _raw_table(body)
        if table.kind == "Table":
            self._define(table.columns)
            rows, bad = _sound(table.rows or (), lambda raw: tables.row(self._kind, self._row.decode(raw)))
            return _page(table.metadata, rows, bad)
        metadata, raws = _raws(body)
        self.columns = tables.NAME_ONLY
        rows, bad = _sound(raws, self._bare)
        return _page(metadata, rows, bad)

    def _object(self, raw: Raw | bytes) -> tables.TableRow:
        table = self._table.decode(raw)
        if table.kind != "Table":
            return self._bare(raw)
        self._define(table.columns)
        if table.rows is None or len(table.rows) != 1:
            raise DecodeError("The event's Table does not have one row.")
        return tables.row(self._kind, table.rows[0])

    def _bare(self, raw: Raw | bytes) -> tables.TableRow:
        return tables.bare_row(self._kind, self._alone.decode(raw))

    def _define(self, columns: list[tables.RawColumn] | None) -> None:
        if columns:
            self.columns = tables.definitions(columns)


class ObjectCodec(Codec[objects.ObjectRow]):
    """Whole objects of any kind, kept as bytes."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    def _page(self, body: bytes) -> Page[objects.ObjectRow]:
        metadata, raws = _raws(body)
        return _page(metadata, [self._object(each) for each in raws], 0)

    def _careful_page(self, body: bytes) -> Page[objects.ObjectRow]:
        metadata, raws = _raws(body)
        rows, bad = _sound(raws, self._object)
        return _page(metadata, rows, bad)

    def _object(self, raw: Raw | bytes) -> objects.ObjectRow:
        return objects.row(self._kind, raw)


class _List(Struct, Generic[T], gc=False):
    metadata: ListMeta | None = None
    items: list[T] | UnsetType | None = UNSET


class _Table(Struct, Generic[T], gc=False):
    kind: str | None = None
    metadata: ListMeta | None = None
    columns: list[tables.RawColumn] | None = field(name="columnDefinitions", default=None)
    rows: list[T] | None = None


def codec(kind: Kind) -> Codec[Any]:
    """The codec of a kind: typed for those of `TYPED`, Tables for every other."""
    typed = TYPED.get(kind.resource)
    if typed is None:
        return TableCodec(kind)
    # A kind that cannot be watched is listed over and over, and servers of such kinds know no pages.
    return TypedCodec(*typed, portion=None if kind.watched else PORTION)


def _page(metadata: ListMeta | None, rows: list[R], bad: int, *, more: bool = False) -> Page[R]:
    meta = metadata or ListMeta()
    return Page(rows, meta.resource_version or "", meta.continue_ or "", meta.remaining_item_count, bad, more)


def _items(found: _List[T]) -> list[T]:
    """The items; a list without that field is none, and must not pass for an empty one."""
    if isinstance(found.items, UnsetType):
        raise DecodeError("The server's answer is no list: it has no items.")
    return found.items or []


def _raws(body: bytes) -> tuple[ListMeta | None, Sequence[Raw | bytes]]:
    """The metadata and the undecoded items of a list. Raises DecodeError where it is none."""
    try:
        found = msgspec.json.decode(body, type=_List[Raw])
        return found.metadata, _items(found)
    except RecursionError:
        parts = members(body)
        if "items" not in parts:
            raise DecodeError("The server's answer is no list: it has no items.") from None
        metadata = msgspec.json.decode(parts.get("metadata", b"null"), type=ListMeta | None)
        return metadata, elements(parts["items"])


def _raw_table(body: bytes) -> _Table[Raw]:
    """A Table with undecoded rows. Raises DecodeError where it is no JSON."""
    try:
        return msgspec.json.decode(body, type=_Table[Raw])
    except RecursionError:
        parts = members(body)
        rows = [Raw(each) for each in elements(parts.pop("rows", b"null"))]
        shallow = {
            name: Raw(value) for name, value in parts.items() if name in ("kind", "metadata", "columnDefinitions")
        }
        table = msgspec.json.decode(msgspec.json.encode(shallow), type=_Table[Raw])
        table.rows = rows
        return table


def _sound(items: Iterable[Raw | bytes], build: Callable[[Raw | bytes], R]) -> tuple[list[R], int]:
    """The rows of those items that can be decoded, and how many cannot."""
    rows: list[R] = []
    bad = 0
    for item in items:
        try:
            rows.append(build(item))
        except _POISON:
            bad += 1
    return rows, bad


def _sentence(error: BaseException) -> str:
    """What is wrong, without the object's own text."""
    if isinstance(error, UnicodeDecodeError):
        return "The object is not valid UTF-8."
    if isinstance(error, RecursionError):
        return "The object is nested too deeply."
    return str(error) if isinstance(error, DecodeError) else "The object cannot be read."
