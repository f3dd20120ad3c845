"""A new object, from what a client sent to what is stored: defaults, admission, validation, addresses, quota."""

import msgspec
from msgspec import Struct

from k8stui.demo.clock import stamp
from k8stui.demo.registry import namespaces, warnings
from k8stui.demo.registry.admission.accounts import give_account
from k8stui.demo.registry.admission.addresses import allocate
from k8stui.demo.registry.admission.plugins import check_new, mutate_new
from k8stui.demo.registry.defaults.status import fresh
from k8stui.demo.registry.defaults.table import complete
from k8stui.demo.registry.validation.table import validate
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store

_SYSTEM = frozenset({
    "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
    "selfLink", "managedFields",
})  # fmt: skip
_TRIES = 8
"""How often a generated name is tried."""


class Creation(Struct, frozen=True):
    """What a new object meets."""

    store: Store
    now: float
    accounts: bool
    """Pods get service accounts."""
    warn: list[str]

    def made(self, kind: Kind, sent: Object) -> Object:
        """The object as it would be stored, without a resourceVersion; what was sent stays as it is.

        Raises Refusal: 404 or 403 for its namespace, 403 by admission, 422 with every cause, 409 for its name.
        """
        obj: Object = msgspec.json.decode(msgspec.json.encode(sent))
        meta = obj["metadata"]
        for name in _SYSTEM:
            meta.pop(name, None)
        if kind.namespaced:
            meta["namespace"] = meta.get("namespace") or "default"
            named = meta.get("name") or meta.get("generateName") or ""
            namespaces.check_open(self.store, kind, named, meta["namespace"])
        meta["uid"] = self.store.new_uid()
        meta["creationTimestamp"] = stamp(self.now)
        self._name(kind, meta)
        self._prepare(kind, obj)
        validate(kind, obj)
        if kind.plural == "services" and not kind.group:
            allocate(self.store, kind, obj, None)
        check_new(self.store, kind, obj, self.warn)
        if f"{meta.get('namespace', '')}/{meta['name']}" in self.store.table(kind).entries:
            raise self._exists(kind, meta)
        self.warn.extend(warnings.told(kind, obj))
        return self.store.fresh(kind, obj)

    def _exists(self, kind: Kind, meta: Object) -> errors.Refusal:
        """409, which says so if what is there is on its way out."""
        refusal = errors.already_exists(kind, meta["name"])
        there = self.store.decode(kind, self.store.entry(kind, meta.get("namespace", ""), meta["name"]))
        if there["metadata"].get("deletionTimestamp"):
            refusal.message = f"object is being deleted: {refusal.message}"
        return refusal

    def _name(self, kind: Kind, meta: Object) -> None:
        if meta.get("name") or not meta.get("generateName"):
            return
        entries = self.store.table(kind).entries
        for _ in range(_TRIES):
            meta["name"] = meta["generateName"] + self.store.suffix()
            if f"{meta.get('namespace', '')}/{meta['name']}" not in entries:
                return

    def _prepare(self, kind: Kind, obj: Object) -> None:
        complete(kind, obj)
        if kind.plural == "namespaces" and not kind.group:
            finalizers = [each for each in (obj.get("spec") or {}).get("finalizers") or () if each != "kubernetes"]
            obj["spec"] = {"finalizers": [*finalizers, "kubernetes"]}
        mutate_new(self.store, kind, obj)
        if self.accounts and kind.plural == "pods" and not kind.group:
            give_account(self.store, kind, obj, self.store.suffix())
        if kind.has("status"):
            obj["status"] = fresh(kind, obj, stamp(self.now))
            if kind.custom:
                del obj["status"]
