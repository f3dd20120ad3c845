"""References that decoded objects hold: to themselves, to their owners, to whatever they name."""

from collections.abc import Iterable
from types import MappingProxyType

from k8stui.model import tree
from k8stui.model.kinds import BUILT_IN, Kind, Ref
from k8stui.model.objects import Object

_KINDS = MappingProxyType({(kind.group, kind.kind): kind for kind in BUILT_IN.values()})


def ref(kind: Kind, obj: Object) -> Ref:
    """That very object."""
    return Ref(kind, tree.namespace(obj) if kind.namespaced else "", tree.name(obj), tree.uid(obj))


def named(kind: Kind, namespace: str, name: str) -> Ref:
    """The object of that name."""
    return Ref(kind, namespace if kind.namespaced else "", name, "")


def group_of(row: object) -> str:
    """The group of an `apiVersion`."""
    return tree.text(row, "apiVersion").rpartition("/")[0]


def kind_of(row: object) -> Kind | None:
    """The kind that an ownerReference or an involvedObject names, where it is a built-in one."""
    return _KINDS.get((group_of(row), tree.text(row, "kind")))


def owners(obj: Object) -> list[Object]:
    """metadata.ownerReferences, the controller first."""
    return sorted(tree.rows(obj, "metadata", "ownerReferences"), key=lambda row: row.get("controller") is not True)


def controller(obj: Object) -> Object:
    """The ownerReference of the object's controller; an empty one where there is none."""
    return next((row for row in tree.rows(obj, "metadata", "ownerReferences") if row.get("controller") is True), {})


def controlled(parents: Iterable[Object], children: Iterable[Object]) -> list[Object]:
    """The children that one of the parents controls."""
    uids = {tree.uid(each) for each in parents} - {""}
    return [each for each in children if tree.text(controller(each), "uid") in uids]
