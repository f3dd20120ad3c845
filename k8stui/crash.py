"""A report of an unforeseen exception: where it happened, without local variables, which may hold tokens."""

import os
import platform
import time
import traceback
from pathlib import Path

from k8stui import __version__


def state_directory(environ: dict[str, str] | os._Environ[str]) -> Path:
    """`$XDG_STATE_HOME/k8stui`, by default `~/.local/state/k8stui` (XDG Base Directory Specification)."""
    base = environ.get("XDG_STATE_HOME") or str(Path(environ.get("HOME") or "/tmp") / ".local/state")
    return Path(base) / "k8stui"


def write_report(error: BaseException, directory: Path, now: float) -> Path | None:
    """Write the report (mode 0600) and return its path; None when the directory cannot be written.

    Only types, file names, line numbers and function names: messages of exceptions may quote what the cluster sent.
    """
    frames: list[str] = []
    link: BaseException | None = error
    while link is not None:
        frames.append(type(link).__qualname__)
        frames += [
            f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(link.__traceback__)
        ]
        link = link.__cause__ or link.__context__
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    text = f"k8stui {__version__}, Python {platform.python_version()}, {stamp}\n" + "\n".join(frames) + "\n"
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path, descriptor = _create(directory, f"crash-{stamp}-{os.getpid()}")
        try:
            os.write(descriptor, text.encode("utf-8", "replace"))
        finally:
            os.close(descriptor)
    except OSError:
        return None
    return path


def _create(directory: Path, name: str) -> tuple[Path, int]:
    """A new file: the first mistake of a second is the one to know, and later ones must not replace it."""
    for number in range(1, 100):
        path = directory / (f"{name}.txt" if number == 1 else f"{name}-{number}.txt")
        try:
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
    raise FileExistsError(name)


def apology(error: BaseException, report: "os.PathLike[str] | None") -> str:
    """The one sentence that an unforeseen end leaves on the terminal; None: no report could be written."""
    where = f"A report without any data of yours is in {report}" if report else "No report could be written"
    return f"it ended because of a mistake of its own ({type(error).__name__}). {where}."
