"""Lines of a log as text, as kubectl would have printed them, for a file or the clipboard."""

from collections.abc import Iterable, Iterator, Mapping

from k8stui.model.logs.entry import Entry


def prefix(pod: str, container: str) -> str:
    """`[pod/web-1/app] `: kubectl's --prefix."""
    raise NotImplementedError


def stamp(nanoseconds: int) -> str:
    """`2026-11-22T00:19:37.000000123Z`: kubectl's --timestamps; empty for 0."""
    raise NotImplementedError


def saved(
    entries: Iterable[Entry], *, times: bool = False, sources: Mapping[int, tuple[str, str]] | None = None
) -> Iterator[str]:
    """Each line, plain and without a line break; markers stand among them as `--- text ---`.

    Args:
        entries: what is saved.
        times: with the stamps.
        sources: with prefixes: pod and container by the source's number.
    """
    raise NotImplementedError
