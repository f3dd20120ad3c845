"""How something is deleted or evicted, as its question offers it: by keys, one thing a key, always in sight."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct, structs

from k8stui.model.kinds import BUILT_IN, POD_MAKERS, PODS, Kind
from k8stui.operations.builders.evictions import OWN
from k8stui.operations.builders.removing import CASCADES

_EVICT: Final = "removing.evict"
_DELETE: Final = "removing.delete"
_OWNERS: Final = frozenset(each.resource for each in POD_MAKERS)
_BUILDERS: Final = (_DELETE, _EVICT)


class Choices(Struct, frozen=True):
    """What is chosen, and what can be."""

    builder: str
    pods: bool
    """Only of pods the grace period means something."""
    owns: bool = False
    """They may own other objects."""
    claims: bool = False
    """There are claims that could go, too."""
    now: bool = False
    grace: int | None = None
    """Seconds; None: the object's own."""
    force: bool = False
    cascade: str = "background"
    with_claims: bool = False

    @property
    def keys(self) -> Mapping[str, str]:
        """The keys that choose something here, with what stands beside them."""
        evicts = self.builder == _EVICT
        grace = "its own" if self.grace is None else f"{self.grace} s"
        rows: dict[str, str] = {}
        if self.pods:
            if not evicts:
                rows["w"] = f"now: {_yes(self.now)}"
            rows["g"] = f"grace: {grace}"
            if not evicts:
                rows["f"] = f"force: {_yes(self.force)}"
        elif self.owns and not evicts:
            rows["c"] = f"what it owns: {self.cascade}"
        if self.claims:
            rows["v"] = f"its claims, too: {_yes(self.with_claims)}"
        return MappingProxyType(rows)

    def text(self) -> str:
        """`w now: no · g grace: its own · f force: no`."""
        return "   ".join(f"{key} {what}" for key, what in self.keys.items())

    def args(self) -> dict[str, Any]:
        """For the builder."""
        if self.builder == _EVICT:
            return {"grace": OWN if self.grace is None else self.grace}
        return {"grace": self.grace, "now": self.now, "force": self.force, "cascade": self.cascade}

    def pressed(self, key: str) -> "Choices":
        """After a key; `g` is answered by `graced`."""
        if key == "w":
            return structs.replace(self, now=not self.now, grace=None, force=False)
        if key == "f":
            return structs.replace(self, force=not self.force, grace=None, now=False)
        if key == "c":
            names = list(CASCADES)
            return structs.replace(self, cascade=names[(names.index(self.cascade) + 1) % len(names)])
        return structs.replace(self, with_claims=not self.with_claims) if key == "v" else self

    def graced(self, seconds: int | None) -> "Choices":
        """With a grace period, which leaves out what excludes it."""
        return structs.replace(self, grace=seconds, now=False, force=False)


def choices(builder: str, kinds: set[Kind], args: Mapping[str, Any]) -> Choices | None:
    """What the question about these targets offers; None: nothing.

    Args:
        builder: of all of them.
        kinds: of the targets.
        args: what the builder was given, to start from.
    """
    if builder not in _BUILDERS or not kinds:
        return None
    grace = args.get("grace")
    return Choices(
        builder,
        pods=all(kind.resource == PODS.resource for kind in kinds),
        owns=any(kind.resource in _OWNERS or kind.resource not in BUILT_IN for kind in kinds),
        now=bool(args.get("now")),
        grace=grace if isinstance(grace, int) and grace >= 0 else None,
        force=bool(args.get("force")),
        cascade=str(args.get("cascade") or "background"),
    )


def _yes(on: bool) -> str:
    return "yes" if on else "no"
