"""Which pods of a node a drain takes, leaves or stumbles over: kubectl's filters, in its order (semantics §2.4, §2.5).

The first filter that says no decides. Two things differ from kubectl 1.32: its warnings are lost where a later filter
has nothing to say (a pod whose emptyDir is lost goes without a word), here all are kept; and it writes "cannot delete
cannot delete Pods that declare no controller", which later versions do not.
"""

from collections.abc import Container
from enum import Enum

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.duration import stamp
from k8stui.model.objects import Object
from k8stui.model.pod_status import ENDED
from k8stui.model.refs import controller
from k8stui.model.text import clean
from k8stui.operations.drain.options import Options

MIRROR = "kubernetes.io/config.mirror"
DAEMON_ERROR = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
DATA_ERROR = "Pods with local storage (use --delete-emptydir-data to override)"
LONELY_ERROR = "Pods that declare no controller (use --force to override)"
DAEMON_WARNING = "ignoring DaemonSet-managed Pods"
DATA_WARNING = "deleting Pods with local storage"
LONELY_WARNING = "deleting Pods that declare no controller"


class Fate(Enum):
    """What becomes of a pod, one for each; the value is how a summary counts it."""

    EVICT = "evict"
    DATA = "loses data"
    """It has an emptyDir, and goes, or would with the option."""
    LONELY = "not recreated"
    """Nobody owns it, and it goes by force."""
    NEEDS_FORCE = "needs force"
    BLOCKED = "blocked"
    """Its budget allows none now: tried until it does."""
    BROKEN = "not evictable"
    """Several budgets select it, or its budget is in disorder: the server refuses for good."""
    DAEMON = "DaemonSet"
    """Its presence refuses the node: DaemonSets are not ignored, or cannot be looked at."""
    STAYS = "stay (DaemonSet)"
    STATIC = "static"
    """The mirror of a file on the node: nothing in the API ends it."""
    TERMINATING = "terminating"
    """On its way already; waited for."""
    OVERDUE = "not waited for"
    """Its deletion is overdue for longer than `skip_wait`."""
    FINISHED = "finished"
    """It has ended: its object is taken away."""


class Filtered(Struct, frozen=True):
    """What the filters say to one pod."""

    fate: Fate
    error: str = ""
    """kubectl's reason to do nothing on this node, as it stands after `cannot delete `; empty: none."""
    warnings: tuple[str, ...] = ()
    """What kubectl warns of, or should."""

    @property
    def goes(self) -> bool:
        """Whether it is taken from the node."""
        return not self.error and self.fate not in (Fate.STAYS, Fate.STATIC, Fate.OVERDUE)


def filtered(
    pod: Object, daemonsets: Container[tuple[str, str]], options: Options, now: float, *, unread: str = ""
) -> Filtered:
    """What kubectl's filters say to a pod.

    Args:
        pod: decoded.
        daemonsets: namespace and name of those that there are.
        options: of the drain.
        now: epoch seconds by the server's clock.
        unread: why the DaemonSets could not be read; empty: they were.
    """
    deleted = stamp(tree.text(pod, "metadata", "deletionTimestamp"))
    if options.skip_wait and deleted is not None and int(now - deleted) > options.skip_wait:
        return Filtered(Fate.OVERDUE)
    if is_over(pod):
        mirrored = MIRROR in tree.part(pod, "metadata", "annotations")
        return Filtered(Fate.STATIC if mirrored else Fate.FINISHED)
    warnings: tuple[str, ...] = ()
    if tree.text(controller(pod), "kind") == "DaemonSet":
        found = _of_a_daemonset(pod, daemonsets, options, unread)
        if found.error or found.fate is Fate.STAYS:
            return found
        warnings = found.warnings
    if MIRROR in tree.part(pod, "metadata", "annotations"):
        return Filtered(Fate.STATIC)
    return _with_losses(pod, options, warnings, going=deleted is not None)


def _with_losses(pod: Object, options: Options, warnings: tuple[str, ...], *, going: bool) -> Filtered:
    """Local storage, then pods that nobody recreates."""
    fate = Fate.TERMINATING if going else Fate.EVICT
    if empty_dirs(pod):
        if not options.delete_emptydir:
            return Filtered(Fate.DATA, DATA_ERROR)
        warnings = (*warnings, DATA_WARNING)
        fate = fate if going else Fate.DATA
    if not controller(pod):
        if not options.force:
            return Filtered(Fate.NEEDS_FORCE, LONELY_ERROR)
        warnings = (*warnings, LONELY_WARNING)
        fate = fate if going or fate is Fate.DATA else Fate.LONELY
    return Filtered(fate, warnings=warnings)


def _of_a_daemonset(pod: Object, daemonsets: Container[tuple[str, str]], options: Options, unread: str) -> Filtered:
    if unread:
        return Filtered(Fate.DAEMON, clean(unread))
    name = tree.text(controller(pod), "name")
    if (tree.namespace(pod), name) not in daemonsets:
        said = f'daemonsets "{clean(name)}" not found'
        return Filtered(Fate.EVICT, warnings=(said,)) if options.force else Filtered(Fate.NEEDS_FORCE, said)
    if not options.ignore_daemonsets:
        return Filtered(Fate.DAEMON, DAEMON_ERROR)
    return Filtered(Fate.STAYS, warnings=(DAEMON_WARNING,))


def empty_dirs(pod: Object) -> list[str]:
    """The names of the volumes whose content goes with the pod; volumes of claims and of the host stay."""
    rows = tree.rows(pod, "spec", "volumes")
    return [clean(tree.text(each, "name")) for each in rows if isinstance(each.get("emptyDir"), dict)]


def is_over(pod: Object) -> bool:
    """Whether it has ended."""
    return tree.text(pod, "status", "phase") in ENDED
