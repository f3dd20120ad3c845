"""A partial container that somebody wrote, laid over a debug container: kubectl's `--custom`."""

from typing import Any, Final

from k8stui.model.kinds import PODS
from k8stui.model.objects import Object
from k8stui.model.sentences import listed
from k8stui.model.text import clean
from k8stui.operations.builders.merge_keys import Path, merge_key
from k8stui.operations.builders.typed_trees import one
from k8stui.operations.building import UnableError

WHAT: Final = "The custom container"
_FORBIDDEN: Final = ("name", "command", "image", "lifecycle", "volumeDevices")
"""kubectl's own."""
_NOT_EPHEMERAL: Final = (
    *("ports", "livenessProbe", "readinessProbe", "startupProbe"),
    *("resources", "resizePolicy", "restartPolicy", "restartPolicyRules"),
)
"""What a server refuses of an ephemeral container."""
_FIELDS: Final = frozenset({
    *_FORBIDDEN, *_NOT_EPHEMERAL, "args", "env", "envFrom", "imagePullPolicy", "securityContext", "stdin", "stdinOnce",
    "terminationMessagePath", "terminationMessagePolicy", "tty", "volumeMounts", "workingDir",
})  # fmt: skip
"""Of a container (v1.34)."""
_LISTS: Final = frozenset({"args", "env", "envFrom", "ports", "resizePolicy", "restartPolicyRules", "volumeMounts"})
_MAPS: Final = frozenset({"livenessProbe", "readinessProbe", "resources", "securityContext", "startupProbe"})
_CONTAINERS: Final = ("spec", "containers")


def parse(text: str, *, ephemeral: bool = False) -> Object:
    """The partial container of a text in YAML or JSON. Raises UnableError with one sentence.

    Safer than kubectl, which passes over fields that there are not.
    """
    found = one(text, WHAT)
    if not isinstance(found, dict):
        raise UnableError(f"{WHAT} must be fields of a container, like {{env: [{{name: A, value: b}}]}}")
    wrong = [key for key in found if key in _FORBIDDEN]
    if wrong:
        raise UnableError(f"{WHAT} cannot say {listed(wrong)}: that is chosen elsewhere, or cannot be changed")
    unknown = [clean(str(key), 40) for key in found if key not in _FIELDS]
    if unknown:
        raise UnableError(f"{WHAT} says {listed(unknown)}: a container has no such field")
    refused = [key for key in found if ephemeral and key in _NOT_EPHEMERAL]
    if refused:
        raise UnableError(f"{WHAT} says {listed(refused)}: an ephemeral container can have none")
    for key, value in found.items():  # of a patch the server would say less
        if value is not None and key in _LISTS and not isinstance(value, list):
            raise UnableError(f"{WHAT}: {key} must be a list, each of it behind a dash")
        if value is not None and key in _MAPS and not isinstance(value, dict):
            raise UnableError(f"{WHAT}: {key} must be fields, like {{name: value}}")
    return found


def overlaid(container: Object, custom: Object) -> Object:
    """The container with that laid over it, by the rules of a strategic merge patch."""
    return _map(container, custom, _CONTAINERS)


def _map(below: Object, above: Object, path: Path) -> Object:
    merged = {key: value for key, value in below.items() if key not in above}
    for key, value in above.items():
        if value is not None:  # kubectl reads it into a type first, so that null says nothing
            merged[key] = _value(below.get(key), value, (*path, key))
        elif key in below:
            merged[key] = below[key]
    return merged


def _value(below: Any, above: Any, path: Path) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        return _map(below, above, path)
    field = merge_key(PODS, path)
    if not field or not isinstance(below, list) or not isinstance(above, list):
        return above
    rows = [each for each in above if isinstance(each, dict)]
    known = {each.get(field): each for each in below if isinstance(each, dict)}
    new = [each for each in rows if each.get(field) not in known]
    by_name = {each.get(field): each for each in rows}
    kept = [_map(each, by_name.get(name, {}), path) for name, each in known.items()]
    return new + kept
