"""What is done with whole objects as text: edit, apply, patch, and the keys of the built-in editor."""

from collections.abc import Awaitable
from functools import partial
from typing import Final

from k8stui.actions.action import Action, Need, entering, entering_typed, on_page, paging
from k8stui.actions.desk import Desk, Rows
from k8stui.actions.places import Where

_GET, _PATCH = Need("get", ""), Need("patch", "")


def _patch(desk: Desk, rows: Rows, typed: str) -> Awaitable[None]:
    from k8stui.operations.builders.patching import understood

    form, text = understood(typed)
    return desk.change([("patching.patch", row.ref, {"text": text, "form": form}) for row in rows], typed=True)


EDITS = (
    Action(
        id="edit",
        key="e",
        label="Edit",
        where=Where.TABLE,
        target=True,
        footer=8,
        needs=(_GET, _PATCH),
        run=entering("edit"),
        usage="[FILE]",
        line=entering_typed("edit"),
        help="as text, in $KUBE_EDITOR, $EDITOR or here; one key of a ConfigMap or Secret; `:edit FILE` goes on with a "
        "text that was kept",
    ),
    Action(
        id="patch",
        key="",
        typed=":patch",
        label="Patch",
        where=Where.TABLE,
        target=True,
        many=True,
        needs=(_GET, _PATCH),
        run=lambda desk, rows: _patch(desk, rows, ""),
        usage="[--type strategic|merge|json] PATCH",
        line=_patch,
        help="YAML or JSON typed behind it: `:patch spec: {replicas: 2}`",
    ),
    Action(
        id="apply",
        key="",
        typed=":apply",
        label="Apply",
        where=Where.TABLE,
        needs=(Need("patch", "", current=True),),
        run=entering("apply"),
        usage="[FILE]",
        line=entering_typed("apply"),
        help="a YAML file with one object or many (`:apply FILE`), or a text that is typed or pasted",
    ),
)
_here = partial(on_page, Where.EDIT)

ENDS: Final = (
    _here("send-edit", "ctrl+o,f2", "Send", paging("send"),
          "tries it on the server, shows the difference and asks; f2, too", 1),
    _here("use-edit", "ctrl+o,f2", "Use", paging("send"),
          "back to the page that wanted it, and nothing is sent; f2, too", 1),
)  # fmt: skip
"""By what the text is typed for: an object is sent, a part of a debug container is laid over it."""
EDITOR: Final = (
    *ENDS,
    Action(
        id="leave-edit",
        key="",
        typed="esc",
        label="Leave",
        where=Where.EDIT,
        footer=2,
        run=paging("leave"),
        help="asks where something was typed",
    ),
    Action(
        id="undo-typing",
        key="",
        typed="ctrl+z",
        label="Undo",
        where=Where.EDIT,
        footer=3,
        run=paging("undo"),
        help="what was typed last; ctrl+_, too",
    ),
    Action(id="redo-typing", key="", typed="ctrl+y", label="Redo", where=Where.EDIT, footer=4, run=paging("redo")),
)
