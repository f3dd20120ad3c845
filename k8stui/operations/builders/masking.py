"""Requests without what nobody may read: values of Secrets, of environments, and copies of whole objects."""

import re
from typing import Any, Final

from k8stui.model.kinds import SECRETS, Kind
from k8stui.model.objects import Object
from k8stui.model.secret_values import APPLIED

HIDDEN: Final = "<value>"
"""Stands for a value in everything that is shown or kept."""
_ENV: Final = re.compile(r"/env(/|$)")


def masked(kind: Kind, body: Any) -> Any:
    """A body, or a JSON patch of one, to be shown."""
    is_secret = kind.resource == SECRETS.resource
    if isinstance(body, list):
        return [_operation(kind, each, is_secret) for each in body]
    hidden = dict(_walked(body)) if isinstance(body, dict) else body
    if is_secret and isinstance(hidden, dict):
        for name in ("data", "stringData"):
            if name in hidden:
                hidden[name] = _all(hidden[name])
    return hidden


def _operation(kind: Kind, operation: Any, is_secret: bool) -> Any:
    """One operation of a JSON patch."""
    if not isinstance(operation, dict) or "value" not in operation:
        return operation
    path = str(operation.get("path", ""))
    value = operation["value"]
    if (is_secret and re.match(r"/(data|stringData)(/|$)", path)) or APPLIED.replace("/", "~1") in path:
        return operation | {"value": HIDDEN}
    if _ENV.search(path):
        return operation | {"value": HIDDEN if isinstance(value, str) else _variables(value)}
    whole = not path.strip("/") and isinstance(value, dict)
    return operation | {"value": masked(kind, value) if whole else masked_part(value)}


def masked_part(value: Any) -> Any:
    """Some part of an object."""
    if isinstance(value, dict):
        return dict(_walked(value))
    return [masked_part(each) for each in value] if isinstance(value, list) else value


def _walked(tree: Object) -> Object:
    return {
        key: _variables(value) if key == "env" else HIDDEN if key == APPLIED else masked_part(value)
        for key, value in tree.items()
    }


def _variables(value: Any) -> Any:
    """A list of variables, or one."""
    if isinstance(value, list):
        return [_variables(each) for each in value]
    if isinstance(value, dict):
        return value | ({"value": HIDDEN} if "value" in value else {})
    return HIDDEN if isinstance(value, str) else value


def _all(value: Any) -> Any:
    """A map whose values are nobody's business; null removes and may be seen."""
    if isinstance(value, dict):
        return {key: None if each is None else HIDDEN for key, each in value.items()}
    return None if value is None else HIDDEN
