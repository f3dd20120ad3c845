"""What a feed is asked for."""

from msgspec import Struct

from k8stui.model.kinds import Kind


class Query(Struct, frozen=True):
    """Which objects: of a kind, in a namespace (None: in all), with these labels and fields (kubectl's selectors)."""

    kind: Kind
    namespace: str | None = None
    labels: str = ""
    fields: str = ""
    objects: bool = False
    """Whole objects (`model.objects.ObjectRow`) instead of rows."""
    table: bool = False
    """The server's own Table, also of a kind that has rows of its own."""

    @property
    def path(self) -> str:
        """The URL path of the collection."""
        return self.kind.path(self.namespace)

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The selectors as query parameters, for lists and watches alike."""
        pairs = (("labelSelector", self.labels), ("fieldSelector", self.fields))
        return tuple((name, text) for name, text in pairs if text)

    @property
    def whole(self) -> bool:
        """Whether it is every object of the kind."""
        return self.namespace is None and not self.labels and not self.fields and not self.objects

    def __str__(self) -> str:
        where = f" in {self.namespace}" if self.namespace else ""
        return self.kind.resource + where
