"""Every write of the cluster, whoever asks for it: HTTP, controllers, the kubelet, scenarios."""

from k8stui.demo.clock import Clock, stamp
from k8stui.demo.custom.keeper import Definitions
from k8stui.demo.registry.admission.webhooks import Reviewers, review
from k8stui.demo.registry.apply.managers import UPDATE, Who, after_update, first
from k8stui.demo.registry.changes import changed
from k8stui.demo.registry.creation import Creation
from k8stui.demo.registry.deletion import added_finalizers, is_over
from k8stui.demo.registry.endings import Endings
from k8stui.demo.registry.options import Deletion
from k8stui.demo.registry.request import INSIDE, Request
from k8stui.demo.registry.validation.table import validate_view
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
        self.accounts = False
        """Pods get service accounts and their tokens, as on clusters with that admission plugin."""
        self.reviewers: Reviewers = {}
        """What admission webhooks answer; those that are not here allow everything."""

    @property
    def catalog(self) -> Catalog:
        """The kinds that the cluster has."""
        return self.store.catalog

    def create(self, obj: Object, *, dry: bool = False, by: Request = INSIDE) -> Object:
        """A new object with its defaults; returns it as stored (dry: without a resourceVersion).

        What was given stays as it is.
        """
        kind = self.catalog.of(obj)
        if kind.view:
            validate_view(kind, obj)
            return self._shown(kind, self.create(self._stored(kind, obj), dry=dry, by=by))
        now = self.clock.now()
        fresh = Creation(self.store, now, self.accounts, by.told).made(kind, obj)
        review(self.store, kind, fresh, "CREATE", self.reviewers)
        if by.managed is not None:
            fresh["metadata"]["managedFields"] = by.managed
        elif by.manager:
            who = Who(by.manager, UPDATE, kind.api_version)
            own_status = kind.has("status") is None
            fresh["metadata"]["managedFields"] = first(self.schema.of(kind), fresh, who, stamp(now), status=own_status)
        return fresh if dry else self.store.create(fresh)

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

    def replace(
        self,
        kind: Kind,
        obj: Object,
        before: Entry,
        subresource: str = "",
        *,
        dry: bool = False,
        by: Request = INSIDE,
    ) -> Object:
        """Put `obj` in the place of this very entry; the last finalizer of a deleted object lets it go."""
        if kind.view:
            stored = self._stored(kind, obj)
            found = self.replace(self.catalog.of(stored), stored, before, subresource, dry=dry, by=by)
            return self._shown(kind, found)
        old = self.store.decode(kind, before)
        obj = changed(self.store, kind, obj, old, subresource, by.told)
        if not subresource:
            review(self.store, kind, obj, "UPDATE", self.reviewers)
        self._manage(kind, obj, old, subresource, by)
        if causes := added_finalizers(obj, old):
            raise errors.invalid(kind.kind, kind.group, before.name, causes)
        if is_over(kind, obj, old):
            obj["metadata"]["resourceVersion"] = str(before.version)
            if not dry:
                self.release(kind, before)
            return obj
        return self.store.replace(kind, obj, before, dry=dry, status=subresource == "status")

    def _manage(self, kind: Kind, obj: Object, old: Object, subresource: str, by: Request) -> None:
        """Say who manages the fields that a write changed; objects that nobody tracks cost nothing."""
        meta = obj["metadata"]
        if by.managed is not None:
            meta["managedFields"] = by.managed
            return
        if not meta.get("managedFields") and not old["metadata"].get("managedFields"):
            return
        manager = by.manager or ("kubelet" if kind.plural in ("pods", "nodes") else "kube-controller-manager")
        who = Who(manager, UPDATE, kind.api_version, subresource or by.subresource)
        entries = after_update(self.schema.of(kind), old, obj, who, stamp(self.clock.now()))
        meta.pop("managedFields", None)
        if entries:
            meta["managedFields"] = entries

    def _stored(self, kind: Kind, obj: Object) -> Object:
        """An object of a view in the shape of the kind that is stored."""
        assert kind.view is not None
        stored = self.store.table(kind).kind
        return {**kind.view.store(obj), "kind": stored.kind, "apiVersion": stored.api_version}

    def _shown(self, kind: Kind, obj: Object) -> Object:
        """And back."""
        assert kind.view is not None
        return {**kind.view.show(obj), "kind": kind.kind, "apiVersion": kind.api_version}
