"""Every action of the program, once."""

from k8stui.actions.action import Action
from k8stui.actions.debug import DEBUG_PAGE
from k8stui.actions.drain import DRAIN_PAGE
from k8stui.actions.editing import EDITOR
from k8stui.actions.events import EVENTS
from k8stui.actions.everywhere import EVERYWHERE
from k8stui.actions.journal import JOURNAL
from k8stui.actions.kinds import NODES, OTHERS, PODS, WORKLOADS
from k8stui.actions.log_page import LOG_PAGE
from k8stui.actions.places import Where
from k8stui.actions.rollout import ROLLOUTS
from k8stui.actions.sweep import SWEEP, SWEEP_PAGE
from k8stui.actions.tables import TABLES
from k8stui.actions.texts import TEXTS

REGISTRY: tuple[Action, ...] = (
    *EVERYWHERE,
    SWEEP,
    *TABLES,
    *NODES,
    *WORKLOADS,
    *PODS,
    *EVENTS,
    *OTHERS,
    *TEXTS,
    *JOURNAL,
    *ROLLOUTS,
    *LOG_PAGE,
    *DRAIN_PAGE,
    *DEBUG_PAGE,
    *SWEEP_PAGE,
    *EDITOR,
)
"""Every action of the program, once."""


def find(identity: str) -> Action:
    """The action of that id. Raises KeyError for one that is not registered."""
    for action in REGISTRY:
        if action.id == identity:
            return action
    raise KeyError(identity)


def applicable(*where: Where) -> tuple[Action, ...]:
    """The actions that apply in any of these places, in the registry's order."""
    return tuple(action for action in REGISTRY if action.where in where)
