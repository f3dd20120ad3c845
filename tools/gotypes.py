"""The struct types that a Go program (ELF, 64 bit, little endian) carries for its own reflection.

The layout is that of `internal/abi/type.go`: a type's head of 48 bytes, what its kind adds, and names as a byte of
flags, a length (varint), the text, and a tag in the same form. `.typelink` lists offsets into `.rodata`, where types
live.
"""

import struct
from dataclasses import dataclass, field
from pathlib import Path

BOOL, INTERFACE, MAP, POINTER, SLICE, STRING, STRUCT = 1, 20, 21, 22, 23, 24, 25
_HEAD = struct.Struct("<QQIBBBBQQii")
_EXTRA = {17: 24, 18: 16, 19: 8, 20: 32, 21: 64, POINTER: 8, SLICE: 8, STRUCT: 32}
"""Bytes between the head and the uncommon type, by kind."""


@dataclass(eq=False)
class GoType:
    """One type: `text` is how Go prints it (`v1.PodSpec`), `kind` the number of reflect.Kind."""

    kind: int
    text: str
    package: str = ""
    key: "GoType | None" = None
    elem: "GoType | None" = None
    fields: list["GoField"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """`k8s.io/api/core/v1.PodSpec`."""
        return f"{self.package}.{self.text.rpartition('.')[2]}"


@dataclass(eq=False)
class GoField:
    """One field of a struct with its tag as it stands in the source."""

    name: str
    tag: str
    embedded: bool
    type: GoType


class Program:
    """A program's file, read once."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        sections = self._sections()
        self._base, self._at = sections[".rodata"][0], sections[".rodata"][1]
        self._links = sections[".typelink"]
        self._types: dict[int, GoType] = {}

    def structs(self) -> dict[str, GoType]:
        """Every named struct by its full name."""
        _, start, size = self._links
        for (offset,) in struct.iter_unpack("<i", self._data[start : start + size]):
            self._type(self._base + offset)
        return {each.name: each for each in self._types.values() if each.kind == STRUCT and each.package}

    def _sections(self) -> dict[str, tuple[int, int, int]]:
        (table,) = struct.unpack_from("<Q", self._data, 0x28)
        count, names = struct.unpack_from("<HH", self._data, 0x3C)
        rows = [struct.unpack_from("<IIQQQQ", self._data, table + 64 * index) for index in range(count)]
        found = {}
        for row in rows:
            start = rows[names][4] + row[0]
            found[self._data[start : self._data.index(b"\0", start)].decode()] = (row[3], row[4], row[5])
        return found

    def _offset(self, address: int) -> int:
        return address - self._base + self._at

    def _text(self, offset: int) -> tuple[str, int]:
        length = shift = 0
        while True:
            byte = self._data[offset]
            offset += 1
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return self._data[offset : offset + length].decode(), offset + length

    def _name(self, address: int) -> tuple[str, str, bool]:
        offset = self._offset(address)
        flags = self._data[offset]
        name, end = self._text(offset + 1)
        return name, self._text(end)[0] if flags & 2 else "", bool(flags & 8)

    def _type(self, address: int) -> GoType:
        if address in self._types:
            return self._types[address]
        offset = self._offset(address)
        head = _HEAD.unpack_from(self._data, offset)
        flags, kind, text = head[3], head[6] & 31, self._name(self._base + head[9])[0]
        found = self._types[address] = GoType(kind, text[1:] if flags & 2 else text)
        offset += _HEAD.size
        if flags & 1:
            (package,) = struct.unpack_from("<i", self._data, offset + _EXTRA.get(kind, 0))
            found.package = self._name(self._base + package)[0] if package else ""
        if kind in (POINTER, SLICE):
            found.elem = self._type(*struct.unpack_from("<Q", self._data, offset))
        elif kind == MAP:
            key, elem = struct.unpack_from("<QQ", self._data, offset)
            found.key, found.elem = self._type(key), self._type(elem)
        elif kind == STRUCT:
            start, count = struct.unpack_from("<QQ", self._data, offset + 8)
            for index in range(count):
                name, of, _ = struct.unpack_from("<QQQ", self._data, self._offset(start) + 24 * index)
                found.fields.append(GoField(*self._name(name), self._type(of)))
        return found
