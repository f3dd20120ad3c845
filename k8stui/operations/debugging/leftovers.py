"""What was left behind, as rows: a debug pod by its label, an ephemeral container by our record. Pure."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.duration import stamp
from k8stui.model.kinds import PODS, Ref
from k8stui.model.objects import ObjectRow
from k8stui.model.pod_raw import RawPod
from k8stui.model.pod_status import ENDED, read
from k8stui.model.shared import Labels
from k8stui.model.text import clean
from k8stui.operations.builders.debug_options import AT, HOST, LABEL, MODES, WHO
from k8stui.operations.debugging.left import Left

_STARTING: Final = ("Pending", "ContainerCreating", "PodInitializing", "Terminating", "")
_OVER: Final = ("Completed", "Succeeded", "DeadlineExceeded")


class Leftover(Struct, frozen=True, kw_only=True):
    """One debug pod, or one ephemeral container. Texts are clean, times are epoch seconds."""

    ref: Ref
    """The pod; of an ephemeral container under a uid of its own, for a pod may have several."""
    version: str
    labels: Labels
    pod: Ref
    """The very pod."""
    mode: str
    container: str
    """Of an ephemeral container its name, else the pod's first."""
    node: str
    state: str
    """kubectl's STATUS of the pod, or `DeadlineExceeded`; of an ephemeral container `Running` or what it waits for."""
    tone: Tone
    who: str
    host: str
    mine: bool
    """Made by this user on this machine, or by a run whose record is here."""
    made: float | None
    """When it was made: of a pod as the server says, since its annotation is as old as the form in which it was chosen,
    of another machine's clock, or anybody's."""
    ends: float | None = None
    """When the cluster ends it by itself; None: never, or it has ended."""
    over: bool = False
    """Nothing of it runs any more: the object is left."""
    ephemeral: bool = False
    owned: bool = False
    """Of the pod of an ephemeral container: somebody makes it again."""
    quick: bool = True
    """Its processes may be ended at once (`left.GRACE`)."""

    @property
    def owner(self) -> str:
        """`me`, `ada@laptop`."""
        return "me" if self.mine else "@".join(each for each in (self.who, self.host) if each) or "unknown"

    @property
    def search(self) -> str:
        """What a filter looks in."""
        words = (str(self.pod), self.mode, self.node, self.state, self.owner, self.who, self.host, self.container)
        return " ".join(words).lower()


def of_pod(row: ObjectRow, *, mine: bool) -> Leftover:
    """The row of a pod with the label."""
    pod = row.tree()
    notes = tree.strings(pod, "metadata", "annotations")
    word = _status(row)
    over = tree.text(pod, "status", "phase") in ENDED
    started = stamp(tree.text(pod, "status", "startTime"))
    lifetime = tree.number(pod, "spec", "activeDeadlineSeconds")
    mode = dict(row.labels).get(LABEL, "")
    return Leftover(
        ref=row.ref,
        version=f"{row.version} {mine}",
        labels=row.labels,
        pod=row.ref,
        mode=clean(mode if mode in MODES else mode or "?", 20),
        container=_first(pod),
        node=tree.text(pod, "spec", "nodeName"),
        state=word,
        tone=Tone.OK if word == "Running" else _tone(word),
        who=clean(notes.get(WHO, ""), 80),
        host=clean(notes.get(HOST, ""), 80),
        mine=mine,
        made=stamp(tree.text(pod, "metadata", "creationTimestamp")) or stamp(notes.get(AT, "")),
        ends=started + lifetime if started is not None and lifetime and not over else None,
        over=over,
        quick=not any(each.get("persistentVolumeClaim") for each in tree.rows(pod, "spec", "volumes")),
    )


def of_container(row: ObjectRow, left: Left) -> Leftover | None:
    """The row of an ephemeral container of our record; None: it has ended, or its pod is another one."""
    pod = row.tree()
    if row.ref.uid != left.uid or not runs(pod, left.container):
        return None
    rows = tree.rows(pod, "status", "ephemeralContainerStatuses")
    state = next((tree.part(each, "state") for each in rows if tree.text(each, "name") == left.container), {})
    word = "Running" if "running" in state else tree.text(state, "waiting", "reason") or "ContainerCreating"
    if tree.text(pod, "metadata", "deletionTimestamp"):
        word = "Terminating"
    return Leftover(
        ref=key_of(left),
        version=row.version,
        labels=row.labels,
        pod=row.ref,
        mode=left.mode,
        container=clean(left.container, 63),
        node=tree.text(pod, "spec", "nodeName"),
        state=word,
        tone=Tone.OK if word == "Running" else _tone(word),
        who="",
        host="",
        mine=True,
        made=left.at,
        ephemeral=True,
        owned=any(each.get("controller") for each in tree.rows(pod, "metadata", "ownerReferences")),
    )


def key_of(left: Left) -> Ref:
    """What tells an ephemeral container from others, also of the same pod."""
    return Ref(PODS, clean(left.namespace, 63), clean(left.name, 253), f"{left.uid}/{left.container}")


def runs(pod: Mapping[str, object], container: str) -> bool:
    """Whether an ephemeral container of a pod runs, or is going to; one that was never added does not."""
    added = any(tree.text(row, "name") == container for row in tree.rows(pod, "spec", "ephemeralContainers"))
    if not added or tree.text(pod, "status", "phase") in ENDED:
        return False
    rows = tree.rows(pod, "status", "ephemeralContainerStatuses")
    return not any(tree.text(row, "name") == container and "terminated" in tree.part(row, "state") for row in rows)


def _status(row: ObjectRow) -> str:
    """kubectl's word, but why the whole pod has failed, where the kubelet says it: that its time is over."""
    try:
        raw = msgspec.json.decode(row.body, type=RawPod)
    except msgspec.DecodeError:
        return "Unknown"
    status, word = raw.status, read(raw).word
    failed = status.reason if status is not None and status.phase == "Failed" else ""
    return clean(word if word == "Terminating" else failed or word, 60)


def _tone(word: str) -> Tone:
    if word in _OVER:
        return Tone.MUTED
    return Tone.CHANGING if word in _STARTING or word.startswith("Init:") else Tone.BAD


def _first(pod: Mapping[str, object]) -> str:
    rows = tree.rows(pod, "spec", "containers")
    return tree.text(rows[0], "name") if rows else ""
