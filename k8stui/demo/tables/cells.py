"""Cells that several kinds share, written by what they read."""

from collections.abc import Callable, Iterable

from k8stui.demo.storage.objects import Object
from k8stui.demo.tables.tables import NONE, UNSET, Column, dig, list_of, map_of, since

Cell = Callable[[Object, float], object]


def text(*path: str, default: str = "") -> Cell:
    """The text at a path, the default when it is missing or empty."""

    def cell(obj: Object, now: float) -> object:
        found = dig(obj, *path)
        return default if found in (None, "") else str(found)

    return cell


def number(*path: str) -> Cell:
    """The number at a path, 0 when there is none."""

    def cell(obj: Object, now: float) -> object:
        return dig(obj, *path) or 0

    return cell


def flag(*path: str, default: bool = False) -> Cell:
    """The boolean at a path."""

    def cell(obj: Object, now: float) -> object:
        found = dig(obj, *path)
        return default if found is None else bool(found)

    return cell


def size(*path: str) -> Cell:
    """How many things a list or map at a path holds."""

    def cell(obj: Object, now: float) -> object:
        return length(dig(obj, *path))

    return cell


def ago(*path: str, default: str = NONE) -> Cell:
    """How long ago the time at a path was."""

    def cell(obj: Object, now: float) -> object:
        found = dig(obj, *path)
        return since(found, now) if found else default

    return cell


def length(found: object) -> int:
    """How many things a list or map holds; anything else holds none."""
    return len(found) if isinstance(found, list | dict) else 0


def labels(found: object) -> str:
    """A map of labels as a selector: `a=b,c=d`, sorted."""
    pairs = sorted(found.items()) if isinstance(found, dict) else []
    return ",".join(f"{key}={value}" for key, value in pairs) or NONE


def label_selector(found: object) -> str:
    """A LabelSelector as text, its terms by key."""
    terms = [(key, f"{key}={value}") for key, value in map_of(found, "matchLabels").items()]
    for each in list_of(found, "matchExpressions"):
        key, values = str(each.get("key")), ",".join(sorted(map(str, each.get("values") or [])))
        texts = {"Exists": key, "DoesNotExist": f"!{key}", "In": f"{key} in ({values})"}
        terms.append((key, texts.get(str(each.get("operator")), f"{key} notin ({values})")))
    return ",".join(text for _, text in sorted(terms)) or NONE


def selector(*path: str) -> Cell:
    """The LabelSelector at a path."""
    return lambda obj, now: label_selector(dig(obj, *path))


def map_selector(*path: str) -> Cell:
    """The map of labels at a path."""
    return lambda obj, now: labels(dig(obj, *path))


def pod_columns(*template: str) -> tuple[Column, Column]:
    """Names and images of the containers of a pod template at a path, for `-o wide`."""

    def of(field: str) -> Cell:
        def cell(obj: Object, now: float) -> object:
            return ",".join(str(each.get(field, "")) for each in list_of(obj, *template, "spec", "containers"))

        return cell

    return Column("Containers", of("name"), wide=True), Column("Images", of("image"), wide=True)


def some(found: Iterable[str], most: int = 3, *, empty: str = NONE, between: str = ",") -> str:
    """The first few of them: `a,b,c + 2 more...`."""
    texts = list(found)
    shown = between.join(texts[:most]) or empty
    return f"{shown} + {len(texts) - most} more..." if len(texts) > most else shown


def tri_state(value: object) -> str:
    """A boolean that may be missing, in Python's words, which are the server's too."""
    return UNSET if value is None else str(bool(value))
