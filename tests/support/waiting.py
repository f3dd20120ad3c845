"""Waiting for a condition instead of a guessed time."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

WITHIN = 20.0
"""Seconds after which something is given up: only a failing test takes so long."""


async def eventually(condition: Callable[[], T], *, within: float = WITHIN) -> T:
    """The first truthy value of `condition`, asked while the loop runs. Fails after `within` seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while not (value := condition()):
        assert loop.time() < deadline, f"not true within {within} s: {condition}"
        await asyncio.sleep(0.002)
    return value


def promptly(condition: Callable[[], object], *, within: float = WITHIN) -> None:
    """The same without a loop: for what another thread or process does."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"not true within {within} s: {condition}"
        time.sleep(0.002)
