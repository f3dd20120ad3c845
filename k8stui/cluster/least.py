"""The least of values that come, change and go, at O(log n) a change."""

from collections.abc import Hashable
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Least(Generic[K]):
    """Values by key; keys must be comparable with each other, they part equal values.

    What changed or went stays in the heap until it comes to the top, or until the heap is mostly such.
    """

    __slots__ = ("_heap", "_values")

    def __init__(self) -> None:
        self._values: dict[K, float] = {}
        self._heap: list[tuple[float, K]] = []

    def put(self, key: K, value: float) -> None:
        """This key has this value now."""
        self._values[key] = value
        heappush(self._heap, (value, key))
        if len(self._heap) > 2 * len(self._values) + 64:
            self._heap = [(value, key) for key, value in self._values.items()]
            heapify(self._heap)

    def drop(self, key: K) -> None:
        """This key is gone; unknown ones do not matter."""
        self._values.pop(key, None)

    def top(self) -> tuple[float, K] | None:
        """The least value and its key; None where there is none."""
        while self._heap:
            value, key = self._heap[0]
            if self._values.get(key) == value:
                return value, key
            heappop(self._heap)
        return None
