"""What a change touches besides its object: what to ask the server for, and what that comes to, in lines. Pure.

The protocol: ask `wants` with what has been read so far, read what is new, and ask again, at most `ROUNDS` times;
`told` may be asked at any time and says nothing of what is not read yet.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Kind
from k8stui.model.objects import Object
from k8stui.model.sentences import counted, ended
from k8stui.model.taint import Taint, taint_of
from k8stui.operations.builders import taint_preview, taints
from k8stui.operations.building import UnableError
from k8stui.operations.effects import dead_nodes, stuck
from k8stui.operations.effects import owned as effects_owned
from k8stui.operations.effects import places as effects_places
from k8stui.operations.effects import pods as effects_pods
from k8stui.operations.effects import traffic as effects_traffic
from k8stui.operations.effects import workloads as effects_workloads
from k8stui.operations.effects.setting import Ask, Setting

ROUNDS: Final = 2
"""How often wants may lead to more wants."""
_ROWS: Final = 6
"""Pods that a preview of taints names."""


def wants(setting: Setting, kinds: Iterable[Kind] = ()) -> list[Ask]:
    """What to ask for, each name once; `kinds`: all that the server has."""
    found: dict[str, Ask] = {}
    for each in _wants(setting, kinds):
        found.setdefault(each.name, each)
    return list(found.values())


def _wants(setting: Setting, kinds: Iterable[Kind]) -> Iterator[Ask]:
    yield from effects_owned.wants(setting)
    yield from effects_pods.wants(setting)
    yield from effects_traffic.wants(setting)
    yield from effects_workloads.wants(setting)
    yield from effects_places.wants(setting, kinds)


def told(setting: Setting, *, with_claims: bool = False) -> list[Line]:
    """What one change touches by itself; what it owns comes first."""
    return [
        *effects_owned.lines(setting, with_claims=with_claims),
        *effects_workloads.lines(setting),
        *effects_pods.lines(setting),
        *effects_places.lines(setting),
        *_tainted(setting),
        *stuck.lines(setting),
        *effects_workloads.reverted(setting),
    ]


def together(settings: Sequence[Setting]) -> list[Line]:
    """What several changes come to for those who use their pods; and what could not be read."""
    return [*effects_traffic.lines(settings), *_unread(settings)]


def refined(setting: Setting) -> dict[str, Any]:
    """Arguments that are known better now, for the builder to be asked again; empty: none."""
    if setting.builder != "taints.taint" or not setting.knows("pods"):
        return {}
    evicts = taint_preview.evicted(_preview(setting))
    return {} if setting.arg("evicts") == evicts else {"evicts": evicts}


def _unread(settings: Sequence[Setting]) -> Iterator[Line]:
    sentences = dict.fromkeys(text for each in settings for text in each.missing.values())
    for text in sentences:
        yield Line(ended(text), Tone.WARNING)


# ---- taints


def _preview(setting: Setting) -> list[taint_preview.Row]:
    try:
        new = taints.after(setting.object, setting.arg("words", []), overwrite=bool(setting.arg("overwrite")))
    except UnableError:
        return []  # the builder says so
    return taint_preview.preview(setting.object, setting.read("pods"), new, setting.now)


def _tainted(setting: Setting) -> Iterator[Line]:
    if setting.builder != "taints.taint" or not setting.knows("pods"):
        return
    rows, changed = _preview(setting), _changed(setting)
    if any(each.key == dead_nodes.OUT_OF_SERVICE and each.effect for each in changed):
        name = tree.name(setting.object)
        text = f"out-of-service: pods go by force, volumes are detached: be sure that {name} is off"
        yield Line(f"{text}; remove it when {name} is back", Tone.BAD)
        ending = sum(_ends_by_force(setting, pod) for pod in setting.read("pods"))
        if ending:
            pods = counted(ending, "pod that is being deleted goes", "pods that are being deleted go")
            yield Line(f"{pods} at once", Tone.WARNING)
    yield from taint_preview.summary(rows, changed)
    loud = [row for row in rows if row.what is not taint_preview.What.KEPT_OFF]
    for row in loud[:_ROWS]:
        yield Line(f"  {row.ref}  {_short(row.text) if len(changed) == 1 else row.text}", row.tone)
    if len(loud) > _ROWS:
        yield Line(f"  and {len(loud) - _ROWS} more", Tone.WARNING)


def _short(text: str) -> str:
    """Without the reason, which is the question's own taint."""
    head, _, rest = text.partition(": ")
    _, semicolon, after = rest.partition("; ")
    return f"{head}{semicolon}{after}"


def _ends_by_force(setting: Setting, pod: Object) -> bool:
    """Whether it is deleted already, and only its node's silence keeps it."""
    return bool(tree.text(pod, "metadata", "deletionTimestamp")) and dead_nodes.forced_out(setting.object, pod)


def _changed(setting: Setting) -> list[Taint]:
    """What is added and removed."""
    try:
        spec = taints.checked(setting.arg("words", []))
    except UnableError:
        return []
    have = {taint_of(each).key for each in tree.rows(setting.object, "spec", "taints")}
    return [*spec.add, *(each for each in spec.remove if each.key in have)]
