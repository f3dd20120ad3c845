"""Reads a YAML file as a tree that knows its lines, so that a wrong one gets one sentence with file and line.

Nothing of the file's content is ever put into an error: it holds tokens and keys.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from k8stui.kube.errors import ConfigError
from k8stui.model.text import clean

DEPTH: Final = 64
"""Deeper nesting is refused: the C parser's own composer would overflow the stack and take the program with it."""
NODES: Final = 200_000
"""A plain copy of a part of the file (aliases expanded) is refused beyond this."""

_NULL, _BOOL, _INT, _MERGE = (f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "merge"))
_TEXTS: Final = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "timestamp", "value", "binary"))


class Node(Struct, eq=False):
    """One node: a dict of nodes, a list of nodes, or a scalar as written, with its resolved tag and its line."""

    value: "dict[str, Node] | list[Node] | str"
    tag: str
    line: int
    """From 1."""

    def __repr__(self) -> str:
        """Without the value."""
        return f"Node(line={self.line})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("line", self.line)]


class Entry:
    """A mapping of the file, read key by key; every error names the file, the line and the key."""

    def __init__(self, file: str, node: Node, path: str = "") -> None:
        self.file = file
        self.line = node.line
        self._path = path
        self._values: dict[str, Node] = node.value if isinstance(node.value, dict) else {}

    def __repr__(self) -> str:
        return f"Entry({self.file!r}, line={self.line}, path={self._path!r})"

    def error(self, says: str, key: str = "") -> ConfigError:
        """An error at that key's line: `<file>, line 7: <says>`."""
        node = self._values.get(key)
        return ConfigError(f"{self.file}, line {node.line if node else self.line}: {says}")

    def keys(self) -> tuple[str, ...]:
        """All keys, in the file's order, those that hold null included."""
        return tuple(self._values)

    def node(self, key: str) -> Node | None:
        """What stands at that key as it was written, null included; None where the key is absent."""
        return self._values.get(key)

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self._node(key) is not None

    def text(self, key: str) -> str:
        """The text at that key; "" when it is absent or null. Raises ConfigError for anything but a text."""
        node = self._node(key)
        return "" if node is None else self._as_text(node, self._name(key))

    def flag(self, key: str) -> bool:
        """The truth value at that key; False when it is absent or null. Raises ConfigError for anything else."""
        node = self._node(key)
        if node is None:
            return False
        if node.tag != _BOOL or not isinstance(node.value, str):
            raise self._wrong(node, self._name(key), "true or false")
        return node.value.lower() in ("true", "yes", "on")

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts at that key; () when it is absent or null. Raises ConfigError for anything else."""
        return tuple(self._as_text(item, f"an item of {self._name(key)}") for item in self._list(key))

    def entry(self, key: str) -> "Entry | None":
        """The mapping at that key, or None. Raises ConfigError for anything else."""
        node = self._node(key)
        return None if node is None else self._as_entry(node, self._name(key))

    def entries(self, key: str) -> tuple["Entry", ...]:
        """The list of mappings at that key; () when it is absent or null. Raises ConfigError for anything else."""
        return tuple(self._as_entry(item, f"{self._name(key)}[{n}]") for n, item in enumerate(self._list(key)))

    def empty(self, key: str) -> "Entry":
        """A mapping without keys, standing where this one stands."""
        return Entry(self.file, Node({}, "map", self.line), self._name(key))

    def lists(self, key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """A mapping of lists of texts, in the file's order. Raises ConfigError for anything else."""
        inner = self.entry(key)
        return tuple((name, inner.texts(name)) for name in inner._values) if inner else ()

    def plain(self, key: str) -> Any:
        """Whatever stands there as dicts, lists, texts, numbers, truth values and None, for handing on as JSON."""
        node = self._node(key)
        return None if node is None else plain(node, self.file)

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _node(self, key: str) -> Node | None:
        node = self._values.get(key)
        return None if node is None or node.tag == _NULL else node

    def _list(self, key: str) -> list[Node]:
        node = self._node(key)
        if node is None:
            return []
        if not isinstance(node.value, list):
            raise self._wrong(node, self._name(key), "a list")
        return node.value

    def _as_entry(self, node: Node, name: str) -> "Entry":
        if not isinstance(node.value, dict):
            raise self._wrong(node, name, "a mapping (key: value)")
        return Entry(self.file, node, name)

    def _as_text(self, node: Node, name: str) -> str:
        # PyYAML takes 12:34 for a number of base 60, kubectl's parser does not.
        is_text = node.tag in _TEXTS or (node.tag == _INT and ":" in node.value)
        if not is_text or not isinstance(node.value, str):
            raise self._wrong(node, name, "a text (put it in quotes)")
        return node.value

    def _wrong(self, node: Node, name: str, wanted: str) -> ConfigError:
        return ConfigError(f"{self.file}, line {node.line}: {clean(name, 128)} must be {wanted}")


def parse(raw: bytes, file: str, what: str = "a kubeconfig", *, only: bool = False) -> Entry | None:
    """The first document of a YAML (or JSON) file, which is a mapping; None where it holds nothing.

    Args:
        raw: the file's bytes.
        file: how errors name the file.
        what: what the file is to be, for errors.
        only: a second document is an error; a kubeconfig's is passed over, as kubectl does.

    Raises:
        ConfigError: not UTF-8, not YAML, a key twice in one mapping, not a mapping.
    """
    root = read(raw, file, what, only=only)
    if root is None:
        return None
    if not isinstance(root.value, dict):
        raise ConfigError(f"{file}, line {root.line}: this is not {what}: it must begin with key: value")
    return Entry(file, root)


def read(raw: bytes, file: str, what: str, *, only: bool) -> Node | None:
    """The same, whatever the document is. Raises ConfigError: not UTF-8, not YAML, a key twice in one mapping."""
    import yaml

    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = raw.count(b"\n", 0, bad.start) + 1
        raise ConfigError(f"{file}, line {line}: this is not UTF-8 text") from None
    fast = getattr(yaml, "CSafeLoader", None)
    try:
        root = _Builder((fast or yaml.SafeLoader)(text), file, what).document(only=only)
    except yaml.MarkedYAMLError as bad:
        # libyaml's own phrases are constant; those of the loader in Python quote the file.
        phrase = f" ({bad.problem})" if fast and bad.problem else ""
        where = f"{file}, line {bad.problem_mark.line + 1}" if bad.problem_mark else file
        raise ConfigError(f"{where}: this is not valid YAML{phrase}") from None
    except yaml.reader.ReaderError as bad:
        line = text.count("\n", 0, bad.position) + 1
        raise ConfigError(f"{file}, line {line}: this holds a character that YAML does not allow") from None
    except yaml.YAMLError:
        raise ConfigError(f"{file}: this is not valid YAML") from None
    return None if root is None or root.tag == _NULL else root


class _Builder:
    """Nodes from the parser's events, with a limit on depth and a check for keys that come twice."""

    def __init__(self, loader: Any, file: str, what: str) -> None:
        import yaml

        self._yaml = yaml
        self._loader = loader
        self._file = file
        self._what = what
        self._anchors: dict[str, Node] = {}

    def document(self, *, only: bool) -> Node | None:
        """The first document, or None. `only`: another one behind it is an error."""
        yaml = self._yaml
        self._loader.get_event()
        if self._loader.check_event(yaml.StreamEndEvent):
            return None
        self._loader.get_event()
        root = self._node(self._loader.get_event(), 0)
        if only:
            self._loader.get_event()
            if not self._loader.check_event(yaml.StreamEndEvent):
                line = self._loader.peek_event().start_mark.line + 1
                raise ConfigError(f"{self._file}, line {line}: {self._what} is one document, and here begins another")
        return root

    def _node(self, event: Any, depth: int) -> Node:
        yaml = self._yaml
        line = event.start_mark.line + 1
        if depth > DEPTH:
            raise ConfigError(f"{self._file}, line {line}: this is nested too deeply for {self._what}")
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise ConfigError(f"{self._file}, line {line}: this alias (*) points at nothing")
            return self._anchors[event.anchor]
        if isinstance(event, yaml.ScalarEvent):
            tag = event.tag if event.tag and event.tag != "!" else None
            node = Node(event.value, tag or self._loader.resolve(yaml.ScalarNode, event.value, event.implicit), line)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Node(self._items(depth), "seq", line)
        else:
            node = Node(self._pairs(depth), "map", line)
        # Only now: an alias inside its own anchor would be a tree without end.
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _items(self, depth: int) -> list[Node]:
        items = []
        while not isinstance(event := self._loader.get_event(), self._yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return items

    def _pairs(self, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        merged: list[Node] = []
        while not isinstance(event := self._loader.get_event(), self._yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(self._loader.get_event(), depth + 1)
            if key.tag == _MERGE:
                merged += value.value if isinstance(value.value, list) else [value]
            elif not isinstance(key.value, str):
                raise ConfigError(f"{self._file}, line {key.line}: a key must be a text")
            elif key.value in found:
                name = clean(key.value, 64)
                first = found[key.value].line
                raise ConfigError(
                    f"{self._file}, line {key.line}: the key {name} comes twice in one mapping "
                    f"(first at line {first}); remove one of them"
                )
            else:
                found[key.value] = value
        for source in merged:
            if isinstance(source.value, dict):
                found = source.value | found
        return found


def plain(node: Node, file: str, left: list[int] | None = None) -> Any:
    """A node as dicts, lists, texts, numbers, truth values and None. Raises ConfigError where it is far too large."""
    left = [NODES] if left is None else left  # counts down over the whole copy: aliases may multiply
    left[0] -= 1
    if left[0] < 0:
        raise ConfigError(f"{file}, line {node.line}: this is too large to be read")
    value = node.value
    if isinstance(value, dict):
        return {key: plain(item, file, left) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item, file, left) for item in value]
    return _scalar(value, node.tag)


def _scalar(value: str, tag: str) -> Any:
    """A scalar in the type its tag says, where JSON has that type."""
    if tag == _NULL:
        return None
    if tag == _BOOL:
        return value.lower() in ("true", "yes", "on")
    for kind, convert in _NUMBERS.items():
        if tag == kind:
            try:
                return convert(value)
            except ValueError:
                return value
    return value


def _whole(text: str) -> int:
    """As YAML 1.1 and Kubernetes read it: 0644 is octal. Raises ValueError for a number of base 60 (12:34)."""
    digits = text.lstrip("+-")
    return int(text, 8 if digits.isdecimal() and digits.startswith("0") else 0)


_NUMBERS: Final[Mapping[str, Any]] = {_INT: _whole, "tag:yaml.org,2002:float": float}
