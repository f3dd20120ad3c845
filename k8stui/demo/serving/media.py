"""Which form of an answer a client wants, from its Accept header; and bodies as JSON or YAML."""

from typing import Any

from msgspec import Struct

from k8stui.demo.schema import gojson, protobuf
from k8stui.demo.schema.schema import Schema
from k8stui.demo.schema.typed import Doubled
from k8stui.demo.storage.errors import Refusal

JSON = "application/json"
YAML = "application/yaml"
TEXT = "text/plain; charset=utf-8"
_OFFERED = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
_STREAMS = ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
_META = "meta.k8s.io"
_TABLES = ("v1", "v1beta1")
_WATCHED = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
_METADATA = ("PartialObjectMetadata", "PartialObjectMetadataList")


class Form(Struct, frozen=True):
    """The form of an answer: the objects themselves, a Table of them, or their metadata."""

    table: bool = False
    metadata: bool = False
    version: str = "v1"
    """Of meta.k8s.io, in which a Table or metadata are wanted."""
    listed: bool | None = None
    """Metadata are wanted as those of a list (or not); None: no matter."""
    yaml: bool = False
    """JSON becomes YAML at the very end."""


def accepted(header: str) -> list[tuple[str, dict[str, str]]]:
    """The entries of an Accept header in the order given, with their parameters."""
    entries = []
    for entry in header.split(","):
        media, *pairs = (part.strip() for part in entry.split(";"))
        entries.append((media, dict(pair.partition("=")[::2] for pair in pairs)))
    return entries


def negotiate(header: str, *, collection: bool, stream: bool = False, whole: bool = False) -> Form:
    """The first entry that this server can make. Raises Refusal (406).

    `collection`: streams are offered, too. `stream`: one is wanted (of JSON only). `whole`: no Tables, no metadata.
    """
    known = False
    for media, parameters in accepted(header or JSON):
        readable = media in (JSON, "*/*", YAML)
        known = known or readable
        if not readable or (media == YAML and stream):
            continue
        form = _form(parameters, yaml=media == YAML)
        if form is not None and not (whole and (form.table or form.metadata)):
            return form
    if known:
        offered = _WATCHED if stream else _OFFERED
        raise Refusal(406, "NotAcceptable", f"only the following media types are accepted: {offered}")
    offered = _OFFERED + (_STREAMS if collection else "")
    message = f"406: Not Acceptable\n\nAvailable representations: {offered}"
    raise Refusal(406, "NotAcceptable", message, {})


def _form(parameters: dict[str, str], *, yaml: bool) -> Form | None:
    kind, version = parameters.get("as", ""), parameters.get("v", "")
    if not kind:
        return Form(yaml=yaml)
    if parameters.get("g") != _META or version not in _TABLES:
        return None
    if kind == "Table":
        return Form(table=True, version=version, yaml=yaml)
    return Form(metadata=True, version=version, listed=kind.endswith("List"), yaml=yaml) if kind in _METADATA else None


def media_of(content_type: str) -> str:
    """The media type of a body in small letters; empty when its parameters are none."""
    media, *parameters = content_type.split(";")
    return media.strip().lower() if all("=" in each for each in parameters if each.strip()) else ""


def decode(body: bytes, content_type: str, kind: str, *, strict: bool = False) -> Any:
    """What a client sent where an object of this kind is wanted; with `strict`, keys that come twice can be told.

    Raises Refusal: 415 for other types, 400 for what is malformed.
    """
    media = media_of(content_type) if content_type else JSON
    if media == YAML:
        return _from_yaml(body, kind, strict=strict)
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


def _from_yaml(body: bytes, kind: str, *, strict: bool) -> Any:
    from k8stui.demo.serving import yamltext  # few clients send it: not loaded before the first

    try:
        found, twice = yamltext.load(body)
    except yamltext.NoYaml as error:
        raise unrecognized(body, kind, str(error)) from None
    if not twice or not strict or not isinstance(found, dict):
        return found
    doubled = Doubled(found)
    doubled.said = tuple(twice)
    return doubled


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
