"""Writes: create, update, patch, delete, each with dryRun and preconditions."""

from typing import Any

import msgspec

from k8stui.demo.clock import stamp
from k8stui.demo.registry.patch import patched
from k8stui.demo.registry.rules import admit, check_patch, check_put, defaulted, prepared
from k8stui.demo.serving import shapes
from k8stui.demo.serving.answers import Answer, Renderer, status_answer
from k8stui.demo.serving.lists import Page, page
from k8stui.demo.serving.media import Form, decode
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store

_ANSWERED_WHOLE = frozenset({"pods", "services"})


class Writer:
    """Changes objects of one kind as one request asks."""

    def __init__(self, store: Store, kind: Kind, ask: Ask, form: Form) -> None:
        """Raises Refusal (422) for a dryRun that is none."""
        self._store = store
        self._kind = kind
        self._ask = ask
        self._render = Renderer(store, kind, ask, form)
        self._dry = _dry_run(ask)

    def create(self, body: bytes, content_type: str) -> Answer:
        """POST on a collection."""
        obj = self._decoded(body, content_type)
        meta = obj["metadata"]
        self._check_namespace(meta)
        if meta.get("resourceVersion"):
            raise errors.internal("resourceVersion should not be set on objects to be created")
        admit(self._store, self._kind, obj)
        meta.pop("uid", None)
        meta.pop("creationTimestamp", None)
        obj = defaulted(self._kind, obj)
        if not self._dry:
            return self._render.one(self._store.create(obj), 201)
        fresh = self._store.fresh(self._kind, obj)
        name, namespace = fresh["metadata"]["name"], fresh["metadata"].get("namespace", "")
        if f"{namespace}/{name}" in self._store.table(self._kind).entries:
            raise errors.already_exists(self._kind, name)
        return self._render.one(fresh, 201)

    def update(self, body: bytes, content_type: str) -> Answer:
        """PUT on an object or its status."""
        obj = self._decoded(body, content_type)
        meta = obj["metadata"]
        self._check_namespace(meta)
        before = self._store.entry(self._kind, self._ask.namespace, self._ask.name)
        check_put(self._kind, obj, before, self._ask)
        return self._replace(obj, before)

    def patch(self, body: bytes, content_type: str) -> Answer:
        """PATCH of an object or its status."""
        before = self._store.entry(self._kind, self._ask.namespace, self._ask.name)
        obj = patched(self._kind, self._store.decode(self._kind, before), body, content_type)
        obj = shapes.check(self._kind, obj)
        check_patch(self._kind, obj, before, self._ask)
        return self._replace(obj, before)

    def delete(self, body: bytes, content_type: str) -> Answer:
        """DELETE of an object: at once, unless finalizers hold it."""
        before = self._store.entry(self._kind, self._ask.namespace, self._ask.name)
        options = decode(body, content_type, "DeleteOptions") if body else {}
        self._check_preconditions(options if isinstance(options, dict) else {}, before)
        obj = self._delete(before)
        whole = self._kind.plural in _ANSWERED_WHOLE or obj["metadata"].get("finalizers")
        return self._render.one(obj) if whole else status_answer(obj["metadata"], self._kind)

    def delete_collection(self) -> Answer:
        """DELETE of everything that a list would show; answers with that list."""
        if self._kind.plural == "namespaces":
            raise errors.no_method()
        found: Page = page(self._store, self._kind, self._ask)
        for entry in found.entries:
            self._delete(entry)
        return self._render.page(found)

    def _delete(self, before: Entry) -> Object:
        obj = self._store.decode(self._kind, before)
        if self._dry:
            return obj
        if obj["metadata"].get("finalizers"):
            obj["metadata"].setdefault("deletionTimestamp", stamp(self._store.clock.now()))
            obj["metadata"].setdefault("deletionGracePeriodSeconds", 0)
            return self._store.replace(self._kind, obj, before)
        if self._kind.plural == "namespaces":
            self._empty(before.name)
        self._store.remove(self._kind, before)
        return obj

    def _empty(self, namespace: str) -> None:
        for table in list(self._store.tables()):
            for entry in table.within(namespace) if table.kind.namespaced else []:
                self._store.remove(table.kind, entry)

    def _replace(self, obj: Object, before: Entry) -> Answer:
        old = self._store.decode(self._kind, before)
        obj = prepared(self._kind, obj, old, self._ask.subresource)
        admit(self._store, self._kind, obj, old)
        if obj["metadata"].get("deletionTimestamp") and not obj["metadata"].get("finalizers") and not self._dry:
            self._store.remove(self._kind, before)
            return self._render.one(obj)
        return self._render.one(self._store.replace(self._kind, obj, before, dry=self._dry))

    def _decoded(self, body: bytes, content_type: str) -> Object:
        obj = decode(body, content_type, self._kind.kind)
        if not (isinstance(obj, dict) and all(isinstance(obj.get(key, ""), str) for key in ("kind", "apiVersion"))):
            what = f"the object provided is unrecognized (must be of type {self._kind.kind})"
            raise errors.bad_request(f"{what}: couldn't get version/kind; json parse error: not an object with a kind")
        sent, version = obj.get("kind") or self._kind.kind, obj.get("apiVersion") or self._kind.api_version
        if sent != self._kind.kind:
            short = version.rpartition("/")[2]
            why = f"converting ({short}.{sent}) to ({self._kind.group.partition('.')[0] or 'core'}.{self._kind.kind})"
            message = f'{sent} in version "{short}" cannot be handled as a {self._kind.kind}: {why}: unknown conversion'
            raise errors.bad_request(message)
        if version != self._kind.api_version:
            why = f'no kind "{sent}" is registered for version "{version}" in scheme "pkg/runtime/scheme.go:110"'
            short = version.rpartition("/")[2]
            raise errors.bad_request(f'{sent} in version "{short}" cannot be handled as a {self._kind.kind}: {why}')
        return shapes.check(self._kind, {"kind": sent, "apiVersion": version, **obj})

    def _check_namespace(self, meta: dict[str, Any]) -> None:
        if self._kind.namespaced and meta.setdefault("namespace", self._ask.namespace) != self._ask.namespace:
            message = "the namespace of the provided object does not match the namespace sent on the request"
            raise errors.bad_request(message)

    def _check_preconditions(self, options: dict[str, Any], before: Entry) -> None:
        given = options.get("preconditions")
        wanted = given if isinstance(given, dict) else {}
        uid, version = wanted.get("uid"), wanted.get("resourceVersion")
        if uid not in (None, before.uid):
            why = f"the UID in the precondition ({uid}) does not match the UID in record ({before.uid}). "
            why += "The object might have been deleted and then recreated"
            raise errors.precondition(self._kind, before.name, why)
        if version not in (None, str(before.version)):
            why = f"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record "
            why += f"({before.version}). The object might have been modified"
            raise errors.precondition(self._kind, before.name, why)


def _dry_run(ask: Ask) -> bool:
    value = ask.query.get("dryRun")
    if value in (None, "All"):
        return value == "All"
    names = {"create": "CreateOptions", "patch": "PatchOptions", "update": "UpdateOptions"}
    shown = msgspec.json.encode([value]).decode()
    message = f'Unsupported value: {shown}: supported values: "All"'
    cause = errors.cause("NotSupported", message, "dryRun")
    raise errors.invalid(names.get(ask.verb, "DeleteOptions"), "meta.k8s.io", "", [cause])
