"""The child process of `k8stui --demo`: reads its options from standard input, answers on standard output, serves.

Its parent keeps standard input open for as long as it lives. Nothing here imports the app.
"""

import gc
import os

gc.disable()  # until the first objects are there
os.environ |= {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": os.devnull}  # aiohttp reads all of them when imported

import asyncio  # noqa: E402
import ctypes  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
from types import FrameType  # noqa: E402

import msgspec  # noqa: E402

PR_SET_PDEATHSIG = 1


def follow(parent: int) -> None:
    """End when the parent does: at the end of standard input and, on Linux, by the kernel's word."""

    def listen() -> None:
        while os.read(0, 1024):
            pass
        os._exit(0)

    def orphaned(number: int, frame: FrameType | None) -> None:
        if os.getppid() != parent:  # else only the thread that made us ended
            os._exit(0)

    threading.Thread(target=listen, name="parent", daemon=True).start()
    if sys.platform == "linux":
        signal.signal(signal.SIGUSR1, orphaned)
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGUSR1, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(0)


async def serve(answer: int, given: dict[str, object]) -> None:
    """Start the cluster, hand its kubeconfig over, serve for ever."""
    from k8stui.clock import WallClock
    from k8stui.demo.assembly import Demo
    from k8stui.demo.options import DemoOptions

    demo = Demo(msgspec.convert(given, DemoOptions), WallClock())
    await demo.start()
    os.write(answer, msgspec.json.encode({"kubeconfig": demo.kubeconfig()}) + b"\n")
    gc.freeze()
    gc.enable()
    await asyncio.Event().wait()


def main() -> int:
    """Run until the parent ends; what goes wrong is one line to the parent and exit code 1."""
    answer = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    first = b""
    while not first.endswith(b"\n"):
        if not (more := os.read(0, 65_536)):
            return 0
        first += more
    given = msgspec.json.decode(first)
    follow(int(given.pop("parent")))
    try:
        asyncio.run(serve(answer, given))
    except Exception as error:
        text = f"{type(error).__name__}: {error}"[:500]
        os.write(answer, msgspec.json.encode({"error": text}) + b"\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
