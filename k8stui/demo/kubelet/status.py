"""What a kubelet reports of a pod: its status out of its spec and what runs (the shapes of a real 1.34 kubelet)."""

from collections.abc import Iterable

from k8stui.demo.clock import stamp
from k8stui.demo.kubelet.images import resolved
from k8stui.demo.kubelet.runs import APP, EPHEMERAL, INIT, RUNNING, SIDECAR, TERMINATED, WAITING, Run, Sandbox, specs
from k8stui.demo.storage.objects import Object, turned
from k8stui.model import quantity

ORDER = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
"""The conditions that a kubelet owns, as it writes them; what others wrote stays behind them."""
LOST = "The container could not be located when the pod was terminated"


def terminated(run: Run) -> Object:
    """`{"terminated": …}` of a run that ended."""
    found: Object = {"exitCode": run.code, "reason": run.why}
    if run.note:
        found["message"] = run.note
    found["startedAt"] = _moment(run.started)
    found["finishedAt"] = _moment(run.ended)
    if run.container_id:
        found["containerID"] = run.container_id
    return {"terminated": found}


def _moment(at: float) -> str | None:
    return stamp(at) if at >= 0 else None


def status(pod: Object, box: Sandbox, host: str, now: float) -> Object:
    """The whole status; what it shares with the one that the pod has keeps its transition times."""
    old, spec = pod.get("status") or {}, pod["spec"]
    found: Object = {"observedGeneration": pod["metadata"].get("generation", 1), "phase": phase(pod, box)}
    found["conditions"] = conditions(pod, box, found["phase"], now)
    if box.verdict:
        found["message"], found["reason"] = box.verdict[1], box.verdict[0]
    if host and (box.runs or "hostIP" in old):
        found |= {"hostIP": host, "hostIPs": [{"ip": host}]}
    if box.ip:
        found |= {"podIP": box.ip, "podIPs": [{"ip": box.ip}]}
    if box.since is not None:
        found["startTime"] = old.get("startTime") or stamp(box.since)
    places = (("initContainerStatuses", (INIT, SIDECAR)), ("containerStatuses", (APP,)))
    for place, sorts in places:
        if rows := [_container(pod, run, box) for run in box.of(*sorts)]:
            found[place] = rows
    found["qosClass"] = old.get("qosClass") or quality(spec)
    if rows := [_container(pod, run, box) for run in box.of(EPHEMERAL)]:
        found["ephemeralContainerStatuses"] = rows
    return found | {key: value for key, value in old.items() if key in ("nominatedNodeName", "resourceClaimStatuses")}


# ---- containers


def _container(pod: Object, run: Run, box: Sandbox) -> Object:
    spec: Object = next((row for _, row in specs(pod) if row["name"] == run.name), {})
    image = resolved(run.image) if run.image_id else run.image
    found: Object = {"name": run.name, "state": state(run), "lastState": run.last, "ready": run.ready}
    found |= {"restartCount": run.attempt, "image": image, "imageID": run.image_id}
    if run.container_id:
        found["containerID"] = run.container_id
    if run.sort != EPHEMERAL:
        found["started"] = run.state == RUNNING and run.passed
    if run.container_id:
        resources = spec.get("resources") or {}
        if resources.get("requests"):
            found["allocatedResources"] = resources["requests"]
        found["resources"] = resources
    if mounts := spec.get("volumeMounts"):
        found["volumeMounts"] = [_mount(row) for row in mounts]
    return found


def _mount(row: Object) -> Object:
    found = {"name": row["name"], "mountPath": row["mountPath"]}
    return found | {"readOnly": True, "recursiveReadOnly": "Disabled"} if row.get("readOnly") else found


def state(run: Run) -> Object:
    """The present state of a container."""
    if run.state == RUNNING:
        return {"running": {"startedAt": stamp(run.started)}}
    if run.state == TERMINATED:
        return terminated(run)
    waiting = {"reason": run.reason}
    return {"waiting": waiting | {"message": run.message} if run.message else waiting}


# ---- phase


def phase(pod: Object, box: Sandbox) -> str:
    """As `getPhase` of the kubelet decides it."""
    if box.verdict:
        return "Failed"
    policy = pod["spec"].get("restartPolicy", "Always")
    if policy == "Never" and any(_failed(run) for run in box.of(INIT)):
        return "Failed"
    found = _phase(list(box.of(APP)), policy, terminal=box.over) if _initialized(box) or box.over else "Pending"
    return "Failed" if box.over and found not in ("Succeeded", "Failed") else found


def _phase(runs: list[Run], policy: str, *, terminal: bool) -> str:
    stopped = [run for run in runs if run.state == TERMINATED or (run.state == WAITING and run.last)]
    running = any(run.state == RUNNING for run in runs)
    if len(stopped) + sum(run.state == RUNNING for run in runs) < len(runs):
        return "Pending"
    if running or not stopped:
        return "Running"
    good = all(run.state == TERMINATED and run.code == 0 for run in stopped)
    if not terminal and policy == "Always":
        return "Running"
    if good:
        return "Succeeded"
    return "Failed" if terminal or policy == "Never" else "Running"


def _failed(run: Run) -> bool:
    return run.state == TERMINATED and run.code != 0


def _initialized(box: Sandbox) -> bool:
    """Every init container is done, every sidecar has started."""
    done = all(run.state == TERMINATED and run.code == 0 for run in box.of(INIT))
    return done and all(run.container_id and (run.passed or run.last) for run in box.of(SIDECAR))


# ---- conditions


def conditions(pod: Object, box: Sandbox, phase: str, now: float) -> list[Object]:
    """The kubelet's five, then what others wrote."""
    rows: list[Object] = (pod.get("status") or {}).get("conditions") or []
    old = {row["type"]: row for row in rows}
    generation = pod["metadata"].get("generation", 1)
    wanted = {"PodScheduled": ("True", "", "")}
    if box.runs:
        wanted |= _readiness(pod, box, phase, old)
    if box.disrupted:
        wanted["DisruptionTarget"] = ("True", "TerminationByKubelet", box.disrupted)
    found = []
    for kind in (*ORDER, "DisruptionTarget"):
        if kind in wanted:
            found.append(_condition(kind, wanted[kind], old.get(kind), generation, now))
    return found + [row for row in rows if row["type"] not in wanted]


def _condition(kind: str, wanted: tuple[str, str, str], old: Object | None, generation: int, now: float) -> Object:
    value, reason, message = wanted
    row: Object = {"type": kind, "observedGeneration": generation, "status": value, "lastProbeTime": None}
    row["lastTransitionTime"] = turned(old, value, stamp(now))
    if reason:
        row["reason"] = reason
    if message:
        row["message"] = message
    return row


def _readiness(pod: Object, box: Sandbox, phase: str, old: dict[str, Object]) -> dict[str, tuple[str, str, str]]:
    sandbox = box.up and not box.over and phase not in ("Succeeded", "Failed")
    found = {"PodReadyToStartContainers": ("True" if sandbox else "False", "", "")}
    found["Initialized"] = _initialization(box, phase)
    if phase in ("Succeeded", "Failed"):
        row = ("False", "PodCompleted" if phase == "Succeeded" else "PodFailed", "")
        return found | {"Ready": row, "ContainersReady": row}
    unready = [run.name for run in box.of(SIDECAR, APP) if not run.ready]
    containers = ("True", "", "")
    if unready:
        containers = ("False", "ContainersNotReady", _unready(unready))
    found["ContainersReady"] = found["Ready"] = containers
    if not unready and (why := _gates(pod["spec"].get("readinessGates") or (), old)):
        found["Ready"] = ("False", "ReadinessGatesNotReady", why)
    return found


def _initialization(box: Sandbox, phase: str) -> tuple[str, str, str]:
    if phase == "Succeeded":
        return "True", "PodCompleted", ""
    if _initialized(box) or any(run.container_id for run in box.of(APP)):
        return "True", "", ""
    incomplete = [run.name for run in box.of(INIT) if not (run.state == TERMINATED and run.code == 0)]
    incomplete += [run.name for run in box.of(SIDECAR) if not run.passed]
    return "False", "ContainersNotInitialized", f"containers with incomplete status: [{' '.join(incomplete)}]"


def _unready(names: list[str]) -> str:
    return f"containers with unready status: [{' '.join(names)}]"


def _gates(gates: Iterable[Object], old: dict[str, Object]) -> str:
    """Why the pod's readiness gates keep it from being ready."""
    found = []
    for gate in gates:
        kind = gate["conditionType"]
        if kind not in old:
            found.append(f'corresponding condition of pod readiness gate "{kind}" does not exist.')
        elif old[kind].get("status") != "True":
            found.append(
                f'the status of pod readiness gate "{kind}" is not "True", but {old[kind].get("status", "Unknown")}'
            )
    return ", ".join(found)


# ---- quality of service


def quality(spec: Object) -> str:
    """The class that its requests and limits give a pod (`qos.ComputePodQOS`)."""
    rows = [row.get("resources") or {} for row in (*spec.get("containers", ()), *(spec.get("initContainers") or ()))]
    if not any(_positive(row.get(part)) for row in rows for part in ("requests", "limits")):
        return "BestEffort"
    for row in rows:
        limits = row.get("limits") or {}
        requests = {**limits, **(row.get("requests") or {})}
        if not {"cpu", "memory"} <= limits.keys():
            return "Burstable"
        if any(quantity.parse(str(requests[part])) != quantity.parse(str(limits[part])) for part in ("cpu", "memory")):
            return "Burstable"
    return "Guaranteed"


def _positive(amounts: Object | None) -> bool:
    return any(bool(quantity.parse(str(value))) for part, value in (amounts or {}).items() if part in ("cpu", "memory"))
