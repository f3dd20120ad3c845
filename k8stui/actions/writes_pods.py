"""Evicting pods."""

from k8stui.actions.action import Need
from k8stui.actions.desk import Change, Desk, Rows
from k8stui.actions.options import options
from k8stui.actions.places import Where
from k8stui.actions.writes import Write, at_once, each


def _evict(_desk: Desk, rows: Rows, typed: str) -> list[Change]:
    from k8stui.operations.builders.scaling import ANY, whole

    given = options(typed, {"--grace-period": "grace"}, words=False)
    grace = {name: whole(text, "--grace-period", ANY) for name, text in given.values.items()}
    return each(rows, "removing.evict", grace)


POD_WRITES = (
    at_once(
        Write(
            id="evict",
            key="E",
            label="Evict",
            where=Where.PODS,
            needs=(Need("create", "pods/eviction"),),
            about="deletes the pod if its budgets allow it",
            usage="[--grace-period=N]",
        ),
        _evict,
    ),
)
