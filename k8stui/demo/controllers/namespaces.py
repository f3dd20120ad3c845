"""The namespace controller: empties a namespace that is going, says what holds it, and lets it go; and what each new
namespace gets: the ServiceAccount `default` and the ConfigMap with the cluster's certificate."""

from collections import Counter

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.world import World
from k8stui.demo.registry.options import Deletion
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object, condition, ending, key_of, turned

FINALIZER = "kubernetes"
DELAY = 5.0
"""Seconds between a namespace's deletion and the first look at its content (recorded: 5 s)."""
RETRY = 5.0
"""Seconds between two looks at what remains."""


class NamespaceController(Controller):
    """Deletes what is in a terminating namespace; finalizers and graces there take their time."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.registry.namespace_controller = True
        self._namespaces = world.cache("namespaces")
        self._namespaces.handle(self._changed)

    def _changed(self, old: Object | None, new: Object | None) -> None:
        if new is not None and ending(new) and (old is None or not ending(old)):
            self.enqueue(key_of(new), after=DELAY)
        elif new is not None and ending(new):
            self.enqueue(key_of(new))

    def sync(self, key: str) -> None:
        """One namespace that is going."""
        seen = self._namespaces.get(key)
        if seen is None or not ending(seen):
            return
        name = seen["metadata"]["name"]
        namespace = self.world.store.get("namespaces", name)
        if FINALIZER not in namespace.get("spec", {}).get("finalizers", []):
            return
        for kind, entry in self._content(name):
            self.world.registry.let_go(kind, entry, Deletion(propagation="Background", uid=entry.uid))
        left = self._content(name)
        self._say(name, left)
        if left:
            self.enqueue(key, after=RETRY)
        else:
            self._finalize(name)

    def _finalize(self, name: str) -> None:
        kind = self.world.store.catalog.named("namespaces")
        entry = self.world.store.entry(kind, "", name)
        namespace = self.world.store.decode(kind, entry)
        namespace["spec"]["finalizers"] = [each for each in namespace["spec"]["finalizers"] if each != FINALIZER]
        self.world.registry.replace(kind, namespace, entry, "finalize")

    def _content(self, name: str) -> list[tuple[Kind, Entry]]:
        tables = [table for table in self.world.store.tables() if table.kind.namespaced]
        tables.sort(key=lambda table: table.kind.plural)
        return [(table.kind, entry) for table in tables for entry in table.within(name)]

    def _say(self, name: str, left: list[tuple[Kind, Entry]]) -> None:
        """The five conditions, in the words of `kubernetes/pkg/controller/namespace/deletion`."""
        namespace = self.world.store.get("namespaces", name)
        kinds = Counter(".".join(filter(None, (kind.plural, kind.group))) for kind, _ in left)
        held: Counter[str] = Counter()
        for kind, entry in left:
            held.update(self.world.store.decode(kind, entry)["metadata"].get("finalizers", []))
        rows = [
            ("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered",
             "All resources successfully discovered"),
            ("NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions",
             "All legacy kube types successfully parsed"),
            ("NamespaceDeletionContentFailure", "False", "ContentDeleted",
             "All content successfully deleted, may be waiting on finalization"),
            _remaining(kinds),
            _finalizers(held),
        ]  # fmt: skip
        old = namespace.get("status")
        namespace["status"]["conditions"] = [self._row(condition(old, row[0]), *row) for row in rows]
        self.world.registry.update_status(namespace)

    def _row(self, old: Object | None, kind: str, value: str, reason: str, message: str) -> Object:
        row = {"type": kind, "status": value, "lastTransitionTime": turned(old, value, stamp(self.world.now))}
        return row | {"reason": reason, "message": message}


def _remaining(kinds: Counter[str]) -> tuple[str, str, str, str]:
    if not kinds:
        return "NamespaceContentRemaining", "False", "ContentRemoved", "All content successfully removed"
    parts = ", ".join(f"{name} has {count} resource instances" for name, count in sorted(_dotted(kinds).items()))
    return "NamespaceContentRemaining", "True", "SomeResourcesRemain", f"Some resources are remaining: {parts}"


def _dotted(kinds: Counter[str]) -> dict[str, int]:
    """The core group's name is empty, and the dot before it is written all the same: `configmaps.`."""
    return {name if "." in name else f"{name}.": count for name, count in kinds.items()}


def _finalizers(held: Counter[str]) -> tuple[str, str, str, str]:
    kind = "NamespaceFinalizersRemaining"
    if not held:
        return kind, "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished"
    parts = ", ".join(f"{name} in {count} resource instances" for name, count in sorted(held.items()))
    return kind, "True", "SomeFinalizersRemain", f"Some content in the namespace has finalizers remaining: {parts}"


_DESCRIPTION = "kubernetes.io/description"
_AUTHORITY = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)


class NamespaceDefaults(Controller):
    """What other controllers put into every namespace (serviceaccount, root-ca-cert-publisher)."""

    def __init__(self, world: World, certificate: str = "") -> None:
        """`certificate` is the cluster's CA in PEM; without one (plain HTTP) the ConfigMap is left out."""
        super().__init__(world)
        self._certificate = certificate
        self.watch("namespaces")
        self.watch("serviceaccounts", lambda obj: [f"/{obj['metadata']['namespace']}"])
        self.watch("configmaps", lambda obj: [f"/{obj['metadata']['namespace']}"])

    def sync(self, key: str) -> None:
        """One namespace."""
        namespace = self.world.cache("namespaces").get(key)
        if namespace is None or ending(namespace):
            return
        name = namespace["metadata"]["name"]
        self._ensure({"kind": "ServiceAccount", "apiVersion": "v1"}, "serviceaccounts", "default", name)
        if self._certificate:
            head = {"kind": "ConfigMap", "apiVersion": "v1", "data": {"ca.crt": self._certificate}}
            self._ensure(head, "configmaps", "kube-root-ca.crt", name, annotations={_DESCRIPTION: _AUTHORITY})

    def _ensure(self, obj: Object, resource: str, name: str, namespace: str, **more: Object) -> None:
        if self.world.cache(resource).get(f"{namespace}/{name}") is None:
            try:
                self.world.registry.create({**obj, "metadata": {"name": name, "namespace": namespace, **more}})
            except Refusal:  # made a moment ago
                return
