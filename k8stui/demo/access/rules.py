"""What a rule allows, and what somebody wants to do: the vocabulary of access."""

from msgspec import Struct

ANY = ("*",)
MASTERS = "system:masters"


class Attributes(Struct, frozen=True):
    """What somebody wants to do, as an access review says it."""

    verb: str
    group: str = ""
    resource: str = ""
    """With its subresource: `pods/exec`."""
    namespace: str = ""
    name: str = ""
    path: str = ""
    """Of a request outside the resource tree."""
    outside: bool = False
    """It is such a request, even if it names no path."""


class Rule(Struct, frozen=True):
    """Allows verbs on resources; `namespace` None means the whole cluster and everything in it."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    namespace: str | None = None
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    """Paths outside the resource tree; `/api/*` covers what is below."""
    binding: str = ""
    """The words of an access review's reason."""

    def allows(self, what: Attributes) -> bool:
        """This rule alone is enough for that."""
        if not _in(self.verbs, what.verb):
            return False
        if what.path or what.outside:
            return any(
                path == what.path or (path[-1:] == "*" and what.path.startswith(path[:-1])) for path in self.paths
            )
        if self.namespace not in (None, what.namespace) or (self.names and what.name not in self.names):
            return False
        return _in(self.groups, what.group) and self._covers(what.resource)

    def _covers(self, resource: str) -> bool:
        """`*/scale` stands for that subresource of everything."""
        if _in(self.resources, resource):
            return True
        _, slash, subresource = resource.partition("/")
        return bool(slash) and f"*/{subresource}" in self.resources


class User(Struct, frozen=True):
    """Who asks, as an authenticator found them."""

    name: str
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


def _in(allowed: tuple[str, ...], value: str) -> bool:
    return "*" in allowed or value in allowed
