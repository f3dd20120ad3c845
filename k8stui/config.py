"""The configuration file: `k8stui/config.yaml` in the XDG configuration directory. docs/configuration.md describes it.

Every entry is judged by itself: one that is wrong is named with file and line and ignored. Only what concerns
`read_only` and `protected` is never ignored: where that is misspelt, wrongly typed or cannot be read at all, the
contexts it may have meant open read-only.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from k8stui import config_rooms
from k8stui import config_words as words
from k8stui.kube.errors import ConfigError
from k8stui.kube.files import read, shown
from k8stui.kube.yamlfile import Entry, Node, parse
from k8stui.model.text import clean
from k8stui.settings import THEMES, TIMES, ContextSettings, DebugSettings, LogSettings, Preset

WHAT: Final = "k8stui's configuration"
GUARDS: Final = ("read_only", "protected")
"""The entries that keep a context safe."""
EVERY: Final = "*"


class Configuration(Struct, frozen=True):
    """What the file says."""

    values: Mapping[str, Any] = {}
    """Fields of `Settings`; `request_timeout` and `linger` are seconds."""
    notices: tuple[str, ...] = ()
    """Sentences on what is wrong with it."""


def location(environ: Mapping[str, str]) -> Path:
    """Where it stands: `$XDG_CONFIG_HOME`, which counts only when absolute, else `~/.config` (XDG Base Directory)."""
    base = environ.get("XDG_CONFIG_HOME", "")
    if not base.startswith("/"):
        base = str(Path(environ.get("HOME") or "/") / ".config")
    return Path(base) / "k8stui" / "config.yaml"


def load(environ: Mapping[str, str]) -> Configuration:
    """Read the file, if there is one; never raises. Blocks on a small file."""
    path = location(environ)
    try:
        if not path.exists() and not path.is_symlink():
            return Configuration()
        root = parse(read(path, "The configuration"), _shown(path, environ), WHAT, only=True)
    except ConfigError as error:
        return Configuration({"locked": (EVERY,)}, (f"{error.sentence}; {_locked(EVERY)}",))
    except OSError as error:  # the folder itself may not be entered
        why = error.strerror or "it cannot be read"
        return Configuration({"locked": (EVERY,)}, (f"{shown(path)}: {why}; {_locked(EVERY)}",))
    return Configuration() if root is None else _Reading(root, environ).configuration()


def _shown(path: Path, environ: Mapping[str, str]) -> str:
    """The path as short as people write it: a notice has one line."""
    home = environ.get("HOME", "").rstrip("/")
    return "~" + shown(path)[len(home) :] if home and str(path).startswith(home + "/") else shown(path)


class _Reading:
    """Collects what is right and what is wrong with one file."""

    def __init__(self, root: Entry, environ: Mapping[str, str]) -> None:
        self._root = root
        self._environ = environ
        self._values: dict[str, Any] = {}
        self._notices: list[str] = []
        self._locked: list[str] = []

    def configuration(self) -> Configuration:
        """Everything, entry by entry."""
        readers: dict[str, Callable[[Entry, str], Any]] = {
            "theme": words.one_of(THEMES),
            "times": words.one_of(TIMES),
            "view": _name("a kind, for example pods or deployments"),
            "namespace": _name("a namespace, or '*' for all"),
            "mouse": words.flag,
            "request_timeout": words.duration(),
            "linger": words.duration(),
            "log_file": self._file,
            "favourites": words.names,
            "columns": _columns,
            "sort": _sort,
            "read_only": _patterns,
            "protected": _patterns,
            "contexts": self._contexts,
            "logs": self._logs,
            "debug": self._debug,
        }
        self._values |= self._read(self._root, readers, EVERY)
        if self._locked:
            self._values["locked"] = tuple(dict.fromkeys(self._locked))
        return Configuration(self._values, tuple(self._notices))

    def _read(self, entry: Entry, readers: Mapping[str, Callable[[Entry, str], Any]], pattern: str) -> dict[str, Any]:
        """The entries of one mapping that are right; of the others a notice is kept."""
        found: dict[str, Any] = {}
        for key in entry.keys():  # noqa: SIM118 - an Entry is no mapping
            node = entry.node(key)
            if key not in readers:
                self._wrong(words.unknown(entry, key, tuple(readers)), pattern, guards=_guards(key, node))
            elif entry.has(key):
                try:
                    found[key] = readers[key](entry, key)
                except ConfigError as error:
                    self._wrong(error, pattern, guards=_guards(key, node) or key == "contexts")
            elif _guards(key, None):
                self._wrong(entry.error(f"{key} says nothing", key), pattern, guards=True)
        return found

    def _wrong(self, error: ConfigError, pattern: str, *, guards: bool) -> None:
        """Keep a notice; what may have been meant to guard a context locks it."""
        if guards:
            self._locked.append(pattern)
        self._notices.append(f"{error.sentence}; {_locked(pattern) if guards else 'it is ignored'}")

    def _contexts(self, entry: Entry, key: str) -> tuple[ContextSettings, ...]:
        readers: dict[str, Callable[[Entry, str], Any]] = {
            "read_only": words.flag,
            "protected": words.flag,
            "view": _name("a kind, for example pods or deployments"),
            "namespace": _name("a namespace, or '*' for all"),
            "favourites": words.names,
        }
        inner = entry.entry(key)
        found = []
        for name in inner.keys() if inner is not None else ():
            assert inner is not None
            pattern = clean(name)
            try:
                said = inner.entry(name)
            except ConfigError as error:
                self._wrong(error, pattern, guards=True)
                continue
            if said is None:
                self._wrong(inner.error(f"contexts.{clean(name, 128)} says nothing", name), pattern, guards=True)
                continue
            found.append(ContextSettings(pattern=pattern, **self._read(said, readers, pattern)))
        return tuple(found)

    def _logs(self, entry: Entry, key: str) -> LogSettings:
        inner = entry.entry(key)
        return LogSettings(**self._read(inner, config_rooms.LOGS, EVERY)) if inner is not None else LogSettings()

    def _debug(self, entry: Entry, key: str) -> DebugSettings:
        inner = entry.entry(key)
        readers = {**config_rooms.DEBUG, "presets": self._presets}
        return DebugSettings(**self._read(inner, readers, EVERY)) if inner is not None else DebugSettings()

    def _presets(self, entry: Entry, key: str) -> tuple[Preset, ...]:
        """Those that are right as a whole: one without its profile may do more than it was meant to."""
        found: dict[str, Preset] = {}
        for each in entry.entries(key):
            try:
                preset = config_rooms.preset(each)
                if preset.name in found:
                    raise each.error(f"there are two presets named {preset.name}", "name")
                found[preset.name] = preset
            except ConfigError as error:
                self._wrong(error, EVERY, guards=False)
        return tuple(found.values())

    def _file(self, entry: Entry, key: str) -> Path:
        text = words.text(entry, key)
        if text.startswith("~/"):
            text = str(Path(self._environ.get("HOME") or "/") / text[2:])
        if not text.startswith("/"):
            raise entry.error(f"{key} must be a path that begins with / or ~/", key)
        return Path(text)


def _name(wanted: str) -> Callable[[Entry, str], str]:
    def reader(entry: Entry, key: str) -> str:
        text = clean(words.text(entry, key), 256)
        if " " in text:
            raise entry.error(f"{key} must be the name of {wanted}", key)
        return text

    return reader


def _patterns(entry: Entry, key: str) -> tuple[str, ...]:
    node = entry.node(key)
    if node is not None and isinstance(node.value, list):
        try:
            return tuple(clean(name) for name in entry.texts(key))
        except ConfigError:
            raise entry.error(f"{key} must hold names or patterns of contexts (put them in quotes)", key) from None
    try:
        return (EVERY,) if entry.flag(key) else ()
    except ConfigError:
        raise entry.error(f"{key} must be true, false or a list of contexts, for example ['prod-*']", key) from None


def _columns(entry: Entry, key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    try:
        found = entry.lists(key)
    except ConfigError as error:
        raise ConfigError(f"{error.sentence}; write it like {key}: {{pods: [NAME, STATUS, AGE]}}") from None
    return tuple((clean(kind, 256), tuple(clean(title, 128).upper() for title in titles)) for kind, titles in found)


def _sort(entry: Entry, key: str) -> tuple[tuple[str, str, bool], ...]:
    inner = entry.entry(key)
    found = []
    for kind in inner.keys() if inner is not None else ():
        assert inner is not None
        said = inner.text(kind).upper().split()
        direction = said.pop() if said and said[-1] in ("ASC", "DESC") else "ASC"
        if not said:
            raise inner.error(
                f"{key}.{clean(kind, 128)} must name a column, for example 'AGE' or 'RESTARTS desc'", kind
            )
        found.append((clean(kind, 256), clean(" ".join(said), 128), direction == "DESC"))
    return tuple(found)


def _guards(key: str, node: Node | None) -> bool:
    """Whether an entry, or anything inside it, may have been meant as one of `GUARDS`, also misspelt."""
    import difflib

    letters = re.sub(r"[^a-z]", "", key.lower())
    names = [re.sub(r"[^a-z]", "", name) for name in GUARDS]
    if "readonly" in letters or "protect" in letters or difflib.get_close_matches(letters, names, 1, 0.7):
        return True
    if node is None:
        return False
    if isinstance(node.value, dict):
        return any(_guards(inner, below) for inner, below in node.value.items())
    if isinstance(node.value, list):
        return any(_guards("", below) for below in node.value)
    return False


def _locked(pattern: str) -> str:
    which = "every context opens" if pattern == EVERY else f"{clean(pattern, 80)} opens"
    return f"until that is mended {which} read-only"
