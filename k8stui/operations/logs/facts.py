"""What the pod's row says of one container, as far as its log is concerned."""

from msgspec import Struct

from k8stui.model.pod_row import Container, Exit, Pod


class Facts(Struct, frozen=True):
    """One container as last seen."""

    restarts: int = 0
    """How often it was started again: each time there is a new log."""
    ran: bool = False
    """It has been started, now or before: there is a log."""
    over: bool = False
    """It does not run: nothing is added to its log."""
    final: bool = False
    """Nothing ever will be."""
    gone: bool = False
    """Its pod is not there any more, or is none of those that are followed."""
    deleted: bool = False
    """Its pod is being deleted, or was when it was last seen."""
    exit: Exit | None = None
    """How it ended, or how the run before this one did."""
    why: str = ""
    """What it waits for, or what is wrong with it."""
    word: str = ""
    """The same in a word or two, of one that does not run: `CrashLoopBackOff`."""
    again: bool = False
    """It waits to be started again: its log is that of its last run."""
    earlier: bool = False
    """There was a run before the one whose log is read."""


def facts(pod: Pod, container: Container, *, gone: bool = False) -> Facts:
    """What a row says; `gone`: it is the last that was seen of its pod."""
    ended = container.state == "terminated"
    again = container.state == "waiting" and (container.last is not None or container.restarts > 0)
    if ended:
        exit_: Exit | None = Exit(container.reason, container.code or 0)
    else:
        exit_ = container.last
    done = ended and (
        pod.phase in ("Succeeded", "Failed")
        or pod.deleted is not None
        or container.role == "ephemeral"
        or (container.role == "init" and not container.code)
    )
    return Facts(
        restarts=container.restarts,
        ran=container.state in ("running", "terminated") or again,
        over=gone or ended or again,
        final=gone or done,
        gone=gone,
        deleted=pod.deleted is not None,
        exit=exit_,
        why=_why(pod, container),
        word=_word(pod, container),
        again=again,
        earlier=not again and (container.restarts > 0 or container.last is not None),
    )


def _why(pod: Pod, container: Container) -> str:
    """The pod's sentence, which names the image or the volume, rather than the container's one word."""
    if container.state == "running":
        return ""
    if container.state == "terminated":
        return f"exited {container.code or 0}" + (f" {container.reason}" if container.reason else "")
    return pod.why or pod.unscheduled or container.reason or pod.word


def _word(pod: Pod, container: Container) -> str:
    if container.state in ("running", "terminated"):
        return ""
    return "not scheduled" if pod.unscheduled else container.reason or pod.word


def leaving(seen: Facts) -> str:
    """Why a source has gone."""
    if not seen.gone:
        return f"ended for good: {ending(seen.exit)}" if seen.exit is not None else "ended"
    how = f", {ending(seen.exit)}" if seen.exit is not None and seen.over and not _ran_on(seen) else ""
    return f"is gone: its pod was deleted{how}" if seen.deleted else f"is gone: its pod is no longer there{how}"


def _ran_on(seen: Facts) -> bool:
    """Its exit is that of an earlier run."""
    return seen.why == "" and seen.exit is not None


def ending(exit_: Exit | None) -> str:
    """`exited 137 OOMKilled`."""
    if exit_ is None:
        return "ended"
    return f"exited {exit_.code}" + (f" {exit_.reason}" if exit_.reason else "")
