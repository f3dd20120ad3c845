"""Lines of a log as text, as kubectl would have printed them, for a file or the clipboard."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from k8stui.model.logs.ansi import plain
from k8stui.model.logs.entry import Entry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def prefix(pod: str, container: str) -> str:
    """`[pod/web-1/app] `: kubectl's --prefix."""
    return f"[pod/{pod}/{container}] "


def stamp(nanoseconds: int) -> str:
    """`2026-11-22T00:19:37.000000123Z`: kubectl's --timestamps; empty for 0 and for what no calendar reaches."""
    if not nanoseconds:
        return ""
    seconds, rest = divmod(nanoseconds, 10**9)
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def saved(
    entries: Iterable[Entry], *, times: bool = False, sources: Mapping[int, tuple[str, str]] | None = None
) -> Iterator[str]:
    """Each line, plain and without a line break; markers stand among them as `--- text ---`.

    Args:
        entries: what is saved.
        times: with the stamps.
        sources: with prefixes: pod and container by the source's number.
    """
    prefixes = {number: prefix(*names) for number, names in (sources or {}).items()}
    for entry in entries:
        if not entry.mark.is_line:
            yield f"--- {plain(entry.text)} ---"
            continue
        when = f"{stamp(entry.at)} " if times and entry.at else ""
        yield f"{prefixes.get(entry.source, '')}{when}{plain(entry.text)}"
