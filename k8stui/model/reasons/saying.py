"""How reasons are said: lines with a tone, and the object to mend as their target."""

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Ref
from k8stui.model.sentences import flat
from k8stui.model.text import cut

LONGEST = 400
"""Cells of foreign words in one line: a registry may answer with a web page."""


def head(text: str, target: Ref | None = None, tone: Tone = Tone.BAD) -> Line:
    """What is wrong, in one sentence."""
    return Line(flat(text), tone, target=target, flows=True)


def more(text: str, target: Ref | None = None, tone: Tone = Tone.PLAIN) -> Line:
    """What belongs to the sentence above."""
    return Line(f"  {flat(text)}", tone, target=target, flows=True)


def quoted(text: str) -> Line:
    """Foreign words as they are: a line of a log."""
    return Line(f"  │ {cut(text.expandtabs(4).rstrip(), LONGEST)}", Tone.MUTED)


def brief(text: str) -> str:
    """Foreign words in one line, without a full stop, not too long."""
    return cut(flat(text).rstrip(". "), LONGEST)
