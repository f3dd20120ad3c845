"""How a workload is, in a few words that are never rosier than `kubectl rollout status`; the first that is true counts.

What depends on the hour (a CronJob's next run) is added by `model.workloads`.
"""

from msgspec import Struct

from k8stui.model import refusals
from k8stui.model.columns import Tone
from k8stui.model.rollout import rollout_status
from k8stui.model.sentences import counted, ended, flat
from k8stui.model.workload_row import Said, Workload

_ROLLED = ("Deployment", "DaemonSet", "StatefulSet")


class Health(Struct, frozen=True, gc=False):
    """How it is."""

    words: str
    tone: Tone
    why: str = ""
    """One sentence where there is something to explain."""


def health(found: Workload) -> Health:
    """How the workload is, by its own words alone."""
    own = _health(found)
    if own.tone is Tone.OK and found.kind in _ROLLED:
        kubectl = rollout_status(found)
        if not kubectl.done:
            return Health("Rollout not finished", Tone.CHANGING, kubectl.message.strip())
    return own


def _health(found: Workload) -> Health:
    if found.deleted is not None:
        return Health("Terminating", Tone.CHANGING, "It is being deleted.")
    match found.kind:
        case "Job":
            return _job(found)
        case "CronJob":
            return _cron_job(found)
    if found.generation > found.observed:
        why = "Its controller has not acted upon the last change yet."
        return Health("Change not observed yet", Tone.CHANGING, why)
    refused = _refused(found)
    if refused is not None:
        return refused
    if found.kind != "DaemonSet" and found.wanted == 0:
        return _scaled_down(found)
    if found.kind == "Deployment":
        return _deployment(found)
    if found.kind == "DaemonSet":
        return _daemon_set(found)
    return _stateful_set(found) if found.kind == "StatefulSet" else _pods(found)


def _refused(found: Workload) -> Health | None:
    """Its pods cannot be created or deleted."""
    said = found.condition("ReplicaFailure")
    if said is None or not said.true:
        return None
    what = refusals.short(said.message) or said.reason
    return Health(f"ReplicaFailure: {what}" if what else "ReplicaFailure", Tone.BAD, _sentence(said))


def _scaled_down(found: Workload) -> Health:
    paused = "Paused · " if found.paused else ""
    if found.replicas:
        return Health(f"{paused}Scaling to 0 · {found.replicas} left", Tone.CHANGING)
    return Health(f"{paused}Scaled to 0", Tone.MUTED, "It wants no pods.")


def _missing(found: Workload) -> Health | None:
    """It wants pods and has none at all."""
    if found.replicas or not found.wanted:
        return None
    why = f"It wants {counted(found.wanted, 'pod')} and has none; its events say why."
    return Health(f"wants {found.wanted} has 0", Tone.BAD, why)


def _short(found: Workload) -> Health | None:
    """Not all of its pods serve."""
    serving = _serving(found)
    if serving >= found.wanted:
        return None
    tone = Tone.WARNING if serving else Tone.BAD
    why = f"{serving} of {found.wanted} pods {_be(serving)} available."
    return Health(f"Degraded {serving}/{found.wanted}", tone, why)


def _serving(found: Workload) -> int:
    """Pods that are available; where the server does not say, those that are ready."""
    return found.ready if found.available is None else min(found.ready, found.available)


def _deployment(found: Workload) -> Health:
    progressing = found.condition("Progressing")
    if progressing is not None and progressing.reason == "ProgressDeadlineExceeded":
        text = f"{found.updated} of {found.wanted} updated, {_serving(found)} available. {_sentence(progressing)}"
        return Health("Stuck: ProgressDeadlineExceeded", Tone.BAD, text)
    if found.paused:
        return _paused(found)
    lack = _missing(found)
    if lack is not None:
        return lack
    rolled = progressing is None or progressing.reason == "NewReplicaSetAvailable"
    if found.updated < found.wanted or found.replicas > found.updated:
        return _rolling(found, found.wanted)
    if rolled or _serving(found) >= found.wanted:
        return _short(found) or _well(found)
    return _rolling(found, found.wanted)


def _paused(found: Workload) -> Health:
    """Nothing is rolled out; whether what runs is well is told besides."""
    lack = _missing(found) or _short(found)
    if lack is not None:
        tone = Tone.BAD if lack.tone is Tone.BAD else Tone.WARNING
        return Health(f"Paused · {lack.words}", tone, f"{lack.why} Its rollouts are paused.")
    if found.updated < found.wanted:
        why = "Its rollout is paused half way: old and new pods run side by side."
        return Health(f"Paused {found.updated}/{found.wanted}", Tone.WARNING, why)
    return Health("Paused", Tone.WARNING, "Its rollouts are paused: changes of its template wait until it is resumed.")


def _rolling(found: Workload, goal: int) -> Health:
    """New pods take the place of old ones; too few that serve meanwhile are worth a look."""
    text = f"Rolling out {found.updated}/{goal}"
    old = found.replicas - found.updated
    serving = _serving(found)
    why = f"{found.updated} of {goal} pods {_be(found.updated)} new"
    if found.updated >= goal and old > 0:
        text, why = f"{text} · {old} old left", f"{why}, {old} old still end"
    if serving < found.wanted:
        text = f"{text} · {serving} available"
        why = f"{why}, {serving} of {found.wanted} {_be(serving)} available"
    unavailable = found.condition("Available")
    bad = unavailable is not None and unavailable.status == "False"
    return Health(text, Tone.WARNING if bad else Tone.CHANGING, f"{why}.")


def _daemon_set(found: Workload) -> Health:
    if not found.wanted:
        return Health("No node wanted", Tone.MUTED, "No node matches its selector, affinity and tolerations.")
    lack = _missing(found)
    if lack is not None:
        return lack
    if found.updated < found.wanted and found.strategy != "OnDelete":
        return _rolling(found, found.wanted)
    lack = _short(found)
    if lack is not None:
        return lack
    if found.updated < found.wanted:
        return _outdated(found, found.wanted)
    if found.misscheduled:
        why = f"{found.misscheduled} of its pods {_be(found.misscheduled)} on nodes that it does not want any more."
        return Health(f"{found.misscheduled} misscheduled", Tone.WARNING, why)
    return _well(found)


def _stateful_set(found: Workload) -> Health:
    if not found.observed:
        return Health("Change not observed yet", Tone.CHANGING, "Its controller has not seen it yet.")
    lack = _missing(found)
    if lack is not None:
        return lack
    goal = max(0, found.wanted - (found.partition or 0))
    changed = found.update_revision != found.current_revision
    if found.strategy == "OnDelete":
        return _short(found) or (_outdated(found, goal) if changed and found.updated < goal else _well(found))
    if changed and found.updated < goal:
        return _rolling(found, goal)
    lack = _short(found)
    if lack is not None:
        return lack
    if found.updated < goal or (changed and not found.partition):
        return _rolling(found, goal)  # kubectl waits here, too
    if found.partition and changed:
        why = f"The first {counted(found.partition, 'pod')} keep the old revision (partition)."
        return Health(f"Healthy · partition {found.partition}", Tone.OK, why)
    return _well(found)


def _outdated(found: Workload, goal: int) -> Health:
    why = f"{counted(goal - found.updated, 'pod')} are old: with OnDelete they are replaced when deleted."
    return Health(f"Outdated {found.updated}/{goal} (OnDelete)", Tone.WARNING, why)


def _pods(found: Workload) -> Health:
    """A ReplicaSet."""
    lack = _missing(found) or _short(found)
    if lack is not None:
        return lack
    if found.replicas > found.wanted:
        return Health(f"Scaling to {found.wanted} · {found.replicas} left", Tone.CHANGING)
    return _well(found)


def _well(found: Workload) -> Health:
    if found.replicas > found.wanted:
        return Health(f"Scaling to {found.wanted} · {found.replicas} left", Tone.CHANGING)
    return Health("Healthy", Tone.OK)


def _job(found: Workload) -> Health:
    failed, complete = found.condition("Failed"), found.condition("Complete")
    if failed is not None and failed.true:
        reason = f"Failed: {failed.reason}" if failed.reason else "Failed"
        return Health(reason, Tone.BAD, _sentence(failed))
    if complete is not None and complete.true:
        return Health("Complete", Tone.MUTED)
    if found.suspend or found.holds("Suspended"):
        return Health("Suspended", Tone.WARNING, "It is suspended: no pods run until it is resumed.")
    failing = found.condition("FailureTarget")
    if failing is not None and failing.true:
        reason = f"Failing: {failing.reason}" if failing.reason else "Failing"
        return Health(reason, Tone.BAD, _sentence(failing))
    return _running_job(found)


def _running_job(found: Workload) -> Health:
    goal = found.completions if found.completions is not None else max(1, found.parallelism or 1)
    tries = f" · {found.failed} failed" if found.failed else ""
    if found.active:
        why = f"{counted(found.failed, 'pod')} of it failed before." if found.failed else ""
        tone = Tone.WARNING if found.failed else Tone.CHANGING
        return Health(f"Running {found.succeeded}/{goal}{tries}", tone, why)
    if found.holds("SuccessCriteriaMet") or found.succeeded >= goal:
        return Health(f"Completing {found.succeeded}/{goal}", Tone.CHANGING)
    if found.failed:
        why = f"{counted(found.failed, 'pod')} of it failed; it waits before it tries again."
        return Health(f"Retrying{tries}", Tone.WARNING, why)
    if found.parallelism == 0:
        return Health("Parallelism 0", Tone.WARNING, "Its parallelism is 0: no pods run until it is raised.")
    return Health(f"wants {goal} has 0", Tone.BAD, f"It wants {counted(goal, 'pod')} and has none; its events say why.")


def _cron_job(found: Workload) -> Health:
    if found.suspend:
        return Health("Suspended", Tone.WARNING, "It is suspended: it runs no Jobs until it is resumed.")
    if found.active:
        return Health(f"Running {found.active}", Tone.CHANGING)
    return Health("Scheduled", Tone.OK)


def _sentence(said: Said) -> str:
    """The server's message, or its reason, with a full stop."""
    return ended(flat(said.message or said.reason))


def _be(count: int) -> str:
    return "is" if count == 1 else "are"
