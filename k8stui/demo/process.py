"""The parent's side of `--demo`: the embedded cluster as a child process that ends when its parent does.

Options go to it, and its kubeconfig comes back, through pipes: tokens stand neither on a command line nor in an
environment. Needs neither aiohttp nor the rest of `demo/` but the options.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from k8stui.demo.options import DemoOptions

START = 20.0
"""Seconds within which the child must have answered (10,000 pods on a busy machine take two)."""
END = 1.0
"""Seconds within which the child must have ended, before it is killed."""
AGAIN = "start it again with k8stui --demo"


class DemoError(Exception):
    """The embedded cluster did not start, in one sentence."""


class DemoProcess:
    """One child. All coroutines belong to one event loop."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._transport: asyncio.ReadTransport | None = None
        self._reader: asyncio.StreamReader | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id; None before it was spawned and after it was stopped."""
        return self._child.pid if self._child else None

    def spawn(self, options: DemoOptions) -> None:
        """Start the child and return at once: early, so that it loads while the caller does. Raises DemoError."""
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH")) if part)
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "k8stui.demo"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # ctrl+c and a hang-up of the terminal are the parent's to answer
                env={**os.environ, "PYTHONPATH": path},
            )
            line = {**msgspec.to_builtins(_sendable(options)), "parent": os.getpid()}
            assert self._child.stdin is not None
            # A child that has already ended is told of by `start`, which knows its exit code.
            with contextlib.suppress(BrokenPipeError):
                os.write(self._child.stdin.fileno(), msgspec.json.encode(line) + b"\n")
        except OSError as error:
            raise DemoError(f"The embedded cluster did not start: {error.strerror}.") from None

    async def start(self, options: DemoOptions) -> dict[str, Any]:
        """Spawn the child (unless that is done) and wait until it serves; returns its kubeconfig. Raises DemoError."""
        if self._child is None:
            self.spawn(options)
        assert self._child is not None
        assert self._child.stdout is not None
        self._reader = asyncio.StreamReader(limit=1 << 20)
        protocol = asyncio.StreamReaderProtocol(self._reader)
        self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, self._child.stdout)
        try:
            line = await asyncio.wait_for(self._reader.readline(), START)
        except TimeoutError:
            await self.stop()
            raise DemoError(f"The embedded cluster did not start within {START:.0f} s; {AGAIN}.") from None
        answer = _decode(line)
        if "kubeconfig" not in answer:
            why = answer.get("error") or await self._code()
            await self.stop()
            raise DemoError(f"The embedded cluster did not start ({why}); {AGAIN}.")
        config: dict[str, Any] = answer["kubeconfig"]
        return config

    async def ended(self) -> str:
        """Wait until the child ends by itself; returns one sentence that says so."""
        assert self._reader is not None, "start() comes first"
        why = ""
        while line := await self._reader.readline():
            why = str(_decode(line).get("error", "")) or why
        return f"The embedded cluster has ended ({why or await self._code()}); {AGAIN}."

    async def stop(self) -> None:
        """End the child within a second; harmless when it has ended or never began."""
        child, self._child = self._child, None
        if self._transport is not None:
            self._transport.close()
            self._transport = None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        if not await _gone(child, END):
            child.kill()
            await _gone(child, END)

    async def _code(self) -> str:
        """How the child ended, in words."""
        child = self._child
        if child is None or not await _gone(child, END):
            return "it closed its pipe"
        code = child.returncode
        return f"killed by signal {-code}" if code < 0 else f"exit code {code}"


async def _gone(child: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Whether it has ended within so many seconds (monotonic time)."""
    loop = asyncio.get_running_loop()
    limit = loop.time() + seconds
    while child.poll() is None:
        if loop.time() > limit:
            return False
        await asyncio.sleep(0.01)
    return True


def _sendable(options: DemoOptions) -> dict[str, object]:
    return {name: getattr(options, name) for name in options.__struct_fields__ if name != "kubeconfig"}


def _decode(line: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}
