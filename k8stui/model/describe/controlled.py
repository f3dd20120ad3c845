"""What the descriptions of everything that makes pods share: conditions, how its pods are."""

from collections.abc import Iterable

from k8stui.model import kinds, label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.describe.layout import NONE, Cell, Text
from k8stui.model.describe.parts import not_there, unread
from k8stui.model.document import Subject, Want
from k8stui.model.objects import Object
from k8stui.model.refs import controlled

_PHASES = {"Running": 0, "Pending": 1, "Succeeded": 2, "Failed": 3}


def pairs(found: dict[str, str]) -> str:
    """`a=b,c=d`, sorted; `<none>`."""
    return ",".join(f"{key}={found[key]}" for key in sorted(found)) or NONE


def pods_want(obj: Object) -> tuple[Want, ...]:
    """The want "pods": what its selector selects. None where it has no selector: that selects nothing."""
    found = label_selector.read(tree.value(obj, "spec", "selector"))
    return () if found is None else (Want("pods", kinds.PODS, tree.namespace(obj), labels=str(found)),)


def pods_status(out: Text, subject: Subject) -> None:
    """Pods Status: how many of the pods that it controls are in which phase."""
    if unread(subject, "pods"):
        out.field("Pods Status", not_there(subject, "pods"))
        return
    counts = [0, 0, 0, 0]
    for pod in owned(subject, "pods"):
        index = _PHASES.get(tree.text(pod, "status", "phase"))
        if index is not None:
            counts[index] += 1
    running, waiting, succeeded, failed = counts
    text = f"{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed"
    out.field("Pods Status", Cell(text, Tone.WARNING if waiting or failed else None))


def owned(subject: Subject, want: str) -> list[Object]:
    """Those neighbours whose controller it is."""
    return controlled([subject.object], subject.around.get(want, ()))


def conditions(out: Text, rows: Iterable[Object], bad: Iterable[str] = ()) -> None:
    """Type, Status and Reason as kubectl prints them; those that are not as they should be say their message too.

    `bad`: types that should not be True.
    """
    found = list(rows)
    if not found:
        return
    out.head("Conditions")
    wrong = frozenset(bad)
    cells: list[list[str | Cell]] = []
    for row in found:
        kind, status = tree.text(row, "type"), tree.text(row, "status")
        amiss = status != ("False" if kind in wrong else "True")
        said: list[str | Cell] = [f"{kind} ", Cell(status, Tone.WARNING if amiss else None), tree.text(row, "reason")]
        cells.append([*said, tree.text(row, "message")] if amiss and row.get("message") else said)
    longest = max(map(len, cells))
    out.table(("Type", "Status", "Reason", "Message")[:longest], cells)
