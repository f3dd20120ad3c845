"""HorizontalPodAutoscalers (autoscaling/v2 and v1) as `kubectl describe` has them."""

from datetime import tzinfo

from k8stui.model import kinds, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import UNSET, Cell, Text
from k8stui.model.describe.parts import events, events_of, heading, identity, moment, named, quantity, shown
from k8stui.model.document import Line, Subject, Want
from k8stui.model.duration import UNKNOWN
from k8stui.model.objects import Object

_SCALED = {"Deployment": kinds.DEPLOYMENTS, "StatefulSet": kinds.STATEFUL_SETS, "ReplicaSet": kinds.REPLICA_SETS}
_GOOD = {"AbleToScale": "True", "ScalingActive": "True", "ScalingLimited": "False"}
"""What a condition says when nothing is amiss."""


def wants(obj: Object) -> tuple[Want, ...]:
    """Its events."""
    return (events_of(obj, "HorizontalPodAutoscaler"),)


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    spec, status = tree.part(obj, "spec"), tree.part(obj, "status")
    heading(out, obj)
    identity(out, obj)
    out.field("CreationTimestamp", moment(tree.text(obj, "metadata", "creationTimestamp"), zone))
    kind, name = (tree.text(spec, "scaleTargetRef", field) for field in ("kind", "name"))
    target = named(_SCALED[kind], tree.namespace(obj), name) if kind in _SCALED else None
    out.field("Reference", f"{kind}/{name}", target=target)
    _metrics(out, spec, status)
    out.field("Min replicas", shown(spec.get("minReplicas"), UNSET))
    out.field("Max replicas", str(tree.number(spec, "maxReplicas")))
    behavior = tree.part(spec, "behavior")
    if behavior:
        out.head("Behavior")
        _direction(out, "Scale Up", tree.part(behavior, "scaleUp"))
        _direction(out, "Scale Down", tree.part(behavior, "scaleDown"))
    counts = tree.number(status, "currentReplicas"), tree.number(status, "desiredReplicas")
    text = f"{counts[0]} current / {counts[1]} desired"
    out.field(f"{kind} pods", Cell(text, Tone.CHANGING if counts[0] != counts[1] else None))
    _conditions(out, tree.rows(status, "conditions"))
    events(out, subject)
    return out.lines()


def _metrics(out: Text, spec: Object, status: Object) -> None:
    """What it goes by; autoscaling/v1 knows the processor only."""
    if "targetCPUUtilizationPercentage" in spec:
        now = shown(status.get("currentCPUUtilizationPercentage"), UNKNOWN)
        out.field("Target CPU utilization", f"{tree.number(spec, 'targetCPUUtilizationPercentage')}%")
        out.field("Current CPU utilization", Cell(f"{now}%", Tone.WARNING if now == UNKNOWN else None))
        return
    out.field("Metrics", "( current / target )")
    current = tree.rows(status, "currentMetrics")
    for index, metric in enumerate(tree.rows(spec, "metrics")):
        _metric(out, metric, current[index] if index < len(current) else {})


def _metric(out: Text, metric: Object, status: Object) -> None:
    """One metric with what it is and what it should be."""
    kind = tree.text(metric, "type")
    part = {"ContainerResource": "containerResource"}.get(kind, kind.lower())
    source, target = tree.part(metric, part), tree.part(metric, part, "target")
    now = tree.part(status, part, "current")
    name = tree.text(source, "metric", "name")
    averaged = "averageValue" in target
    by = "averageValue" if averaged else "value"
    match kind:
        case "External":
            title = f'"{name}" (target {"average value" if averaged else "value"})'
            _against(out, title, _value(now, by), _value(target, by))
        case "Pods":
            _against(out, f'"{name}" on pods', _value(now, "averageValue"), _value(target, "averageValue"))
        case "Object":
            where = "/".join(tree.text(source, "describedObject", field) for field in ("kind", "name"))
            averaged = tree.text(target, "type") == "AverageValue"
            by = "averageValue" if averaged else "value"
            title = f'"{name}" on {where} (target {"average value" if averaged else "value"})'
            _against(out, title, _value(now, by), _value(target, by))
        case "Resource" | "ContainerResource":
            of = f' of container "{tree.text(source, "container")}"' if kind == "ContainerResource" else ""
            _resource(out, f"resource {tree.text(source, 'name')}{of} on pods", target, now)
        case _:
            out.line(f'<unknown metric type "{kind}">', 1)


def _resource(out: Text, title: str, target: Object, now: Object) -> None:
    """CPU or memory: an amount for each pod, or a part of what was requested."""
    if "averageValue" in target:
        _against(out, f"{title} ", _value(now, "averageValue"), _value(target, "averageValue"))
        return
    current = UNKNOWN
    if "averageUtilization" in now:
        current = f"{tree.number(now, 'averageUtilization')}% ({quantity(now.get('averageValue'))})"
    wanted = f"{tree.number(target, 'averageUtilization')}%" if "averageUtilization" in target else "<auto>"
    _against(out, f"{title}  (as a percentage of request)", current, wanted)


def _against(out: Text, title: str, current: str, wanted: str) -> None:
    tone = Tone.WARNING if current == UNKNOWN else None
    out.field(title.rstrip(), Cell(f"{current} / {wanted}", tone), level=1)


def _value(found: Object, field: str) -> str:
    return quantity(found[field]) if field in found else UNKNOWN


def _direction(out: Text, title: str, rules: Object) -> None:
    """How fast it may go that way."""
    if not rules:
        return
    out.line(f"{title}:", 1)
    if "stabilizationWindowSeconds" in rules:
        out.line(f"Stabilization Window: {tree.number(rules, 'stabilizationWindowSeconds')} seconds", 2)
    policies = tree.rows(rules, "policies")
    if policies:
        out.line(f"Select Policy: {tree.text(rules, 'selectPolicy') or 'Max'}", 2)
        out.line("Policies:", 2)
    for each in policies:
        cells = (f"- Type: {tree.text(each, 'type')}", f"Value: {tree.number(each, 'value')}")
        out.row(*cells, f"Period: {tree.number(each, 'periodSeconds')} seconds", level=3)


def _conditions(out: Text, rows: list[Object]) -> None:
    if not rows:
        return
    out.head("Conditions")
    out.table(("Type", "Status", "Reason", "Message"), map(_condition, rows))


def _condition(row: Object) -> tuple[str | Cell, ...]:
    kind, status = tree.text(row, "type"), tree.text(row, "status")
    tone = Tone.WARNING if status != _GOOD.get(kind, "True") else None
    return kind, Cell(status, tone), tree.text(row, "reason"), tree.text(row, "message")
