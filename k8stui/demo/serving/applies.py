"""Server-side apply over HTTP: a configuration in YAML or JSON, who applies it, and whether by force."""

from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from k8stui.demo.clock import stamp
from k8stui.demo.registry.apply.apply import applied
from k8stui.demo.registry.apply.checking import problems
from k8stui.demo.registry.patch import APPLY_PATCH
from k8stui.demo.registry.registry import Registry
from k8stui.demo.registry.request import Request
from k8stui.demo.schema.scalars import WrongType
from k8stui.demo.schema.schema import Type
from k8stui.demo.schema.typed import read
from k8stui.demo.serving.bodies import Bodies
from k8stui.demo.serving.paths import Ask
from k8stui.demo.serving.preconditions import check_name
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object

_YES, _NO = ("y", "Y"), ("n", "N")
"""YAML 1.1 takes them for booleans, and so does the real server."""


def is_apply(content_type: str) -> bool:
    """Whether a PATCH is server-side apply."""
    return content_type.partition(";")[0].strip() == APPLY_PATCH


def check_options(ask: Ask, content_type: str) -> None:
    """The parameters of a PATCH. Raises Refusal (422): apply needs a fieldManager, only apply has force."""
    cause = None
    if is_apply(content_type):
        if not ask.query.get("fieldManager"):
            cause = errors.cause("Required", "Required value: is required for apply patch", "fieldManager")
    elif "force" in ask.query:
        cause = errors.cause("Forbidden", "Forbidden: may not be specified for non-apply patch", "force")
    if cause:
        raise errors.invalid("PatchOptions", "meta.k8s.io", "", [cause])


class Application:
    """One configuration on its way into the store."""

    def __init__(self, registry: Registry, kind: Kind, ask: Ask, bodies: Bodies, *, dry: bool) -> None:
        self._registry = registry
        self._kind = kind
        self._ask = ask
        self._bodies = bodies
        self._dry = dry

    def run(self, body: bytes) -> tuple[Object, bool]:
        """The object as it is now, and whether it is new. Raises Refusal: 400, 404, 409, 422, 500."""
        registry, kind, ask = self._registry, self._kind, self._ask
        of = registry.schema.of(kind)
        config = self._config(of, body)
        store = registry.store
        before = store.table(kind).entries.get(f"{ask.namespace}/{ask.name}")
        live = store.decode(kind, before) if before is not None else None
        version = config["metadata"].get("resourceVersion")
        if version and (before is None or version != str(before.version)):
            raise errors.conflict(kind, ask.name) if before is not None else errors.not_found(kind, ask.name)
        if before is None and ask.subresource:
            raise errors.not_found(kind, ask.name)
        now, force = stamp(registry.clock.now()), ask.flag("force")
        made = applied(kind, of, live, config, ask.manager, now, subresource=ask.subresource, force=force)
        by = Request(ask.manager, made["metadata"]["managedFields"], self._bodies.warnings)
        try:
            obj = read(of, made).obj
        except WrongType as error:  # what the parser above lets pass: amounts and times of another form
            raise errors.bad_request(str(error)) from None
        if before is None:
            return registry.create(obj, dry=self._dry, by=by), True
        return registry.replace(kind, obj, before, ask.subresource, dry=self._dry, by=by), False

    def _config(self, of: Type, body: bytes) -> Object:
        config = _decoded(body)
        kind = self._kind
        if (config.get("apiVersion"), config.get("kind")) != (kind.api_version, kind.kind):
            version, said = config.get("apiVersion") or "/", config.get("kind") or ""
            raise errors.bad_request(f"invalid object type: {version}, Kind={said}")
        meta = config.setdefault("metadata", {})
        if not isinstance(meta, dict):
            raise errors.bad_request("metadata: Invalid value: must be an object")
        if meta.get("managedFields"):
            raise errors.bad_request("metadata.managedFields must be nil")
        check_name(meta, self._ask)
        if kind.namespaced and meta.get("namespace", self._ask.namespace) != self._ask.namespace:
            message = "the namespace of the provided object does not match the namespace sent on the request"
            raise errors.bad_request(message)
        self._check_types(of, config)
        if kind.namespaced:
            meta["namespace"] = self._ask.namespace
        return config

    def _check_types(self, of: Type, config: Object) -> None:
        """Raises Refusal (500) for fields that are not in the schema, as the typed parser of the real one does."""
        found = problems(of, config)
        if not found:
            return
        meta, version = config["metadata"], self._kind.api_version
        what = f"{meta.get('namespace', '')}/{meta['name']}; {version if '/' in version else f'/{version}'}"
        text = found[0] if len(found) == 1 else "errors:" + "".join(f"\n  {each}" for each in found)
        raise errors.internal(f"failed to create typed patch object ({what}, Kind={self._kind.kind}): {text}")


def _decoded(body: bytes) -> Object:
    try:
        found = msgspec.json.decode(body) if body[:1] == b"{" else _plain(yaml.safe_load(body))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise errors.bad_request(f"error decoding YAML: {' '.join(str(error).split())}") from None
    if not isinstance(found, dict):
        raise errors.bad_request(
            "error decoding YAML: json: cannot unmarshal into Go value of type map[string]interface {}"
        )
    return found


def _plain(value: Any) -> Any:
    """What YAML gives as JSON has it: keys are texts, dates too."""
    if isinstance(value, dict):
        return dict(_items(value))
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float | str) else msgspec.to_builtins(value)


def _items(value: dict[Any, Any]) -> Iterator[tuple[str, Any]]:
    for key, each in value.items():
        named = key in _YES if isinstance(key, str) and key in _YES + _NO else key
        yield (str(named).lower() if isinstance(named, bool) else str(named)), _plain(each)
