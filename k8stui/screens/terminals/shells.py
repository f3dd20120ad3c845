"""Which shell a container may have, and whether it had it."""

import re
from collections.abc import Sequence
from typing import Final

from k8stui.operations.sessions.ending import End, How

_BEST: Final = "for s in bash ash; do command -v $s >/dev/null 2>&1 && exec $s; done; exec sh"
"""The best of a container by one request; `exec a || exec b` would not do, for a shell ends where an exec fails."""
_UNIX: Final = (("sh", "-c", _BEST), ("bash",), ("ash",))
_WINDOWS: Final = (("powershell",), ("cmd",))
_NOT_THERE: Final = re.compile(
    r"executable file not found|no such file or directory|permission denied|is a directory|exec format error"
    r"|cannot find the (?:file|path)",
    re.IGNORECASE,
)
"""The words of runc, crun, and Windows."""
_RUNTIME: Final = re.compile(rb"exec failed|OCI runtime|starting container process", re.IGNORECASE)
_RUNTIMES_CODES: Final = frozenset({126, 127, 128, 255})
_SOON: Final = 10.0
"""Seconds in which a runtime says that it cannot start something."""


def shells(*, windows: bool) -> Sequence[Sequence[str]]:
    """Commands to try one after the other."""
    return _WINDOWS if windows else _UNIX


def is_missing(end: End) -> bool:
    """The container has no such program, or it cannot be run.

    containerd's answer is an error; cri-o and docker write theirs to the output, and end with a code of their own.
    """
    if end.how is not How.EXITED or end.code == 0:
        return False
    if end.code is None:
        return bool(_NOT_THERE.search(end.message))
    words = end.heard.decode("utf-8", "replace")
    from_runtime = end.code in _RUNTIMES_CODES and end.seconds < _SOON and _RUNTIME.search(end.heard)
    return bool(from_runtime and _NOT_THERE.search(words))
