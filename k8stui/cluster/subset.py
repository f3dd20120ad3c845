"""A store that follows a part of another one: what a query asks for, where a live feed has it already."""

from collections.abc import Callable
from operator import attrgetter
from types import MappingProxyType
from typing import Any, TypeVar

from k8stui.cluster.queries import Query
from k8stui.cluster.store import Store
from k8stui.cluster.union import Union
from k8stui.model.kinds import PODS, Row
from k8stui.model.selector import parse, parse_fields

R = TypeVar("R", bound=Row)


class Subset(Union[R]):
    """The rows of `whole` that pass, at O(1) an event."""

    def __init__(self, whole: Store[R], passes: Callable[[R], bool]) -> None:
        super().__init__((whole,), passes)


_FIELDS = MappingProxyType({PODS.resource: {"spec.nodeName": "node", "status.phase": "phase"}})
"""Fields that a kind's rows tell, besides name and namespace: how the server calls them, how the row does."""


def belongs(query: Query) -> Callable[[Any], bool] | None:
    """Whether a row of the whole kind belongs to the query; None where rows do not tell."""
    try:
        labels, fields = parse(query.labels), parse_fields(query.fields)
    except ValueError:
        return None  # the server says what is wrong with it
    own = _FIELDS.get(query.kind.resource, {})
    tests: list[Callable[[Any], bool]] = []
    namespace = query.namespace
    if namespace is not None:
        tests.append(lambda row: row.ref.namespace == namespace)
    for each in fields.requirements:
        part = {"metadata.name": "ref.name", "metadata.namespace": "ref.namespace"}.get(each.field) or own.get(
            each.field
        )
        if part is None:
            return None
        tests.append(_compares(attrgetter(part), each.value, each.differs))
    if labels.requirements:
        tests.append(lambda row: labels.matches(dict(row.labels)))
    return lambda row: all(test(row) for test in tests)


def _compares(get: Callable[[Any], str], value: str, differs: bool) -> Callable[[Any], bool]:
    return lambda row: (get(row) == value) is not differs
