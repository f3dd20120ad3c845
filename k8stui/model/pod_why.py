"""Why a pod is not well, in one plain sentence."""

from collections.abc import Iterable

from k8stui.model.pod_raw import ContainerStatus, PodSpec, PodStatus, RawPod
from k8stui.model.pod_status import STARTING, Reading, condition_is_true
from k8stui.model.raw import Condition, Meta
from k8stui.model.sentences import ended


def sentence(raw: RawPod, reading: Reading, last_exit: str) -> str:
    """The first thing that holds the pod up, or an empty text. Not cleaned: it holds the server's words.

    `last_exit` is how a container ended last (`OOMKilled 137`), empty if none has.
    """
    meta, spec, status = raw.metadata or Meta(), raw.spec or PodSpec(), raw.status or PodStatus()
    if meta.deletion_timestamp:
        return _deleting(meta, status)
    if status.phase == "Failed" and (status.reason or status.message):
        return ended(f"{status.reason or 'Failed'}: {status.message}" if status.message else f"{status.reason}")
    if status.phase == "Pending" and not spec.node_name:
        return _not_placed(spec, status)
    held = _held(status, last_exit)
    if held:
        return held
    if status.phase == "Pending" and not status.container_statuses:
        return f"Waits for the kubelet of {spec.node_name} to start it."
    return _not_ready(spec, status) if status.phase == "Running" else ""


def _deleting(meta: Meta, status: PodStatus) -> str:
    """Who deletes it, and what keeps it."""
    target = _condition(status.conditions, "DisruptionTarget")
    cause = f" ({target.message or target.reason})" if target is not None and target.status == "True" else ""
    if meta.finalizers:
        return f"Being deleted{cause}; kept by the finalizer {', '.join(meta.finalizers[:3])}."
    return f"Being deleted{cause}."


def _not_placed(spec: PodSpec, status: PodStatus) -> str:
    """No node yet."""
    if spec.scheduling_gates:
        return f"Held back by scheduling gates: {', '.join(gate.name or '' for gate in spec.scheduling_gates[:5])}."
    placed = _condition(status.conditions, "PodScheduled")
    if placed is not None and placed.status != "True" and placed.message:
        return ended(f"No node takes it: {placed.message}")
    return "Waits for the scheduler to choose a node."


def _held(status: PodStatus, last_exit: str) -> str:
    """The first container, init containers first, that waits for something wrong or has failed."""
    for group, title in ((status.init_container_statuses, "Init container"), (status.container_statuses, "Container")):
        for each in group or ():
            text = _container(each, last_exit)
            if text:
                return ended(f"{title} {each.name} {text}")
    starting = _condition(status.conditions, "PodReadyToStartContainers")
    for each in status.container_statuses or ():
        if (
            each.state is not None
            and each.state.waiting is not None
            and each.state.waiting.reason == "ContainerCreating"
        ):
            if starting is not None and starting.status == "False":
                return f"Container {each.name} is not created yet: the pod's network or volumes are not ready."
            return f"Container {each.name} is being created."
    for each in status.init_container_statuses or ():
        if each.state is not None and each.state.running is not None and not each.started:
            return f"Init container {each.name} is still running."
    return ""


def _container(status: ContainerStatus, last_exit: str) -> str:
    """What is wrong with one container, empty if nothing is."""
    state = status.state
    if state is None:
        return ""
    if state.waiting is not None and (state.waiting.reason or "") not in STARTING:
        message = f": {state.waiting.message}" if state.waiting.message else ""
        after = f" (last exit {last_exit})" if last_exit else ""
        return f"waits, {state.waiting.reason}{after}{message}"
    end = state.terminated
    if end is not None and end.exit_code:
        message = f": {end.message}" if end.message else ""
        return f"ended with {end.reason or 'Error'}, exit code {end.exit_code}{message}"
    return ""


def _not_ready(spec: PodSpec, status: PodStatus) -> str:
    """It runs, but does not serve."""
    for each in status.container_statuses or ():
        if not each.ready and each.state is not None and each.state.running is not None:
            probe = "startup" if each.started is False else "readiness"
            return f"Container {each.name} runs but is not ready: its {probe} probe does not succeed."
    unmet = [
        gate.condition_type or ""
        for gate in spec.readiness_gates or ()
        if not condition_is_true(status.conditions, gate.condition_type or "")
    ]
    return f"Waits for readiness gates: {', '.join(unmet[:5])}." if unmet else ""


def _condition(conditions: Iterable[Condition] | None, name: str) -> Condition | None:
    return next((each for each in conditions or () if each.type == name), None)
