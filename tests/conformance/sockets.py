"""The client's half of a WebSocket, as far as the frames of the recordings need it; it judges nothing."""

import asyncio
import base64
import json
import os
import struct
from typing import Any
from urllib.parse import urlsplit

Object = dict[str, Any]
_TEXT, _BINARY, _CLOSE = 1, 2, 8
GAVE_UP = "WebSocketTimeoutException: Connection timed out"
"""What the recorder's client said when it left because nothing came."""


async def upgrade(
    url: str, path: str, headers: dict[str, str], out: list[Object], within: float, patience: float | None = None
) -> Object:
    """Ask for an upgrade; the answer in the form of the recordings: status, and subprotocol and frames or body.

    `patience`: the client leaves when so many seconds have passed without a frame.
    """
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        key = base64.b64encode(os.urandom(16)).decode()
        head = {"Host": address.netloc, "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13", **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        writer.write(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        return await asyncio.wait_for(_answer(reader, writer, out, patience), within)
    finally:
        writer.close()


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, out: list[Object], patience: float | None
) -> Object:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split()[1])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    if status != 101:
        text = (await reader.readexactly(int(headers.get("content-length", 0)))).decode()
        kept = {"Content-Type": headers["content-type"]} if "content-type" in headers else {}
        answer: Object = {"status": status, "headers": kept}
        return answer | ({"body": json.loads(text)} if text.startswith("{") else {"text": text})
    frames = await _frames(reader, writer, out, patience)
    chosen = headers.get("sec-websocket-protocol")
    chosen = chosen.lower() if chosen else None  # as the recorder's client shows it
    return {"status": 101, "subprotocol": chosen, "frames": frames}


async def _frames(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, out: list[Object], patience: float | None
) -> list[Object]:
    """Read to the end, sending each of our frames when it is due (`after`: so many characters were received)."""
    frames: list[Object] = []
    waiting = list(out)
    try:
        while True:
            while waiting and _received(frames) >= waiting[0]["after"]:
                _send(writer, waiting.pop(0))
            opcode, payload = await asyncio.wait_for(_frame(reader), patience)
            if opcode == _CLOSE:
                code = struct.unpack(">H", payload[:2])[0] if len(payload) > 1 else 1005
                frames.append({"dir": "in", "opcode": "close", "code": code, "reason": payload[2:].decode()})
                return frames
            if opcode in (_TEXT, _BINARY):
                frames.append(_shown(opcode, payload))
    except TimeoutError:
        frames.append({"dir": "in", "ended": GAVE_UP})
        return frames
    except (asyncio.IncompleteReadError, ConnectionError):
        frames.append({"dir": "in", "ended": "the connection was lost"})
        return frames


def _received(frames: list[Object]) -> int:
    return sum(len(str(frame.get("data", ""))) for frame in frames if frame.get("channel") != 3)


def _shown(opcode: int, payload: bytes) -> Object:
    channel = payload[0] if opcode == _BINARY else int(payload[:1] or b"0")
    rest = payload[1:]
    data: Any = rest.decode("utf-8", "replace") if rest.isascii() else list(rest)
    if channel == 3 and rest.startswith(b"{"):
        data = json.loads(rest)
    shown = {"dir": "in", "channel": channel, "data": data}
    return shown | ({"opcode": "text"} if opcode == _TEXT else {})


def _send(writer: asyncio.StreamWriter, frame: Object) -> None:
    if frame.get("opcode") == "close":
        payload, opcode = struct.pack(">H", frame["code"]), _CLOSE
    else:
        data = frame["data"]
        payload = bytes([frame["channel"]]) + (bytes(data) if isinstance(data, list) else data.encode())
        opcode = _BINARY
    writer.write(struct.pack(">BB4s", 0x80 | opcode, 0x80 | len(payload), bytes(4)) + payload)  # a mask of zeros


async def _frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, second = await reader.readexactly(2)
    length = second & 0x7F
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2))
    elif length == 127:
        length = int.from_bytes(await reader.readexactly(8))
    return first & 0x0F, await reader.readexactly(length)


def due(frames: list[Object]) -> list[Object]:
    """Our frames of a recording, each with how much had been received when it was sent."""
    mine = []
    received: list[Object] = []
    for frame in frames:
        if frame.get("dir") == "out":
            mine.append(frame | {"after": _received(received)})
        else:
            received.append(frame)
    return mine


def joined(frames: list[Object]) -> list[Object]:
    """What came in, without times, a channel's text in one piece however it was cut; a shortened one by its length."""
    pieces: list[Object] = []
    for frame in frames:
        if frame.get("dir") == "out":
            continue
        shown = {key: value for key, value in frame.items() if key not in ("t", "dir", "bytes")}
        if "bytes" in frame:
            shown["data"] = "\0" * frame["bytes"]
        if isinstance(shown.get("data"), list):  # bytes that are no text
            shown["data"] = bytes(shown["data"]).decode("latin-1")
        last = pieces[-1] if pieces else {}
        texts = isinstance(last.get("data"), str) and isinstance(shown.get("data"), str)
        if texts and last["channel"] == shown["channel"] and last["data"]:
            last["data"] += shown["data"]
            continue
        pieces.append(shown)
    return pieces
