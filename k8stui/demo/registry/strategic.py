"""Strategic merge patch: lists of objects are merged by a key, and directives say what to drop and in which order."""

from typing import Any

from k8stui.demo.storage import errors

_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "imagePullSecrets": "name",
    "hostAliases": "ip",
    "topologySpreadConstraints": "topologyKey",
    "conditions": "type",
    "addresses": "type",
    "ownerReferences": "uid",
    "secrets": "name",
    "resourceClaims": "name",
    "schedulingGates": "name",
    "podIPs": "ip",
    "hostIPs": "ip",
}
"""The merge key of each list that has one, whatever object it is in; other lists are replaced whole."""
_PORTS = ("containerPort", "port")
_PRIMITIVE = frozenset({"finalizers"})
_ORDER, _DELETE, _PATCH, _RETAIN = "$setElementOrder/", "$deleteFromPrimitiveList/", "$patch", "$retainKeys"


def strategic(target: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """The merged map. Raises Refusal (500) for a directive unknown or a list item without its merge key."""
    directive = patch.get(_PATCH)
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != _PATCH}
    if directive == "delete":
        return {}
    _check(directive, patch)
    result = dict(target)
    if (retained := patch.get(_RETAIN)) is not None:
        result = {key: value for key, value in result.items() if key in retained}
    for key, value in patch.items():
        if key.startswith(_DELETE):
            name = key.removeprefix(_DELETE)
            if name in result:
                result[name] = [each for each in result[name] if each not in value]
        elif not key.startswith("$"):
            _set(result, key, value)
    for key, order in patch.items():
        if key.startswith(_ORDER) and isinstance(result.get(name := key.removeprefix(_ORDER)), list):
            result[name] = _ordered(result[name], order, _merge_key(name, result[name]))
    return result


def _set(result: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        result.pop(key, None)
    elif isinstance(value, dict):
        found = result.get(key)
        merged = strategic(found if isinstance(found, dict) else {}, value)
        if merged or value.get(_PATCH) != "delete":
            result[key] = merged
        else:
            result.pop(key, None)
    elif isinstance(value, list):
        result[key] = _list(key, result.get(key), value)
    else:
        result[key] = value


def _list(name: str, target: Any, patch: list[Any]) -> list[Any]:
    old: list[Any] = target if isinstance(target, list) else []
    if name in _PRIMITIVE:
        return old + [each for each in patch if each not in old]
    key = _merge_key(name, patch + old)
    if not key:
        return _plain(patch)
    if any(isinstance(each, dict) and each.get(_PATCH) == "replace" for each in patch):
        return [each for each in patch if each.get(_PATCH) != "replace"]
    result = list(old)
    added = []
    for item in patch:
        if not isinstance(item, dict) or key not in item:
            raise errors.internal(f"map: {_go(item)} does not contain declared merge key: {key}")
        at = next((index for index, each in enumerate(result) if each.get(key) == item[key]), None)
        if item.get(_PATCH) == "delete":
            result = [each for each in result if each.get(key) != item[key]]
        elif at is None:
            added.append(strategic({}, item))
        else:
            result[at] = strategic(result[at], item)
    return added + result


def _plain(patch: list[Any]) -> list[Any]:
    """An atomic list is replaced; a directive in it is no item."""
    return [each for each in patch if not (isinstance(each, dict) and each.get(_PATCH) == "replace")]


def _merge_key(name: str, items: list[Any]) -> str:
    if name == "ports":
        dicts = [each for each in items if isinstance(each, dict)]
        return next((key for key in _PORTS if any(key in each for each in dicts)), "")
    return _KEYS.get(name, "")


def _ordered(items: list[Any], order: list[Any], key: str) -> list[Any]:
    """Items named in the order stand in it; others keep their place before what follows them."""

    def mark(item: Any) -> Any:
        return item.get(key) if key and isinstance(item, dict) else item

    wanted = [mark(each) for each in order]
    known = sorted((each for each in items if mark(each) in wanted), key=lambda each: wanted.index(mark(each)))
    queue = iter(known)
    return [next(queue) if mark(each) in wanted else each for each in items]


def _check(directive: Any, patch: dict[str, Any]) -> None:
    if directive not in (None, "merge"):
        raise errors.internal(f"unknown patch type: {directive} in map: {_go(patch)}")


def _go(value: Any) -> str:
    """As Go's %v prints a map."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{_go(value[key])}' for key in sorted(value))}]"
    return str(value)
