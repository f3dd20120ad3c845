"""How the server prints a pod: `printPod` of kubernetes/pkg/printers, judging our own rules by its own hand."""

from typing import Any

from k8stui.demo.tables import AGE, NONE, Column, Object, Printer, name_column, since
from k8stui.model.duration import stamp

_DONE = {
    "Succeeded": ("Completed", "Succeeded", "The pod has completed successfully."),
    "Failed": ("Completed", "Failed", "The pod failed."),
}


class _Pod:
    """One pod, read once for a row."""

    def __init__(self, obj: Object) -> None:
        self.meta: Object = obj["metadata"]
        self.spec: Object = _dict(obj.get("spec"))
        self.status: Object = _dict(obj.get("status"))
        self.init = _list(self.status.get("initContainerStatuses"))
        self.containers = _list(self.status.get("containerStatuses"))
        self.restarted: float | None = None
        self.when: str | None = None
        self.restarts = 0
        self.ready = 0
        self.total = len(_list(self.spec.get("containers")))

    def note(self, each: Object, *, count: bool = True) -> None:
        """Count a container's restarts and remember the last one."""
        if count:
            self.restarts += int(each.get("restartCount", 0))
        finished = _dict(_dict(each.get("lastState")).get("terminated")).get("finishedAt")
        when = stamp(finished)
        if when is not None and (self.restarted is None or when > self.restarted):
            self.restarted, self.when = when, finished


def _dict(value: Any) -> Object:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Object]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _ended(terminated: Object) -> str:
    if reason := terminated.get("reason"):
        return str(reason)
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def _condition(pod: _Pod, kind: str) -> Object:
    return next((each for each in _list(pod.status.get("conditions")) if each.get("type") == kind), {})


def _init_reason(pod: _Pod) -> str:
    """The word for an init container that is in the way, or nothing; sidecars count as containers."""
    sidecars = {each["name"] for each in _list(pod.spec.get("initContainers")) if each.get("restartPolicy") == "Always"}
    pod.total += len(sidecars)
    for index, each in enumerate(pod.init):
        pod.note(each)
        state = _dict(each.get("state"))
        sidecar = each.get("name") in sidecars
        terminated, waiting = _dict(state.get("terminated")), _dict(state.get("waiting"))
        if "terminated" in state and not terminated.get("exitCode"):
            continue
        if sidecar and each.get("started"):
            pod.ready += bool(each.get("ready"))
            continue
        if "terminated" in state:
            return f"Init:{_ended(terminated)}"
        if waiting.get("reason", "PodInitializing") != "PodInitializing":
            return f"Init:{waiting['reason']}"
        return f"Init:{index}/{len(_list(pod.spec.get('initContainers')))}"
    return ""


def _main_reason(pod: _Pod, reason: str) -> str:
    running = False
    for each in reversed(pod.containers):
        pod.note(each)
        state = _dict(each.get("state"))
        if waiting := _dict(state.get("waiting")).get("reason"):
            reason = str(waiting)
        elif "terminated" in state:
            reason = _ended(_dict(state["terminated"]))
        elif each.get("ready") and "running" in state:
            running = True
            pod.ready += 1
    if reason == "Completed" and running:
        return "Running" if _condition(pod, "Ready").get("status") == "True" else "NotReady"
    return reason


def _words(obj: Object) -> tuple[_Pod, str]:
    pod = _Pod(obj)
    reason = str(pod.status.get("reason") or pod.status.get("phase") or "")
    scheduled = _condition(pod, "PodScheduled")
    if scheduled.get("status") == "False" and scheduled.get("reason") == "SchedulingGated":
        reason = "SchedulingGated"
    initializing = _init_reason(pod)
    if initializing and _condition(pod, "Initialized").get("status") != "True":
        for each in pod.containers:
            pod.note(each, count=False)
        reason = initializing
    else:
        sidecars = (pod.restarts, pod.restarted, pod.when)
        pod.restarts, pod.restarted, pod.when = _sidecar_restarts(pod)
        if not pod.init:
            pod.restarts, pod.restarted, pod.when = sidecars
        reason = _main_reason(pod, reason)
    if pod.meta.get("deletionTimestamp"):
        if pod.status.get("reason") == "NodeLost":
            reason = "Unknown"
        elif reason not in ("Succeeded", "Failed") and pod.status.get("phase") not in ("Succeeded", "Failed"):
            reason = "Terminating"
    return pod, reason


def _sidecar_restarts(pod: _Pod) -> tuple[int, float | None, str | None]:
    """Once initialised, restarts of init containers are forgotten, those of sidecars are not."""
    sidecars = {each["name"] for each in _list(pod.spec.get("initContainers")) if each.get("restartPolicy") == "Always"}
    only = _Pod({"metadata": pod.meta})
    for each in pod.init:
        if each.get("name") in sidecars:
            only.note(each)
    return only.restarts, only.restarted, only.when


def _restarts(pod: _Pod, now: float) -> str:
    return f"{pod.restarts} ({since(pod.when, now)} ago)" if pod.restarts and pod.when else str(pod.restarts)


def _gates(pod: _Pod) -> str:
    gates = [each.get("conditionType", "") for each in _list(pod.spec.get("readinessGates"))]
    met = sum(_condition(pod, gate).get("status") == "True" for gate in gates)
    return f"{met}/{len(gates)}" if gates else NONE


def _ip(pod: _Pod) -> str:
    ips = _list(pod.status.get("podIPs"))
    return str((ips[0].get("ip") if ips else pod.status.get("podIP")) or NONE)


def _conditions(obj: Object) -> list[dict[str, str]]:
    done = _DONE.get(_dict(obj.get("status")).get("phase", ""))
    return [{"type": done[0], "status": "True", "reason": done[1], "message": done[2]}] if done else []


def _ready(obj: Object, now: float) -> str:
    pod, _ = _words(obj)
    return f"{pod.ready}/{pod.total}"


POD = Printer(
    (
        name_column(),
        Column("Ready", _ready),
        Column("Status", lambda obj, now: _words(obj)[1]),
        Column("Restarts", lambda obj, now: _restarts(_words(obj)[0], now)),
        AGE,
        Column("IP", lambda obj, now: _ip(_Pod(obj)), wide=True),
        Column("Node", lambda obj, now: _Pod(obj).spec.get("nodeName") or NONE, wide=True),
        Column("Nominated Node", lambda obj, now: _Pod(obj).status.get("nominatedNodeName") or NONE, wide=True),
        Column("Readiness Gates", lambda obj, now: _gates(_Pod(obj)), wide=True),
    ),
    _conditions,
)
