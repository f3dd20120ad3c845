"""The parts of an answer beside its body: headers, texts, the lines of a stream."""

import json
import re
from typing import Any

import yaml

from tests.conformance.alike import Judge
from tests.conformance.recorded import Exchange, Object

HEADERS = ("Content-Type", "Retry-After", "Warning", "Allow", "WWW-Authenticate", "Sec-WebSocket-Protocol")
_HASH = re.compile(r"hash=[0-9A-F]+")
"""Of what a document of OpenAPI says."""


def judge_headers(judge: Judge, recorded: Object, ours: Object) -> None:
    """Those that matter; of an ETag only whether there is one."""
    theirs = {name.lower(): value for name, value in recorded.items()}
    mine = {name.lower(): value for name, value in ours.items()}
    if ("etag" in theirs) != ("etag" in mine):
        judge.say("header ETag", theirs.get("etag"), mine.get("etag"))
    for name in HEADERS:
        key = name.lower()
        judge.value(f"header {name}", theirs.get(key), mine.get(key))


def judge_text(judge: Judge, recorded: Object, answer: Object) -> None:
    """Text as it is; YAML and JSON by what they say."""
    wanted, text = recorded.get("text", recorded.get("body")), answer.get("text", answer.get("body"))
    if isinstance(wanted, str) and "apiVersion:" in wanted and isinstance(text, str):
        judge.value("", yaml.safe_load(wanted), yaml.safe_load(text))
    elif isinstance(wanted, str) and wanted.startswith("{") and isinstance(text, str) and text.startswith("{"):
        judge.value("", json.loads(_HASH.sub("hash=", wanted)), json.loads(_HASH.sub("hash=", text)))
    else:
        judge.value("text", wanted, text)


def judge_lines(judge: Judge, recorded: list[Any], ours: list[Any]) -> None:
    """The events in order; of bookmarks only whether any came (a real server sends one or two near the end)."""
    wanted, mine = _split(recorded), _split(ours)
    judge.value("lines", wanted[0], mine[0])
    if bool(wanted[1]) != bool(mine[1]):
        judge.say("bookmarks", wanted[1][-1:], mine[1][-1:])
    elif wanted[1]:
        judge.value("bookmark", _without_version(wanted[1][-1]), _without_version(mine[1][-1]))


def _split(lines: list[Any]) -> tuple[list[Any], list[Any]]:
    marks = [line for line in lines if _is_bookmark(line)]
    first = [_without_version(line) if _is_end(line) else line for line in lines if line not in marks or _is_end(line)]
    return first, [line for line in marks if not _is_end(line)]


def _is_bookmark(line: Any) -> bool:
    return isinstance(line, dict) and line.get("type") == "BOOKMARK"


def _is_end(line: Any) -> bool:
    return _is_bookmark(line) and "initial-events-end" in json.dumps(line)


def _without_version(line: Any) -> Any:
    """A bookmark's version says how far the store has come: its form is all there is to compare."""
    return json.loads(
        json.dumps(line), object_hook=lambda obj: {k: "" if k == "resourceVersion" else v for k, v in obj.items()}
    )


def without_bookmarks(exchange: Exchange) -> int:
    """How many lines a watch has got when it has got all that tell of changes."""
    return sum(not _is_bookmark(line) or _is_end(line) for line in exchange.lines or ())


def left_out(body: Any) -> int:
    """How many more there are than a page shows (1 where a selector keeps that secret)."""
    metadata = body.get("metadata") if isinstance(body, dict) else None
    if not isinstance(metadata, dict) or not metadata.get("continue"):
        return 0
    return int(metadata.get("remainingItemCount", 1))
