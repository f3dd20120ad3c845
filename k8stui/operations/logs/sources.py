"""A source: a container of a pod, whose log is one stream among those of a view."""

from enum import Enum

from k8stui.model.kinds import Ref
from k8stui.model.pod_row import Exit
from k8stui.operations.logs.facts import Facts


class Stage(Enum):
    """How the stream of a source stands."""

    ASIDE = "not chosen"
    WAITING = "waiting"
    """It has not started, or waits to be started again: `why` says for what."""
    OPENING = "opening"
    LIVE = "live"
    BROKEN = "broken"
    """It is tried again; `why` says what went wrong."""
    ENDED = "ended"
    """There will be nothing more."""


class Source:
    """A container of a pod. `Follow` changes it and tells its listeners; others only read."""

    __slots__ = (
        *("again", "at", "chosen", "container", "earlier", "exit", "lines", "number", "pod"),
        *("restarts", "role", "since", "stage", "why", "word"),
    )

    def __init__(self, number: int, pod: Ref, container: str, role: str, since: float) -> None:
        self.number = number
        """What `Entry.source` says; never given to another one."""
        self.pod = pod
        self.container = container
        self.role = role
        """"" for an ordinary container, else `init`, `sidecar` or `ephemeral`."""
        self.since = since
        """When it was first seen: seconds since the epoch by the server's clock."""
        self.stage = Stage.ASIDE
        self.at = since
        """Since when it stands so: seconds since the epoch by the server's clock."""
        self.why = ""
        """One sentence: what it waits for, what went wrong; else ""."""
        self.word = ""
        """What it waits for in a word or two; "" where it runs or has ended."""
        self.again = False
        """It waits to be started again: its log is that of its last run."""
        self.earlier = False
        """There was a run before the one whose log this is: it has a last log (`Follow.previous`)."""
        self.chosen = False
        self.lines = 0
        """How many of its lines were handed on."""
        self.restarts = 0
        self.exit: Exit | None = None
        """How it ended last."""

    @property
    def name(self) -> str:
        """`web-1/app`."""
        return f"{self.pod.name}/{self.container}"

    @property
    def path(self) -> str:
        """Of its log, on the server."""
        return self.pod.kind.path(self.pod.namespace, self.pod.name, "log")

    def learn(self, facts: Facts) -> None:
        """What the pod's row says of it now."""
        self.restarts, self.exit = facts.restarts, facts.exit
        self.word, self.again, self.earlier = facts.word, facts.again, facts.earlier

    def __repr__(self) -> str:
        return f"Source({self.number}, {self.name}, {self.stage.value})"
