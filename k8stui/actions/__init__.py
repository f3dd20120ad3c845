"""The one list of what a user can do: key, label, where it applies, what it needs, why not, and what it does.

Footer, `?`, the `a` menu, the command line and the key bindings are made from it. Knows nothing of Textual: an action
speaks to a Desk, and a fake of that tests every action without a terminal. No rule of Kubernetes enters here.
"""

from k8stui.actions.action import Action, Need
from k8stui.actions.desk import Desk, Rows, Run
from k8stui.actions.places import EVERY_WORKLOAD, Place, Where
from k8stui.actions.registry import REGISTRY, applicable, find

__all__ = [
    "EVERY_WORKLOAD",
    "REGISTRY",
    "Action",
    "Desk",
    "Need",
    "Place",
    "Rows",
    "Run",
    "Where",
    "applicable",
    "find",
]
