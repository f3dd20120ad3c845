"""Which log is open: what `4` comes back to."""

from msgspec import Struct

from k8stui.model.duration import human
from k8stui.model.logs.options import ALL, LogOptions
from k8stui.model.logs.target import Target


class Viewed(Struct, frozen=True):
    """Whose log, and what of it."""

    target: Target
    options: LogOptions = LogOptions(container=ALL)


def name(viewed: Viewed) -> str:
    """`logs deployment web`, `previous logs pod web-1 app`."""
    options = viewed.options
    words = ["previous logs" if options.previous else "logs", viewed.target.title]
    if options.container not in ("", ALL):
        words.append(options.container)
    return " ".join(words)


def extent(options: LogOptions, tail: int) -> str:
    """Where it begins: `since start`, `since 10m`, `last 1,000 lines` (of each container).

    `tail`: how many lines where the options do not say; -1: all.
    """
    lines = options.lines(tail)
    words = []
    if options.since:
        words.append(f"since {human(options.since)}")
    if options.since_time:
        words.append(f"since {options.since_time}")
    if lines >= 0:
        words.append("last line" if lines == 1 else f"last {lines:,} lines")
    if options.limit_bytes:
        words.append(f"{options.limit_bytes:,} bytes")
    return ", ".join(words) or "since start"


def flags(options: LogOptions) -> str:
    """The options as they are typed, in kubectl's words; what is the default is left out."""
    words = []
    if options.container == ALL:
        words.append("--all-containers")
    elif options.container:
        words += ["-c", options.container]
    words += ["--previous"] * options.previous
    words += [f"--since={options.since}s"] if options.since else []
    words += [f"--since-time={options.since_time}"] if options.since_time else []
    words += [f"--tail={options.tail}"] if options.tail is not None else []
    words += [f"--limit-bytes={options.limit_bytes}"] if options.limit_bytes else []
    words += ["--timestamps"] * options.timestamps
    words += ["--prefix"] * options.prefix
    words += ["--insecure-skip-tls-verify-backend"] * options.insecure_backend
    return " ".join(words)
