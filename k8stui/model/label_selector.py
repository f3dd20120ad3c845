"""The label selectors that objects hold: `spec.selector` of workloads, budgets, policies and services."""

from collections.abc import Mapping

from k8stui.model import tree
from k8stui.model.objects import Object
from k8stui.model.selector import Selector, of


def read(found: object) -> Selector | None:
    """A metav1.LabelSelector (`{}` selects everything); None for none, or for one that the server would not take."""
    if not isinstance(found, dict):
        return None
    rows = tree.rows(found, "matchExpressions")
    expressions = [(tree.text(row, "key"), tree.text(row, "operator"), tree.texts(row, "values")) for row in rows]
    return _of(tree.strings(found, "matchLabels"), expressions)


def plain(found: object) -> Selector | None:
    """A map of labels, as Services and ReplicationControllers have it; None for an empty one: it selects nothing."""
    return _of(tree.strings(found), []) if isinstance(found, dict) and found else None


def pods_of(obj: Object) -> Selector | None:
    """Which pods a workload, a Service or a budget selects; None for nothing."""
    found = tree.value(obj, "spec", "selector")
    if isinstance(found, dict) and found and not {"matchLabels", "matchExpressions"} & found.keys():
        return plain(found)
    return read(found)


def text(found: object, *, empty: str = "") -> str:
    """A metav1.LabelSelector as kubectl writes it: `a=b,c in (d,e),!f`.

    `empty` where it has no conditions or is not there; `<error>` where the server would not take it.
    """
    chosen = read(found or {})
    return "<error>" if chosen is None else str(chosen) or empty


def selects(selector: Selector | None, obj: Object) -> bool:
    """Whether it selects the object by its labels."""
    return selector is not None and selector.matches(tree.strings(obj, "metadata", "labels"))


def _of(labels: Mapping[str, str], expressions: list[tuple[str, str, list[str]]]) -> Selector | None:
    try:
        return of(labels, expressions)
    except ValueError:
        return None
