"""The options of a drain as the plan shows them, and how a key or a typed text changes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from msgspec import Struct, structs

from k8stui.model.columns import Tone
from k8stui.model.document import Line, Span
from k8stui.model.duration import human
from k8stui.operations.drain.options import Options
from k8stui.state import DrainState
from k8stui.widgets.cells import cell_len

NARROW: Final = 80
"""In fewer cells labels and gaps are short."""

TOGGLES: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "delete_emptydir": ("e", "delete emptyDir data", "emptyDir"),
        "force": ("f", "force unmanaged", "force"),
        "ignore_daemonsets": ("i", "ignore DaemonSets", "DaemonSets"),
        "disable_eviction": ("v", "delete, ask no budget", "delete"),
    }
)
"""By field of Options: the key, and what is ticked, also in short."""


class Typed(Struct, frozen=True):
    """An option that is typed."""

    key: str
    label: str
    hint: str
    """How it is written, and what an empty text means."""


FIELDS: Final[Mapping[str, Typed]] = MappingProxyType(
    {
        "grace": Typed("s", "grace", "seconds, 0: at once; empty: each pod's own"),
        "timeout": Typed("t", "timeout", "of each node, like 5m; empty: none"),
        "skip_wait": Typed("w", "skip wait", "seconds overdue after which a pod is not waited for; empty: all are"),
        "pod_selector": Typed("l", "pods", "labels like app=web,tier!=db; empty: all pods"),
        "at_once": Typed("m", "at once", "a number of nodes; empty: 1"),
    }
)

_LOSING: Final = frozenset({"delete_emptydir", "force", "disable_eviction"})
"""What loses something while it is ticked."""


def from_memory(state: DrainState) -> Options:
    """The options that a new drain starts with: what is harmless as it was last, all else at its default.

    What loses something (force, emptyDir data, deletions that ask no budget, a grace period) and what leaves pods
    behind (a selector) is never remembered: it was meant for one incident, and would be on unseen in the next.
    """
    found = Options(
        ignore_daemonsets=state.ignore_daemonsets,
        timeout=state.timeout,
        skip_wait=state.skip_wait,
        at_once=state.at_once,
    )
    try:
        found.check()
    except ValueError:
        return Options()  # the file may have been edited by anybody
    return found


def to_memory(options: Options) -> DrainState:
    """What is remembered of them."""
    return DrainState(
        ignore_daemonsets=options.ignore_daemonsets,
        timeout=options.timeout,
        skip_wait=options.skip_wait,
        at_once=options.at_once,
    )


def toggled(options: Options, field: str) -> Options:
    """With one of the ticks the other way."""
    return structs.replace(options, **{field: not getattr(options, field)})


def text_of(options: Options, field: str) -> str:
    """What stands in a field before it is edited; empty for the default."""
    value = getattr(options, field)
    if value == getattr(Options(), field):
        return ""
    return f"{value:g}s" if field == "timeout" else str(value)


def shown(options: Options, field: str) -> str:
    """How a typed option reads."""
    match field:
        case "grace":
            return "pod's own" if options.grace < 0 else f"{options.grace}s" if options.grace else "0: at once"
        case "timeout":
            return (
                human(options.timeout)
                if options.timeout >= 1
                else f"{options.timeout:g}s"
                if options.timeout
                else "none"
            )
        case "skip_wait":
            return f"{options.skip_wait}s overdue" if options.skip_wait else "no"
        case "pod_selector":
            return options.pod_selector or "all"
    return f"{options.at_once} node{'s' if options.at_once > 1 else ''}"


def lines(options: Options, width: int, *, several: bool) -> list[Line]:
    """All options in lines of that many cells. What differs from the default stands out, what loses something more.

    `several`: several nodes are drained; how many at once says nothing for one.
    """
    items: list[tuple[str, Tone]] = []
    default = Options()
    for field, (key, long, short) in TOGGLES.items():
        label = long if width >= NARROW else short
        on = getattr(options, field)
        other = on != getattr(default, field)
        tone = Tone.WARNING if on and field in _LOSING else Tone.CHANGING if other else Tone.PLAIN
        items.append((f"[{'x' if on else ' '}] {key} {label}", tone))
    for field, each in FIELDS.items():
        if field == "at_once" and not several:
            continue
        other = getattr(options, field) != getattr(default, field)
        grave = field in ("grace", "pod_selector")
        tone = Tone.PLAIN if not other else Tone.WARNING if grave else Tone.CHANGING
        items.append((f"{each.key} {each.label} [{shown(options, field)}]", tone))
    return _flowing(items, width)


def _flowing(items: Sequence[tuple[str, Tone]], width: int) -> list[Line]:
    """As many in a line as fit."""
    found: list[Line] = []
    spans: list[Span] = []
    text, gap = " ", "   " if width >= NARROW else "  "
    for item, tone in items:
        if text.strip() and cell_len(text + item) > width:
            found.append(Line(text.rstrip(), spans=tuple(spans)))
            text, spans = " ", []
        if tone is not Tone.PLAIN:
            spans.append((len(text), len(text) + len(item), tone))
        text += item + gap
    found.append(Line(text.rstrip(), spans=tuple(spans)))
    return found
