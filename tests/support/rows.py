"""A small row for the tests of stores and views."""

from msgspec import Struct

from k8stui.model.kinds import PODS, Ref

Labels = tuple[tuple[str, str], ...]


class Thing(Struct, frozen=True, gc=False):
    """One object with a number."""

    ref: Ref
    version: str = "1"
    labels: Labels = ()
    value: float = 0


def thing(name: str, value: float = 0, *, namespace: str = "a", version: str = "1", labels: Labels = ()) -> Thing:
    """An object whose uid is its namespace and name."""
    return Thing(Ref(PODS, namespace, name, f"{namespace}/{name}"), version, labels, value)
