"""What a kind is (its path, names and verbs) and what points at one object of it."""

from typing import Protocol
from urllib.parse import quote

from msgspec import Struct


class Kind(Struct, frozen=True):
    """One resource of the API, as discovery describes it."""

    group: str
    version: str
    plural: str
    kind: str
    singular: str = ""
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        """`v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """`pods`, `deployments.apps`: how kubectl and RBAC name it without ambiguity."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def path(self, namespace: str | None = None, name: str = "", subresource: str = "") -> str:
        """The URL path of the collection (of all namespaces for None) or of one object, each part percent-encoded."""
        parts = ["apis", self.group, self.version] if self.group else ["api", self.version]
        if self.namespaced and namespace:
            parts += ["namespaces", namespace]
        parts.append(self.plural)
        parts += [part for part in (name, subresource) if part]
        return "/" + "/".join(quote(part, safe="") for part in parts)


class Ref(Struct, frozen=True, gc=False):
    """One object: what cursors, marks, questions and mutations hold; never a row number, never a bare name."""

    kind: Kind
    namespace: str
    name: str
    uid: str

    @property
    def path(self) -> str:
        """The object's own URL path."""
        return self.kind.path(self.namespace or None, self.name)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class Row(Protocol):
    """What every typed row offers to stores, views and tables. Rows are immutable: a changed object is a new row."""

    @property
    def ref(self) -> Ref:
        """The object."""
        ...

    @property
    def version(self) -> str:
        """Its resourceVersion: equality is all that may be asked of it."""
        ...

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """Sorted pairs."""
        ...


PODS = Kind("", "v1", "pods", "Pod", "pod", True, ("po",), ("get", "list", "watch"))
NODES = Kind("", "v1", "nodes", "Node", "node", False, ("no",), ("get", "list", "watch"))
NAMESPACES = Kind("", "v1", "namespaces", "Namespace", "namespace", False, ("ns",), ("get", "list", "watch"))
LEASES = Kind("coordination.k8s.io", "v1", "leases", "Lease", "lease", True, (), ("get", "list", "watch"))
