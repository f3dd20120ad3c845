"""`kubectl describe` against our own description of the same objects: line by line, value by value."""

import difflib
import math
import re
from collections.abc import Callable, Container, Iterable
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from k8stui.clock import WallClock
from k8stui.cluster.queries import Query
from k8stui.model import objects
from k8stui.model.describe import describers
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import Kind
from k8stui.model.objects import Object

_DEEPEST = 7
"""Spaces at the start of a line up to which they are an indentation of kubectl's."""
Get = Callable[[str], Any]
"""The JSON at a path of the API (with query)."""
Run = Callable[[str], str]
"""What kubectl prints (to be run with TZ=UTC)."""
CLOCK = WallClock()
"""kubectl takes ages from the machine's."""
STEP = 0.2
"""Seconds between the moments that ages are tried for: two of one line change at moments of their own."""
TRIES = 8
"""A cluster goes on while it is read: what changed meanwhile is read again."""


class Difference(Struct, frozen=True):
    """Something in which we differ from kubectl on purpose: found by a pattern on both sides and made equal there."""

    name: str
    reason: str
    pattern: str
    same: str | Callable[[re.Match[str]], str]


def _one_line(match: re.Match[str]) -> str:
    first, *more = match[0].split("\n")
    return " ".join([first, *(line.strip() for line in more if line.strip())])


DIFFERENCES = (
    Difference(
        "times that are not there",
        "kubectl prints the year 1, which reads like a date; we say that it is not known.",
        r"Mon, 01 Jan 0001 00:00:00 \+0000|<unknown>",
        "<unknown>",
    ),
    Difference(
        "the grace of what is being deleted",
        "kubectl calls the time to come `<invalid>`; we say how long it still has.",
        r"Terminating \((lasts <invalid>|grace ends in \w+)\)",
        "Terminating (in its grace)",
    ),
    Difference(
        "references to secrets of volumes",
        "kubectl prints Go's pointer; we print the name, which can be followed.",
        r"&LocalObjectReference\{Name:([^,}]*),\}",
        r"\1",
    ),
    Difference(
        "names of ports",
        "Printed since kubectl 1.33, and worth printing.",
        r"(?<=/(?:TCP|UDP)) \([a-z0-9-]+\)(?=,|$)",
        "",
    ),
    Difference(
        "whether a source of a projected volume is optional",
        "kubectl 1.32 prints the address of Go's pointer under another name; since 1.33 it prints Optional: false.",
        r"((?:ConfigMap|Secret)Name: .*\n +)(?:ConfigMapOptional|SecretOptionalName|Optional): +\S+$",
        r"\1Optional:",
    ),
    Difference("no such reference", "kubectl prints Go's words for nothing.", r"<nil>|\bnil$", "<none>"),
    Difference("a colon", "kubectl forgot it.", r"^    ISCSIInterface(?= |$)", "    ISCSIInterface:"),
    Difference(
        "messages of several lines",
        "kubectl lets the lines after the first begin at the very left; ours stand below the first.",
        r"^ *Message: .*(\n+(?! *[A-Z][A-Za-z ]*:).*)+",
        _one_line,
    ),
    Difference(
        "shares of nothing",
        "kubectl divides by zero and prints the smallest integer or the like; we say 0 %.",
        r"\((-9223372036854775808|9223372036854775807)%\)",
        "(0%)",
    ),
)
"""The whole list, for pods and nodes. What else differs is a mistake."""


class Different(AssertionError):
    """Ours and kubectl's are not the same."""


def compare(
    get: Get,
    run: Run,
    kind: Kind,
    namespace: str | None = None,
    name: str = "",
    more: tuple[Difference, ...] = (),
    *,
    aligned: bool = False,
) -> int:
    """Describe all objects of a kind (or one) both ways; returns how many there were.

    `more`: differences that this kind alone has, on purpose. `aligned`: columns have to be as wide as kubectl's, too.

    Raises Different with the lines that are not the same.
    """
    where = f"-n {namespace}" if namespace else "-A" if kind.namespaced else ""
    command = f"describe {kind.resource} {name} {where}"
    known: set[str] = set()
    left: dict[str, str] = {}
    for _ in range(TRIES):
        before = subjects(get, kind, namespace, name, known)
        start = CLOCK.now()
        theirs = split(run(command), namespace)
        end = CLOCK.now()
        after = subjects(get, kind, namespace, name, known)
        left = {}
        for key, subject in before.items():
            if subject != after.get(key):
                left[key] = "it changed whenever it was looked at"
            elif key not in theirs:
                left[key] = f"kubectl printed only {sorted(theirs)}"
            elif wrong := difference(theirs[key], subject, start, end, more, aligned=aligned):
                left[key] = wrong
            else:
                known.add(key)
        if not left:
            return len(known)
    raise Different("\n\n".join(f"{kind.kind} {key}\n{wrong}" for key, wrong in left.items()))


def subjects(get: Get, kind: Kind, namespace: str | None, name: str, known: Container[str] = ()) -> dict[str, Subject]:
    """The objects (but those already known) with their neighbours, read over HTTP as the program reads them."""
    fields = f"metadata.name={name}" if name else ""
    found = {}
    for tree in read(get, Query(kind, namespace, fields=fields)):
        if _key(tree) in known:
            continue
        wanted = describers.wants(kind, tree)
        around = {want.name: read(get, _query(want)) for want in wanted}
        found[_key(tree)] = Subject(kind, tree, around)
    return found


def read(get: Get, query: Query) -> list[Object]:
    """The objects of a list."""
    parameters = urlencode(query.parameters)
    items = get(query.path + (f"?{parameters}" if parameters else ""))["items"] or []
    return [objects.row(query.kind, msgspec.json.encode(item)).tree() for item in items]


def split(printed: str, namespace: str | None = None) -> dict[str, str]:
    """What kubectl printed, by `namespace/name`: the namespace is the one asked for where kubectl does not say it."""
    found = {}
    for text in re.split(r"\n\n\n(?=Name:)", printed.rstrip("\n")):
        name = re.match(r"Name: +(\S+)", text)
        space = re.search(r"^Namespace: +(\S+)", text, re.MULTILINE)
        assert name is not None, text
        where = space[1] if space else namespace
        found[f"{where}/{name[1]}" if where else name[1]] = text
    return found


def difference(
    theirs: str,
    subject: Subject,
    start: float,
    end: float,
    more: tuple[Difference, ...] = (),
    *,
    aligned: bool = False,
) -> str:
    """The lines that are not the same; any age between `start` and `end` (epoch seconds) will do.

    `aligned`: the columns have to be as wide as kubectl's, too.
    """
    moments = [start + step * STEP for step in range(math.ceil((end - start) / STEP) + 1)]
    ours = [_normal(text(describers.describe(subject, moment, UTC)), more, aligned) for moment in moments]
    their_lines, their_events = _halves(_normal(theirs, more, aligned))
    halves = [_halves(each) for each in ours]
    wrong = []
    if len(their_lines) != len(halves[0][0]):
        wrong += _unpaired(their_lines, halves[0][0])
    else:
        for index, line in enumerate(their_lines):
            if line not in {lines[index] for lines, _ in halves}:
                wrong += [f"kubectl  {line!r}", f"ours     {halves[0][0][index]!r}"]
    return "\n".join(wrong + _events_apart(their_events, [events for _, events in halves]))


def text(lines: Iterable[Line]) -> str:
    """The lines as one text."""
    return "\n".join(line.text for line in lines)


def _halves(lines: list[str]) -> tuple[list[str], list[str]]:
    """What stands before the events, and these."""
    cut = next((index for index, line in enumerate(lines) if line.startswith("Events:")), len(lines))
    return lines[:cut], lines[cut:]


def _events_apart(theirs: list[str], ours: list[list[str]]) -> list[str]:
    """Events that one has and the other has not, in whatever order: kubectl's is by chance for equal times."""
    unused = list(range(len(ours[0])))
    wrong = []
    for line in theirs:
        found = next((index for index in unused if line in {each[index] for each in ours}), None)
        if found is None:
            wrong.append(f"kubectl  {line!r}")
        else:
            unused.remove(found)
    return wrong + [f"ours     {ours[0][index]!r}" for index in unused]


def _unpaired(theirs: list[str], ours: list[str]) -> list[str]:
    """Lines of which one side has more."""
    return list(difflib.unified_diff(theirs, ours, "kubectl", "ours", lineterm="", n=1))


def _normal(printed: str, more: tuple[Difference, ...], aligned: bool) -> list[str]:
    """Lines with their indentation; cells are parted by one tab, however wide the columns are, unless `aligned`."""
    for each in (*more, *DIFFERENCES):
        printed = re.sub(each.pattern, each.same, printed, flags=re.MULTILINE)
    lines = [line.rstrip() for line in printed.rstrip("\n").split("\n")]
    if aligned:
        return lines
    return [_indent(line) + re.sub(r" {2,}", "\t", line.strip()) for line in lines]


def _indent(line: str) -> str:
    """How far in it stands: kubectl's own levels; below a label it is as far in as the label is long."""
    depth = len(line) - len(line.lstrip())
    return " " * depth if depth <= _DEEPEST else "\t"


def _query(want: Want) -> Query:
    return Query(want.kind, want.namespace, want.labels, want.fields)


def _key(tree: Object) -> str:
    meta = tree["metadata"]
    return f"{meta['namespace']}/{meta['name']}" if "namespace" in meta else str(meta["name"])
