"""Label and field selectors of requests, and those in objects.

Wordings of what cannot be parsed are part of a server's answers.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from k8stui.demo.storage import names
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.errors import bad_request
from k8stui.demo.storage.kinds import Kind
from k8stui.model import selector

Matcher = Callable[[Entry], bool]
Test = Callable[[Mapping[str, str]], bool]

_TOKEN = re.compile(r"\s*(==|!=|[(),=!<>]|[^\s(),=!<>]+)")
_OPERATORS = "in, notin, =, ==, !=, gt, lt"
_COMMA = re.compile(r"(?<!\\),")
_TERM = re.compile(r"(.*?)(!=|==|=)(.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\[\\,=]")
_BARE = re.compile(r"[=,]")
_SYMBOLS = frozenset("(),=!<>") | {"==", "!="}


def matcher(kind: Kind, labels: str, fields: str) -> Matcher | None:
    """Both selectors as one test of an entry; None when there is nothing to select. Raises Refusal (400)."""
    tests = list(_labels(labels))
    wanted = _fields(kind, fields) if fields else []
    if not tests and not wanted:
        return None

    def matches(entry: Entry) -> bool:
        if not all(test(entry.labels) for test in tests):
            return False
        return all((_value(entry, field) == value) is equal for field, equal, value in wanted)

    return matches


def selects(wanted: object, labels: Mapping[str, str]) -> bool:
    """What a `metav1.LabelSelector` in an object says: an empty one selects everything; none, or poison, nothing."""
    if not isinstance(wanted, dict):
        return False
    pairs, rows = wanted.get("matchLabels") or {}, wanted.get("matchExpressions")
    try:
        if not rows:
            return all(labels.get(key) == value for key, value in pairs.items())
        terms = [(row["key"], row["operator"], row.get("values") or []) for row in rows]
        return selector.of(pairs, terms).matches(labels)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def _value(entry: Entry, field: str) -> str:
    if field == "metadata.name":
        return entry.name
    if field == "metadata.namespace":
        return entry.namespace
    return entry.fields[field]


def _fields(kind: Kind, text: str) -> list[tuple[str, bool, str]]:
    """The terms of a field selector, by the names under which the stored kind indexes them."""
    aliases = dict(kind.view.aliases) if kind.view else {}
    known = (*(("metadata.name", "metadata.namespace")[: 1 if _own_fields(kind) else 2]), *kind.fields)
    terms = []
    for part in sorted(filter(None, _COMMA.split(text))):
        found = _TERM.fullmatch(part)
        if not found:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{part}'")
        field, operator, value = found[1], found[2], _unescaped(found[3])
        if not field and not value:
            continue
        if field not in known:
            raise bad_request(_unknown_field(kind, field))
        terms.append((aliases.get(field, field), operator != "!=", value))
    return terms


def _own_fields(kind: Kind) -> bool:
    """Cluster resources that can be selected by more than their name cannot by their namespace."""
    return bool(kind.fields) and not kind.namespaced


def _unescaped(value: str) -> str:
    """A value without its backslashes. Raises Refusal (400)."""
    if bare := _BARE.search(_ESCAPED.sub("", value)):
        raise bad_request(f"invalid field selector: unescaped character in value: {ord(bare[0])}")
    return _ESCAPED.sub(lambda found: found[0][1], value)


def _unknown_field(kind: Kind, field: str) -> str:
    """Kinds that can be selected by more than their name have a wording of their own, jobs and slices each another."""
    if kind.plural == "jobs":
        return f'field label "{field}" not supported for {kind.kind}'
    if kind.plural == "resourceslices":
        return f"field label not supported for {kind.api_version}, Kind={kind.kind}: {field}"
    if kind.fields or kind.custom:
        return f"field label not supported: {field}"
    return f'{_quoted(field)} is not a known field selector: only "metadata.name", "metadata.namespace"'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _labels(text: str) -> Iterator[Test]:
    if text.strip():
        yield from _Labels(text).requirements()


class _Labels:
    """The grammar of `k8s.io/apimachinery/pkg/labels`, requirement by requirement."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        self._at = 0

    def requirements(self) -> Iterator[Test]:
        if self._peek() in _SYMBOLS - {"!"}:
            raise bad_request(f"found '{self._peek()}', expected: !, identifier, or 'end of string'")
        while True:
            yield self._requirement()
            after = self._next()
            if not after:
                return
            if after != ",":
                raise bad_request(f"found '{after}', expected: ',' or 'end of string'")
            if not self._peek() or self._peek() in _SYMBOLS - {"!"}:
                raise bad_request(f"found '{self._peek()}', expected: identifier after ','")

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _requirement(self) -> Test:
        absent = self._peek() == "!"
        if absent:
            self._next()
        key = self._next()
        self._check(key)
        operator = self._peek()
        if absent:
            return lambda labels: key not in labels
        if operator in ("", ","):
            return lambda labels: key in labels
        self._next()
        if operator in ("in", "notin"):
            return self._one_of(key, operator == "in")
        if operator in ("=", "==", "!="):
            value = self._checked(key, self._value())
            return lambda labels: (labels.get(key) == value) is (operator != "!=")
        if operator in ("<", ">"):
            return self._compare(key, operator)
        raise bad_request(f"unable to parse requirement: found '{operator}', expected: {_OPERATORS}")

    def _check(self, key: str) -> None:
        if not key or key in _SYMBOLS:
            raise bad_request(f"unable to parse requirement: found '{key}', expected: identifier")
        if reasons := names.qualified_name(key):
            why = f"<nil>: Invalid value: {_quoted(key)}: {'; '.join(reasons)}"
            raise bad_request(f"unable to parse requirement: {why}")

    def _value(self) -> str:
        if self._peek() in ("", ","):
            return ""
        value = self._next()
        if value in _SYMBOLS:
            raise bad_request(f"unable to parse requirement: found '{value}', expected: identifier")
        return value

    def _checked(self, key: str, value: str) -> str:
        """A value that may be that of a label. Raises Refusal (400)."""
        if reasons := names.label_value(value):
            why = f"values[0][{key}]: Invalid value: {_quoted(value)}: {'; '.join(reasons)}"
            raise bad_request(f"unable to parse requirement: {why}")
        return value

    def _one_of(self, key: str, wanted: bool) -> Test:
        if (found := self._next()) != "(":
            raise bad_request(f"unable to parse requirement: found '{found}' expected: '('")
        values = set[str]()
        if self._peek() == ")":
            self._next()
            return lambda labels: not wanted  # a set that nothing is in
        while True:
            values.add(self._checked(key, "" if self._peek() in (",", ")") else self._value()))
            if (found := self._next()) != ",":
                break
        if found != ")":
            raise bad_request(f"unable to parse requirement: found '{found}', expected: ',' or ')'")
        return lambda labels: (labels.get(key) in values) is wanted

    def _compare(self, key: str, operator: str) -> Test:
        text = self._value()
        try:
            limit = int(text)
        except ValueError:
            why = f"values[0]: Invalid value: {_quoted(text)}: for 'Gt', 'Lt' operators, the value must be an integer"
            raise bad_request(f"unable to parse requirement: {why}") from None
        self._checked(key, text)

        def matches(labels: Mapping[str, str]) -> bool:
            try:
                found = int(labels.get(key, ""))
            except ValueError:
                return False
            return found > limit if operator == ">" else found < limit

        return matches
