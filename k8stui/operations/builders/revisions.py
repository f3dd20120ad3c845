"""Revisions of a workload: ReplicaSets of a Deployment, ControllerRevisions of the others."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from k8stui.model import label_selector, tree
from k8stui.model.diff import differences
from k8stui.model.document import Line
from k8stui.model.duration import stamp
from k8stui.model.kinds import CONTROLLER_REVISIONS, DEPLOYMENTS, REPLICA_SETS, Kind, Ref
from k8stui.model.kubectl import quoted
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.refs import controlled
from k8stui.model.text import clean
from k8stui.operations.builders.rollout import ROLLED
from k8stui.operations.builders.templates import same, without_hash
from k8stui.operations.building import UnableError

NUMBER: Final = "deployment.kubernetes.io/revision"
CAUSE: Final = "kubernetes.io/change-cause"
_SOON: Final = 2.0
"""Seconds between a change of a template and the revision that its controller makes of it."""


class Revision(Struct, frozen=True, kw_only=True):
    """One revision. Its texts are clean but for the trees, which are exact."""

    ref: Ref
    """The ReplicaSet or ControllerRevision."""
    number: int
    cause: str = ""
    """The annotation kubernetes.io/change-cause, as `rollout history` shows it."""
    author: str = ""
    """Who changed the template, as far as managedFields still tell (`kubectl-set`); empty: they do not."""
    images: tuple[str, ...] = ()
    created: float | None = None
    """Epoch seconds."""
    current: bool = False
    """It is what the workload has now."""
    pods: int = 0
    """A ReplicaSet's status.replicas."""
    ready: int = 0
    template: Object
    """For writing back: without the label pod-template-hash."""
    shown: Object
    """The same, cleaned, for reading."""
    tree: Object
    """The whole revision, exact."""


def listing(found: ObjectRow) -> tuple[Kind, str]:
    """What to list in the workload's namespace to know its revisions: the kind and the label selector.

    Raises UnableError for a kind without revisions.
    """
    kind = found.ref.kind.resource
    if kind not in ROLLED:
        raise UnableError(f"{quoted(found.ref)} has no revisions: only Deployments, StatefulSets and DaemonSets do")
    selector = label_selector.text(tree.value(found.exact(), "spec", "selector"))
    return REPLICA_SETS if kind == DEPLOYMENTS.resource else CONTROLLER_REVISIONS, selector


def revisions(found: ObjectRow, around: Iterable[ObjectRow]) -> list[Revision]:
    """Those of the workload among what was listed, the newest first.

    As kubectl: only what it controls, by uid; a ReplicaSet whose number cannot be read is passed over.

    Raises UnableError for a kind without revisions.
    """
    kind, _ = listing(found)
    workload = found.exact()
    rows = {each.ref.uid: each for each in around if each.ref.kind.resource == kind.resource}
    own = controlled([workload], [each.exact() for each in rows.values()])
    made = [_revision(rows[tree.uid(obj)], obj) for obj in own]
    known = sorted((each for each in made if each is not None), key=lambda each: -each.number)
    current = _current(workload, known)
    return [_finished(each, workload, current) for each in known]


def diff(before: Revision, after: Revision) -> Sequence[Line]:
    """What changes from one revision's template to the other's."""
    return differences(_plain(before.shown), _plain(after.shown))


def _plain(template: Object) -> Object:
    kept = {key: value for key, value in template.items() if key != "$patch"}
    metadata = {key: value for key, value in tree.part(template, "metadata").items() if value is not None}
    return kept | {"metadata": metadata}


def _revision(row: ObjectRow, obj: Object) -> Revision | None:
    """None where its number cannot be read."""
    annotations = tree.strings(obj, "metadata", "annotations")
    where: tuple[str, ...] = ("spec", "template")
    if row.ref.kind.resource == REPLICA_SETS.resource:
        text = annotations.get(NUMBER, "0")
        if not text.lstrip("-").isdecimal() or len(text) > 19:
            return None
        number = int(text)
    else:
        number, where = tree.number(obj, "revision"), ("data", *where)
    template = tree.part(obj, *where)
    specs = [*tree.rows(template, "spec", "containers"), *tree.rows(template, "spec", "initContainers")]
    return Revision(
        ref=row.ref,
        number=number,
        cause=clean(annotations.get(CAUSE, "")),
        images=tuple(dict.fromkeys(clean(tree.text(each, "image")) for each in specs)),
        created=stamp(tree.text(obj, "metadata", "creationTimestamp")),
        pods=tree.number(obj, "status", "replicas"),
        ready=tree.number(obj, "status", "readyReplicas"),
        template=without_hash(template),
        shown=without_hash(tree.part(row.tree(), *where)),
        tree=obj,
    )


def _current(workload: Object, known: Sequence[Revision]) -> Revision | None:
    """The one that the workload's template is; of several equal ReplicaSets the oldest, as the controller takes it."""
    template = tree.part(workload, "spec", "template")
    equal = [each for each in known if same(each.template, template)]
    if not equal:
        return None
    if equal[0].ref.kind.resource == REPLICA_SETS.resource:
        return min(equal, key=lambda each: (each.created or 0.0, each.ref.name))
    return equal[0]


def _finished(revision: Revision, workload: Object, current: Revision | None) -> Revision:
    """With what only the workload tells of it."""
    is_current = current is not None and current.ref == revision.ref
    changes = _template_changes(workload)
    if is_current:
        author = max(changes, default=(0.0, ""))[1]
    else:
        created = revision.created or 0.0
        author = next((who for at, who in changes if 0 <= created - at <= _SOON), "")
    return replace(revision, current=is_current, author=author)


def _template_changes(workload: Object) -> list[tuple[float, str]]:
    """When each manager last changed the template; the server keeps only the last time of each."""
    entries = tree.rows(workload, "metadata", "managedFields")
    return [
        (stamp(tree.text(entry, "time")) or 0.0, clean(tree.text(entry, "manager"), 80))
        for entry in entries
        if not entry.get("subresource") and tree.part(entry, "fieldsV1", "f:spec", "f:template")
    ]
