"""The half of the registry that ends objects, or gives pods their place: deletion, eviction, binding."""

from collections.abc import Mapping

from k8stui.demo.clock import Clock
from k8stui.demo.registry import namespaces
from k8stui.demo.registry.binding import bind
from k8stui.demo.registry.deletion import Ending, let_go
from k8stui.demo.registry.eviction import evict
from k8stui.demo.registry.options import Deletion, check
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store


class Endings:
    """Deletion as clients ask for it. Every method raises Refusal as a real server would answer."""

    store: Store
    clock: Clock
    namespace_controller = False
    """Whether a controller empties terminating namespaces; without one the registry does so itself, at once. Whoever
    runs the controllers sets it."""

    def delete(
        self, resource: str, name: str, namespace: str = "", *, options: Deletion | None = None, dry: bool = False
    ) -> Object:
        """Ask for the end of an object; returns it as it is then (its last state when it is gone at once)."""
        kind = self.store.catalog.named(resource)
        return self.let_go(kind, self.store.entry(kind, namespace, name), options or Deletion(), dry=dry).obj

    def finish(self, pod: Object) -> Object:
        """Remove this very pod (and no other of its name) now that nothing of it runs: what a kubelet does last.

        With finalizers left it stays, its grace being over. Raises Refusal: 404, or 409 for another pod's uid.
        """
        meta = pod["metadata"]
        over = Deletion(grace=0, uid=meta["uid"])
        return self.delete("pods", meta["name"], meta["namespace"], options=over)

    def let_go(self, kind: Kind, before: Entry, options: Deletion, *, dry: bool = False) -> Ending:
        """Delete one entry; says also whether it is gone."""
        check(options)
        dry = dry or options.is_dry
        now = self.clock.now()
        if namespaces.is_namespace(kind):
            ending = namespaces.terminate(self.store, now, kind, before, options, dry=dry)
            self._sweep(before.name, dry=dry)
            return ending
        ending = let_go(self.store, now, kind, before, options, dry=dry)
        if ending.gone:
            self._sweep(before.namespace, dry=dry)
        return ending

    def release(self, kind: Kind, before: Entry) -> None:
        """Remove an entry that nothing holds any more."""
        self.store.remove(kind, before)
        self._sweep(before.namespace, dry=False)

    def evict(self, name: str, namespace: str, *, options: Deletion | None = None, dry: bool = False) -> None:
        """Delete a pod if its disruption budget allows it. Raises Refusal: 404, 409, 429, 403, 500 (see eviction)."""
        asked = options or Deletion()
        evict(self.store, self.clock.now(), name, namespace, asked, dry=dry or asked.is_dry)

    def bind(
        self,
        name: str,
        namespace: str,
        node: str,
        *,
        uid: str = "",
        version: str = "",
        annotations: Mapping[str, str] | None = None,
        dry: bool = False,
    ) -> Object:
        """Give a pod its node; returns the pod. Raises Refusal: 404, or 409 for one that cannot be assigned."""
        now = self.clock.now()
        more = {"uid": uid, "version": version}
        return bind(self.store, now, name, namespace, node, **more, annotations=annotations, dry=dry)

    def _sweep(self, namespace: str, *, dry: bool) -> None:
        if namespace and not dry and not self.namespace_controller:
            namespaces.sweep(self.store, self.clock.now(), namespace)
