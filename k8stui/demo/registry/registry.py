"""Every write of the cluster, whoever asks for it: HTTP, controllers, the kubelet, scenarios."""

from typing import Any

from msgspec import Struct

from k8stui.demo.clock import Clock, stamp
from k8stui.demo.registry.rules import admit, defaulted, prepared
from k8stui.demo.schema.schema import Schema
from k8stui.demo.storage import errors
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store


class Deletion(Struct, frozen=True, kw_only=True):
    """How something is to be deleted (meta/v1 DeleteOptions)."""

    grace: int | None = None
    """Seconds; None: what the object says."""
    propagation: str = ""
    """Background, Foreground or Orphan; empty: the default of the kind."""
    uid: str | None = None
    """Only an object of this uid."""
    version: str | None = None
    """Only an object of this resourceVersion."""


class Registry:
    """Objects as clients may change them. Every method raises Refusal as a real server would answer.

    Stamps come from `clock` here, not from the store's: controllers act at the due times of their agenda.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.schema = Schema()

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
        admit(self.store, kind, obj, old)
        if obj["metadata"].get("deletionTimestamp") and not obj["metadata"].get("finalizers") and not dry:
            self.store.remove(kind, before)
            return obj
        return self.store.replace(kind, obj, before, dry=dry)

    def delete(
        self, resource: str, name: str, namespace: str = "", *, options: Deletion | None = None, dry: bool = False
    ) -> Object:
        """Ask for the end of an object; returns it as it is then (its last state when it is gone at once)."""
        kind = self.catalog.named(resource)
        return self.let_go(kind, self.store.entry(kind, namespace, name), options or Deletion(), dry=dry)

    def let_go(self, kind: Kind, before: Entry, options: Deletion, *, dry: bool = False) -> Object:
        """The same for one entry."""
        _check_preconditions(kind, before, options)
        obj = self.store.decode(kind, before)
        if dry:
            return obj
        if obj["metadata"].get("finalizers"):
            obj["metadata"].setdefault("deletionTimestamp", stamp(self.clock.now()))
            obj["metadata"].setdefault("deletionGracePeriodSeconds", 0)
            return self.store.replace(kind, obj, before)
        if kind.plural == "namespaces":
            self._empty(before.name)
        self.store.remove(kind, before)
        return obj

    def _empty(self, namespace: str) -> None:
        for table in list(self.store.tables()):
            for entry in table.within(namespace) if table.kind.namespaced else []:
                self.store.remove(table.kind, entry)


def deletion(options: Any) -> Deletion:
    """What a client's DeleteOptions ask for, whatever shape they have."""
    sent = options if isinstance(options, dict) else {}
    given = sent.get("preconditions")
    wanted = given if isinstance(given, dict) else {}
    grace = sent.get("gracePeriodSeconds")
    return Deletion(
        grace=grace if isinstance(grace, int) else None,
        propagation=str(sent.get("propagationPolicy") or ""),
        uid=wanted.get("uid"),
        version=wanted.get("resourceVersion"),
    )


def _check_preconditions(kind: Kind, before: Entry, options: Deletion) -> None:
    if options.uid not in (None, before.uid):
        why = f"the UID in the precondition ({options.uid}) does not match the UID in record ({before.uid}). "
        why += "The object might have been deleted and then recreated"
        raise errors.precondition(kind, before.name, why)
    if options.version not in (None, str(before.version)):
        why = f"the ResourceVersion in the precondition ({options.version}) does not match the ResourceVersion in "
        why += f"record ({before.version}). The object might have been modified"
        raise errors.precondition(kind, before.name, why)
