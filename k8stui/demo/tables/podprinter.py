"""How the server prints a pod: `printPod` of kubernetes/pkg/printers/internalversion, written anew to judge ours."""

from k8stui.demo.storage.objects import Object
from k8stui.demo.tables.tables import NONE, Column, Printer, age_of, dig, list_of, map_of, since
from k8stui.model.duration import stamp

_DONE = {
    "Succeeded": ("Completed", "Succeeded", "The pod has completed successfully."),
    "Failed": ("Completed", "Failed", "The pod failed."),
}


class _Restarts:
    """How often containers were restarted, and when the last one ended before."""

    def __init__(self) -> None:
        self.count = 0
        self.finished = ""

    def add(self, status: Object) -> None:
        count = status.get("restartCount")
        self.count += count if isinstance(count, int) else 0
        finished = dig(status, "lastState", "terminated", "finishedAt")
        if isinstance(finished, str) and (stamp(finished) or 0) > (stamp(self.finished) or 0):
            self.finished = finished

    def text(self, now: float) -> str:
        return f"{self.count} ({since(self.finished, now)} ago)" if self.count and self.finished else str(self.count)


class _Line:
    """What the columns of one pod need, worked out once; any shape of object is borne."""

    def __init__(self, obj: Object) -> None:
        self.obj = obj
        self.meta = map_of(obj, "metadata")
        self.spec = map_of(obj, "spec")
        self.status = map_of(obj, "status")
        self._init = list_of(self.spec, "initContainers")
        self._sidecars = {str(each.get("name")) for each in self._init if each.get("restartPolicy") == "Always"}
        self.total = len(list_of(self.spec, "containers")) + len(self._sidecars)
        self.ready = 0
        self.restarts = _Restarts()
        self.reason = self._reason()

    def is_true(self, condition: object) -> bool:
        conditions = list_of(self.status, "conditions")
        return any(each.get("type") == condition and each.get("status") == "True" for each in conditions)

    def _reason(self) -> str:
        phase = str(self.status.get("phase") or "")
        reason = str(self.status.get("reason") or phase)
        if any(each.get("reason") == "SchedulingGated" for each in list_of(self.status, "conditions")):
            reason = "SchedulingGated"
        reason = self._of_containers(reason)
        if self.meta.get("deletionTimestamp"):
            if self.status.get("reason") == "NodeLost":
                return "Unknown"
            if phase not in _DONE:
                return "Terminating"
        return reason

    def _of_containers(self, reason: str) -> str:
        sidecars = _Restarts()
        initializing = ""
        for index, status in enumerate(list_of(self.status, "initContainerStatuses")):
            self.restarts.add(status)
            if str(status.get("name")) in self._sidecars:
                sidecars.add(status)
            initializing = self._in_the_way(index, status)
            if initializing:
                break
        if initializing and not self.is_true("Initialized"):
            return initializing
        self.restarts = sidecars
        return self._of_main(initializing or reason)

    def _in_the_way(self, index: int, status: Object) -> str:
        """The word for an init container that is not done yet, or nothing."""
        state = map_of(status, "state")
        ended, waiting = state.get("terminated"), dig(state, "waiting", "reason")
        if isinstance(ended, dict) and not ended.get("exitCode"):
            return ""
        if str(status.get("name")) in self._sidecars and status.get("started"):
            self.ready += bool(status.get("ready"))
            return ""
        if isinstance(ended, dict):
            return f"Init:{_ended(ended)}"
        if waiting and waiting != "PodInitializing":
            return f"Init:{waiting}"
        return f"Init:{index}/{len(self._init)}"

    def _of_main(self, reason: str) -> str:
        running = False
        for status in reversed(list_of(self.status, "containerStatuses")):
            self.restarts.add(status)
            state = map_of(status, "state")
            if waiting := dig(state, "waiting", "reason"):
                reason = str(waiting)
            elif isinstance(state.get("terminated"), dict):
                reason = _ended(state["terminated"])
            elif status.get("ready") and "running" in state:
                running = True
                self.ready += 1
        if reason == "Completed" and running:
            return "Running" if self.is_true("Ready") else "NotReady"
        return reason


def _ended(terminated: Object) -> str:
    if reason := terminated.get("reason"):
        return str(reason)
    signal = terminated.get("signal")
    return f"Signal:{signal}" if signal else f"ExitCode:{terminated.get('exitCode', 0)}"


def _ip(line: _Line) -> str:
    ips = list_of(line.status, "podIPs")
    return str((ips[0].get("ip") if ips else line.status.get("podIP")) or NONE)


def _gates(line: _Line) -> str:
    gates = [each.get("conditionType") for each in list_of(line.spec, "readinessGates")]
    return f"{sum(map(line.is_true, gates))}/{len(gates)}" if gates else NONE


def _conditions(line: _Line) -> list[dict[str, str]]:
    done = _DONE.get(str(line.status.get("phase")))
    return [{"type": done[0], "status": "True", "reason": done[1], "message": done[2]}] if done else []


POD = Printer(
    (
        Column("Name", lambda line, now: line.meta.get("name", ""), format="name"),
        Column("Ready", lambda line, now: f"{line.ready}/{line.total}"),
        Column("Status", lambda line, now: line.reason),
        Column("Restarts", lambda line, now: line.restarts.text(now)),
        Column("Age", lambda line, now: age_of(line.obj, now)),
        Column("IP", lambda line, now: _ip(line), wide=True),
        Column("Node", lambda line, now: line.spec.get("nodeName") or NONE, wide=True),
        Column("Nominated Node", lambda line, now: line.status.get("nominatedNodeName") or NONE, wide=True),
        Column("Readiness Gates", lambda line, now: _gates(line), wide=True),
    ),
    view=_Line,
    conditions=_conditions,
)
