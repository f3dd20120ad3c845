"""`k8stui demo-server`: the embedded cluster for any client, until it is interrupted."""

import asyncio
import contextlib
import errno
import os
import signal
import sys
from pathlib import Path
from typing import Any

import msgspec

from k8stui.clock import WallClock
from k8stui.demo.options import DemoOptions


def serve(options: DemoOptions) -> int:
    """Write the kubeconfig, say the address, serve until SIGINT or SIGTERM; returns the exit code.

    What cannot be done is one sentence on stderr and exit code 1.
    """
    try:
        if options.kubeconfig is not None:
            check(options.kubeconfig)
        return asyncio.run(_serve(options))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"k8stui: {_sentence(error, options)}\n")
        return 1
    except KeyboardInterrupt:  # before the loop could take the signal
        return 0


def check(path: Path) -> None:
    """Refuse to overwrite what is no kubeconfig of an embedded cluster: somebody's own would be lost.

    Raises ValueError, or OSError when the folder is missing or not writable.
    """
    if not os.access(path.parent, os.W_OK):
        code = errno.EACCES if path.parent.is_dir() else errno.ENOENT
        raise OSError(code, os.strerror(code), str(path))
    if path.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not path.exists():
        return
    raw = path.read_bytes()
    try:
        ours = not raw.strip() or msgspec.json.decode(raw)["current-context"] == "demo"
    except (msgspec.DecodeError, KeyError, TypeError):
        ours = False
    if not ours:
        raise ValueError(f"{path} exists and was not written by demo-server: name another file, or remove this one")


def write(path: Path, config: dict[str, Any]) -> None:
    """Write a kubeconfig that only its owner may read, in one step. Raises OSError."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123
            file.write(msgspec.json.format(msgspec.json.encode(config), indent=2) + b"\n")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


async def _serve(options: DemoOptions) -> int:
    from k8stui.demo.assembly import Demo  # after the arguments are known to be right: it loads aiohttp

    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, ended.set)
    demo = Demo(options, WallClock())
    await demo.start()
    try:
        if options.kubeconfig is not None:
            write(options.kubeconfig, demo.kubeconfig())
        where = f" (kubeconfig: {options.kubeconfig})" if options.kubeconfig else ""
        sys.stdout.write(f"Serving the embedded cluster at {demo.cluster.url}{where}\n")
        sys.stdout.flush()
        await ended.wait()
    finally:
        await demo.stop()
    return 0


def _sentence(error: OSError | ValueError, options: DemoOptions) -> str:
    if not isinstance(error, OSError):
        return str(error)
    if error.errno == errno.EADDRINUSE:
        return f"port {options.port} is in use: name another with --port, or 0 for any free one"
    if error.errno == errno.EACCES and error.filename is None:
        return f"may not listen on port {options.port}: name one above 1023 with --port, or 0 for any free one"
    reason = error.strerror or str(error)
    return f"cannot write {options.kubeconfig}: {reason}" if error.filename else f"cannot serve: {reason}"
