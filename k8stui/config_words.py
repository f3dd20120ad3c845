"""What single entries of the configuration may hold: readers, each raising ConfigError with one sentence."""

from collections.abc import Callable, Sequence
from typing import Final

from k8stui.kube.errors import ConfigError
from k8stui.kube.yamlfile import Entry
from k8stui.model.duration import human, seconds
from k8stui.model.text import clean

DAY: Final = 86_400.0


def text(entry: Entry, key: str) -> str:
    """A text that says something."""
    found = entry.text(key).strip()
    if not found:
        raise entry.error(f"{key} must not be empty", key)
    return found


def one_of(allowed: Sequence[str]) -> Callable[[Entry, str], str]:
    """One of some words."""

    def reader(entry: Entry, key: str) -> str:
        found = entry.text(key)
        if found not in allowed:
            raise entry.error(f"{key} must be {either(allowed)}, not '{clean(found, 40)}'", key)
        return found

    return reader


def flag(entry: Entry, key: str) -> bool:
    """True or false."""
    return entry.flag(key)


def duration(
    most: float = DAY, least: float = 0.001, like: str = "30s or 2m", *, zero: bool = False
) -> Callable[[Entry, str], float]:
    """A time in seconds, written as `90`, `30s`, `1m30s`; 0 only where it is said to be meant."""

    def reader(entry: Entry, key: str) -> float:
        value = entry.plain(key)
        try:
            length = seconds(str(value)) if isinstance(value, int | float | str) and not isinstance(value, bool) else -1
        except ValueError:
            length = -1
        if not (least <= length <= most or (zero and length == 0)):
            raise entry.error(
                f"{key} must be a time between {_short(least)} and {_short(most)}, for example {like}", key
            )
        return length

    return reader


def whole(least: int, most: int) -> Callable[[Entry, str], int]:
    """A whole number."""

    def reader(entry: Entry, key: str) -> int:
        found = entry.plain(key)
        if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
            raise entry.error(f"{key} must be a whole number from {least} to {most}", key)
        return found

    return reader


def names(entry: Entry, key: str) -> tuple[str, ...]:
    """A list of names."""
    return tuple(clean(name, 256) for name in entry.texts(key))


def unknown(entry: Entry, key: str, known: Sequence[str]) -> ConfigError:
    """What is to be said of an entry that there is not."""
    import difflib  # only where something is wrong

    near = difflib.get_close_matches(key.lower().replace("-", "_"), known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
    return entry.error(f"there is no entry '{clean(key, 60)}' ({hint})", key)


def either(allowed: Sequence[str]) -> str:
    """`dark, light or ansi`."""
    return f"{', '.join(allowed[:-1])} or {allowed[-1]}"


def _short(length: float) -> str:
    """A time as it is written in the file."""
    if length < 1:
        return f"{round(length * 1000)}ms"
    return "24h" if length == DAY else human(length)
