"""Label and field selectors, as the API server reads them (apimachinery pkg/labels and pkg/fields)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from msgspec import Struct

_TOKEN = re.compile(r"\s*(?:(==|!=|[=!,()<>])|([^\s=!,()<>]+))")
_NAME = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)


class Operator(Enum):
    """How a requirement compares; the value is how it is written."""

    EXISTS = ""
    ABSENT = "!"
    EQUALS = "="
    DIFFERS = "!="
    IN = "in"
    NOT_IN = "notin"
    GREATER = ">"
    LESS = "<"


_EXPRESSIONS = {
    "In": Operator.IN,
    "NotIn": Operator.NOT_IN,
    "Exists": Operator.EXISTS,
    "DoesNotExist": Operator.ABSENT,
}
_WRITTEN = {"==": Operator.EQUALS} | {each.value: each for each in Operator if each.value not in ("", "!")}


class Requirement(Struct, frozen=True):
    """One condition on one label."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels meet it; `!=`, `notin` and `!key` are met by a label that is not there."""
        value = labels.get(self.key)
        match self.operator:
            case Operator.EXISTS:
                return value is not None
            case Operator.ABSENT:
                return value is None
            case Operator.EQUALS | Operator.IN:
                return value is not None and value in self.values
            case Operator.DIFFERS | Operator.NOT_IN:
                return value is None or value not in self.values
            case _:
                return self._compares(value)

    def _compares(self, value: str | None) -> bool:
        """`>` and `<`: both sides are integers, or it is not met."""
        if value is None or not _INTEGER.fullmatch(value):
            return False
        left, right = int(value), int(self.values[0])
        return left > right if self.operator is Operator.GREATER else left < right

    def __str__(self) -> str:
        match self.operator:
            case Operator.EXISTS | Operator.ABSENT:
                return f"{self.operator.value}{self.key}"
            case Operator.IN | Operator.NOT_IN:
                return f"{self.key} {self.operator.value} ({','.join(self.values) or ','})"
            case _:
                return f"{self.key}{self.operator.value}{self.values[0]}"


class Selector(Struct, frozen=True):
    """Conditions that must all be met; without any it selects everything."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels meet every requirement."""
        return all(each.matches(labels) for each in self.requirements)

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements))


class FieldRequirement(Struct, frozen=True):
    """One condition on one field."""

    field: str
    value: str
    differs: bool = False

    def __str__(self) -> str:
        escaped = re.sub(r"([\\,=])", r"\\\1", self.value)
        return f"{self.field}{'!=' if self.differs else '='}{escaped}"


class FieldSelector(Struct, frozen=True):
    """Conditions on fields that must all be met; without any it selects everything."""

    requirements: tuple[FieldRequirement, ...] = ()

    def matches(self, fields: Mapping[str, str]) -> bool:
        """Whether the fields meet every requirement; a missing field counts as empty."""
        return all((fields.get(each.field, "") == each.value) is not each.differs for each in self.requirements)

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements))


def parse(text: str) -> Selector:
    """The label selector written in the text: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>5`; blank selects everything.

    Raises ValueError with one sentence. Its str() is canonical: sorted by key, values sorted.
    """
    return _sorted(_Parser(text).requirements())


def parse_fields(text: str) -> FieldSelector:
    r"""The field selector written in the text: `spec.nodeName=a,status.phase!=Failed`; a value escapes `\,` `\=` `\\`.

    Raises ValueError with one sentence. Which fields a kind knows is the server's affair.
    """
    terms = [term for term in _split(text) if term]
    return FieldSelector(tuple(_field(text, term) for term in terms))


def of(match_labels: Mapping[str, str], match_expressions: Iterable[tuple[str, str, Sequence[str]]] = ()) -> Selector:
    """The selector of an object's matchLabels and matchExpressions (key, operator, values).

    Raises ValueError with one sentence on an operator, key or value the server would not take.
    """
    found = [_checked(key, Operator.EQUALS, [value]) for key, value in match_labels.items()]
    for key, operator, values in match_expressions:
        if operator not in _EXPRESSIONS:
            raise ValueError(f"{operator!r} is no operator of a label selector: In, NotIn, Exists or DoesNotExist.")
        found.append(_checked(key, _EXPRESSIONS[operator], list(values)))
    return _sorted(found)


def check_key(key: str) -> None:
    """Raises ValueError with one sentence unless the key is a qualified name: an optional DNS prefix, `/`, a name."""
    prefix, slash, name = key.rpartition("/")
    if slash and not (0 < len(prefix) <= 253 and _SUBDOMAIN.fullmatch(prefix)):
        raise ValueError(f"{key[:80]!r} is no label key: what stands before the / must be a DNS name in lower case.")
    if not (len(name) <= 63 and _NAME.fullmatch(name)):
        raise ValueError(
            f"{key[:80]!r} is no label key: at most 63 letters, digits, - _ and . with a letter or digit at both ends."
        )


def check_value(value: str) -> None:
    """Raises ValueError with one sentence unless the text may be a label's value."""
    if value and not (len(value) <= 63 and _NAME.fullmatch(value)):
        raise ValueError(
            f"{value[:80]!r} is no label value: up to 63 letters, digits, - _ . with a letter or digit at both ends."
        )


class _Parser:
    """Recursive descent over the tokens of one label selector."""

    def __init__(self, text: str) -> None:
        self.tokens = [match[1] or match[2] for match in _TOKEN.finditer(text.rstrip())]
        self.at = 0

    def requirements(self) -> list[Requirement]:
        """All of them."""
        found: list[Requirement] = []
        while self.peek():
            found.append(self.requirement())
            if not self.peek():
                break
            self.expect(",")
            if not self.peek():
                raise ValueError("The label selector ends with a comma: another requirement is missing.")
        return found

    def requirement(self) -> Requirement:
        """One of them."""
        absent = self.take("!")
        key = self.word("a label key")
        if absent:
            return _checked(key, Operator.ABSENT, [])
        token = self.peek()
        if token in ("", ","):
            return _checked(key, Operator.EXISTS, [])
        self.at += 1
        operator = _WRITTEN.get(token)
        if operator is None:
            raise ValueError(f"The label selector has {token!r} where one of = == != in notin > < is needed.")
        if operator in (Operator.IN, Operator.NOT_IN):
            return _checked(key, operator, self.several())
        return _checked(key, operator, [self.word("a value") if self.peek() not in ("", ",") else ""])

    def several(self) -> list[str]:
        """`(a,b)`; an empty place between commas is the empty value."""
        self.expect("(")
        if self.take(")"):
            return []
        values: list[str] = []
        while True:
            values.append("" if self.peek() in (",", ")") else self.word("a value"))
            if self.take(")"):
                return values
            self.expect(",")

    def peek(self) -> str:
        """The next token, empty at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, token: str) -> bool:
        """Whether the next one is that token, which is then passed."""
        if self.peek() != token:
            return False
        self.at += 1
        return True

    def expect(self, token: str) -> None:
        """Pass that token or raise."""
        if not self.take(token):
            raise ValueError(f"The label selector has {self.found()} where {token!r} is needed.")

    def word(self, what: str) -> str:
        """Pass a key or a value or raise."""
        token = self.peek()
        if not token or token in ("==", "!=") or token in "=!,()<>":
            raise ValueError(f"The label selector has {self.found()} where {what} is needed.")
        self.at += 1
        return token

    def found(self) -> str:
        """The next token for a sentence."""
        token = self.peek()
        return repr(token[:80]) if token else "its end"


def _checked(key: str, operator: Operator, values: list[str]) -> Requirement:
    """The requirement, if the server would take it."""
    check_key(key)
    if operator in (Operator.EXISTS, Operator.ABSENT):
        if values:
            raise ValueError(f"A label selector takes no values for whether {key!r} exists.")
    elif not values:
        raise ValueError(f"A label selector needs at least one value for {key!r}.")
    if operator in (Operator.GREATER, Operator.LESS):
        if not _INTEGER.fullmatch(values[0]):
            raise ValueError(f"{values[0][:80]!r} is no integer: {key} {operator.value} needs one.")
    else:
        for value in values:
            check_value(value)
    return Requirement(key, operator, tuple(sorted(set(values))))


def _sorted(requirements: list[Requirement]) -> Selector:
    """By key, as the server writes it back."""
    return Selector(tuple(sorted(requirements, key=lambda each: each.key)))


def _split(text: str) -> list[str]:
    """At the commas that no backslash escapes."""
    return re.findall(r"(?:\\.|[^,\\]|\\$)+", text, re.DOTALL)


def _field(text: str, term: str) -> FieldRequirement:
    """One term: the first operator counts."""
    match = re.search(r"==|!=|=", term)
    if match is None or not term[: match.start()]:
        raise ValueError(f"{term[:80]!r} is no field requirement: field=value or field!=value is needed.")
    value = term[match.end() :]
    if not re.fullmatch(r"(?:[^\\=]|\\[\\,=])*", value):
        raise ValueError(f"The value in {term[:80]!r} has a \\ or = that is not escaped as \\\\ or \\=.")
    return FieldRequirement(term[: match.start()], re.sub(r"\\([\\,=])", r"\1", value), match[0] == "!=")
