"""What `kubectl rollout status` says of a workload (kubectl's polymorphichelpers)."""

from msgspec import Struct

from k8stui.model.workload_row import Workload

_ONLY_ROLLING = "rollout status is only available for RollingUpdate strategy type"


class RolloutStatus(Struct, frozen=True):
    """The answer at one moment."""

    message: str = ""
    """With its line break, as kubectl prints it."""
    done: bool = False
    """There is nothing to wait for; also with an error that waiting does not mend."""
    error: str = ""
    """Why it failed, or why nothing can be said; else empty."""

    @property
    def well(self) -> bool:
        """Rolled out, and without an error."""
        return self.done and not self.error


def rollout_status(workload: Workload, revision: int = 0) -> RolloutStatus:
    """The status of the newest rollout, or of the one with that revision (Deployments)."""
    match workload.kind:
        case "Deployment":
            return _deployment(workload, revision)
        case "DaemonSet":
            return _daemon_set(workload)
        case "StatefulSet":
            return _stateful_set(workload)
    return RolloutStatus(done=True, error=f"no status viewer has been implemented for {workload.kind}")


def _deployment(found: Workload, revision: int) -> RolloutStatus:
    if revision > 0 and found.revision != revision:
        text = f"desired revision ({revision}) is different from the running revision ({found.revision})"
        return RolloutStatus(error=text)
    if found.generation > found.observed:
        return RolloutStatus("Waiting for deployment spec update to be observed...\n")
    name = f'deployment "{found.ref.name}"'
    progressing = found.condition("Progressing")
    if progressing is not None and progressing.reason == "ProgressDeadlineExceeded":
        return RolloutStatus(error=f"{name} exceeded its progress deadline")
    waiting = f"Waiting for {name} rollout to finish:"
    if found.updated < found.wanted:
        return RolloutStatus(f"{waiting} {found.updated} out of {found.wanted} new replicas have been updated...\n")
    if found.replicas > found.updated:
        old = found.replicas - found.updated
        return RolloutStatus(f"{waiting} {old} old replicas are pending termination...\n")
    available = found.available or 0
    if available < found.updated:
        return RolloutStatus(f"{waiting} {available} of {found.updated} updated replicas are available...\n")
    return RolloutStatus(f"{name} successfully rolled out\n", done=True)


def _daemon_set(found: Workload) -> RolloutStatus:
    if found.strategy != "RollingUpdate":
        return RolloutStatus(done=True, error=_ONLY_ROLLING)
    if found.generation > found.observed:
        return RolloutStatus("Waiting for daemon set spec update to be observed...\n")
    name = f'daemon set "{found.ref.name}"'
    waiting = f"Waiting for {name} rollout to finish:"
    if found.updated < found.wanted:
        return RolloutStatus(f"{waiting} {found.updated} out of {found.wanted} new pods have been updated...\n")
    available = found.available or 0
    if available < found.wanted:
        return RolloutStatus(f"{waiting} {available} of {found.wanted} updated pods are available...\n")
    return RolloutStatus(f"{name} successfully rolled out\n", done=True)


def _stateful_set(found: Workload) -> RolloutStatus:
    if found.strategy != "RollingUpdate":
        return RolloutStatus(done=True, error=_ONLY_ROLLING)
    if found.observed == 0 or found.generation > found.observed:
        return RolloutStatus("Waiting for statefulset spec update to be observed...\n")
    if found.ready < found.wanted:
        return RolloutStatus(f"Waiting for {found.wanted - found.ready} pods to be ready...\n")
    if found.rolling:
        last = found.wanted - (found.partition or 0)
        if found.partition is not None and found.updated < last:
            text = f"{found.updated} out of {last} new pods have been updated...\n"
            return RolloutStatus(f"Waiting for partitioned roll out to finish: {text}")
        return RolloutStatus(f"partitioned roll out complete: {found.updated} new pods have been updated...\n", True)
    if found.update_revision != found.current_revision:
        text = f"{found.updated} pods at revision {found.update_revision}...\n"
        return RolloutStatus(f"waiting for statefulset rolling update to complete {text}")
    text = f"{found.current} pods at revision {found.current_revision}...\n"
    return RolloutStatus(f"statefulset rolling update complete {text}", done=True)
