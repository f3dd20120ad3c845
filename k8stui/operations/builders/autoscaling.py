"""HorizontalPodAutoscalers: made for a workload, and edited."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from k8stui.model import quantity, tree
from k8stui.model.kinds import AUTOSCALERS, Ref
from k8stui.model.kubectl import about, command, named
from k8stui.model.objects import Object, ObjectRow
from k8stui.operations.builders.scaling import ANY, scalable, whole
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import MERGE, Inverse, Mutation, Request, Risk, patch

V1: Final = "v1"
V2: Final = "v2"
_UNITS: Final = {"cpu": "m", "memory": "Mi"}
"""Of a bare number (semantics §4.2)."""


def checked(given: Mapping[str, str], version: str = V2) -> None:
    """Whether what was typed (`high`, `low`, `cpu`, `memory`, whichever there is) can be meant.

    Raises UnableError: nothing is given, a number or target that is none.
    """
    if not given.keys() & {"high", "low", "cpu", "memory"}:
        raise UnableError("Say how many pods: --min=2 --max=5, and if wanted --cpu=80%")
    if given.get("high") or not given.get("low"):
        _limits(given.get("low", 0), given.get("high", 1))
    else:
        whole(given["low"], "--min", ANY)
    for name in ("cpu", "memory"):
        if given.get(name, "-") != "-":
            _targets(given[name] if name == "cpu" else "", given[name] if name == "memory" else "", version)


def autoscale(
    found: ObjectRow,
    *,
    high: int | str = "",
    low: int | str = 0,
    cpu: str = "",
    memory: str = "",
    name: str = "",
    version: str = V2,
) -> Mutation:
    """Make an autoscaler for a workload; the way back deletes it.

    Args:
        high: at most that many pods; needed.
        low: at least that many; 0 or less leaves it to the server (1).
        cpu: `80%` of the requests, or an amount a pod (`500m`, or `500`, which kubectl takes for the same); empty: the
            server's own target.
        memory: the same; `500` are 500Mi.
        name: the autoscaler's; empty: the workload's.
        version: of autoscaling that the server has: `v2`, else `v1`, which knows a percentage of CPU alone.

    Raises:
        UnableError: a number or target that is none, a workload that cannot be scaled.
    """
    target = found.ref
    if not scalable(target.kind):
        raise UnableError(f"cannot autoscale a {target.kind.kind}: it has no scale subresource")
    least, most = _limits(low, high)
    kind = replace(AUTOSCALERS, version=version)
    ref = Ref(kind, target.namespace, name or target.name, "")
    spec: Object = {
        "scaleTargetRef": {"apiVersion": target.kind.api_version, "kind": target.kind.kind, "name": target.name},
        **({"minReplicas": least} if least > 0 else {}),
        "maxReplicas": most,
        **_targets(cpu, memory, version),
    }
    body = {
        "apiVersion": kind.api_version,
        "kind": kind.kind,
        "metadata": {"name": ref.name, "namespace": ref.namespace},
        "spec": spec,
    }
    flags = [f"--min={least}"] * (least > 0) + [f"--max={most}"]
    share = cpu.strip().endswith("%")
    flags += [f"--cpu-percent={cpu.strip()[:-1]}" if share else f"--cpu={cpu.strip()}"] * bool(cpu.strip())
    flags += [f"--memory={memory.strip()}"] * bool(memory.strip())
    flags += [f"--name={name}"] * bool(name)
    return Mutation(
        builder="autoscaling.autoscale",
        target=ref,
        request=Request(
            "POST", kind.path(ref.namespace), msgspec.json.encode(body), query=(("fieldManager", "kubectl-autoscale"),)
        ),
        risk=Risk.CHANGE,
        says=f"autoscale {about(target)} between {max(least, 1)} and {most}{_aims(spec)}",
        done=f"{named(ref)} autoscaled",
        kubectl=command("autoscale", named(target), *flags, namespace=target.namespace),
        verb="create",
        args={"high": most, "low": least, "cpu": cpu, "memory": memory, "name": name, "version": version},
        inverse=Inverse("removing.delete", {}, {"/spec/maxReplicas": most}),
        trivial=True,
    )


def limits(found: ObjectRow, *, high: int | str = "", low: int | str = "", cpu: str = "", memory: str = "") -> Mutation:
    """Edit an autoscaler (of autoscaling/v2): its limits and its targets for CPU and memory; other metrics stay.

    The list of metrics is sent whole, so the resourceVersion goes along.

    Args:
        high: at most that many pods; empty leaves it.
        low: at least that many; empty leaves it.
        cpu: as of `autoscale`; empty leaves it, `-` removes it.
        memory: the same.

    Raises:
        AlreadySoError: it is so.
        UnableError: another kind, a number or target that is none.
    """
    ref, obj = found.ref, found.exact()
    if ref.kind.resource != AUTOSCALERS.resource or ref.kind.version == V1:
        raise UnableError(f"{named(ref)} cannot be edited so: only an autoscaler of autoscaling/v2 can; use edit")
    spec_now = tree.part(obj, "spec")
    old = {"low": tree.number(spec_now, "minReplicas", default=1), "high": tree.number(spec_now, "maxReplicas")}
    least, most = _limits(old["low"] if low == "" else low, old["high"] if high == "" else high)
    least = max(least, 1)
    had = {name: _written(obj, name) for name in ("cpu", "memory")}
    metrics = tree.rows(obj, "spec", "metrics")
    for name, text in (("cpu", cpu.strip()), ("memory", memory.strip())):
        metrics = _changed(metrics, name, text) if text and text != had[name] else metrics
    spec: Object = {"minReplicas": least, "maxReplicas": most}
    if metrics != tree.rows(obj, "spec", "metrics"):
        spec["metrics"] = metrics
    if "metrics" not in spec and old == {"low": least, "high": most}:
        raise AlreadySoError(f"{named(ref)} is so already")
    expects = {"/spec/minReplicas": least, "/spec/maxReplicas": most} if old != {"low": least, "high": most} else {}
    body = {"spec": spec}
    text = msgspec.json.encode(body).decode()
    back = old | {name: value or ("-" if metrics else "") for name, value in had.items()}
    return Mutation(
        builder="autoscaling.limits",
        target=ref,
        request=patch(ref, body, content_type=MERGE, version=found.version),
        risk=Risk.CHANGE,
        says=f"set {about(ref)} to between {least} and {most} replicas",
        done=f"{named(ref)} patched",
        kubectl=command("patch", named(ref), "--type=merge", "-p", text, namespace=ref.namespace),
        args={"high": most, "low": least, "cpu": cpu, "memory": memory},
        before=old | had,
        inverse=Inverse("autoscaling.limits", back, expects),
    )


def typed(found: ObjectRow) -> str:
    """An autoscaler as it is typed: `--min=2 --max=5 --cpu=80%`."""
    obj = found.exact()
    least, most = tree.number(obj, "spec", "minReplicas", default=1), tree.number(obj, "spec", "maxReplicas")
    flags = [f"--min={least}", f"--max={most}"]
    flags += [f"--{name}={text}" for name in ("cpu", "memory") if (text := _written(obj, name))]
    return " ".join(flags)


def _limits(low: int | str, high: int | str) -> tuple[int, int]:
    """Both numbers, checked with kubectl's sentences."""
    least, most = whole(low, "--min", ANY), whole(-1 if high == "" else high, "--max", ANY)
    if most < 1:
        raise UnableError(f"--max=MAXPODS is required and must be at least 1, max: {most}")
    if most < least:
        raise UnableError(f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}")
    return least, most


def _targets(cpu: str, memory: str, version: str) -> Object:
    """What the pods shall use, as that version of the API says it."""
    if version == V1:
        share = cpu.strip()
        if memory.strip() or (share and not share.endswith("%")):
            raise UnableError("This server's autoscaling/v1 knows a percentage of CPU alone: write it like 80%")
        return {"targetCPUUtilizationPercentage": _percent(share[:-1])} if share else {}
    metrics = [_metric(name, text.strip()) for name, text in (("cpu", cpu), ("memory", memory)) if text.strip()]
    return {"metrics": metrics} if metrics else {}


def _metric(name: str, text: str) -> Object:
    """`80%` of the requests, or an amount a pod; a bare number has the unit that kubectl gives it."""
    target: dict[str, Any]
    if text.endswith("%"):
        target = {"type": "Utilization", "averageUtilization": _percent(text[:-1])}
    else:
        try:
            amount = quantity.parse(text + _UNITS[name] if text.isdecimal() else text)
        except ValueError as error:
            raise UnableError(f"--{name}: {error} Or a percentage of the requests, like 80%.") from None
        if amount.nanos <= 0:
            raise UnableError(f"--{name} must be more than 0, not {text}")
        target = {"type": "AverageValue", "averageValue": str(amount)}
    return {"type": "Resource", "resource": {"name": name, "target": target}}


def _aims(spec: Object) -> str:
    """`, cpu 80%, memory 200Mi a pod`: what a bare number was taken for."""
    share = spec.get("targetCPUUtilizationPercentage")
    parts = [f"cpu {share}%"] if share else []
    for name in ("cpu", "memory"):
        if text := _written({"spec": spec}, name):
            parts.append(f"{name} {text}" if text.endswith("%") else f"{name} {text} a pod")
    return "".join(f", {part}" for part in parts)


def _percent(text: str) -> int:
    return whole(text, "The percentage of the requests", 1)


def _changed(metrics: list[Object], name: str, text: str) -> list[Object]:
    """The metrics with another target for that resource; the new one stands where the old one stood."""
    at = next((index for index, row in enumerate(metrics) if _is(row, name)), len(metrics))
    new = [] if text == "-" else [_metric(name, text)]
    return [*metrics[:at], *new, *metrics[at + 1 :]]


def _is(metric: Object, name: str) -> bool:
    return tree.text(metric, "type") == "Resource" and tree.text(metric, "resource", "name") == name


def _written(obj: Object, name: str) -> str:
    """The target for that resource as it is typed; empty where there is none."""
    for row in tree.rows(obj, "spec", "metrics"):
        if _is(row, name):
            percent = tree.text(row, "resource", "target", "averageUtilization")
            return f"{percent}%" if percent else tree.text(row, "resource", "target", "averageValue")
    return ""
