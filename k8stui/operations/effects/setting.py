"""What a question knows of a change's surroundings: what to ask for, and what came of it. Pure data."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.document import Want
from k8stui.model.kinds import Kind
from k8stui.model.objects import Object
from k8stui.operations.mutation import Mutation

READ = 1000
"""Objects that one want reads at most; with more the lines say so."""


class Count(Struct, frozen=True):
    """How many objects of a kind there are: asked without reading them."""

    name: str
    kind: Kind
    namespace: str | None = None
    """None: in all, or a kind without namespaces."""


Ask = Want | Count
"""One short question to the server."""


class Setting(Struct, frozen=True):
    """A change, its object, and what was read around it so far."""

    mutation: Mutation
    object: Object
    """As it is now, clean."""
    around: Mapping[str, Sequence[Object]] = {}
    """By the name of the want; clean. What is in none of these is not read yet."""
    counts: Mapping[str, int] = {}
    missing: Mapping[str, str] = {}
    """One sentence on why something could not be read."""
    now: float = 0.0
    """Epoch seconds by the server's clock."""

    @property
    def kind(self) -> Kind:
        """The object's."""
        return self.mutation.target.kind

    @property
    def builder(self) -> str:
        """What is done: `scaling.scale`."""
        return self.mutation.builder

    @property
    def namespace(self) -> str:
        """The object's; empty for one that has none."""
        return tree.namespace(self.object)

    def arg(self, name: str, default: Any = None) -> Any:
        """One of the builder's arguments."""
        return self.mutation.args.get(name, default)

    def read(self, name: str) -> Sequence[Object]:
        """What was read by that name; empty where nothing is there, or nothing was read."""
        return self.around.get(name, ())

    def knows(self, *names: str) -> bool:
        """Whether all of these were read."""
        return all(name in self.around for name in names)
