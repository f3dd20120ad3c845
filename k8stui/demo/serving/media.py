"""Which form of an answer a client wants, from its Accept header; and bodies as JSON or YAML."""

from typing import Any

import msgspec
import yaml
from msgspec import Struct

from k8stui.demo.schema import gojson, protobuf
from k8stui.demo.schema.schema import Schema
from k8stui.demo.storage.errors import Refusal

JSON = "application/json"
YAML = "application/yaml"
TEXT = "text/plain; charset=utf-8"
_OFFERED = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
_STREAMS = ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
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
        elif media == YAML and not kind:
            return Form(yaml=True)
    if asked:
        raise Refusal(406, "NotAcceptable", f"only the following media types are accepted: {_OFFERED}")
    offered = _OFFERED + (_STREAMS if collection else "")
    message = f"406: Not Acceptable\n\nAvailable representations: {offered}"
    raise Refusal(406, "NotAcceptable", message, {})


def decode(body: bytes, content_type: str, kind: str, *, strict: bool = False) -> Any:
    """What a client sent where an object of this kind is wanted; with `strict`, keys that come twice can be told.

    Raises Refusal: 415 for other types, 400 for what is malformed.
    """
    media = content_type.partition(";")[0].strip() or JSON
    if media == YAML:
        return _from_yaml(body)
    if media == protobuf.MEDIA:
        return _from_protobuf(body, kind)
    if media != JSON:
        offered = f"the body of the request was in an unknown format - accepted media types include: {_OFFERED}"
        raise Refusal(415, "UnsupportedMediaType", offered)
    try:
        return gojson.decode(body, strict=strict)
    except gojson.NoJson as error:
        raise unrecognized(body, kind, f"couldn't get version/kind; json parse error: {error}") from None


def unrecognized(body: bytes, kind: str, why: str) -> Refusal:
    """400 of a body that does not even say what it is."""
    shown = body[:30].decode("utf-8", "replace") if body[:1] == b"{" else body[:30].hex()
    summary = (f"{shown} ..." if len(body) > 30 else shown) or "<empty>"
    message = f"the object provided is unrecognized (must be of type {kind}): {why} ({summary})"
    return Refusal(400, "BadRequest", message)


def _from_yaml(body: bytes) -> Any:
    try:
        return msgspec.json.decode(msgspec.json.encode(yaml.safe_load(body)))  # a date is text in JSON
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Refusal(400, "BadRequest", f"error parsing YAML: {' '.join(str(error).split())}") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise Refusal(400, "BadRequest", f"error converting YAML to JSON: {error}") from None


def _from_protobuf(body: bytes, kind: str) -> Any:
    try:
        found = protobuf.envelope(body)
    except protobuf.NoProtobuf as error:
        raise unrecognized(body, kind, str(error)) from None
    head = f'{found.kind} in version "{found.api_version.rpartition("/")[2]}" cannot be handled as a {kind}: '
    of = Schema().named(found.api_version, found.kind)
    if of is None:
        why = f'no kind "{found.kind}" is registered for version "{found.api_version}"'
        raise Refusal(400, "BadRequest", f'{head}{why} in scheme "pkg/runtime/scheme.go:110"')
    try:
        return {"kind": found.kind, "apiVersion": found.api_version} | protobuf.message(of, found.raw)
    except protobuf.NoProtobuf as error:
        raise Refusal(400, "BadRequest", f"{head}{error}") from None


def go_error(error: Exception, body: bytes = b"") -> str:
    """A parse error of `body` in the words of Go."""
    return gojson.explain(body) or str(error)


def encode(obj: Any, form: Form) -> tuple[bytes, str]:
    """An object as bytes with its content type."""
    if form.yaml:
        return yaml.safe_dump(obj, sort_keys=True).encode(), YAML
    return msgspec.json.encode(obj) + b"\n", JSON
