"""What can be done with what was left behind."""

from typing import Final

from k8stui.actions.action import Action, Need, entering, paging
from k8stui.actions.desk import Run
from k8stui.actions.places import Where

DELETE: Final = Need("delete", "pods")

SWEEP: Final = Action(
    id="sweep",
    key="",
    typed=":sweep",
    label="Debug pods left behind",
    run=entering("sweep"),
    help="of everybody, in all namespaces, by age; what is there is attached to again, or deleted",
)


def _here(identity: str, key: str, label: str, run: Run, about: str, footer: int, *needs: Need) -> Action:
    return Action(
        id=identity,
        key=key,
        label=label,
        where=Where.SWEEP,
        needs=needs,
        target=bool(needs),
        run=run,
        help=about,
        footer=footer,
    )


SWEEP_PAGE: Final = (
    _here("sweep-open", "enter", "Describe", paging("describe"), "the pod in words", 5, Need("get", "pods")),
    _here("sweep-delete", "ctrl+d", "Delete", paging("delete"), "the marked ones, or the one under the cursor; asked "
          "about, with who made it", 1, DELETE),
    _here("sweep-mine", "X", "All of mine", paging("mine"), "deletes every debug pod that I have made; asked about", 2),
    _here("sweep-attach", "s", "Attach", paging("attach"), "goes into it again", 3, Need("get", "pods/attach")),
    _here("sweep-logs", "l", "Logs", paging("logs"), "what it has written", 4, Need("get", "pods/log")),
    _here("sweep-restart", "R", "Restart the pod", paging("restart"), "evicts it: the only way to be rid of a debug "
          "container in it", 6, Need("create", "pods/eviction")),
    _here("sweep-order", "o", "Order", paging("order"), "by age, or by owner", 7),
)  # fmt: skip
"""In the list."""
