"""The files of one container: what its image and its pod give it, and what was written since on top."""

import posixpath
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

Content = bytes | Callable[[], bytes]
"""What is in a file, made when somebody reads it."""
ROOM = 4 * 1024 * 1024
"""Bytes that can be written into one container."""

MISSING = "No such file or directory"
DIRECTORY = "Is a directory"
NO_DIRECTORY = "Not a directory"
READ_ONLY = "Read-only file system"
EXISTS = "File exists"
FULL = "No space left on device"


class FileProblem(Exception):
    """What the system says: `No such file or directory`."""


class File(Struct, frozen=True):
    """A file, a directory (no content) or a link (a target)."""

    content: Content | None = None
    target: str = ""
    executable: bool = False

    @property
    def directory(self) -> bool:
        """It is a directory."""
        return self.content is None and not self.target

    def read(self) -> bytes:
        """The bytes in it."""
        return self.content() if callable(self.content) else self.content or b""


class Changes:
    """What was written into a container since it started; it outlives a single command."""

    def __init__(self) -> None:
        self.files: dict[str, File | None] = {}
        """By path; None: removed."""

    @property
    def size(self) -> int:
        """Bytes written."""
        return sum(len(path) + len(file.read()) for path, file in self.files.items() if file is not None)


class Files:
    """A tree of files. Every path is absolute and normal (`normal`); FileProblem says why something cannot be done."""

    def __init__(
        self, given: Mapping[str, File], changes: Changes, read_only: Iterable[str] = (), writable: Iterable[str] = ()
    ) -> None:
        """`read_only`: paths below which nothing can be written, save below those of `writable`."""
        self._given = dict(given)
        self._changes = changes
        self._read_only = tuple(read_only)
        self._open = tuple(writable)
        for path in list(self._given):
            while (path := posixpath.dirname(path)) not in self._given:
                self._given[path] = File()

    def find(self, path: str, *, follow: bool = True) -> File | None:
        """The file there, if there is one."""
        path = self.real(path) if follow else posixpath.join(self.real(posixpath.dirname(path)), _base(path))
        return self._at(path)

    def _at(self, path: str) -> File | None:
        changed = self._changes.files
        return changed[path] if path in changed else self._given.get(path)

    def real(self, path: str) -> str:
        """The path without links in it."""
        done = "/"
        parts = [part for part in path.split("/") if part]
        for _ in range(200):
            if not parts:
                break
            step = posixpath.normpath(posixpath.join(done, parts.pop(0)))
            file = self._at(step)
            if file is not None and file.target:
                parts = [part for part in posixpath.join(done, file.target).split("/") if part] + parts
                done = "/"
            else:
                done = step
        return done

    def read(self, path: str) -> bytes:
        """What is in a file."""
        file = self.find(path)
        if file is None:
            raise FileProblem(MISSING)
        if file.directory:
            raise FileProblem(DIRECTORY)
        return file.read()

    def names(self, path: str) -> list[str]:
        """What is in a directory, sorted."""
        path = self.real(path)
        file = self._at(path)
        if file is None:
            raise FileProblem(MISSING)
        if not file.directory:
            raise FileProblem(NO_DIRECTORY)
        every = {*self._given, *self._changes.files}
        return sorted(
            _base(each)
            for each in every
            if each != "/" and posixpath.dirname(each) == path and self._at(each) is not None
        )

    def below(self, path: str) -> list[str]:
        """The path itself and everything under it, sorted."""
        head = path.rstrip("/") + "/"
        every = {*self._given, *self._changes.files}
        inside = (each for each in every if each.startswith(head) and each != "/" and self._at(each) is not None)
        return sorted({path, *inside})

    def write(self, path: str, data: bytes, *, append: bool = False, executable: bool = False) -> None:
        """Create or replace a file."""
        path = self._writable(path)
        old = self._at(path)
        if old is not None and old.directory:
            raise FileProblem(DIRECTORY)
        if append and old is not None:
            data = old.read() + data
        if self._changes.size + len(data) > ROOM:
            raise FileProblem(FULL)
        self._changes.files[path] = File(data, executable=executable or bool(old and old.executable))

    def make(self, path: str) -> None:
        """Create a directory."""
        path = self._writable(path)
        if self._at(path) is not None:
            raise FileProblem(EXISTS)
        if self._changes.size + len(path) > ROOM:
            raise FileProblem(FULL)
        self._changes.files[path] = File()

    def remove(self, path: str, *, tree: bool = False) -> None:
        """Remove a file, or a directory with all that is in it."""
        file = self.find(path, follow=False)
        if file is None:
            raise FileProblem(MISSING)
        if file.directory and not tree:
            raise FileProblem(DIRECTORY)
        self._writable(path)
        for each in self.below(path):
            self._changes.files[each] = None

    def _writable(self, path: str) -> str:
        path = self.real(path)
        above = self._at(posixpath.dirname(path))
        if above is None:
            raise FileProblem(MISSING)
        if not above.directory:
            raise FileProblem(NO_DIRECTORY)
        if _within(path, self._read_only) > _within(path, self._open):
            raise FileProblem(READ_ONLY)
        return path


def normal(path: str, folder: str = "/") -> str:
    """An absolute path without dots, seen from a folder."""
    joined = posixpath.normpath(posixpath.join(folder, path))
    return "/" + joined.lstrip("/")


def _within(path: str, folders: Iterable[str]) -> int:
    """The length of the longest of these folders that holds the path; 0 when none does."""
    return max((len(each) for each in folders if path == each or path.startswith(each.rstrip("/") + "/")), default=0)


def _base(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]
