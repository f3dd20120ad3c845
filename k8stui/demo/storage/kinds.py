"""What one resource of one group version is; everything generic (routes, discovery, selectors, tables) reads it."""

from typing import Any

from msgspec import Struct

from k8stui.demo.storage.views import View

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
STATUS = ("get", "patch", "update")


class Subresource(Struct, frozen=True):
    """A path below an object: its name, its verbs and, when it is no part of the object, the kind it answers with."""

    name: str
    verbs: tuple[str, ...] = STATUS
    kind: str = ""
    group: str = ""
    version: str = ""


class PrinterColumn(Struct, frozen=True, rename="camel"):
    """One entry of a CRD's additionalPrinterColumns."""

    name: str
    type: str
    json_path: str
    format: str = ""
    description: str = ""
    priority: int = 0


class ScalePaths(Struct, frozen=True, rename="camel"):
    """Where a custom object keeps what its scale subresource shows."""

    spec_replicas_path: str
    status_replicas_path: str
    label_selector_path: str = ""


class Definition(Struct, frozen=True, eq=False):
    """What a CRD says of one of its versions."""

    name: str
    """The CRD's name: `widgets.example.com`."""
    schema: dict[str, Any]
    """openAPIV3Schema, as it is in the CRD; empty when there is none."""
    columns: tuple[PrinterColumn, ...] = ()
    scale: ScalePaths | None = None
    list_kind: str = ""


class Kind(Struct, frozen=True):
    """One resource of one group version."""

    group: str
    version: str
    plural: str
    kind: str
    singular: str
    namespaced: bool
    short: tuple[str, ...] = ()
    verbs: tuple[str, ...] = VERBS
    subresources: tuple[Subresource, ...] = ()
    categories: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    """Field selectors beyond metadata.name and metadata.namespace."""
    generation: bool = False
    """metadata.generation is kept, and raised by every change of the spec."""
    view: View | None = None
    """The kind is another view of objects that are stored as another kind."""
    definition: Definition | None = None
    """What its CRD says; only of custom resources."""
    deprecated: str = ""
    """What every answer warns of."""
    bridge: str = ""
    """An annotation that Kubernetes keeps in a field of its internal type: metadata alone do not show it."""
    stored_version: str = ""
    """The version in which a real server stores it, where that is another one."""

    @property
    def custom(self) -> bool:
        """Defined by a CRD: list items carry kind and apiVersion, no strategic merge patch."""
        return self.definition is not None

    @property
    def virtual(self) -> bool:
        """Never stored: its objects, if there are any, are made for each answer (reviews, metrics)."""
        return "update" not in self.verbs

    @property
    def api_version(self) -> str:
        """`v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def list_kind(self) -> str:
        """`PodList`."""
        return (self.definition and self.definition.list_kind) or f"{self.kind}List"

    @property
    def stored_as(self) -> tuple[str, str]:
        """Group and plural of the resource in whose table the objects are."""
        return self.view.stored_as if self.view else (self.group, self.plural)

    @property
    def head(self) -> bytes:
        """The JSON that stands before an object's metadata; list items of built-in kinds go without."""
        if self.custom:
            return f'{{"apiVersion":"{self.api_version}","kind":"{self.kind}",'.encode()
        return f'{{"kind":"{self.kind}","apiVersion":"{self.api_version}",'.encode()

    def has(self, subresource: str) -> Subresource | None:
        """The subresource of that name."""
        return next((each for each in self.subresources if each.name == subresource), None)
