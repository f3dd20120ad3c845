"""What can be done with what was left behind."""

from functools import partial
from typing import Final

from k8stui.actions.action import Action, Need, entering, on_page, paging
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


_here = partial(on_page, Where.SWEEP)

SWEEP_PAGE: Final = (
    _here("sweep-open", "enter", "Describe", paging("describe"), "the pod in words", 5, Need("get", "pods")),
    _here("sweep-delete", "ctrl+d", "Delete", paging("delete"), "the marked ones, or the one under the cursor; asked "
          "about, with who made it", 1, DELETE),
    _here("sweep-mine", "X", "All of mine", paging("mine"), "deletes every debug pod that I have made; asked about", 2,
          writes=True),
    _here("sweep-attach", "s", "Attach", paging("attach"), "goes into it again", 3, Need("get", "pods/attach")),
    _here("sweep-logs", "l", "Logs", paging("logs"), "what it has written", 4, Need("get", "pods/log")),
    _here("sweep-restart", "R", "Restart the pod", paging("restart"), "evicts it: the only way to be rid of a debug "
          "container in it", 6, Need("create", "pods/eviction")),
    _here("sweep-order", "o", "Order", paging("order"), "by age, or by owner", 7),
)  # fmt: skip
"""In the list."""
