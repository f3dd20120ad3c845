"""Text to read: lines with tones and places to go, and what a description of an object is made from."""

from typing import Self

from msgspec import Struct

from k8stui.model.columns import Tone
from k8stui.model.kinds import EVENTS, Kind, Ref
from k8stui.model.objects import Object

Span = tuple[int, int, Tone]
"""From and to (characters, the end excluded) and how that part feels."""


class Line(Struct, frozen=True, gc=False):
    """One line of a text. It holds no line break and is never read as markup."""

    text: str
    tone: Tone = Tone.PLAIN
    spans: tuple[Span, ...] = ()
    """Parts that feel otherwise than the line, in order, without overlaps."""
    target: Ref | None = None
    """Enter goes there. A uid of "" means: the object of that name."""
    flows: bool = False
    """A sentence: it goes on in the next line of the screen also where other lines are cut."""


class Want(Struct, frozen=True):
    """Neighbours of an object that its description needs: a query by the name under which the answer is looked for."""

    name: str
    kind: Kind
    namespace: str | None = None
    """None: in all, or a kind without namespaces."""
    labels: str = ""
    fields: str = ""

    @classmethod
    def one(cls, name: str, kind: Kind, namespace: str | None, called: str) -> Self:
        """The one object that is called so; of a kind without namespaces that of `namespace` does not count."""
        return cls(name, kind, namespace if kind.namespaced else None, fields=f"metadata.name={called}")

    @classmethod
    def events(cls, name: str, namespace: str, uid: str) -> Self:
        """The events about one object, by its uid alone, so that whoever else reads them shares the feed."""
        return cls(name, EVENTS, namespace or None, fields=f"involvedObject.uid={uid}")


class Subject(Struct, frozen=True):
    """An object with its neighbours: all that a description may look at."""

    kind: Kind
    object: Object
    around: dict[str, list[Object]] = {}
    """By the name of the want. What is in neither of the two is not read yet."""
    missing: dict[str, str] = {}
    """One sentence on why a want could not be read (403, no such kind)."""
