"""An object as YAML, as `kubectl get -o yaml` has it: to read (masked, folded, coloured), to copy and to edit."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from k8stui.model.columns import Tone
from k8stui.model.document import Line, Span
from k8stui.model.objects import Object
from k8stui.model.secret_values import NONE, decode, is_hidden, is_secret, mask
from k8stui.model.yaml_order import in_order
from k8stui.model.yaml_scalar import block_header, block_lines, is_block, number, one_line

KEY = Tone.CHANGING
"""How keys feel."""
VALUE = Tone.OK
"""How numbers and booleans do; texts are plain, what is no value of the object is muted."""

LONGEST = 2000
"""Characters of one line that are shown."""
_KEPT = 400
"""Characters of a longer one that are left at either end."""
_LONG_KEY = 1000
"""Readers of YAML take a key of 1024 characters, quotes and escapes included, without a `?`."""
_MANAGED = ("metadata", "managedFields")


class _Member(Struct):
    """What stands at one place of the object."""

    head: str
    """Indent, dashes and key: what is written before the value."""
    indent: int
    """Where its members or the lines of its text begin."""
    value: Any
    path: tuple[str, ...] | None = None
    """The keys that lead there; None where nothing depends on them any more."""
    key: int = -1
    """Where the key begins in the head."""
    above: str = ""
    """A key too long to stand before its value has a line of its own."""


class _How(Struct):
    """What is asked for."""

    shown: bool
    """For the screen: long lines are cut, tabs are spaces, what is folded says so."""
    managed: bool
    masked: bool
    revealed: frozenset[str] = NONE


def yaml_document(obj: Object, *, managed: bool = False, revealed: frozenset[str] = NONE) -> list[Line]:
    """The object as lines of YAML to read, keys in kubectl's order.

    `managed`: managedFields are shown instead of folded into one line. `revealed`: keys of a Secret whose values are
    shown, decoded where they are text (secret_values.ALL: all); the others are masked. Lines of more than LONGEST
    characters are cut in the middle. `obj` may be cleaned or exact: nothing in the lines steers a terminal.
    """
    return _lines(obj, _How(True, managed, is_secret(obj), revealed))


def yaml_text(obj: Object, *, managed: bool, masked: bool) -> str:
    """The object as YAML for copying and editing: a reader gets an equal object back, if nothing is `masked`.

    Give it the exact object, not the cleaned one: whatever could steer a terminal is escaped. Without `managed`
    managedFields are left out, as kubectl does; `masked`: a Secret's values are replaced by their sizes.
    """
    return "".join([line.text + "\n" for line in _lines(obj, _How(False, managed, masked and is_secret(obj)))])


def _lines(obj: Object, how: _How) -> list[Line]:
    """Depth first without recursion: objects may be nested deeper than Python's stack."""
    if not obj:
        return [Line("{}")]
    out: list[Line] = []
    stack = [_members(_Member("", 0, obj, ()), how)]
    while stack:
        member = next(stack[-1], None)
        if member is None:
            stack.pop()
            continue
        if member.above:
            out.append(Line(_cut(member.above) if how.shown else member.above, KEY))
        if _special(member, how, out):
            continue
        if isinstance(member.value, dict | list) and member.value:
            if member.key >= 0:
                out.append(_line(member, ""))
            stack.append(_members(member, how))
        else:
            _leaf(member, how, out)
    return out


def _members(parent: _Member, how: _How) -> Iterator[_Member]:
    """The members of a map or list; the first one of an item stands behind its dash."""
    lead = " " * parent.indent if parent.key >= 0 or not parent.head else parent.head + " "
    if isinstance(parent.value, list):
        for each in parent.value:
            yield _Member(lead + "-", parent.indent + 2, each)
            lead = " " * parent.indent
        return
    for key in in_order(parent.value):
        value = parent.value[key]
        path = (*parent.path, key) if parent.path is not None and len(parent.path) < 3 else None
        if path == _MANAGED and not (how.managed or how.shown):
            continue
        # A list in a map stands no deeper than its key, as kubectl writes it.
        indent = parent.indent + (0 if isinstance(value, list) else 2)
        written = one_line(key)
        if len(written) > _LONG_KEY:
            yield _Member(
                " " * parent.indent + ":", parent.indent + 2, value, path, parent.indent, f"{lead}? {written}"
            )
        else:
            yield _Member(f"{lead}{written}:", indent, value, path, len(lead))
        lead = " " * parent.indent


def _special(member: _Member, how: _How, out: list[Line]) -> bool:
    """Whether it is written otherwise than as what it is: folded, hidden or decoded."""
    path = member.path
    if path is None or len(path) < 2:
        return False
    if path == _MANAGED and how.shown and not how.managed and isinstance(member.value, list) and member.value:
        out.append(_line(member, f"… {len(member.value)} folded, m shows them", Tone.MUTED))
        return True
    if not how.masked:
        return False
    if is_hidden(path, how.revealed):
        out.append(_line(member, mask(path, member.value), Tone.MUTED))
        return True
    if path[0] == "data" and len(path) == 2 and isinstance(member.value, str) and member.value:
        said = decode(member.value)
        note = "decoded from base64" if said is not None else "base64 of what is no text"
        member.value = member.value if said is None else said
        _text(member, how, out, note)
        return True
    return False


def _leaf(member: _Member, how: _How, out: list[Line]) -> None:
    """A text, a number, nothing, or an empty map or list."""
    match member.value:
        case str():
            _text(member, how, out)
        case bool():
            out.append(_line(member, "true" if member.value else "false", VALUE))
        case int() | float():
            out.append(_line(member, number(member.value), VALUE))
        case None:
            out.append(_line(member, "null", Tone.MUTED))
        case _:
            out.append(_line(member, "{}" if isinstance(member.value, dict) else "[]"))


def _text(member: _Member, how: _How, out: list[Line], note: str = "") -> None:
    """A text on the line of its key, or as a block of lines under it."""
    text = member.value
    if not is_block(text):
        out.append(_line(member, one_line(_cut(text) if how.shown else text), note=note))
        return
    out.append(_line(member, block_header(text), Tone.MUTED, note))
    lead = " " * member.indent
    for line in block_lines(text):
        shown = _cut(line.expandtabs(8)) if how.shown else line
        out.append(Line(lead + shown if shown else ""))


def _line(member: _Member, value: str, tone: Tone = Tone.PLAIN, note: str = "") -> Line:
    """The line of a key or an item with its value."""
    text = f"{member.head} {value}" if value else member.head
    spans: list[Span] = []
    if member.key >= 0 and len(member.head) - 1 > member.key:
        spans.append((member.key, len(member.head) - 1, KEY))
    if value and tone is not Tone.PLAIN:
        spans.append((len(member.head) + 1, len(text), tone))
    if note:
        spans.append((len(text) + 2, len(text) + 4 + len(note), Tone.MUTED))
        text += f"  # {note}"
    return Line(text, spans=tuple(spans))


def _cut(text: str) -> str:
    """The line, or its two ends if it is too long to be shown."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:_KEPT]} … {len(text) - 2 * _KEPT:,} characters left out, copying gives all … {text[-_KEPT:]}"
