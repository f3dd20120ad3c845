"""The frames of SPDY/3.1, as far as streams over it need them: what kubectl's port-forward speaks inside a WebSocket.

Source: the SPDY protocol, draft 3.1 (chromium.org). There is no flow control: the Go client has none either.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping

from msgspec import Struct

SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GOAWAY = 1, 2, 3, 6, 7
FIN = 1
LONGEST = 1 << 20
"""Bytes of a frame that is read; a longer one ends the connection."""
_HEADERS = 64 * 1024
_VERSION = 0x8003
_NAMES = (
    "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow "
    "authorization cache-control connection content-base content-encoding content-language content-length "
    "content-location content-md5 content-range content-type date etag expect expires from host if-match "
    "if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma "
    "proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade "
    "user-agent vary via warning www-authenticate method get status"
)
_MORE = ("200 OK", "version", "HTTP/1.1", "url", "public", "set-cookie", "keep-alive", "origin")
_TAIL = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative "
    "Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 "
    "Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct "
    "Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,"
    "application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8"
    "charset=iso-8859-1,utf-,*,enq=0."
)


def _dictionary() -> bytes:
    words = (*_NAMES.split(" "), *_MORE)
    return b"".join(len(word).to_bytes(4) + word.encode() for word in words) + _TAIL.encode()


class Broken(Exception):
    """What came is no SPDY."""


class Frame(Struct, frozen=True):
    """A control frame, or (kind 0) data."""

    kind: int
    flags: int
    stream: int
    """Of a PING its number."""
    data: bytes = b""
    headers: dict[str, str] = {}
    """Of a SYN_STREAM."""


class Framer:
    """One connection's frames: both directions share a state of compression each."""

    def __init__(self) -> None:
        dictionary = _dictionary()
        self._unpacker = zlib.decompressobj(zdict=dictionary)
        self._packer = zlib.compressobj(zdict=dictionary)
        self._buffer = bytearray()

    def read(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now. Raises Broken."""
        self._buffer += data
        while len(self._buffer) >= 8:
            length = int.from_bytes(self._buffer[5:8])
            if length > LONGEST:
                raise Broken
            if len(self._buffer) < 8 + length:
                return
            head, payload = bytes(self._buffer[:8]), bytes(self._buffer[8 : 8 + length])
            del self._buffer[: 8 + length]
            yield self._frame(head, payload)

    def _frame(self, head: bytes, payload: bytes) -> Frame:
        first, flags = int.from_bytes(head[:4]), head[4]
        if not first >> 31:
            return Frame(0, flags, first, payload)
        kind = first & 0xFFFF
        if first >> 16 != _VERSION or len(payload) < 4:
            raise Broken
        stream = int.from_bytes(payload[:4]) & 0x7FFFFFFF
        if kind == SYN_STREAM:
            return Frame(kind, flags, stream, headers=self._unpacked(payload[10:]))
        return Frame(kind, flags, stream, payload[4:])

    def _unpacked(self, data: bytes) -> dict[str, str]:
        try:
            block = self._unpacker.decompress(data, _HEADERS)
        except zlib.error:
            raise Broken from None
        if len(block) >= _HEADERS:
            raise Broken
        texts, at = [], 4
        while at < len(block):
            size = int.from_bytes(block[at : at + 4])
            texts.append(block[at + 4 : at + 4 + size].decode("latin-1"))
            at += 4 + size
        return dict(zip(texts[::2], texts[1::2], strict=False))

    def data(self, stream: int, data: bytes, *, fin: bool = False) -> bytes:
        """A data frame."""
        return struct.pack(">II", stream, (FIN if fin else 0) << 24 | len(data)) + data

    def reply(self, stream: int, headers: Mapping[str, str]) -> bytes:
        """The answer to a SYN_STREAM."""
        block = len(headers).to_bytes(4)
        for text in (text.encode("latin-1") for row in headers.items() for text in row):
            block += len(text).to_bytes(4) + text
        packed = self._packer.compress(block) + self._packer.flush(zlib.Z_SYNC_FLUSH)
        return self._control(SYN_REPLY, stream.to_bytes(4) + packed)

    def pong(self, number: int) -> bytes:
        """The answer to a PING."""
        return self._control(PING, number.to_bytes(4))

    def _control(self, kind: int, payload: bytes) -> bytes:
        return struct.pack(">HHI", _VERSION, kind, len(payload)) + payload
