"""Where keys apply, and where the user is."""

from enum import Enum
from typing import Final

from msgspec import Struct

from k8stui.model.kinds import Ref

EVERY_WORKLOAD: Final = "workloads"
"""The one view that is of no single kind."""


class Where(Enum):
    """Where a key applies: a table's keys are those of everywhere, of tables and of its own kind."""

    EVERYWHERE = "everywhere"
    TABLE = "tables"
    NODES = "nodes"
    WORKLOADS = "workloads"
    PODS = "pods"
    EVENTS = "events"
    SECRETS = "secrets"
    NAMESPACES = "namespaces"
    DEFINITIONS = "custom resource definitions"
    OTHER = "other kinds"
    """A kind without keys of its own."""
    TEXT = "texts"
    """Inspect, and every other text."""
    DRAIN = "drain"
    ROLLOUT = "rollout"
    JOURNAL = "journal"
    EDIT = "the built-in editor"
    LOGS = "logs"
    DEBUG = "the debug launcher"
    SWEEP = "debug pods left behind"


PAGES: Final = frozenset(
    {Where.TEXT, Where.DRAIN, Where.ROLLOUT, Where.JOURNAL, Where.EDIT, Where.LOGS, Where.DEBUG, Where.SWEEP}
)
"""What lies over the tables."""


class Place(Struct, frozen=True):
    """Where the user is, as one value: open(), back and forward, `--view` and the command line all use it."""

    view: str
    """`workloads`, or a kind as kubectl names it: `pods`, `deployments.apps`."""
    namespace: str | None = None
    """None: all namespaces."""
    filter: str = ""
    node: str = ""
    """Only pods of this node."""
    owner: Ref | None = None
    """Only what this object owns, however far down: the pods of a Deployment."""
    about: Ref | None = None
    """Only events of this object."""
    mode: str = ""
    """How the view shows its rows, where there is more than one way; empty: the first one."""

    @property
    def deep(self) -> bool:
        """Whether it is a part of a view that was entered from somewhere: `q` leads back."""
        return bool(self.node or self.owner or self.about)
