"""Probes of containers: what they ask, what they found, and when they restart the container."""

from collections.abc import Iterator

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject
from k8stui.model.duration import human
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object
from k8stui.model.reasons.podparts import One, events, seen
from k8stui.model.reasons.saying import brief, head, more
from k8stui.model.sentences import ended

LIVENESS, READINESS, STARTUP = "livenessProbe", "readinessProbe", "startupProbe"
_SHOWN = {LIVENESS: "Liveness", READINESS: "Readiness", STARTUP: "Startup"}


def asks(probe: Object, container: Object) -> str:
    """What a probe does: `GET http://:8080/healthz`, `connects to port 5432`, `runs pg_isready`."""
    if get := tree.part(probe, "httpGet"):
        scheme = tree.text(get, "scheme").lower() or "http"
        return f"GET {scheme}://{tree.text(get, 'host')}:{_port(get, container)}{tree.text(get, 'path') or '/'}"
    if tcp := tree.part(probe, "tcpSocket"):
        return f"connects to port {_port(tcp, container)}"
    if grpc := tree.part(probe, "grpc"):
        return f"asks the gRPC health service on port {tree.text(grpc, 'port')}"
    return f"runs {brief(' '.join(tree.texts(probe, 'exec', 'command')))}"


def _port(target: Object, container: Object) -> str:
    """A port's number, also where the probe has its name."""
    said = tree.text(target, "port")
    named = (row for row in tree.rows(container, "ports") if tree.text(row, "name") == said)
    return next((tree.text(row, "containerPort") for row in named), said)


def patience(probe: Object) -> str:
    """`10 s x 3 failures = 30 s` (core/v1 Probe: 10 s and 3 where nothing is said)."""
    period = tree.number(probe, "periodSeconds") or 10
    failures = tree.number(probe, "failureThreshold") or 3
    return f"{period} s x {failures} failure{'s' if failures != 1 else ''} = {period * failures} s"


def found(subject: Subject, one: One, kind: str) -> tuple[str, float]:
    """What the probe said last, and when (0: not known); empty where no event tells."""
    begin = f"{_SHOWN[kind]} probe "
    for event in events(subject, "Unhealthy", "ProbeError", container=one.name):
        said = tree.text(event, "message")
        if said.startswith(begin):
            return said.partition(": ")[2] or said, seen(event)
    return "", 0.0


def killed_by(subject: Subject, one: One) -> str:
    """The probe for which the kubelet stopped the container last; empty if none."""
    for event in events(subject, "Killing", container=one.name):
        said = tree.text(event, "message").lower()
        for kind in (LIVENESS, STARTUP):
            if f"failed {_SHOWN[kind].lower()} probe" in said:
                return kind
    return ""


def killing(subject: Subject, one: One, kind: str) -> Iterator[Line]:
    """What the probe asks, what it found, and after how long it restarts the container."""
    probe = tree.part(one.spec, kind)
    said, _ = found(subject, one, kind)
    yield more(
        ended(f"Its {_SHOWN[kind].lower()} probe ({asks(probe, one.spec)}) failed{': ' + brief(said) if said else ''}")
    )
    delay = tree.number(probe, "initialDelaySeconds")
    after = f", the first look after {delay} s" if delay else ""
    yield more(f"It restarts the container after {patience(probe)}{after}.")


def unready(subject: Subject, one: One, now: float, mend: Ref | None) -> Iterator[Line]:
    """A container that runs and is not ready: which probe keeps it so."""
    starting = one.status.get("started") is False and STARTUP in one.spec
    kind = STARTUP if starting else READINESS
    probe = tree.part(one.spec, kind)
    if not probe:
        yield head(f"{one.title} runs, but is not ready yet.", mend, Tone.CHANGING)
        return
    said, at = found(subject, one, kind)
    yield head(f"{one.title} runs but is not ready: its {_SHOWN[kind].lower()} probe does not succeed.", mend)
    when = f" ({human(now - at)} ago)" if said and at else ""
    answer = f": {brief(said)}" if said else ", and no event says what it finds"
    yield more(ended(f"The probe ({asks(probe, one.spec)}){answer}{when}"))
    if starting:
        yield more(f"The container is restarted when it has not started after {patience(probe)}.")
    else:
        yield more("Until it succeeds, no Service sends anything to this pod.")
