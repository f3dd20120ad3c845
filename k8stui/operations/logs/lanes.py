"""What waits of each source until its turn has come, and how it is taken in the order of all."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator

from msgspec.structs import replace

from k8stui.model.logs.entry import Entry, Mark


class Batch:
    """What came of one source at once, with its size in bytes; `keys` never fall, from batch to batch neither."""

    __slots__ = ("arrived", "entries", "keys", "size")

    def __init__(self, arrived: float, entries: list[Entry], keys: list[int], size: int = 0) -> None:
        self.arrived = arrived
        self.entries = entries
        self.keys = keys
        self.size = size


class Lane:
    """What waits of one source."""

    __slots__ = ("batches", "key")

    def __init__(self) -> None:
        self.batches: deque[Batch] = deque()
        self.key = 0
        """Where its last line stands in the order of all."""


def due_of(lane: Lane, arrived: float) -> Iterator[tuple[int, int]]:
    """The last key of each batch that arrived by then, and how much there is of it."""
    for batch in lane.batches:
        if batch.arrived > arrived:
            return
        yield batch.keys[-1], len(batch.keys)


def take(lane: Lane, top: int, entries: list[Entry], keys: list[int]) -> int:
    """Move what stands no later than `top` from the lane to the lists; how many bytes that is, more or less where a
    batch is taken in parts."""
    size = 0
    while lane.batches and lane.batches[0].keys[0] <= top:
        batch = lane.batches[0]
        if batch.keys[-1] <= top:
            entries += batch.entries
            keys += batch.keys
            size += batch.size
            lane.batches.popleft()
            continue
        index = bisect_right(batch.keys, top)
        part = batch.size * index // len(batch.keys)
        entries += batch.entries[:index]
        keys += batch.keys[:index]
        batch.entries = batch.entries[index:]
        batch.keys = batch.keys[index:]
        batch.size -= part
        size += part
    return size


def marked(entries: list[Entry], keys: list[int], top: int) -> list[Entry]:
    """The same, those lines marked that come after later ones."""
    if keys[0] >= top and [entry.at for entry in entries] == keys:
        return entries
    return [
        replace(entry, mark=Mark.LATE) if entry.mark is Mark.LINE and 0 < entry.at < max(top, key) else entry
        for entry, key in zip(entries, keys, strict=True)
    ]
