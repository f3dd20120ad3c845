"""Who asks for a write, and what they are to be told beside the answer."""

from msgspec import Struct

from k8stui.demo.storage.store import Object


class Request(Struct, frozen=True):
    """The circumstances of one write."""

    manager: str = ""
    """Who manages the fields that it sets; empty: the cluster itself, and a new object is not tracked."""
    managed: list[Object] | None = None
    """managedFields as they are to be (server-side apply has made them)."""
    warnings: list[str] | None = None
    """Takes what an answer over HTTP says in Warning headers."""
    subresource: str = ""
    """Through what it came, where the written object is not what was asked for: `scale`."""

    @property
    def told(self) -> list[str]:
        """Where warnings go; nowhere when nobody reads them."""
        return [] if self.warnings is None else self.warnings


INSIDE = Request()
"""Controllers, the kubelet, scenarios."""
