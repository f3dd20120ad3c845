"""The kinds of one server, and what a typed name may mean. Imports no client library."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from k8stui.model.kinds import Kind


class Kinds:
    """What a server has, as its discovery says."""

    def __init__(self, kinds: Iterable[Kind], failed: Iterable[str] = ()) -> None:
        """Of a kind's versions the preferred one comes first, as in the server's own lists."""
        self.all: tuple[Kind, ...] = tuple(kinds)
        """Every kind in every version served."""
        self.failed: tuple[str, ...] = tuple(dict.fromkeys(failed))
        """`group/version`s that did not answer: their kinds are unknown, not missing."""
        preferred: dict[tuple[str, str], Kind] = {}
        for kind in self.all:
            preferred.setdefault((kind.group, kind.plural), kind)
        self._preferred: Mapping[tuple[str, str], Kind] = MappingProxyType(preferred)

    @property
    def preferred(self) -> tuple[Kind, ...]:
        """Each kind once, in the version the server prefers."""
        return tuple(self._preferred.values())

    def get(self, group: str, plural: str, version: str | None = None) -> Kind | None:
        """The kind in its preferred version, or in a certain one; None: the server lacks it."""
        if version is None:
            return self._preferred.get((group, plural))
        wanted = (group, plural, version)
        return next((kind for kind in self.all if (kind.group, kind.plural, kind.version) == wanted), None)

    def like(self, kind: Kind) -> Kind:
        """The kind as the server has it, where only group and Kind are sure: whoever refers to it says no plural.

        What the server lacks is returned as it is.
        """
        if (kind.group, kind.plural) in self._preferred:
            return kind
        return next((each for each in self.preferred if (each.group, each.kind) == (kind.group, kind.kind)), kind)

    def exact(self, name: str) -> tuple[Kind, ...]:
        """What goes by exactly that name: plural, singular, short name or Kind, alone or with `.group`.

        Also with `.version.group`. Upper and lower case are the same. Several groups may have one (`events`): those
        that can be listed first, then the core's, as kubectl takes them.
        """
        text = name.strip().lower()
        found = [kind for kind in self.preferred if text in _names(kind)]
        if not found:
            found = [kind for kind in self.all if text in _versioned(kind)]
        return tuple(sorted(found, key=_rank))

    def find(self, name: str) -> tuple[Kind, ...]:
        """All that a typed name may mean, the best first.

        `exact` ones, then what begins with it, what holds it, and what has its letters in their order; among equals
        the core's, then the shorter; after all these, what cannot be listed. Nothing for "".
        """
        text = name.strip().lower()
        if not text:
            return ()
        exact = self.exact(name)
        near = [
            ("list" not in kind.verbs, score, kind.group != "", len(kind.plural), index, kind)
            for index, kind in enumerate(self.preferred)
            if kind not in exact and (score := _score(text, kind)) is not None
        ]
        return exact + tuple(found[-1] for found in sorted(near, key=lambda found: found[:-1]))


def _names(kind: Kind) -> Iterator[str]:
    """All exact names, lower case."""
    for name in {kind.plural, kind.singular, kind.kind, *kind.short_names}:
        if name:
            yield name.lower()
            if kind.group:
                yield f"{name}.{kind.group}".lower()


def _versioned(kind: Kind) -> Iterator[str]:
    """The names with version and group, lower case."""
    for name in (kind.plural, kind.singular, *kind.short_names):
        if name:
            yield f"{name}.{kind.version}.{kind.group}".lower()


def _rank(kind: Kind) -> tuple[bool, bool]:
    """Among equals: what can be listed first, then the core's."""
    return "list" not in kind.verbs, kind.group != ""


def _score(text: str, kind: Kind) -> int | None:
    """How near a kind's name is: 0 begins with the text, 1 holds it, 2 has its letters in order, None not at all."""
    names = [kind.plural.lower(), kind.kind.lower(), *(name.lower() for name in kind.short_names)]
    if any(name.startswith(text) for name in names) or kind.resource.lower().startswith(text):
        return 0
    if text in kind.resource.lower():
        return 1
    letters = iter(kind.plural.lower())
    return 2 if all(letter in letters for letter in text) else None
