"""ConfigMaps as `kubectl describe` has them, cut where they are long: the whole is in the YAML."""

from datetime import tzinfo

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import HEAD, Text
from k8stui.model.describe.parts import events, events_of, heading, identity
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object
from k8stui.model.secret_values import size

MOST = 1000
"""Lines of a value that are shown."""
WIDEST = 2000
"""Characters of a line that are shown."""


def wants(obj: Object) -> tuple[Want, ...]:
    """Its events."""
    return (events_of(obj, "ConfigMap"),)


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    heading(out, obj)
    identity(out, obj)
    if obj.get("immutable") is True:
        out.field("Immutable", "true")
    out.line()
    _title(out, "Data")
    data = tree.strings(obj, "data")
    for key in sorted(data):
        out.line(f"{key}:", tone=HEAD)
        out.line("----", tone=Tone.MUTED)
        _value(out, data[key])
        out.line()
    out.line()
    _title(out, "BinaryData")
    binary = tree.part(obj, "binaryData")
    for key in sorted(binary):
        count = size(binary[key])
        out.line(f"{key}: {'no base64' if count is None else f'{count} bytes'}")
    out.line()
    events(out, subject)
    return out.lines()


def _title(out: Text, title: str) -> None:
    out.line(title, tone=HEAD)
    out.line("====", tone=Tone.MUTED)


def _value(out: Text, value: str) -> None:
    lines = value.split("\n")
    for line in lines[:MOST]:
        shown = line.expandtabs(8)
        out.line(shown if len(shown) <= WIDEST else f"{shown[: WIDEST - 1]}…")
    if len(lines) > MOST:
        out.line(f"… {len(lines) - MOST:,} more lines: they are in the YAML", tone=Tone.MUTED)
