"""Cordon, uncordon and taints."""

from k8stui.actions.desk import Asking, Change, Desk, Rows
from k8stui.actions.options import options
from k8stui.actions.places import Where
from k8stui.actions.writes import PATCH_NODES, Write, asked, at_once, each, nothing, titled


def _cordon(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    nothing(typed)
    return each(rows, "nodes.cordon", {"on": True})


def _uncordon(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    nothing(typed)
    return each(rows, "nodes.cordon", {"on": False})


def _taint(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    """In kubectl's words: what is there is replaced with `--overwrite` alone."""
    from k8stui.operations.builders.taints import checked

    given = options(typed, switches=("--overwrite",))
    checked(given.words)
    return each(rows, "taints.taint", {"words": list(given.words), "overwrite": "--overwrite" in given.switches})


def _taint_asked(desk: Desk, rows: Rows, typed: str) -> list[Change]:
    """The same in the question, which shows what is there: it may be replaced."""
    return _taint(desk, rows, f"--overwrite {typed}")


def _taints(desk: Desk, rows: Rows) -> Asking:
    return Asking(
        title=titled("Taints", rows),
        hint="key=value:Effect adds or changes, key:Effect- or key- removes; several with blanks between. "
        "Effects: NoSchedule keeps pods off, PreferNoSchedule if it can, NoExecute also evicts",
        judge=lambda text: "",
        learn=lambda: desk.present("taints.taint", rows),
        listing="taints",
    )


NODE_WRITES = (
    at_once(
        Write(
            id="cordon",
            key="c",
            label="Cordon",
            where=Where.NODES,
            needs=PATCH_NODES,
            about="no new pods come here; those that run stay",
        ),
        _cordon,
    ),
    at_once(
        Write(
            id="uncordon",
            key="u",
            label="Uncordon",
            where=Where.NODES,
            needs=PATCH_NODES,
            about="pods may come again",
        ),
        _uncordon,
    ),
    asked(
        Write(
            id="taints",
            key="t",
            label="Taints",
            where=Where.NODES,
            needs=PATCH_NODES,
            about="the node's taints: add, change, remove",
            also=("taint",),
            usage="KEY=VALUE:EFFECT KEY- [--overwrite]",
        ),
        _taint,
        _taints,
        words_asked=_taint_asked,
    ),
)
