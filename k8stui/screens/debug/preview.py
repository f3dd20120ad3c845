"""What the launcher says of a choice: what is against it and what helps, the command, and what would be made. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.diff import differences
from k8stui.model.document import Line
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.sentences import listed
from k8stui.model.yaml_document import yaml_document
from k8stui.operations.builders import debugging
from k8stui.operations.builders.debug_options import COPY, EPHEMERAL, NODE
from k8stui.operations.builders.debug_presets import fits_restricted
from k8stui.operations.builders.debug_profiles import HOST_NAMESPACES
from k8stui.operations.mutation import Mutation
from k8stui.operations.previews import Preview
from k8stui.screens.debug.drafting import NOT_ROOT, running
from k8stui.screens.debug.helps import help_for
from k8stui.screens.debug.trial import Trial

_SERVERS = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink")


def lines(trial: Trial, answer: Preview | None, *, whole: bool, lacks: str = "", refused: str = "") -> list[Line]:
    """Everything there is to know of a choice, the gravest first.

    Args:
        trial: the choice.
        answer: of the server's dry run; None: it has not come.
        whole: a copy is shown whole, not as what changes of its pod.
        lacks: which right is missing for it, in words.
        refused: why it was not taken when it was sent.
    """
    before = [Line(f" ✖ {text}", Tone.BAD, flows=True) for text in (refused,) if text]
    if trial.mutation is None:
        return [*before, Line(f" {trial.why}", Tone.MUTED if trial.waiting else Tone.BAD, flows=True)]
    return [
        *before,
        *([Line(f" ✖ {lacks}", Tone.BAD, flows=True)] if lacks else []),
        *_admission(trial, answer, refused or lacks),
        *(Line(f" ▲ {text}", Tone.WARNING, flows=True) for text in warned(trial)),
        Line(f" {trial.mutation.kubectl}", Tone.MUTED, flows=True),
        *made(trial, whole=whole),
    ]


def _admission(trial: Trial, answer: Preview | None, refused: str) -> list[Line]:
    """What was foretold and what the server said; where both refuse, the server's words, and these once."""
    foretold, said = trial.predicted, answer.refused if answer is not None else ""
    found = [Line(f" ✖ {text}", Tone.BAD, flows=True) for text in (passed_by(trial),) if text]
    if said and not refused:
        found.append(Line(f" ✖ The server would refuse it: {said}", Tone.BAD, flows=True))
    elif foretold.refused and not refused:
        found.append(Line(f" ✖ {foretold.refused}", Tone.BAD, flows=True))
    if (said or refused) and not foretold.passing:
        found += [Line(f"   {text}", Tone.OK, flows=True) for text in (help_for(refused or said),) if text]
    if foretold.warned and not said:
        found.append(Line(f" ▲ {foretold.warned}", Tone.WARNING, flows=True))
    found += [Line(f" {trial.blind}", Tone.MUTED, flows=True)] if trial.blind else []
    if answer is None:
        found.append(Line(" trying it on the server", Tone.MUTED))
    elif answer.unknown:
        found.append(Line(f" ▲ {answer.unknown}", Tone.WARNING, flows=True))
    elif not said:
        found.append(Line(" ● the server would take it", Tone.OK))
    return found


def passed_by(trial: Trial) -> str:
    """That Pod Security refuses the profile, and what would pass; "": it does not, or nothing would."""
    profile, foretold = trial.choice.options.profile, trial.predicted
    if not foretold.refused or not foretold.passing:
        return ""
    first, *others = foretold.passing
    refused = f"Pod Security of namespace {trial.namespace} refuses the profile {profile}"
    if trial.choice.mode == NODE and profile in HOST_NAMESPACES and first not in HOST_NAMESPACES:
        return f"{refused}: n takes another namespace (P takes {first}, which passes, and sees nothing of the node)"
    return f"{refused}: P takes {first}, which passes" + (f" (so do {listed(others)})" if others else "")


def warned(trial: Trial) -> list[str]:
    """What the choice may do, and what of the pod stands in its way."""
    options = trial.choice.options
    found = list(debugging.warnings(options))
    if options.profile == "restricted" and not options.user and not fits_restricted(options.image):
        found.append(f"Where it does not start for that: f and --user={NOT_ROOT}")
    if trial.found is not None and trial.choice.mode in (EPHEMERAL, COPY):
        found += _of_pod(trial, trial.found.tree())
    if trial.silent:
        found.insert(0, f"Node {trial.silent} is not ready: it may never start, for only the kubelet there starts it")
    return found


def _of_pod(trial: Trial, pod: Object) -> list[str]:
    options, found = trial.choice.options, []
    if options.mode == EPHEMERAL:
        if options.target and not running(pod, options.target):
            found.append(f"{options.target} does not run: the debug container cannot share its processes (t)")
        return found
    claims = [tree.text(each, "persistentVolumeClaim", "claimName") for each in tree.rows(pod, "spec", "volumes")]
    claims = [name for name in claims if name]
    if claims:
        where = "" if options.same_node else ": one that is ReadWriteOnce holds the copy to the pod's node (s)"
        found.append(f"The copy mounts the same volumes ({listed(claims)}){where}")
    ports = sorted(
        tree.number(port, "hostPort")
        for each in tree.rows(pod, "spec", "containers")
        for port in tree.rows(each, "ports")
        if tree.number(port, "hostPort")
    )
    if ports and options.same_node:
        found.append(f"The pod has the node's port {ports[0]}: the copy waits until it is free (s: any node)")
    return found


# What would be made


def made(trial: Trial, *, whole: bool) -> list[Line]:
    """The object, or what a copy changes, under a line that says what it is."""
    mutation, found = trial.mutation, trial.found
    assert mutation is not None
    new = body(mutation)
    if trial.choice.mode == EPHEMERAL:
        head = f" This container is added to pod {mutation.target}:"
        added: list[Any] = tree.part(new, "spec").get("ephemeralContainers") or [{}]
        return [Line(""), Line(head), *_set_in(yaml_document(_added(added)))]
    if trial.choice.mode == COPY and found is not None and not whole:
        head = f" This is different from pod {found.ref} (d: all of it):"
        return [Line(""), Line(head), *_set_in(_different(found, new))]
    more = " (d: what is different)" if trial.choice.mode == COPY else ""
    return [Line(""), Line(f" This pod is made{more}:"), *_set_in(yaml_document(new))]


def _added(containers: Sequence[Any]) -> Object:
    return containers[-1] if isinstance(containers[-1], dict) else {}


def body(mutation: Mutation) -> Object:
    """What is sent, as an object."""
    found = mutation.request.decoded()
    return found if isinstance(found, dict) else {}


def _different(found: ObjectRow, new: Object) -> list[Line]:
    """The copy against its pod, without what the server alone writes."""
    old = {key: value for key, value in found.tree().items() if key != "status"}
    metadata = {key: value for key, value in tree.part(old, "metadata").items() if key not in _SERVERS}
    return differences(old | {"metadata": metadata}, new)


def _set_in(found: Sequence[Line]) -> list[Line]:
    """A column to the right, spans and all."""
    return [
        Line(f" {line.text}", line.tone, tuple((start + 1, end + 1, tone) for start, end, tone in line.spans))
        for line in found
    ]
