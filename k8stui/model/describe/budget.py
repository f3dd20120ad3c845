"""PodDisruptionBudgets as `kubectl describe` has them; one that allows nothing is marked."""

from datetime import tzinfo

from k8stui.model import label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import NONE, UNSET, Cell, Text
from k8stui.model.describe.parts import events, events_of, heading
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object
from k8stui.model.sentences import counted


def wants(obj: Object) -> tuple[Want, ...]:
    """Its events."""
    return (events_of(obj, "PodDisruptionBudget"),)


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    heading(out, obj)
    spec, status = tree.part(obj, "spec"), tree.part(obj, "status")
    for title, field in (("Min available", "minAvailable"), ("Max unavailable", "maxUnavailable")):
        if field in spec:
            out.field(title, tree.text(spec, field))
            break
    selected = tree.value(spec, "selector")
    out.field("Selector", UNSET if selected is None else label_selector.text(selected, empty=NONE))
    out.head("Status")
    allowed, current, desired, total = (
        tree.number(status, field)
        for field in ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
    )
    amiss = Tone.WARNING if total and not allowed else None
    out.field("Allowed disruptions", Cell(str(allowed), amiss), level=2)
    out.field("Current", Cell(str(current), Tone.WARNING if current < desired else None), level=2)
    out.field("Desired", str(desired), level=2)
    out.field("Total", str(total), level=2)
    for text in _remarks(obj, allowed, current, desired, total):
        out.line(text, tone=Tone.WARNING)
    events(out, subject)
    return out.lines()


def _remarks(obj: Object, allowed: int, current: int, desired: int, total: int) -> list[str]:
    """Why it allows no eviction."""
    if tree.number(obj, "status", "observedGeneration") < tree.number(obj, "metadata", "generation"):
        return ["Its controller has not counted yet since it was changed: no eviction is allowed until then."]
    if allowed or not total:
        return []
    if current < desired:
        return [f"No eviction is allowed: it demands {counted(desired, 'healthy pod')} and has {current}."]
    if desired >= total:
        return [f"No eviction is ever allowed: it demands {counted(desired, 'healthy pod')} and there {_are(total)}."]
    return []


def _are(count: int) -> str:
    return "is only that one" if count == 1 else f"are only {count}"
