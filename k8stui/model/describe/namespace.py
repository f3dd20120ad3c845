"""Namespaces as `kubectl describe` has them, with their quotas and limits, and why one does not go away."""

from datetime import tzinfo

from k8stui.model import kinds, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import Cell, Text
from k8stui.model.describe.limit_range import limits
from k8stui.model.describe.parts import identity, moment, not_there, unread
from k8stui.model.describe.quota import amounts, scopes
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object


def wants(obj: Object) -> tuple[Want, ...]:
    """Its quotas and limit ranges."""
    name = tree.name(obj)
    return (Want("quotas", kinds.RESOURCE_QUOTAS, name), Want("limits", kinds.LIMIT_RANGES, name))


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    out.field("Name", tree.name(obj))
    identity(out, obj)
    phase = tree.text(obj, "status", "phase")
    out.field("Status", Cell(phase, None if phase == "Active" else Tone.CHANGING))
    _conditions(out, tree.rows(obj, "status", "conditions"))
    out.line()
    _quotas(out, subject)
    out.line()
    _limits(out, subject)
    return out.lines()


def _conditions(out: Text, rows: list[Object]) -> None:
    """All of them say what keeps the namespace from going away: True is what is amiss."""
    if not rows:
        return
    out.head("Conditions")
    out.table(
        ("Type", "Status", "LastTransitionTime", "Reason", "Message"),
        (
            (
                tree.text(row, "type"),
                Cell(tree.text(row, "status"), Tone.WARNING if row.get("status") != "False" else None),
                moment(tree.text(row, "lastTransitionTime"), out.zone),
                tree.text(row, "reason"),
                tree.text(row, "message"),
            )
            for row in rows
        ),
    )


def _quotas(out: Text, subject: Subject) -> None:
    if unread(subject, "quotas"):
        out.field("Resource Quotas", not_there(subject, "quotas"))
        return
    found = sorted(subject.around["quotas"], key=tree.name)
    if not found:
        out.line("No resource quota.")
        return
    out.line("Resource Quotas")
    for quota in found:
        out.field("Name", tree.name(quota), level=1)
        scopes(out, quota, level=1, mark="* ")
        amounts(out, quota, level=1)


def _limits(out: Text, subject: Subject) -> None:
    if unread(subject, "limits"):
        out.field("Resource Limits", not_there(subject, "limits"))
        return
    found = subject.around["limits"]
    if not found:
        out.line("No LimitRange resource.")
        return
    out.line("Resource Limits")
    limits(out, sorted(found, key=tree.name), indent=" ")
