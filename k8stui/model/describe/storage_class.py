"""StorageClasses as `kubectl describe` has them."""

from collections.abc import Iterator
from datetime import tzinfo

from k8stui.model import tree
from k8stui.model.describe.controlled import pairs
from k8stui.model.describe.layout import NONE, UNSET, Text
from k8stui.model.describe.parts import events, events_of, yes
from k8stui.model.document import Line, Subject, Want
from k8stui.model.objects import Object
from k8stui.model.secret_values import APPLIED

_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def wants(obj: Object) -> tuple[Want, ...]:
    """Its events."""
    return (events_of(obj, "StorageClass"),)


def describe(subject: Subject, now: float, zone: tzinfo) -> list[Line]:
    """The description. `now` in epoch seconds by the server's clock."""
    obj, out = subject.object, Text(now, zone)
    notes = tree.strings(obj, "metadata", "annotations")
    out.field("Name", tree.name(obj))
    out.field("IsDefaultClass", "Yes" if any(notes.get(key) == "true" for key in _DEFAULT) else "No")
    out.field("Annotations", pairs({key: value for key, value in notes.items() if key != APPLIED}))
    out.field("Provisioner", tree.text(obj, "provisioner"))
    out.field("Parameters", pairs(tree.strings(obj, "parameters")))
    expands = obj.get("allowVolumeExpansion")
    out.field("AllowVolumeExpansion", UNSET if expands is None else yes(expands))
    options = tree.texts(obj, "mountOptions")
    if options:
        out.head("MountOptions")
        for each in options:
            out.line(each, 1)
    else:
        out.field("MountOptions", NONE)
    for title, field in (("ReclaimPolicy", "reclaimPolicy"), ("VolumeBindingMode", "volumeBindingMode")):
        if text := tree.text(obj, field):
            out.field(title, text)
    if obj.get("allowedTopologies") is not None:
        _topologies(out, tree.rows(obj, "allowedTopologies"))
    events(out, subject)
    return out.lines()


def _topologies(out: Text, terms: list[Object]) -> None:
    """Where its volumes may be."""
    if not terms:
        out.field("AllowedTopologies", NONE)
        return
    out.head("AllowedTopologies")
    for index, term in enumerate(terms):
        out.many(f"Term {index}", _expressions(term), level=1)


def _expressions(term: Object) -> Iterator[str]:
    for each in tree.rows(term, "matchLabelExpressions"):
        values = tree.texts(each, "values")
        yield f"{tree.text(each, 'key')} in" + (f" [{', '.join(values)}]" if values else "")
