"""Reading decoded objects whose every field may be missing or of another type than it should be."""

from typing import Any

from k8stui.model.objects import Object


def part(obj: object, *path: str) -> Object:
    """The object at the end of the path; an empty one where there is none."""
    found = value(obj, *path)
    return found if isinstance(found, dict) else {}


def rows(obj: object, *path: str) -> list[Object]:
    """The objects in the list at the end of the path."""
    found = value(obj, *path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def texts(obj: object, *path: str) -> list[str]:
    """The texts in the list at the end of the path."""
    found = value(obj, *path)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def text(obj: object, *path: str) -> str:
    """The text at the end of the path (a number as it is written), empty where there is none."""
    found = value(obj, *path)
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int | float) and not isinstance(found, bool) else ""


def number(obj: object, *path: str, default: int = 0) -> int:
    """The whole number at the end of the path."""
    found = value(obj, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else default


def strings(obj: object, *path: str) -> dict[str, str]:
    """The map of texts at the end of the path (labels, annotations, a selector)."""
    return {key: each for key, each in part(obj, *path).items() if isinstance(each, str)}


def value(obj: object, *path: str) -> Any:
    """Whatever stands at the end of the path; None where it ends before."""
    for name in path:
        if not isinstance(obj, dict):
            return None
        obj = obj.get(name)
    return obj


def name(obj: object) -> str:
    """metadata.name."""
    return text(obj, "metadata", "name")


def namespace(obj: object) -> str:
    """metadata.namespace, empty for what has none."""
    return text(obj, "metadata", "namespace")


def uid(obj: object) -> str:
    """metadata.uid."""
    return text(obj, "metadata", "uid")


def condition(obj: object, kind: str) -> Object:
    """The row of status.conditions of that type; an empty one where there is none."""
    return next((row for row in rows(obj, "status", "conditions") if row.get("type") == kind), {})
