"""Writes: create, update and patch, each with dryRun and preconditions."""

import msgspec

from k8stui.demo.registry.changes import MADE_BY_PUT, check_versioned
from k8stui.demo.registry.patch import STRATEGIC_PATCH, check_media, patched
from k8stui.demo.registry.registry import Registry
from k8stui.demo.registry.request import Request
from k8stui.demo.serving.answers import Answer, Renderer
from k8stui.demo.serving.applies import Application, check_options, is_apply
from k8stui.demo.serving.bodies import Bodies
from k8stui.demo.serving.media import Form
from k8stui.demo.serving.paths import Ask
from k8stui.demo.serving.preconditions import check_namespace, check_patch, check_place, check_put
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object


class Writer:
    """Changes objects of one kind as one request asks."""

    def __init__(self, registry: Registry, kind: Kind, ask: Ask, form: Form) -> None:
        """Raises Refusal (422) for a dryRun that is none."""
        self._registry = registry
        self._store = store = registry.store
        self._kind = kind
        self._ask = ask
        self._render = Renderer(store, kind, ask, form)
        self._dry = dry_run(ask)
        self._bodies = Bodies(registry.schema, ask, kind.definition)
        self._by = Request(manager=ask.manager, warnings=self._bodies.warnings)

    @property
    def warnings(self) -> list[str]:
        """What is to be told about the request so far, whatever becomes of it."""
        return self._bodies.warnings

    def create(self, body: bytes, content_type: str) -> Answer:
        """POST on a collection."""
        obj = self._decoded(body, content_type)
        check_namespace(self._kind, obj["metadata"], self._ask)
        if obj["metadata"].get("resourceVersion"):
            raise errors.internal("resourceVersion should not be set on objects to be created")
        return self._created(obj)

    def _created(self, obj: Object) -> Answer:
        obj = self._registry.create(obj, dry=self._dry, by=self._by)
        return self._warned(self._render.one(obj, 201))

    def update(self, body: bytes, content_type: str) -> Answer:
        """PUT on an object or its status."""
        obj = self._decoded(body, content_type)
        check_place(self._kind, obj, self._ask)
        if self._made_by_put():
            return self._created(obj)
        before = self._store.entry(self._kind, self._ask.namespace, self._ask.name)
        check_put(self._kind, obj, before, self._ask)
        if self._kind.custom or not self._ask.subresource:
            check_versioned(self._kind, obj)
        return self._replace(obj, before)

    def _made_by_put(self) -> bool:
        """Some kinds are created by a PUT of what is not there."""
        if self._ask.subresource or (self._kind.plural, self._kind.group) not in MADE_BY_PUT:
            return False
        return f"{self._ask.namespace}/{self._ask.name}" not in self._store.table(self._kind).entries

    def patch(self, body: bytes, content_type: str) -> Answer:
        """PATCH of an object or its status."""
        check_options(self._ask, content_type)
        if is_apply(content_type):
            return self._warned(self._apply(body))
        check_media(self._kind, content_type)
        before = self._store.entry(self._kind, self._ask.namespace, self._ask.name)
        of = self._registry.schema.of(self._kind)
        obj = patched(self._kind, of, self._store.decode(self._kind, before), body, content_type)
        self._keep_kind(obj, content_type)
        obj = self._bodies.patched(of, obj, body, content_type)
        obj.setdefault("metadata", {})
        check_patch(self._kind, obj, before, self._ask)
        return self._replace(obj, before)

    def _keep_kind(self, obj: Object, content_type: str) -> None:
        """A built-in object is of its kind even if a patch took it away; a strategic one cannot change it at all."""
        if self._kind.custom:
            return
        strategic = content_type.startswith(STRATEGIC_PATCH)
        for name, own in (("kind", self._kind.kind), ("apiVersion", self._kind.api_version)):
            if strategic or not obj.get(name):
                obj[name] = own

    def _apply(self, body: bytes) -> Answer:
        obj, new = Application(self._registry, self._kind, self._ask, self._bodies, dry=self._dry).run(body)
        return self._render.one(obj, 201 if new else 200)

    def _replace(self, obj: Object, before: Entry) -> Answer:
        obj = self._registry.replace(self._kind, obj, before, self._ask.subresource, dry=self._dry, by=self._by)
        return self._warned(self._render.one(obj))

    def _warned(self, answer: Answer) -> Answer:
        answer.warnings += self._bodies.warnings
        return answer

    def _decoded(self, body: bytes, content_type: str) -> Object:
        of = self._registry.schema.of(self._kind)
        return self._bodies.sent(body, content_type, self._kind.kind, self._kind.api_version, of)


def dry_run(ask: Ask) -> bool:
    """Whether nothing is to be stored. Raises Refusal (422) for a dryRun that is none."""
    value = ask.query.get("dryRun")
    if value in (None, "All"):
        return value == "All"
    names = {"create": "CreateOptions", "patch": "PatchOptions", "update": "UpdateOptions"}
    shown = msgspec.json.encode([value]).decode()
    message = f'Unsupported value: {shown}: supported values: "All"'
    cause = errors.cause("NotSupported", message, "dryRun")
    raise errors.invalid(names.get(ask.verb, "DeleteOptions"), "meta.k8s.io", "", [cause])
