"""What a pod's volume claims wait for, and where volumes that they have can be reached."""

from collections.abc import Iterator

from k8stui.model import tree
from k8stui.model.document import Line, Subject
from k8stui.model.duration import stamp
from k8stui.model.kinds import STORAGE_CLASSES, VOLUME_CLAIMS, VOLUMES
from k8stui.model.objects import Object
from k8stui.model.reasons.placing import shown_terms
from k8stui.model.reasons.podparts import seen
from k8stui.model.reasons.saying import brief, more
from k8stui.model.refs import named, ref
from k8stui.model.sentences import ended
from k8stui.model.storage import NO_PROVISIONER, class_of, mounted

PATIENCE = 60.0
"""Seconds that a provisioner may take before anybody wonders."""


def names(pod: Object) -> list[str]:
    """The claims that a pod uses; those of its ephemeral volumes are called `pod-volume`."""
    ephemeral = (each for each in tree.rows(pod, "spec", "volumes") if tree.part(each, "ephemeral"))
    return [*mounted(pod), *(f"{tree.name(pod)}-{tree.text(each, 'name')}" for each in ephemeral)]


def explain(subject: Subject, begin: str, said: str) -> list[Line]:
    """Each claim of the pod that is missing, not bound, or bound to a volume that only some nodes reach.

    `said` are the scheduler's words, told where nothing is found; `begin` stands before them.
    """
    lines: list[Line] = []
    for name in names(subject.object):
        lines += _claim(subject, name, tied="node affinity" in said)
    return lines or [more(ended(f"{begin}{brief(said)}"))]


def _claim(subject: Subject, name: str, *, tied: bool) -> Iterator[Line]:
    namespace = tree.namespace(subject.object)
    if subject.around.get("pod/claims") is None:
        return
    found = next((each for each in subject.around["pod/claims"] if tree.name(each) == name), None)
    if found is None:
        yield more(f"The claim {name} does not exist.", named(VOLUME_CLAIMS, namespace, name))
    elif tree.text(found, "metadata", "deletionTimestamp"):
        yield more(f"The claim {name} is being deleted.", ref(VOLUME_CLAIMS, found))
    elif tree.text(found, "status", "phase") == "Lost":
        volume = tree.text(found, "spec", "volumeName")
        yield more(f"The claim {name} has lost its volume {volume}: that is gone.", ref(VOLUME_CLAIMS, found))
    elif tree.text(found, "status", "phase") != "Bound":
        yield more(f"The claim {name} is not bound{_told(subject, name)}.", ref(VOLUME_CLAIMS, found))
        yield from _class(subject, found)
    elif tied:
        yield from _reach(subject, found)


def pending(subject: Subject, claim: Object) -> Iterator[Line]:
    """Why a claim has no volume: the last event, and what its storage class does."""
    if said := _told(subject, tree.name(claim)).removeprefix(": "):
        yield more(ended(said))
    yield from _class(subject, claim)


def made(obj: Object) -> float | None:
    """When it was made."""
    return stamp(tree.text(obj, "metadata", "creationTimestamp"))


def _told(subject: Subject, name: str) -> str:
    """What its last event says."""
    rows = [
        row for row in subject.around.get("pod/claim events", ()) if tree.text(row, "involvedObject", "name") == name
    ]
    last = max(rows, key=seen, default={})
    said = brief(tree.text(last, "message"))
    return f": {said}" if said else ""


def _class(subject: Subject, claim: Object) -> Iterator[Line]:
    """What its storage class does about it."""
    classes = subject.around.get("pod/storage classes")
    wanted = class_of(claim)
    if classes is None:
        return
    if not wanted:
        yield more("It names no storage class, and no free volume fits it.", ref(VOLUME_CLAIMS, claim))
        return
    found = next((each for each in classes if tree.name(each) == wanted), None)
    if found is None:
        have = ", ".join(sorted(map(tree.name, classes))[:5]) or "none"
        yield more(f"The storage class {wanted} does not exist; there are: {have}.", named(STORAGE_CLASSES, "", wanted))
    elif found.get("provisioner") == NO_PROVISIONER:
        yield more(f"The storage class {wanted} makes no volumes: somebody has to.", ref(STORAGE_CLASSES, found))
    else:
        maker = tree.text(found, "provisioner")
        yield more(f"The storage class {wanted} leaves it to the provisioner {maker}.", ref(STORAGE_CLASSES, found))


def _reach(subject: Subject, claim: Object) -> Iterator[Line]:
    """Where the volume of a claim can be used."""
    name = tree.text(claim, "spec", "volumeName")
    volume = next((each for each in subject.around.get("pod/volumes", ()) if tree.name(each) == name), None)
    if volume is None:
        return
    wanted = tree.rows(volume, "spec", "nodeAffinity", "required", "nodeSelectorTerms")
    if wanted:
        words = f"The volume {name} of the claim {tree.name(claim)} can be reached only where {shown_terms(wanted)}."
        yield more(words, ref(VOLUMES, volume))
