"""Why a container waits, ended or is restarted."""

import re
from collections.abc import Iterator

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject
from k8stui.model.duration import human, stamp
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object
from k8stui.model.pod_status import STARTING
from k8stui.model.reasons import configuring, probes, pulling
from k8stui.model.reasons.exits import words
from k8stui.model.reasons.podparts import One
from k8stui.model.reasons.saying import brief, head, more
from k8stui.model.sentences import counted, ended

RECENT = 3600.0
"""Seconds for which a restart is worth a word while the container runs."""
_BACK_OFF = re.compile(r"back-off (?:(\d+)h)?(?:(\d+)m)?(?:(\d+)(?:\.\d+)?s)? restarting")


def explain(subject: Subject, one: One, now: float, mend: Ref | None) -> Iterator[Line]:
    """What is wrong with one container; nothing for one that fares well or is just being made."""
    if one.waiting:
        reason = tree.text(one.waiting, "reason")
        if reason not in STARTING:
            yield from _waits(subject, one, reason, now, mend)
    elif one.ended:
        yield from _ended(subject, one, now, mend)
    elif one.running:
        yield from _restarted(subject, one, now, mend)
        if (one.sidecar or not one.init) and one.status.get("ready") is not True:
            yield from probes.unready(subject, one, now, mend)


def fails(one: One) -> bool:
    """It ended badly: now, or before its present run or wait."""
    return any(
        tree.number(row, "exitCode") != 0 or tree.number(row, "signal") for row in (one.ended, one.before) if row
    )


def ended_at(row: Object) -> float | None:
    """When a run ended."""
    return stamp(tree.text(row, "finishedAt"))


def _waits(subject: Subject, one: One, reason: str, now: float, mend: Ref | None) -> Iterator[Line]:
    said = tree.text(one.waiting, "message")
    if reason in pulling.REASONS:
        yield from pulling.explain(subject, one, mend)
    elif reason == "CrashLoopBackOff":
        times = f", restarted {counted(one.restarts, 'time')}" if one.restarts else ""
        yield head(f"{one.title} ends again and again{times}{_next_try(one, now)}.", mend)
        yield from _last_run(subject, one, one.before, now)
    elif reason == "CreateContainerConfigError":
        line = configuring.missing(subject, one.title, said, mend)
        yield line or head(ended(f"{one.title} cannot be configured: {brief(said)}"), mend)
    else:
        yield head(ended(f"{one.title} waits, {reason}{': ' + brief(said) if said else ''}"), mend)
        if one.before and reason != "RunContainerError":
            yield from _last_run(subject, one, one.before, now)


def _next_try(one: One, now: float) -> str:
    """The kubelet counts its back-off from the end of the last run."""
    match = _BACK_OFF.search(tree.text(one.waiting, "message"))
    at = ended_at(one.before)
    if match is None:
        return ""
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    delay = hours * 3600 + minutes * 60 + seconds
    left = None if at is None else at + delay - now
    if left is None:
        return f"; the kubelet waits {human(delay)} before the next try"
    return f"; next try in {human(left)} (back-off {human(delay)})" if left > 0 else "; the next try is due"


def _ended(subject: Subject, one: One, now: float, mend: Ref | None) -> Iterator[Line]:
    """It has ended; what ended well is no news."""
    if not fails(one) or not tree.number(one.ended, "exitCode"):
        return
    policy = tree.text(subject.object, "spec", "restartPolicy") or "Always"
    again = policy != "Never" or one.sidecar
    then = "will be started again" if again else "is not started again (restartPolicy Never)"
    yield head(f"{one.title} failed and {then}.", mend)
    yield _how(one, one.ended, now)
    yield from _circumstances(subject, one, one.ended, now)


def _restarted(subject: Subject, one: One, now: float, mend: Ref | None) -> Iterator[Line]:
    """It runs again after an end that is not long ago."""
    at = ended_at(one.before)
    if not one.restarts or not one.before or at is None or now - at > RECENT or one.before.get("exitCode") is None:
        return
    times = counted(one.restarts, "time")
    yield head(f"{one.title} runs again, restarted {times}.", mend, Tone.WARNING)
    yield _how(one, one.before, now)
    yield from _circumstances(subject, one, one.before, now)


def _last_run(subject: Subject, one: One, row: Object, now: float) -> Iterator[Line]:
    if row:
        yield _how(one, row, now)
        yield from _circumstances(subject, one, row, now)


def _how(one: One, row: Object, now: float) -> Line:
    at = ended_at(row)
    ago = f" {human(now - at)} ago" if at is not None else ""
    return more(f"It ended{ago} with {_said(one, row)}.")


def _circumstances(subject: Subject, one: One, row: Object, now: float) -> Iterator[Line]:
    """How long it ran, what it left behind as a message, which probe had it stopped."""
    begin, end = stamp(tree.text(row, "startedAt")), ended_at(row)
    if begin is not None and end is not None and end >= begin > 0:
        yield more(f"It ran for {human(end - begin)}.")
    if said := brief(tree.text(row, "message")):
        yield more(ended(f"It said: {said}"))
    if kind := probes.killed_by(subject, one):
        yield from probes.killing(subject, one, kind)


def _said(one: One, row: Object) -> str:
    limit = tree.text(one.spec, "resources", "limits", "memory")
    return words(tree.number(row, "exitCode"), tree.text(row, "reason"), tree.number(row, "signal"), limit)
