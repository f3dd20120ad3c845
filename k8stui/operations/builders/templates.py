"""Pod templates: where a kind has its own, the containers in it, and patches of containers as kubectl sends them."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from k8stui.model import quantity, tree
from k8stui.model.kinds import JOBS, PODS
from k8stui.model.kubectl import named
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.sentences import listed
from k8stui.model.text import clean
from k8stui.operations.building import UnableError

HASH: Final = "pod-template-hash"
"""The label that the controller adds to the template of a ReplicaSet."""
_TEMPLATE: Final = ("spec", "template")
_LISTS: Final = ("containers", "initContainers")
_PATHS = MappingProxyType(
    dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"), _TEMPLATE)
    | {"Pod": (), "CronJob": ("spec", "jobTemplate", "spec", "template")}
)
_STRUCTS = frozenset({"metadata", "resources", "labels", "annotations", "nodeSelector", "limits", "requests"})
"""Members for which an empty map says the same as none; elsewhere `{}` may mean everything (a selector)."""


class Container(Struct, frozen=True):
    """A container of an object's pod template."""

    name: str
    list: str
    """`containers` or `initContainers`."""
    pointer: str
    """JSON pointer to it in the object."""
    tree: Object


def path_of(found: ObjectRow) -> tuple[str, ...]:
    """Where the object's pod template is. Raises UnableError where it has none."""
    path = _PATHS.get(found.ref.kind.kind)
    if path is None:
        raise UnableError(f"{named(found.ref)} has no pod template: choose a workload")
    return path


def containers(found: ObjectRow) -> list[Container]:
    """Those of the template, then its init containers. Raises UnableError for a kind without a template."""
    path = (*path_of(found), "spec")
    obj = found.exact()
    return [
        Container(tree.text(row, "name"), name, "/" + "/".join((*path, name, str(index))), row)
        for name in _LISTS
        for index, row in enumerate(tree.rows(obj, *path, name))
    ]


def container(found: ObjectRow, name: str) -> Container:
    """The container of that name; "" where there is only one. Raises UnableError."""
    known = containers(found)
    plain = [each for each in known if each.list == _LISTS[0]]
    if not name and len(plain) == 1:
        return plain[0]
    for each in known:
        if each.name == name:
            return each
    names = listed([clean(each.name) for each in known], 10) or "none"
    if not name:
        raise UnableError(f"{named(found.ref)} has several containers: say which ({names})")
    raise UnableError(f'unable to find container named "{clean(name, 80)}": {named(found.ref)} has: {names}')


def chosen(found: ObjectRow, name: str) -> list[Container]:
    """Those that a name means, init containers among them: `*` in it stands for any letters, as kubectl takes it.

    Raises UnableError as `container` does, or where no name is like that.
    """
    if "*" not in name:
        return [container(found, name)]
    known = containers(found)
    pattern = re.compile(".*".join(map(re.escape, name.split("*"))))
    matching = [each for each in known if pattern.fullmatch(each.name)]
    if not matching:
        names = listed([clean(each.name) for each in known], 10) or "none"
        raise UnableError(f'unable to find containers like "{clean(name, 80)}": {named(found.ref)} has: {names}')
    return matching


def changeable(found: ObjectRow, what: str) -> None:
    """Raises UnableError where the server lets nobody change the template of an existing object."""
    kind = found.ref.kind.resource
    if kind == JOBS.resource:
        raise UnableError(f"The {what} of a Job cannot be changed: delete {named(found.ref)} and create it anew")
    if kind == PODS.resource and what != "image":
        raise UnableError(f"The {what} of a running pod cannot be changed: change the workload that made it")


def container_patch(found: ObjectRow, changes: Mapping[str, Object]) -> Object:
    """A strategic patch of some containers' fields: with the order of the whole list beside it, as kubectl does."""
    spec: Object = {}
    for each in containers(found):
        spec.setdefault(f"$setElementOrder/{each.list}", []).append({"name": each.name})
        if each.name in changes:
            spec.setdefault(each.list, []).append({"name": each.name, **changes[each.name]})
    for name in _LISTS:
        if name not in spec:
            spec.pop(f"$setElementOrder/{name}", None)
    return nested((*path_of(found), "spec"), spec)


def nested(path: tuple[str, ...], value: Any) -> Object:
    """`{"spec": {"template": value}}`."""
    for name in reversed(path):
        value = {name: value}
    result: Object = value
    return result


def without_hash(template: Object) -> Object:
    """The template without the label that only its ReplicaSet has."""
    metadata = tree.part(template, "metadata")
    labels = {key: value for key, value in tree.part(metadata, "labels").items() if key != HASH}
    return template | {"metadata": metadata | {"labels": labels}}


def same(left: object, right: object) -> bool:
    """Whether two templates mean the same: null is nothing, quantities count by value, the hash does not."""
    return bool(_normal(left, "template") == _normal(right, "template"))


def _normal(value: object, name: str) -> object:
    if isinstance(value, dict):
        if name in ("limits", "requests"):
            return {key: _amount(each) for key, each in value.items()}
        return dict(_members(value, name))
    if isinstance(value, list):
        return [_normal(each, "") for each in value]
    return value


def _members(value: Object, name: str) -> Iterator[tuple[str, object]]:
    for key, each in value.items():
        if (name == "labels" and key == HASH) or (name == "template" and key == "$patch"):
            continue
        found = _normal(each, key)
        if found is None or found == [] or (found == {} and key in _STRUCTS):
            continue
        yield key, found


def _amount(value: object) -> object:
    try:
        return quantity.parse(str(value)).nanos
    except ValueError:
        return value
