"""Every write of the cluster, whoever asks for it: HTTP, controllers, the kubelet, scenarios."""

from k8stui.demo.clock import Clock, stamp
from k8stui.demo.custom.keeper import Definitions
from k8stui.demo.registry import namespaces
from k8stui.demo.registry.deletion import added_finalizers, is_over
from k8stui.demo.registry.endings import Endings
from k8stui.demo.registry.options import Deletion
from k8stui.demo.registry.rules import admit, defaulted, prepared
from k8stui.demo.schema.schema import Schema
from k8stui.demo.storage import errors
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store

__all__ = ["Deletion", "Registry"]


class Registry(Endings):
    """Objects as clients may change them. Every method raises Refusal as a real server would answer.

    Stamps come from `clock` here, not from the store's: controllers act at the due times of their agenda.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.schema = Schema()
        self.definitions = Definitions(store, lambda kind, entry: self.let_go(kind, entry, Deletion()))

    @property
    def catalog(self) -> Catalog:
        """The kinds that the cluster has."""
        return self.store.catalog

    def create(self, obj: Object, *, dry: bool = False) -> Object:
        """A new object with its defaults; returns it as stored (dry: without a resourceVersion)."""
        kind = self.catalog.of(obj)
        admit(self.store, kind, obj)
        obj["metadata"].pop("uid", None)
        obj["metadata"]["creationTimestamp"] = stamp(self.clock.now())
        obj = defaulted(kind, obj)
        if not dry:
            return self.store.create(obj)
        fresh = self.store.fresh(kind, obj)
        name, namespace = fresh["metadata"]["name"], fresh["metadata"].get("namespace", "")
        if f"{namespace}/{name}" in self.store.table(kind).entries:
            raise errors.already_exists(kind, name)
        return fresh

    def update(self, obj: Object, *, dry: bool = False) -> Object:
        """Replace an object (its status stays); a metadata.resourceVersion must be the current one."""
        return self._update(obj, "", dry=dry)

    def update_status(self, obj: Object, *, dry: bool = False) -> Object:
        """Replace an object's status; everything else stays."""
        return self._update(obj, "status", dry=dry)

    def _update(self, obj: Object, subresource: str, *, dry: bool) -> Object:
        kind = self.catalog.of(obj)
        meta = obj["metadata"]
        before = self.store.entry(kind, meta.get("namespace", ""), meta["name"])
        if meta.get("resourceVersion") not in (None, "", str(before.version)):
            raise errors.conflict(kind, meta["name"])
        return self.replace(kind, obj, before, subresource, dry=dry)

    def replace(self, kind: Kind, obj: Object, before: Entry, subresource: str = "", *, dry: bool = False) -> Object:
        """Put `obj` in the place of this very entry; the last finalizer of a deleted object lets it go."""
        old = self.store.decode(kind, before)
        obj = prepared(kind, obj, old, subresource)
        if namespaces.is_namespace(kind):
            obj = namespaces.prepared(obj, old, subresource)
        namespaces.check_exists(self.store, kind, before.namespace)
        admit(self.store, kind, obj, old)
        if causes := added_finalizers(obj, old):
            raise errors.invalid(kind.kind, kind.group, before.name, causes)
        if is_over(kind, obj, old):
            obj["metadata"]["resourceVersion"] = str(before.version)
            if not dry:
                self.release(kind, before)
            return obj
        return self.store.replace(kind, obj, before, dry=dry)
