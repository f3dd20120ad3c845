"""One request that is understood, with all that whoever answers it needs."""

from msgspec import Struct

from k8stui.demo.access.access import Access
from k8stui.demo.registry.registry import Registry
from k8stui.demo.serving.answers import Renderer
from k8stui.demo.serving.media import Form
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage.kinds import Kind


class Task(Struct, frozen=True):
    """One request about one kind, with all that its handler needs."""

    registry: Registry
    access: Access
    kind: Kind
    ask: Ask
    form: Form
    body: bytes
    content_type: str

    @property
    def render(self) -> Renderer:
        """Makes the answer in the form asked for."""
        return Renderer(self.registry.store, self.kind, self.ask, self.form)
