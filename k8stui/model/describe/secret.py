"""Secrets: what they are called and how many bytes they have, never what they say."""

from datetime import tzinfo

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import HEAD, Text
from k8stui.model.describe.parts import heading, identity
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object
from k8stui.model.secret_values import hidden_annotations, size


def wants(_: Object) -> tuple[Want, ...]:
    """Nothing: nobody reports on it."""
    return ()


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. Unlike kubectl it does not print the token of a service account either."""
    obj, out = hidden_annotations(subject.object), Text(now, zone)
    heading(out, obj)
    identity(out, obj)
    out.line()
    out.field("Type", tree.text(obj, "type"))
    if obj.get("immutable") is True:
        out.field("Immutable", "true")
    out.line()
    out.line("Data", tone=HEAD)
    out.line("====", tone=Tone.MUTED)
    data = tree.part(obj, "data")
    for key in sorted(data):
        count = size(data[key])
        out.field(key, "no base64" if count is None else f"{count} bytes")
    return out.lines()
