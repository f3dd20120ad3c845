"""The entries `logs` and `debug` of the configuration file, and the presets in it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from k8stui.config_words import duration, flag, names, one_of, text, unknown, whole
from k8stui.kube.yamlfile import Entry
from k8stui.model import image as images
from k8stui.model import quantity
from k8stui.model.text import clean
from k8stui.settings import LEAVES, PROFILES, Preset

Reader = Callable[[Entry, str], Any]
_LEAST: Final = 1024 * 1024
_MOST: Final = 4 * 1024**3
_MINUTE: Final = 60.0
_WEEK: Final = 7 * 86_400.0


def memory(entry: Entry, key: str) -> int:
    """Bytes, as a quantity: `32Mi`."""
    found = entry.plain(key)
    try:
        size = quantity.parse(str(found)).value() if isinstance(found, int | str) and not isinstance(found, bool) else 0
    except ValueError:
        size = 0
    if not _LEAST <= size <= _MOST:
        raise entry.error(f"{key} must be a quantity of bytes between 1Mi and 4Gi, for example 32Mi", key)
    return size


LOGS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "tail": whole(-1, 1_000_000),
        "memory": memory,
        "streams": whole(1, 500),
        "window": duration(10.0, like="250ms", zero=True),
        "fields": names,
        "wrap": flag,
    }
)
"""Readers of what stands under `logs`: fields of `LogSettings`."""
DEBUG: Final[Mapping[str, Reader]] = MappingProxyType(
    {"profile": one_of(PROFILES), "lifetime": duration(_WEEK, _MINUTE, "30m or 4h"), "leave": one_of(LEAVES)}
)
"""The same of `debug` and `DebugSettings`, but for the presets."""


def preset(entry: Entry) -> Preset:
    """One preset. Raises ConfigError where anything of it is wrong."""
    for key in entry.keys():  # noqa: SIM118 - an Entry is no mapping
        if key not in _PRESET:
            raise unknown(entry, key, tuple(_PRESET))
    for key in ("name", "image"):
        if not entry.has(key):
            raise entry.error(f"a preset needs {key}: write it like {{name: tools, image: 'registry.example/tools:1'}}")
    return Preset(**{key: reader(entry, key) for key, reader in _PRESET.items() if entry.has(key)})


def _name(entry: Entry, key: str) -> str:
    found = clean(text(entry, key), 64)
    if " " in found:
        raise entry.error(f"{key} must be one word", key)
    return found


def _image(entry: Entry, key: str) -> str:
    try:
        return images.checked(text(entry, key))
    except ValueError as error:
        raise entry.error(str(error), key) from None


def _words(entry: Entry, key: str) -> tuple[str, ...]:
    return entry.texts(key)


def _pairs(entry: Entry, key: str) -> tuple[tuple[str, str], ...]:
    inner = entry.entry(key)
    return tuple((name, inner.text(name)) for name in inner.keys()) if inner is not None else ()  # noqa: SIM118


def _amounts(entry: Entry, key: str) -> tuple[tuple[str, str], ...]:
    inner = entry.entry(key)
    return tuple((name, _amount(inner, name)) for name in inner.keys()) if inner is not None else ()  # noqa: SIM118


def _amount(entry: Entry, key: str) -> str:
    found = entry.plain(key)
    try:
        if isinstance(found, bool) or not isinstance(found, int | float | str):
            raise ValueError(key)
        quantity.parse(str(found))
    except ValueError:
        raise entry.error(f"{clean(key, 60)} must be a quantity, for example 100m or 64Mi", key) from None
    return str(found)


_PRESET: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "name": _name,
        "image": _image,
        "command": _words,
        "args": _words,
        "env": _pairs,
        "requests": _amounts,
        "limits": _amounts,
        "profile": one_of(PROFILES),
        "user": whole(1, 2**31 - 1),
    }
)


def known() -> tuple[str, ...]:
    """Every entry that there is in these rooms, as the documentation names it: `logs.tail`, `debug.presets.image`."""
    debug = (*DEBUG, "presets")
    return (
        *(f"logs.{key}" for key in LOGS),
        *(f"debug.{key}" for key in debug),
        *(f"debug.presets.{key}" for key in _PRESET),
    )
