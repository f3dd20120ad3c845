"""Why a pod is Pending, being made, restarting, not ready, evicted or stuck, and what has to be mended.

The protocol for a screen: read what `wants` asks for (again when the pod changes, because it depends on what ails the
pod), fetch the last lines of the logs that `previous_logs` names, and show what `reasons` makes of both.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import JOBS, NODES, POD_METRICS, REPLICA_SETS, Ref
from k8stui.model.objects import Object
from k8stui.model.reasons import creating, hints, leaving, pulling, scheduling, states
from k8stui.model.reasons.placing import amount
from k8stui.model.reasons.podparts import One, containers, mended_in
from k8stui.model.reasons.saying import head, more, quoted
from k8stui.model.refs import controller, kind_of
from k8stui.model.sentences import listed

TAIL = 8
"""Lines of a log that are shown."""
_BUSY = 95
"""Per cent of its CPU limit at which a container is throttled."""
_MADE_FROM = (REPLICA_SETS, JOBS)
"""Owners of pods that have owners of their own."""


class Tail(Struct, frozen=True):
    """A log whose last lines say why: of a container's run before this one, or of the present (or only) one."""

    container: str
    previous: bool


def wants(pod: Object) -> tuple[Want, ...]:
    """The neighbours that `reasons` looks at; their names begin with `pod/`."""
    namespace, node = tree.namespace(pod), tree.text(pod, "spec", "nodeName")
    found = [Want.events("pod/events", namespace, tree.uid(pod))]
    above = controller(pod)
    if (kind := kind_of(above)) in _MADE_FROM and kind is not None:
        name = tree.text(above, "name")
        found.append(Want.one("pod/owner", kind, namespace, name))
    if node:
        found.append(Want.one("pod/node", NODES, None, node))
    elif scheduling.unplaced(pod):
        found += scheduling.wants(pod)
    if any(states.fails(one) for one in containers(pod)):
        found += hints.wants(pod)
    if any(one.running and tree.text(one.spec, "resources", "limits", "cpu") for one in containers(pod)):
        found.append(Want.one("pod/metrics", POD_METRICS, namespace, tree.name(pod)))
    return tuple(found)


def previous_logs(pod: Object, now: float) -> tuple[Tail, ...]:
    """Whose last lines to fetch: containers that ended badly within the hour or wait after that, and such not ready."""
    found = []
    for one in containers(pod):
        at = states.ended_at(one.before)
        if one.ended:
            if states.fails(one) and tree.number(one.ended, "exitCode"):
                found.append(Tail(one.name, previous=False))
        elif one.before and (one.waiting or (at is not None and now - at <= states.RECENT)):
            found.append(Tail(one.name, previous=True))
        elif one.running and one.status.get("ready") is False and (one.sidecar or not one.init):
            found.append(Tail(one.name, previous=False))
    return tuple(found)


def reasons(
    subject: Subject, previous_log: Mapping[str, Sequence[str]], now: float, mend: Ref | None = None
) -> list[Line]:
    """What is wrong with the pod, worst first; nothing for one that is well.

    `previous_log` holds the last lines by container, as far as `previous_logs` asked for them; `now` is the server's
    time; `mend` is where the pod's template can be changed, if the caller knows. Lines that are indented belong to the
    sentence above them; targets are what has to be looked at or mended.
    """
    pod, mend = subject.object, mend or mended_in(subject)
    lines: list[Line] = []
    if leaving.deleting(pod):
        lines += leaving.explain(subject, now)
    if tree.text(pod, "status", "phase") == "Failed":
        lines += leaving.failed(subject, now, mend)
    if scheduling.unplaced(pod):
        return _missing(subject, lines + scheduling.explain(subject, mend))
    lines += leaving.silent(subject, now) if not leaving.deleting(pod) else ()
    for one in containers(pod):
        found = list(states.explain(subject, one, now, mend))
        lines += found
        lines += _log(subject, one, previous_log.get(one.name, ())) if found else ()
    if not lines and creating.waits(subject):
        lines += creating.explain(subject, mend)
    lines += _gates(pod, mend)
    lines += pulling.secrets(subject)
    lines += _throttled(subject, mend)
    return lines


def _missing(subject: Subject, lines: list[Line]) -> list[Line]:
    """The lines, and why there are not more of them."""
    notes = dict.fromkeys(why for name, why in subject.missing.items() if name != "pod/metrics")
    return lines + [more(why, tone=Tone.MUTED) for why in notes]


def _log(subject: Subject, one: One, log: Sequence[str]) -> Iterator[Line]:
    """The last words of a container, and where they stand."""
    tail = [line for line in log if line.strip()][-TAIL:]
    if not tail:
        return
    yield more(f"The last {len(tail)} lines of its log:" if len(tail) > 1 else "The last line of its log:")
    yield from map(quoted, tail)
    if states.fails(one):
        yield from hints.explain(subject, tail)


def _gates(pod: Object, mend: Ref | None) -> Iterator[Line]:
    """Readiness gates that nobody has opened."""
    if tree.text(pod, "status", "phase") != "Running":
        return
    gates = [tree.text(row, "conditionType") for row in tree.rows(pod, "spec", "readinessGates")]
    unmet = [name for name in gates if tree.condition(pod, name).get("status") != "True"]
    if unmet:
        yield head(f"It waits for readiness gates: {listed(unmet)}.", mend, Tone.WARNING)
        yield more("Whoever sets these conditions (a load balancer's controller, a mesh) has not done so.")


def _throttled(subject: Subject, mend: Ref | None) -> Iterator[Line]:
    """Containers that use all the CPU they may have: they are slowed down, not restarted."""
    used = {
        tree.text(row, "name"): amount(tree.text(row, "usage", "cpu"))
        for metrics in subject.around.get("pod/metrics", ())
        if tree.name(metrics) == tree.name(subject.object)
        for row in tree.rows(metrics, "containers")
    }
    for one in containers(subject.object):
        limit = amount(tree.text(one.spec, "resources", "limits", "cpu"))
        use = used.get(one.name)
        if use is not None and limit.nanos > 0 and use.nanos * 100 >= limit.nanos * _BUSY:
            words = (
                f"{one.title} is at its CPU limit: throttled. It uses {use.milli_value()}m of {limit.milli_value()}m."
            )
            yield head(words, mend, Tone.WARNING)
