"""Reading along in a log book: until the container ends, whoever says so first, the kubelet or the store."""

import asyncio
from collections.abc import AsyncIterator

from k8stui.demo.runtime.containers import Containers
from k8stui.demo.runtime.logs import Book, Line
from k8stui.demo.storage.objects import Object, key_of


async def follow(
    containers: Containers, pod: Object, container: str, attempt: int, book: Book, position: int
) -> AsyncIterator[list[Line]]:
    """The lines from a position on, as they come; ends with the run of the container."""
    pods = containers.store.table(containers.store.catalog.named("pods"))
    key = key_of(pod)
    wake = asyncio.Event()
    seen: object = None
    over = False
    while True:
        wake.clear()
        book.wait(wake)
        pods.log.wait(wake)
        try:
            lines, position = book.since(position)
            if lines:
                yield lines
                continue
            if over or book.ended:
                return
            entry = pods.entries.get(key)
            if entry is None or entry is not seen:  # other pods change too, and are of no interest
                seen = entry
                over = not containers.goes_on(pod, container, attempt)
                if over:
                    continue
            await wake.wait()
        finally:
            book.leave(wake)
            pods.log.leave(wake)
