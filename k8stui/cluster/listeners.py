"""Who wants to hear of something; one piece for feeds, rights and views."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

F = TypeVar("F", bound=Callable[..., None])


class Listeners(Generic[F]):
    """Functions to call; one that is added or taken away while they are called counts from the next time."""

    def __init__(self) -> None:
        self._listeners: list[F] = []

    def add(self, listener: F) -> Callable[[], None]:
        """One more; the result takes it away again, once or more often."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def clear(self) -> None:
        """Nobody listens any more."""
        self._listeners.clear()

    def __iter__(self) -> Iterator[F]:
        return iter(tuple(self._listeners))
