"""How containers behave, as data: rows of (image pattern, conditions) -> what happens; the first that fits counts.

Conditions look at the store and at the container, so that a fault is mended as on a real cluster: another image, a
repaired ConfigMap, more memory, an environment variable. What ends a container is decided when it starts, what its
probes find each time they look.
"""

from fnmatch import fnmatchcase

from msgspec import Struct

from k8stui.demo.kubelet.references import Things


class Given(Struct, frozen=True, kw_only=True):
    """Something that holds or not: of an object in the store, of the pod itself, or of its environment."""

    env: str = ""
    """An environment variable of the container (with what it gets from ConfigMaps and Secrets)."""
    resource: str = ""
    """`configmaps`, `deployments.apps`, …; empty: the pod itself (or `env`)."""
    name: str = ""
    namespace: str = ""
    """Empty: the pod's."""
    field: str = ""
    """Where to look, parted by slashes: `data/Corefile`; empty: that the object exists."""
    has: str = ""
    """A regular expression that is to be found in the value; empty: that there is a value."""
    lacks: bool = False
    """Turns it round."""


class Habit(Struct, frozen=True, kw_only=True):
    """What the containers of some images do. Times are seconds of a container's own run."""

    images: str
    """A pattern with * and ?, of the whole reference as the pod has it."""
    container: str = "*"
    """A pattern of the container's name."""
    when: tuple[Given, ...] = ()
    """All of these must hold; else the next row is asked."""

    missing: bool = False
    """No registry has it."""
    refusal: str = ""
    """What the registry says instead of `not found`."""
    pull: float = 0.0
    """Seconds that a pull takes; 0: as its size says."""

    exits: float | None = None
    """It ends by itself after so many seconds."""
    code: int = 0
    reason: str = ""
    """Of the termination; empty: Completed or Error, by the code."""
    message: str = ""
    """What it leaves in /dev/termination-log."""
    needs: str = ""
    """Memory that it comes to need: with a lower limit it is OOMKilled."""
    within: float = 20.0
    """Seconds until it needs that much."""
    cpu: int = 0
    """Millicores that it uses; 0: a part of what it requests."""

    ready_after: float = 0.0
    """Before that its probes fail."""
    unready: str = ""
    """Why its readiness probe fails; empty: it does not."""
    sick: str = ""
    """Why its liveness probe fails."""
    after: float = 0.0
    """Seconds of health before `unready` and `sick`."""

    stubborn: bool = False
    """Takes no notice of SIGTERM."""
    stops: float = 0.0
    """Seconds from SIGTERM to the end; 0: about one."""
    stop_code: int = 0

    log: tuple[str, ...] = ()
    """Names of styles of output (`output.STYLES`); empty: as its image suggests."""
    says: tuple[str, ...] = ()
    """What it writes when it starts."""
    last_words: tuple[str, ...] = ()
    """What it writes before it ends by itself."""


class Pressure(Struct, frozen=True, kw_only=True):
    """A node that runs short of something."""

    node: str
    kind: str = "DiskPressure"
    """DiskPressure, MemoryPressure or PIDPressure."""
    when: tuple[Given, ...] = ()
    evicts: int = 1
    """How many pods the kubelet throws out each time before it has room again (the condition may stay)."""


class Habits(Struct, frozen=True, kw_only=True):
    """The table of a scenario."""

    rows: tuple[Habit, ...] = ()
    pressures: tuple[Pressure, ...] = ()
    longest: float = 300.0
    """Seconds of the longest back-off between restarts (the kubelet's `maxContainerRestartPeriod`)."""

    def of(self, image: str, container: str, things: Things) -> Habit:
        """The row that counts for a container now."""
        return next(row for row in self.fitting(image, container) if all(holds(each, things) for each in row.when))

    def fitting(self, image: str, container: str) -> list[Habit]:
        """The rows for an image and a container, whatever holds; the last is for all."""
        rows = (*self.rows, *KNOWN)
        return [row for row in rows if fnmatchcase(image, row.images) and fnmatchcase(container, row.container)]

    def plain(self, image: str) -> Habit:
        """The row that counts for an image as far as its name alone says."""
        return next(row for row in self.fitting(image, "") if not row.when)


def holds(given: Given, things: Things) -> bool:
    """Whether a condition is true now."""
    if given.env:
        found = things.variable(given.env)
    else:
        found = things.value(given.resource, given.name, given.namespace, given.field)
    if found is None:
        return given.lacks
    return bool(things.searched(given.has, found)) != given.lacks


KNOWN = (
    Habit(images="*missing:*", missing=True),
    Habit(images="*/exit0:*", exits=1.5),
    Habit(images="*/exit1:*", exits=1.5, code=1),
    Habit(images="*/oom:*", exits=1.5, code=137, reason="OOMKilled"),
    Habit(images="*/stubborn:*", stubborn=True),
    Habit(images="*postgres*", stops=1.5),
    Habit(images="*"),
)
"""What images unknown to a scenario do; the first names are those of the test cluster of the recordings."""
