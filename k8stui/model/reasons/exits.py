"""How a container ended, in words: exit codes, signals, memory.

Codes above 128 are 128 plus a signal (POSIX shells, and container runtimes); 126 and 127 are a shell's own.
"""

import signal
from types import MappingProxyType

_MEANINGS = MappingProxyType(
    {
        1: "the program reported an error",
        2: "the program was called wrongly, or reported an error",
        125: "the container could not be run",
        126: "the command cannot be executed: no permission, or no program",
        127: "the command was not found in the image",
        128: "the container could not be started",
        255: "the program reported an error, or an exit code out of range",
    }
)
_SIGNALS = MappingProxyType(
    {
        1: "hung up",
        2: "interrupted",
        3: "told to quit",
        4: "illegal instruction: a program for another CPU, or a broken one",
        5: "trapped",
        6: "aborted: the program gave up by itself",
        7: "bus error",
        8: "arithmetic error",
        9: "killed: nothing asked it first",
        11: "segmentation fault: it touched memory that is not its own",
        13: "nobody read what it wrote",
        14: "its alarm went off",
        15: "told to stop",
        24: "used more CPU time than allowed",
        25: "wrote a larger file than allowed",
        31: "made a system call that is forbidden to it (seccomp)",
    }
)


def signal_of(code: int, given: int = 0) -> int:
    """The signal that ended it: the one given, or what an exit code over 128 says; 0 for none."""
    return given or (code - 128 if 128 < code <= 128 + 64 else 0)


def signal_name(number: int) -> str:
    """`SIGKILL`, `signal 40` for one without a name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def words(code: int, reason: str = "", given: int = 0, limit: str = "") -> str:
    """`exit code 137, SIGKILL (9): out of memory, its limit is 128Mi`.

    `reason` is that of the terminated state, `limit` the container's memory limit (empty: it has none).
    """
    start = f"exit code {code}"
    number = signal_of(code, given)
    if number:
        start += f", {signal_name(number)} ({number})"
    if reason == "OOMKilled":
        memory = f"its limit is {limit}" if limit else "it has no limit of its own: the node or the pod ran out"
        return f"{start}: out of memory, {memory}"
    if reason == "StartError":
        return f"{start}: the container could not be started"
    if reason == "ContainerStatusUnknown":
        return f"{start}: nobody saw how it ended"
    meaning = _SIGNALS.get(number, "ended by a signal") if number else _MEANINGS.get(code, "")
    if code == 0 and not number:
        meaning = "it ended well"
    return f"{start}: {meaning}" if meaning else start
