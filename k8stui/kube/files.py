"""Reads the files that a kubeconfig is made of, with a sentence for each way that can go wrong."""

import os
import stat
from pathlib import Path
from typing import Final

from k8stui.kube.errors import ConfigError
from k8stui.model.text import clean

MOST: Final = 16 * 1024 * 1024
"""Bytes; a kubeconfig, a certificate or a token is never larger."""

Stamp = tuple[int, int, int, int] | None
"""Device, inode, size and time of change (ns) of a file; None where there is no regular file (pipes never change)."""


def shown(path: Path) -> str:
    """A path as errors show it."""
    return clean(str(path), 256)


def read(path: Path, what: str) -> bytes:
    """A file's bytes. Pipes are read too (`--kubeconfig <(…)`).

    Args:
        path: the file.
        what: names it in errors (`The kubeconfig`).

    Raises:
        ConfigError: missing, a directory, not readable, too large.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MOST + 1)
    except FileNotFoundError:
        raise ConfigError(f"{what} {shown(path)} is not there") from None
    except IsADirectoryError:
        raise ConfigError(f"{what} {shown(path)} is a directory, not a file") from None
    except PermissionError:
        raise ConfigError(f"{what} {shown(path)} may not be read: check its owner and its mode") from None
    except (OSError, ValueError) as bad:
        why = getattr(bad, "strerror", None) or "not a possible path"
        raise ConfigError(f"{what} {shown(path)} cannot be read: {why}") from None
    if len(raw) > MOST:
        raise ConfigError(f"{what} {shown(path)} is larger than 16 MB: is it the right file?")
    return raw


def read_text(path: Path, what: str) -> str:
    """A file's text without white space around it. Raises ConfigError as `read`, and for what is not UTF-8."""
    try:
        return read(path, what).decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ConfigError(f"{what} {shown(path)} is not UTF-8 text") from None


def stamp(path: Path) -> Stamp:
    """What tells one state of a file from another."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def resolve(path: str, base: Path) -> Path:
    """A path of a kubeconfig: relative ones stand beside the file that holds them. No `~`, as in kubectl."""
    return Path(os.path.normpath(base / path))
