"""What the page of a drain says around its table: what stands in the way and how to mend it, and what is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.sentences import counted, ended, listed
from k8stui.operations.drain.filters import DAEMON_ERROR, DATA_ERROR, LONELY_ERROR, Fate
from k8stui.operations.drain.plan import NodePlan, Plan, PodPlan
from k8stui.operations.drain.resume import gone
from k8stui.operations.jobs.records import Record

_MENDED = (
    (LONELY_ERROR, "nobody recreates", "f takes {them} by force"),
    (DATA_ERROR, "would lose emptyDir data", "e accepts that"),
    (DAEMON_ERROR, "of a DaemonSet would be put back at once", "i leaves {them} where {they}"),
)
"""What kubectl says, what that means of pods, and which key mends it."""


def above(plan: Plan) -> list[Line]:
    """Above the table: what would happen in numbers, then what is in the way, then what there is to know besides."""
    lines = [Line(f" {plan.summary}")]
    for node in plan.nodes:
        if node.errors:
            lines.append(Line(f" ✖ {_refused(node)}", Tone.BAD))
    lines += [Line(f" ▲ {text}", Tone.WARNING) for text in _stuck(plan)]
    for node in plan.nodes:
        name = f"{node.ref.name}: " if len(plan.nodes) > 1 else ""
        lines += [Line(f" ▲ {name}{remark}", Tone.WARNING) for remark in node.remarks]
    return lines


def left_over(record: Record) -> str:
    """What the plan is of a drain that was cut off."""
    number = gone(record)
    return (
        f" goes on with {record.title}, which was cut off: {counted(number, 'pod')} had gone; its options stand below"
    )


def _refused(node: NodePlan) -> str:
    """`worker-2 is not drained as it stands: 1 pod that nobody recreates (f takes it by force)`."""
    counts = Counter(row.error for row in node.rows if row.error)
    parts = []
    for error, means, key in _MENDED:
        number = counts.pop(error, 0)
        if number:
            them, they = ("it", "it is") if number == 1 else ("them", "they are")
            parts.append(f"{counted(number, 'pod')} {means} ({key.format(them=them, they=they)})")
    parts += [f"{counted(number, 'pod')}: {error}" for error, number in counts.items()]
    return f"{node.ref.name} is not drained as it stands: {'; '.join(parts)}"


def _stuck(plan: Plan) -> list[str]:
    """What will be begun and will not end by itself."""
    blocked = [row for row in plan.rows if row.fate is Fate.BLOCKED]
    broken = [row for row in plan.rows if row.fate is Fate.BROKEN]
    found = []
    if blocked:
        budgets = listed(sorted({row.budget.rpartition(" ")[0] for row in blocked}))
        verb = "is" if len(blocked) == 1 else "are"
        found.append(f"{counted(len(blocked), 'pod')} {verb} held by {budgets}: tried again until the budget allows it")
    if broken:
        verb = "is" if len(broken) == 1 else "are"
        found.append(f"{counted(len(broken), 'pod')} {verb} not evictable before somebody mends the budget")
    return found


def startable(plan: Plan) -> str:
    """Why nothing can be begun with this plan; empty: it can."""
    if all(node.errors for node in plan.nodes):
        return " ".join(ended(_refused(node)) for node in plan.nodes)
    return ""


def title(names: Sequence[str]) -> str:
    """`worker-2`, `3 nodes`."""
    return names[0] if len(names) == 1 else counted(len(names), "node")


def effects(plan: Plan) -> list[Line]:
    """What the question says: what is done to the nodes, and what is lost."""
    lines = []
    if len(plan.nodes) > 1:
        lines.append(Line(listed([node.ref.name for node in plan.nodes], 12)))
    going = [node for node in plan.nodes if not node.errors]
    cordoned = [node.ref.name for node in going if not node.cordoned]
    if cordoned:
        lines.append(Line(f"cordons {listed(cordoned, 6)} first", flows=True))
    lines.append(Line(plan.summary, flows=True))
    for node in plan.nodes:
        if node.errors:
            lines.append(Line(f"{node.ref.name} is left as it is: {_refused(node)}", Tone.WARNING, flows=True))
    rows = [row for node in going for row in node.rows]
    lines += _lost(rows)
    lines += [Line(text, Tone.WARNING, flows=True) for text in _stuck(plan)]
    options = plan.options
    if options.disable_eviction:
        lines.append(Line("pods are deleted: no budget is asked", Tone.BAD))
    if options.grace >= 0:
        said = f"{options.grace} s instead of their own" if options.grace else "none at all: they are killed at once"
        lines.append(Line(f"grace of every pod: {said}", Tone.BAD if options.grace == 0 else Tone.WARNING, flows=True))
    if options.pod_selector:
        lines.append(Line(f"only pods with {options.pod_selector}; the others stay", Tone.WARNING, flows=True))
    return lines


def _lost(rows: Sequence[PodPlan]) -> list[Line]:
    data = [str(row.ref) for row in rows if row.loses]
    lonely = [str(row.ref) for row in rows if row.goes and row.owner == "nobody" and row.fate is not Fate.FINISHED]
    down = [row for row in rows if row.goes and " is left meanwhile" in row.text]
    lines = []
    if data:
        lines.append(Line(f"lost for good: emptyDir data of {listed(data)}", Tone.BAD, flows=True))
    if lonely:
        lines.append(Line(f"gone for good, nothing recreates: {listed(lonely)}", Tone.BAD, flows=True))
    if down:
        names = listed(sorted({row.owner for row in down}))
        lines.append(Line(f"down meanwhile, without another ready pod: {names}", Tone.WARNING, flows=True))
    return lines


def indented(line: Line) -> Line:
    """A line of a report, in the column of the table's first one: the rows above lead to the pods."""
    spans = tuple((start + 1, end + 1, tone) for start, end, tone in line.spans)
    return Line(f" {line.text}", line.tone, spans)
