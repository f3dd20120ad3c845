"""When a test's loop has nothing left to do, however little of a busy machine the test gets.

Textual's `wait_for_idle`, by which a `Pilot` waits, takes a process for idle that used less than a millisecond of its
processor in twenty: so does one that the machine did not let run.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from time import process_time
from typing import Any

from textual import pilot

ROUNDS = 10
"""Turns of the loop, one after the other, in which nothing ran: an answer on its way through the kernel arrives."""
MOST = 1.0
"""Seconds of this process's own work after which it is not waited any longer: something always runs."""
THREADS = 2.0
"""Seconds for a thread that works for the loop and may be held by the test itself."""


async def calm() -> None:
    """Wait until nothing is ready to run, no socket has bytes to read, and no thread is at work for this loop.

    Whatever the embedded cluster of the same loop answers is there by then, and what that leads to is done; only
    timers, other processes and answers that a test holds back are not waited for.
    """
    loop = asyncio.get_running_loop()
    ready: Any = getattr(loop, "_ready", ())
    worked, held = process_time() + MOST, loop.time() + THREADS
    rounds = 0
    while rounds < ROUNDS and process_time() < worked:
        if _at_work(loop) and loop.time() < held:
            await asyncio.sleep(0.001)
            rounds = 0
        else:
            await asyncio.sleep(0)
            rounds = 0 if ready else rounds + 1


def _at_work(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether a thread of `asyncio.to_thread` is busy."""
    threads: ThreadPoolExecutor | None = getattr(loop, "_default_executor", None)
    if threads is None:
        return False
    return threads._work_queue.qsize() > 0 or threads._idle_semaphore._value < len(threads._threads)


def pause_when_calm() -> None:
    """From now on a `Pilot` of this process waits for nothing left to do, and for some time in which that stays so."""
    module: Any = pilot
    some_time: Callable[..., Awaitable[None]] = module.wait_for_idle

    async def wait(*bounds: float) -> None:
        await calm()
        await some_time(*bounds)
        await calm()

    module.wait_for_idle = wait
