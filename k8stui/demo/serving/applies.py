"""Server-side apply over HTTP: a configuration in YAML or JSON, who applies it, and whether by force."""

from typing import Any

import msgspec

from k8stui.demo.clock import stamp
from k8stui.demo.custom.shape import unknown_fields
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
        version = kind.api_version
        self._typed = f"{version if '/' in version else f'/{version}'}, Kind={kind.kind}"
        self._called = ""
        """What is applied as messages call it: with the namespace that it says itself."""

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
        uid = config["metadata"].get("uid")
        if uid and before is None:
            why = f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
            raise errors.conflict(kind, ask.name, why)
        now, force = stamp(registry.clock.now()), ask.flag("force")
        made = applied(kind, of, live, config, ask.manager, now, subresource=ask.subresource, force=force)
        if uid:
            made["metadata"]["uid"] = uid  # nobody owns it, so it is not merged: another one is refused below
        by = Request(ask.manager, made["metadata"]["managedFields"], self._bodies.warnings)
        try:
            obj = read(of, made).obj
        except WrongType as error:  # what the parser above lets pass: amounts and times of another form
            why = f"unable to convert unstructured object to {self._typed}: {error.converted}"
            raise errors.internal(f"failed to convert new object ({self._called}) to proper version: {why}") from None
        if before is None:
            return registry.create(obj, dry=self._dry, by=by), True
        return registry.replace(kind, obj, before, ask.subresource, dry=self._dry, by=by), False

    def _config(self, of: Type, body: bytes) -> Object:
        config = _decoded(body)
        kind = self._kind
        if (config.get("apiVersion"), config.get("kind")) != (kind.api_version, kind.kind):
            version, said = str(config.get("apiVersion") or "/"), config.get("kind") or ""
            version = version if "/" in version else f"/{version}"
            raise errors.bad_request(f"invalid object type: {version}, Kind={said}")
        meta = config.setdefault("metadata", {})
        if not isinstance(meta, dict):
            raise errors.bad_request("metadata: Invalid value: must be an object")
        if meta.get("managedFields"):
            raise errors.bad_request("metadata.managedFields must be nil")
        meta.setdefault("name", self._ask.name)
        check_name(meta, self._ask)
        if kind.namespaced and meta.get("namespace", self._ask.namespace) != self._ask.namespace:
            message = "the namespace of the provided object does not match the namespace sent on the request"
            raise errors.bad_request(message)
        self._called = f"{meta.get('namespace', '')}/{meta['name']}; {self._typed}"
        self._check_types(of, config)
        if kind.namespaced:
            meta["namespace"] = self._ask.namespace
        return config

    def _check_types(self, of: Type, config: Object) -> None:
        """Raises Refusal (500) for fields that are not in the schema, as the typed parser of the real one does."""
        found = problems(of, config)
        if self._kind.definition is not None and not found:
            unknown = unknown_fields(self._kind.definition.schema, config)
            found = [f".{path}: field not declared in schema" for path in unknown]
        if not found:
            return
        text = found[0] if len(found) == 1 else "errors:" + "".join(f"\n  {each}" for each in found)
        raise errors.internal(f"failed to create typed patch object ({self._called}): {text}")


def _decoded(body: bytes) -> Object:
    """A configuration, which is YAML even when it looks like JSON."""
    try:
        found: Any = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        from k8stui.demo.serving import yamltext  # JSON needs none of it

        try:
            found, _ = yamltext.load(body)
        except yamltext.NoYaml as error:
            raise errors.bad_request(f"error decoding YAML: error converting YAML to JSON: {error}") from None
    if isinstance(found, dict | None):
        return found or {}
    why = str(WrongType(found, "map[string]interface {}"))
    raise errors.bad_request(f"error decoding YAML: error unmarshaling JSON: while decoding JSON: {why}")
