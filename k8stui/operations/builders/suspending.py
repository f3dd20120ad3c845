"""CronJobs and Jobs: suspend and resume, and a CronJob's Job now."""

import re
from typing import Final

import msgspec

from k8stui.model import tree
from k8stui.model.kinds import CRON_JOBS, JOBS, Ref
from k8stui.model.kubectl import about, command, named
from k8stui.model.objects import Object, ObjectRow
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import Inverse, Mutation, Request, Risk, patch

_LONGEST: Final = 63
"""A Job's name becomes a label of its pods."""
_NAME: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
INSTANTIATE: Final = "cronjob.kubernetes.io/instantiate"


def suspend(found: ObjectRow, *, on: bool) -> Mutation:
    """Suspend a CronJob or a Job (`on`), or resume it: the wanted state is sent, never its opposite.

    What a CronJob has started runs on. A suspended Job's running pods are deleted, and it starts anew when resumed.

    Raises:
        AlreadySoError: it is so already.
        UnableError: another kind, or a Job that has ended.
    """
    ref, obj = found.ref, found.exact()
    if ref.kind.resource not in (CRON_JOBS.resource, JOBS.resource):
        raise UnableError(f"{named(ref)} cannot be suspended: only CronJobs and Jobs can")
    is_on = tree.value(obj, "spec", "suspend") is True
    word = "suspend" if on else "resume"
    if is_on is on:
        raise AlreadySoError(f"{named(ref)} is {'already' if on else 'not'} suspended")
    is_job = ref.kind.resource == JOBS.resource
    if is_job and any(tree.text(tree.condition(obj, ended), "status") == "True" for ended in ("Complete", "Failed")):
        raise UnableError(f"{named(ref)} has ended: there is nothing to {word}")
    active = tree.number(obj, "status", "active")
    effect = f" ({active} running pods are deleted)" if is_job and on and active else ""
    body = {"spec": {"suspend": on}}
    return Mutation(
        builder="suspending.suspend",
        target=ref,
        request=patch(ref, body, manager="kubectl-patch"),
        risk=Risk.CHANGE if on else Risk.SAFE,
        says=f"{word} {about(ref)}{effect}",
        done=f"{named(ref)} {word}{'ed' if on else 'd'}",
        kubectl=command("patch", named(ref), "-p", msgspec.json.encode(body).decode(), namespace=ref.namespace),
        args={"on": on},
        before={"suspend": is_on},
        inverse=Inverse("suspending.suspend", {"on": not on}, {"/spec/suspend": on}),
        trivial=True,
    )


def trigger(found: ObjectRow, *, suffix: str) -> Mutation:
    """A Job of a CronJob's template at once, as `kubectl create job --from=cronjob/x`; the way back deletes it.

    Neither suspend nor concurrencyPolicy prevents it, and it counts toward the history limits. The target is the new
    Job; the CronJob's uid goes along as its owner, so a Job of a CronJob that was replaced is collected at once.

    Args:
        suffix: makes the name unique: `nightly-manual-x7k2p`; the CronJob's name is cut so that it fits 63 characters.

    Raises:
        UnableError: another kind, a suffix that fits no name.
    """
    cron, obj = found.ref, found.exact()
    if cron.kind.resource != CRON_JOBS.resource:
        raise UnableError(f"{named(cron)} cannot be triggered: only a CronJob can")
    name = job_name(cron.name, suffix)
    ref = Ref(JOBS, cron.namespace, name, "")
    notes = []
    if tree.value(obj, "spec", "suspend") is True:
        notes.append("the CronJob is suspended: this runs all the same")
    running = len(tree.rows(obj, "status", "active"))
    if running and tree.text(obj, "spec", "concurrencyPolicy") in ("Forbid", "Replace"):
        notes.append(f"{running} running: this runs beside")
    return Mutation(
        builder="suspending.trigger",
        target=ref,
        request=Request(
            "POST",
            JOBS.path(ref.namespace),
            msgspec.json.encode(_job(ref, cron, obj)),
            query=(("fieldManager", "kubectl-create"), ("fieldValidation", "Strict")),
        ),
        risk=Risk.CHANGE,
        says=f"trigger {about(found.ref)} as {name}" + (f" ({'; '.join(notes)})" if notes else ""),
        done=f"{named(ref)} created",
        kubectl=command("create", "job", name, f"--from=cronjob/{cron.name}", namespace=ref.namespace),
        verb="create",
        args={"suffix": suffix},
        inverse=Inverse("removing.delete"),
        trivial=True,
    )


def job_name(cron: str, suffix: str) -> str:
    """`nightly-manual-x7k2p`, at most 63 characters. Raises UnableError where the suffix fits no name."""
    if not _NAME.fullmatch(suffix) or len(suffix) > 20:
        raise UnableError(f"'{suffix[:40]}' cannot end a name: up to 20 small letters and digits")
    tail = f"-manual-{suffix}"
    return cron[: _LONGEST - len(tail)].rstrip("-.") + tail


def _job(ref: Ref, cron: Ref, obj: Object) -> Object:
    template = tree.part(obj, "spec", "jobTemplate")
    owner = {"apiVersion": cron.kind.api_version, "kind": "CronJob", "name": cron.name, "uid": cron.uid}
    labels = tree.part(template, "metadata", "labels")
    return {
        "apiVersion": JOBS.api_version,
        "kind": JOBS.kind,
        "metadata": {
            "name": ref.name,
            "namespace": ref.namespace,
            **({"labels": labels} if labels else {}),
            "annotations": {INSTANTIATE: "manual", **tree.part(template, "metadata", "annotations")},
            "ownerReferences": [owner | {"controller": True}],
        },
        "spec": tree.part(template, "spec"),
    }
