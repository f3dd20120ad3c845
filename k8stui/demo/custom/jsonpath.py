"""The part of Kubernetes' JSONPath that printer columns and scale paths use.

Fields (`.a.b`, `['a']`, a backslash before a dot in a name), indexes (`[0]`, `[-1]`), `[*]` and `.*`, slices (`[0:2]`)
and filters of one comparison (`[?(@.type=="Ready")]`, `[?(@.ready)]`). Source: `k8s.io/client-go/util/jsonpath`.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

Step = Callable[[Any], Iterable[Any]]

_PIECE = re.compile(
    r"""\.(?P<field>(?:\\.|[^.\[\]\\])+)"""
    r"""|\[(?P<quote>['"])(?P<quoted>(?:\\.|(?!(?P=quote)).)*)(?P=quote)\]"""
    r"""|\[\?\((?P<filter>.*?)\)\]"""
    r"""|\[(?P<inside>[^\]]*)\]"""
)
_FILTER = re.compile(r"""@(?P<left>[^=!<>\s]*)\s*(?:(?P<operator>==|!=|<=|>=|<|>)\s*(?P<right>.+))?""")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def compiled(path: str) -> Callable[[Any], list[Any]]:
    """A function that finds what a path leads to, in order; missing keys lead nowhere. Raises ValueError."""
    steps = list(_steps(path))

    def find(obj: Any) -> list[Any]:
        found = [obj]
        for step in steps:
            found = [each for value in found for each in step(value)]
        return found

    return find


def _steps(path: str) -> Iterable[Step]:
    path = path.strip().removeprefix("{").removesuffix("}").removeprefix("$")
    if path and path[0] not in ".[":
        path = f".{path}"
    at = 0
    while at < len(path):
        found = _PIECE.match(path, at)
        if found is None:
            raise ValueError(f"This JSONPath cannot be read from character {at} on: {path}")
        yield _step(found)
        at = found.end()


def _step(found: "re.Match[str]") -> Step:
    if found["field"] == "*" or found["inside"] == "*":
        return _everything
    if name := (found["field"] or found["quoted"]):
        return _field(_plain(name))
    if found["filter"] is not None:
        return _filter(found["filter"])
    return _indexed(found["inside"] or "")


def _plain(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name)


def _field(name: str) -> Step:
    return lambda value: [value[name]] if isinstance(value, dict) and name in value else []


def _everything(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _indexed(text: str) -> Step:
    try:
        bounds = [int(each) if each.strip() else None for each in text.split(":")]
    except ValueError:
        raise ValueError(f"This is no index of a JSONPath: [{text}]") from None
    if len(bounds) > 1:
        return lambda value: value[slice(*bounds[:3])] if isinstance(value, list) else []
    index = bounds[0] or 0
    return lambda value: [value[index]] if isinstance(value, list) and -len(value) <= index < len(value) else []


def _filter(text: str) -> Step:
    found = _FILTER.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"This is no filter of a JSONPath: {text}")
    left, operator = compiled(found["left"]), found["operator"]
    if not operator:
        return lambda value: [each for each in _everything(value) if left(each)]
    right = _literal(found["right"].strip())

    def keeps(value: Any) -> bool:
        for each in left(value):
            if operator in ("==", "!="):
                return (each == right) is (operator == "==")
            try:
                return _COMPARE[operator](each, right)
            except TypeError:
                return False
        return False

    return lambda value: [each for each in _everything(value) if keeps(each)]


def _literal(text: str) -> Any:
    if text[:1] in ("'", '"'):
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text
