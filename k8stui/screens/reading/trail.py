"""The objects that were read one after the other: the way back, and the way forward again."""

from msgspec import Struct

from k8stui.model.kinds import Ref


def same(one: Ref, other: Ref) -> bool:
    """Whether both name one object; the kind as a table knows it may lack what discovery adds."""
    return (one.kind.resource, one.namespace, one.name) == (other.kind.resource, other.namespace, other.name)


class Step(Struct, frozen=True):
    """An object, how it was read, and where in its text one was."""

    ref: Ref
    tab: str
    top: int = 0
    """The first line in sight."""
    marked: int | None = None
    """The line whose object enter would open."""


class Trail:
    """Steps before and after the one where one is; a step to something new forgets those after it."""

    def __init__(self) -> None:
        self._before: list[Step] = []
        self._after: list[Step] = []

    def leave(self, here: Step) -> None:
        """From here to something new."""
        self._before.append(here)
        self._after.clear()

    def step(self, by: int, here: Step) -> Step | None:
        """One step back (-1) or forward (1) from here; None where there is nothing."""
        source, to = (self._before, self._after) if by < 0 else (self._after, self._before)
        if not source:
            return None
        to.append(here)
        return source.pop()
