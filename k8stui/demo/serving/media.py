"""Which form of an answer a client wants, from its Accept header; and bodies as JSON or YAML."""

from typing import Any

import msgspec
import yaml
from msgspec import Struct

from k8stui.demo.storage.errors import Refusal

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
_OFFERED = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
_STREAMS = ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
_BEGINNINGS = b'{["tfn-0123456789'
_META = ("meta.k8s.io", "v1")
_METADATA = ("PartialObjectMetadata", "PartialObjectMetadataList")


class Form(Struct, frozen=True):
    """The form of an answer: the objects themselves, a Table of them, or their metadata."""

    table: bool = False
    metadata: bool = False
    yaml: bool = False


def accepted(header: str) -> list[tuple[str, dict[str, str]]]:
    """The entries of an Accept header in the order given, with their parameters."""
    entries = []
    for entry in header.split(","):
        media, *pairs = (part.strip() for part in entry.split(";"))
        entries.append((media, dict(pair.partition("=")[::2] for pair in pairs)))
    return entries


def negotiate(header: str, *, collection: bool) -> Form:
    """The first entry that this server can make. Raises Refusal (406)."""
    asked = False
    for media, parameters in accepted(header or JSON):
        kind = parameters.get("as", "")
        asked = asked or bool(kind)
        if kind and (parameters.get("g"), parameters.get("v")) != _META:
            continue
        if media in (JSON, "*/*", "application/*"):
            if kind == "Table":
                return Form(table=True)
            if kind in _METADATA:
                return Form(metadata=True)
            if not kind:
                return Form()
        elif media == "application/yaml" and not kind:
            return Form(yaml=True)
    if asked:
        raise Refusal(406, "NotAcceptable", f"only the following media types are accepted: {_OFFERED}")
    offered = _OFFERED + (_STREAMS if collection else "")
    message = f"406: Not Acceptable\n\nAvailable representations: {offered}"
    raise Refusal(406, "NotAcceptable", message, {})


def decode(body: bytes, content_type: str, kind: str) -> Any:
    """What a client sent. Raises Refusal: 415 for other types, 400 for what is malformed."""
    media = content_type.partition(";")[0].strip() or JSON
    if media == "application/yaml":
        try:
            return yaml.safe_load(body)
        except yaml.YAMLError as error:
            raise Refusal(400, "BadRequest", f"error parsing YAML: {' '.join(str(error).split())}") from None
    if media != JSON:
        offered = f"the body of the request was in an unknown format - accepted media types include: {_OFFERED}"
        raise Refusal(415, "UnsupportedMediaType", offered)
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        shown = f"{body[:30].decode(errors='replace')} ..." if body else "<empty>"
        why = f"couldn't get version/kind; json parse error: {go_error(error)} ({shown})"
        message = f"the object provided is unrecognized (must be of type {kind}): {why}"
        raise Refusal(400, "BadRequest", message) from None


def go_error(error: Exception, body: bytes = b"") -> str:
    """A parse error of `body` in the words of Go where they are known."""
    first = body.lstrip()[:1]
    if first and first not in _BEGINNINGS:
        shown = first.decode("latin-1")
        shown = shown if shown.isprintable() else f"\\u{ord(shown):04x}"
        return f"invalid character '{shown}' looking for beginning of value"
    return "unexpected end of JSON input" if "truncated" in str(error) else str(error)


def encode(obj: Any, form: Form) -> tuple[bytes, str]:
    """An object as bytes with its content type."""
    if form.yaml:
        return yaml.safe_dump(obj, sort_keys=True).encode(), "application/yaml"
    return msgspec.json.encode(obj) + b"\n", JSON
