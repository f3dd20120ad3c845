"""What is not compared where our kubelets wrote it: the recorded nodes had other machines, runtimes and probes.

Nodes `worker-*` and `rec-node` were played by kwok; `edge-1` had a real kubelet over a runtime made for the recording,
whose probes call every container ready, also one that waits or has ended.
"""

import re
from typing import Any

Mapping = dict[str, Any]

_CONTAINER = ("containerID", "imageID", "started", "resources", "allocatedResources", "user", "volumeMounts")
"""What a container's status says of its runtime."""
_MACHINE = ("capacity", "allocatable", "addresses", "daemonEndpoints", "nodeInfo", "images", "phase")
"""What a node's status says of its machine, its runtime and (`phase`) of kwok."""
_PROBED = ("Ready", "ContainersReady")
_PULL = re.compile(r" in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: \d+ bytes\.")


def comparable(path: str, recorded: Mapping, ours: Mapping) -> tuple[Mapping, Mapping]:
    """Both without what only their runtimes decided."""
    if "containerstatuses[" in path.lower():
        hidden = _CONTAINER + (("ready",) if _said_ready(recorded) else ())
        return _without(recorded, hidden), _without(ours, hidden)
    if "remainingItemCount" in recorded and "remainingItemCount" in ours:  # what else there was by then
        return _without(recorded, ("remainingItemCount",)), _without(ours, ("remainingItemCount",))
    if path.endswith("status") and "nodeInfo" in recorded:
        return _node(recorded), _node(ours)
    if path.endswith("status") and any(_said_ready(row) for row in recorded.get("containerStatuses", ())):
        return _unprobed(recorded), _unprobed(ours)
    if path.endswith("status") and "qosClass" in recorded and "observedGeneration" not in str(recorded):
        return recorded, _of_kwok(ours)
    if path.endswith((".involvedObject", ".regarding")):  # which of its versions a component had seen by then
        return _without(recorded, ("resourceVersion",)), _without(ours, ("resourceVersion",))
    return recorded, ours


def words(text: str) -> str:
    """A message without how long a pull took and how large the image was."""
    return _PULL.sub(" in <time>.", text)


def _without(row: Mapping, keys: tuple[str, ...]) -> Mapping:
    return {key: value for key, value in row.items() if key not in keys}


def _said_ready(row: Mapping) -> bool:
    """Ready though it does not run: no kubelet with probes says so."""
    return bool(row.get("ready")) and "running" not in row.get("state", {})


def _node(status: Mapping) -> Mapping:
    """Conditions by name: kwok writes them in an order of its own, and one more."""
    rows = [row for row in status.get("conditions", ()) if row["type"] != "NetworkUnavailable"]
    return _without(status, _MACHINE) | {"conditions": sorted(rows, key=lambda row: str(row["type"]))}


def _of_kwok(status: Mapping) -> Mapping:
    """A pod's: kwok does not say of which generation, nor that a sandbox was made."""
    rows = [row for row in status.get("conditions", ()) if row["type"] != "PodReadyToStartContainers"]
    rows = [_without(row, ("observedGeneration",)) for row in rows]
    return _without(status, ("observedGeneration",)) | ({"conditions": rows} if rows else {})


def _unprobed(status: Mapping) -> Mapping:
    rows = [row for row in status.get("conditions", ()) if row["type"] not in _PROBED]
    return status | {"conditions": rows}
