"""Which keys mean something on the launcher's page, and which rights they want where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from k8stui.actions import Action, Rows, Where, applicable, find
from k8stui.actions.debug import FIELDS, FORM, LEFT_BEHIND, MADE
from k8stui.model.kinds import NAMESPACES, PODS, Ref
from k8stui.model.objects import ObjectRow
from k8stui.operations.builders.debug_options import COPY, EPHEMERAL
from k8stui.operations.debugging.steps import Stage
from k8stui.screens.debug.drafting import ROWS
from k8stui.screens.debug.subject import Subject

if TYPE_CHECKING:
    from k8stui.screens.debug.made import Made
    from k8stui.screens.debug.trial import Trial

_STARTS: Final = ("debug-start", "debug-add")
_REST: Final = ("leave", "actions", "help")


def start(mode: str) -> Action:
    """What `y` needs in that mode."""
    return find("debug-add" if mode == EPHEMERAL else "debug-start")


def actions(mode: str, made: Made | None) -> tuple[Action, ...]:
    """The page's own as it is now, then everywhere's whose keys it leaves.

    The key of a row that another mode has does nothing else: `n` would leave the form, and all that was chosen in it.
    """
    if made is not None:
        own = [each for each in MADE if each.id in _made(made)]
    else:
        rows = {f"debug-{field}" for field in ROWS[mode]}
        fields = {f"debug-{field}" for field in FIELDS}
        own = [each for each in FORM if each.id not in _STARTS and (each.id not in fields or each.id in rows)]
        own = [start(mode), *(each for each in own if each.id != "debug-whole" or mode == COPY)]
    own.append(LEFT_BEHIND)
    taken = {each.key for each in own} | ({each.key for each in FIELDS.values()} if made is None else set())
    return (*own, *(each for each in applicable(Where.EVERYWHERE) if each.key not in taken))


def _made(made: Made) -> list[str]:
    """What can be done with what was made."""
    found = ["debug-attach"] * made.enterable
    found += ["debug-give-up" if made.ephemeral else "debug-remove"] * (made.there or made.under_way)
    unread = made.removed or made.under_way or made.launch.stage is Stage.GONE
    found += ["debug-log"] * (made.launch.pod is not None and not unread)
    found += ["debug-restart"] * (made.ephemeral and made.launch.pod is not None and not made.under_way)
    return [*found, "debug-again"]


def shown(mode: str, made: Made | None, trial: Trial, *, running: bool) -> Sequence[Action]:
    """What the footer shows. `running`: a debug container runs there already."""
    if made is not None:
        found = [each.id for each in sorted(MADE, key=lambda each: each.footer) if each.id in _made(made)]
    else:
        passing = ["debug-pass"] * bool(trial.predicted.refused and trial.predicted.passing)
        found = [start(mode).id, *passing, "debug-change", *(["debug-reattach"] * running), "debug-read", "debug-copy"]
    return [find(identity) for identity in (*found, "debug-left", *_REST)]


def rows(mode: str, about: Subject, namespace: str, made: Made | None) -> Rows:
    """What rights are asked about: the pod, or where one would be made."""
    pod = made.launch.pod if made is not None else about.pod if mode in (EPHEMERAL, COPY) else None
    ref = pod or (Ref(PODS, namespace, "", "") if mode in (EPHEMERAL, COPY) else Ref(NAMESPACES, "", namespace, ""))
    return [ObjectRow(ref, "", (), b"{}")]
