"""Which workloads read a ConfigMap or Secret, and which of them see a change only after a restart."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.kinds import CRON_JOBS, DAEMON_SETS, DEPLOYMENTS, JOBS, STATEFUL_SETS, Kind, Ref
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.relations import template

READERS: Final = (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, CRON_JOBS, JOBS)
"""Kinds whose pods may read it. What they own is left out: it follows them."""
_LATER: Final = {CRON_JOBS.resource: "its next Job", JOBS.resource: "its next pod"}
"""What reads anew by itself, where there is nothing to restart."""


class Reader(Struct, frozen=True):
    """One workload that reads it."""

    ref: Ref
    how: str
    """`env GREETING of container web, volume settings`."""
    stale: bool
    """Its running pods go on with what they read when they began."""

    @property
    def can_restart(self) -> bool:
        """A CronJob and a Job have nothing to restart: the next Job or pod reads anew."""
        return self.ref.kind.resource not in _LATER

    @property
    def when(self) -> str:
        """What has to be done for it, or who sees the change by itself."""
        return "needs a restart" if self.stale else _LATER.get(self.ref.kind.resource, "follows by itself")


def readers(config: Ref, key: str, workloads: Iterable[ObjectRow]) -> list[Reader]:
    """Those that read it, the ones that have to be restarted first.

    Variables are set once, when a container starts; a volume follows within a minute or so, but not where a `subPath`
    of it is mounted. What an image is pulled with is read for the next pod: nobody restarts for that.

    Args:
        config: the ConfigMap or Secret.
        key: the only key that was changed; empty: any.
        workloads: of its namespace.
    """
    found = []
    for each in workloads:
        pod = template.of(each.ref.kind, each.tree())
        if each.ref.kind.resource == JOBS.resource and not _reads_on(each.tree()):
            continue
        uses = [use for use in template.references(pod) if _is(use, config, key)]
        if uses:
            notes = dict.fromkeys(use.note for use in uses)
            stale = each.ref.kind.resource not in _LATER and any(_once(use.note, pod) for use in uses)
            found.append(Reader(each.ref, ", ".join(notes), stale))
    return sorted(found, key=lambda each: (not each.stale, each.ref.kind.kind, each.ref.name))


def _reads_on(job: Object) -> bool:
    """Whether a Job will have pods yet and is nobody's: a CronJob's is told of as that."""
    ended = any(tree.text(tree.condition(job, each), "status") == "True" for each in ("Complete", "Failed"))
    return not ended and not tree.rows(job, "metadata", "ownerReferences")


def _is(use: template.Reference, config: Ref, key: str) -> bool:
    if (use.kind.resource, use.name) != (config.kind.resource, config.name) or use.note == "pull secret":
        return False
    return not key or not use.keys or key in use.keys


def _once(note: str, pod: Object) -> bool:
    """Whether it is read when a container starts, and never again."""
    if not note.startswith("volume "):
        return True
    volume = note.removeprefix("volume ")
    mounts = (
        row
        for place in ("initContainers", "containers")
        for container in tree.rows(pod, "spec", place)
        for row in tree.rows(container, "volumeMounts")
    )
    return any(tree.text(row, "name") == volume and (row.get("subPath") or row.get("subPathExpr")) for row in mounts)


def wanted(kind: Kind) -> bool:
    """Whether somebody may read it so."""
    return kind.resource in ("configmaps", "secrets")
