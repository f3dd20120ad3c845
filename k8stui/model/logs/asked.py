"""What is typed behind `:logs`, in the words and flags of `kubectl logs`."""

import math
import re
from datetime import UTC, datetime
from types import MappingProxyType

from msgspec import Struct

from k8stui.model import duration, selector
from k8stui.model.logs.options import ALL, LogOptions
from k8stui.model.words import split

_SWITCHES = MappingProxyType(
    {
        "-f": "follow",
        "--follow": "follow",
        "-p": "previous",
        "--previous": "previous",
        "--timestamps": "timestamps",
        "--prefix": "prefix",
        "--all-containers": "all-containers",
        "--all-pods": "all-pods",
        "-A": "everywhere",
        "--all-namespaces": "everywhere",
        "--ignore-errors": "ignore-errors",
        "--insecure-skip-tls-verify-backend": "insecure",
    }
)
_VALUES = MappingProxyType(
    {
        "-c": "container",
        "--container": "container",
        "-l": "selector",
        "--selector": "selector",
        "-n": "namespace",
        "--namespace": "namespace",
        "--since": "since",
        "--since-time": "since-time",
        "--tail": "tail",
        "--limit-bytes": "limit-bytes",
        "--max-log-requests": "max",
        "--pod-running-timeout": "timeout",
    }
)
_TRUE, _FALSE = ("1", "t", "T", "true", "TRUE", "True"), ("0", "f", "F", "false", "FALSE", "False")
"""What Go takes for a boolean."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d([.,]\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_ZERO = "0001-01-01T00:00:00Z"
_WHOLE = re.compile(r"[+-]?[0-9][0-9a-fA-FxXoO_]*")
_MOST = 2**63 - 1
_LONGEST = _MOST / 1e9
"""Seconds: Go counts nanoseconds."""


class Asked(Struct, frozen=True, kw_only=True):
    """What was typed."""

    options: LogOptions
    name: str = ""
    """`web-1`, `pod/web-1`, `deploy/web`, `svc/web`; "" where there is a selector, or nothing."""
    selector: str = ""
    namespace: str = ""
    """"": the one that is open."""
    everywhere: bool = False
    """All namespaces."""


def parse(text: str) -> Asked:
    """What is typed behind `:logs`; flags that mean nothing here (`-f`, `--ignore-errors`) are taken and passed over.

    Raises ValueError: one sentence on what is wrong with it.
    """
    switches, values, words = _read(text)
    chosen = values.get("selector", "")
    if chosen:
        chosen = str(selector.parse(chosen))
    if chosen and words:
        raise ValueError(f"Name either a pod or workload ({words[0]}) or a selector (-l {chosen}), not both")
    if len(words) > 2:
        raise ValueError(f"'{' '.join(words)}' is too much: write POD or TYPE/NAME, and the container behind -c")
    if len(words) == 2 and "container" in values:
        raise ValueError(f"The container is named twice: {words[1]} and -c {values['container']}")
    container = values.get("container", words[1] if len(words) == 2 else "")
    if container and "all-containers" in switches:
        raise ValueError(f"Name one container ({container}) or ask for --all-containers, not both")
    since = _since(values["since"]) if "since" in values else 0
    if since and values.get("since-time"):
        raise ValueError("Only one of --since and --since-time may be given")
    if "timeout" in values:
        _duration("--pod-running-timeout", values["timeout"])
    if "max" in values:
        _number("--max-log-requests", values["max"], 0)
    options = LogOptions(
        container=ALL if "all-containers" in switches else container,
        previous="previous" in switches,
        since=since,
        since_time=_time(values["since-time"]) if values.get("since-time") else "",
        tail=_number("--tail", values["tail"], -1) if "tail" in values else None,
        limit_bytes=_number("--limit-bytes", values["limit-bytes"], 0) if "limit-bytes" in values else 0,
        timestamps="timestamps" in switches,
        prefix=not switches.isdisjoint({"prefix", "all-pods"}),
        insecure_backend="insecure" in switches,
    )
    return Asked(
        options=options,
        name=words[0] if words else "",
        selector=chosen,
        namespace=values.get("namespace", ""),
        everywhere="everywhere" in switches,
    )


def _read(text: str) -> tuple[set[str], dict[str, str], list[str]]:
    """Switches that are on, flags with their values, and the other words."""
    rest = split(text)
    switches: set[str] = set()
    values: dict[str, str] = {}
    words: list[str] = []
    while rest:
        word = rest.pop(0)
        if word == "--":
            words += rest
            break
        if not word.startswith("-") or word == "-":
            words.append(word)
            continue
        flag, value = _parted(word, rest)
        if flag in _SWITCHES:
            on = _truth(flag, value)
            (switches.add if on else switches.discard)(_SWITCHES[flag])
        elif flag in _VALUES:
            if value is None:
                if not rest:
                    raise ValueError(f"{flag} needs a value")
                value = rest.pop(0)
            values[_VALUES[flag]] = value
        else:
            raise ValueError(f"{flag} is no option of logs")
    return switches, values, words


def _parted(word: str, rest: list[str]) -> tuple[str, str | None]:
    """A flag and its value, where both stand in one word; of short flags in one word (`-fp`) the rest is put back."""
    if word.startswith("--"):
        flag, equals, value = word.partition("=")
        return flag, value if equals else None
    flag, more = word[:2], word[2:]
    if not more:
        return flag, None
    if more.startswith("="):
        return flag, more[1:]
    if flag in _SWITCHES:
        rest.insert(0, f"-{more}")
        return flag, None
    return flag, more


def _truth(flag: str, value: str | None) -> bool:
    if value is None or value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ValueError(f"{flag} is true or false, not '{value}'")


def _since(text: str) -> int:
    """Whole seconds, rounded as kubectl does; at least one, for 0 means all."""
    seconds = _duration("--since", text)
    if seconds > _LONGEST:
        raise ValueError(f"--since {text} is too long: Go counts to 2562047h; leave it out for all there is")
    return max(1, math.floor(seconds + 0.5)) if seconds > 0 else 0


def _duration(flag: str, text: str) -> float:
    """Seconds; a sign may stand before it, but nothing is less than 0."""
    try:
        seconds = duration.go(text[1:] if text[:1] in ("+", "-") else text)
    except ValueError:
        raise ValueError(f"{flag} is a time with its unit, like 30s, 10m or 1h30m, not '{text}'") from None
    if seconds and text.startswith("-"):
        raise ValueError(f"{flag} is more than 0, not {text}: it says how long ago")
    return seconds


def _time(text: str) -> str:
    """The same moment in UTC and whole seconds, as kubectl sends it; "" for Go's zero time, which it leaves out."""
    try:
        if not _TIME.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"'{text}' is no time: write it like 2026-11-22T10:42:00Z or …T10:42:00+01:00") from None
    said = moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    return "" if said == _ZERO else said


def _number(flag: str, text: str, least: int) -> int:
    """A whole number as Go writes it: `20`, `1_000`, `0x14`, `024` (octal)."""
    try:
        found = int(re.sub(r"^([+-]?)0_?(?=[0-7])", r"\g<1>0o", text) if _WHOLE.fullmatch(text) else "", 0)
    except ValueError:
        raise ValueError(f"{flag} is a whole number, not '{text}'") from None
    if found < least:
        raise ValueError(f"{flag} is {least} or more, not {text}")
    if found > _MOST:
        raise ValueError(f"{flag} is {_MOST} at most, not {text}")
    return found
