"""YAML as a real server reads and writes it: YAML 1.1 with Go's library, whose words and quotes are not PyYAML's.

Imported with the first request that needs it: PyYAML is slow to load.
"""

import json
import re
from typing import Any

import msgspec
import yaml
from yaml.nodes import MappingNode, ScalarNode

_BOOLEANS = re.compile(r"^[yYnN]$")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_OTHERS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "timestamp"))
_WORDS = (
    (re.compile(r"found character .* that cannot start any token"), "found character that cannot start any token"),
    (re.compile(r"expected the node content, but found .*"), "did not find expected node content"),
    (re.compile(r"mapping values are not allowed here"), "mapping values are not allowed in this context"),
    (re.compile(r"expected <block end>, but found .*"), "did not find expected key"),
    (re.compile(r"found undefined alias ('.*')"), r"unknown anchor \1 referenced"),
    (re.compile(r"could not find expected ':'"), "could not find expected ':'"),
    (re.compile(r"expected (',' or '[\]}]'), but got .*"), r"did not find expected \1"),
)
"""PyYAML's words and those of the library it was made after."""


class NoYaml(ValueError):
    """A text that is no YAML; `str()` is what Go says of it."""


class _Loader(yaml.SafeLoader):
    """YAML 1.1 whole: `y` and `n` are booleans, too. Keys that come twice are remembered."""

    def __init__(self, stream: bytes) -> None:
        super().__init__(stream)
        self.twice: list[str] = []

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, ScalarNode) and key.value != "<<":
                if key.value in seen:
                    self.twice.append(f'line {key.start_mark.line + 1}: key "{key.value}" already set in map')
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def _bool(loader: _Loader, node: ScalarNode) -> bool:
    found: bool = node.value in ("y", "Y") if _BOOLEANS.match(node.value) else loader.construct_yaml_bool(node)
    return found


def _as_text(loader: _Loader, node: ScalarNode) -> str:
    return str(node.value)


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", _BOOLEANS, list("yYnN"))
_Loader.add_constructor("tag:yaml.org,2002:bool", _bool)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_text)


class _Dumper(yaml.SafeDumper):
    """Texts that would read as something else stand in double quotes, those of several lines in blocks."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _tag(dumper: _Dumper, text: str) -> str:
    """What a plain text would be read as."""
    return str(dumper.resolve(ScalarNode, text, (True, False)))  # type: ignore[no-untyped-call]


def _text(dumper: _Dumper, text: str) -> ScalarNode:
    style = None
    if "\n" in text:
        style = "|"
    elif _BOOLEANS.match(text) or _FLOAT.fullmatch(text) or _tag(dumper, text) in _OTHERS:
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def load(body: bytes) -> tuple[Any, list[str]]:
    """The first document as JSON has it (keys are texts), and what is to be said of keys that come twice.

    Raises NoYaml.
    """
    loader = None
    try:
        loader = _Loader(body)
        found = loader.get_data() if loader.check_data() else None  # type: ignore[no-untyped-call]
        return _plain(found), loader.twice
    except yaml.MarkedYAMLError as error:
        raise NoYaml(f"yaml: {_place(error)}{_said(error.problem or '')}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise NoYaml(f"yaml: {' '.join(str(error).split())}") from None
    finally:
        if loader is not None:
            loader.dispose()


def dump(obj: Any) -> bytes:
    """An object as YAML, keys sorted."""
    return yaml.dump(obj, Dumper=_Dumper, sort_keys=True, allow_unicode=True).encode()


def _said(problem: str) -> str:
    """A problem in the words of Go's library."""
    for pattern, words in _WORDS:
        if pattern.search(problem):
            return pattern.sub(words, problem)
    return problem


def _place(error: yaml.MarkedYAMLError) -> str:
    """Go counts a scanner's lines from 1 and a parser's from 0, and leaves line 0 out."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return ""
    line = mark.line
    if isinstance(error, yaml.scanner.ScannerError):
        line = line + 1 if line else 0
    elif mark.column and "<stream end>" in (error.problem or ""):
        line += 1  # the end stands on a line of its own
    return f"line {line}: " if line else ""


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        named = {_key(key): _plain(each) for key, each in value.items()}
        return {key: named[key] for key in sorted(named)}  # Go makes JSON of it first, which sorts
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return msgspec.to_builtins(value)


def _key(key: Any) -> str:
    return key if isinstance(key, str) else json.dumps(key) if isinstance(key, bool | int | float) else str(key)
