"""How reasons are said: lines with a tone, and the object to mend as their target."""

from collections.abc import Sequence

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Kind, Ref
from k8stui.model.objects import Object
from k8stui.model.text import cut

LONGEST = 400
"""Cells of foreign words in one line: a registry may answer with a web page."""
NAMED = 3
"""Names that a sentence lists before it says how many more there are."""


def head(text: str, target: Ref | None = None, tone: Tone = Tone.BAD) -> Line:
    """What is wrong, in one sentence."""
    return Line(flat(text), tone, target=target)


def more(text: str, target: Ref | None = None, tone: Tone = Tone.PLAIN) -> Line:
    """What belongs to the sentence above."""
    return Line(f"  {flat(text)}", tone, target=target)


def quoted(text: str) -> Line:
    """Foreign words as they are: a line of a log."""
    return Line(f"  │ {cut(text.expandtabs(4).rstrip(), LONGEST)}", Tone.MUTED)


def named(kind: Kind, namespace: str, name: str) -> Ref:
    """The object of that name."""
    return Ref(kind, namespace if kind.namespaced else "", name, "")


def ref(kind: Kind, obj: Object) -> Ref:
    """That very object."""
    return Ref(kind, tree.namespace(obj), tree.name(obj), tree.uid(obj))


def flat(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())


def brief(text: str) -> str:
    """Foreign words in one line, without a full stop, not too long."""
    return cut(flat(text).rstrip(". "), LONGEST)


def ended(text: str) -> str:
    """With a full stop, but not two."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", ":")) else text + "."


def listed(names: Sequence[str], most: int = NAMED) -> str:
    """`a, b, c and 4 more`."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 node`, `3 nodes`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
