"""What a request asks for, read from its path and method as `k8s.io/apiserver/pkg/endpoints/request` does."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from msgspec import Struct

_VERBS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_ODD = re.compile(r"%(?![0-9a-fA-F]{2})|;")
_OF_NAMESPACE = ("status", "finalize")


class Ask(Struct, frozen=True):
    """One request, understood. `resource` is empty for paths outside the resource tree (`/version`, discovery)."""

    method: str
    path: str
    query: dict[str, str]
    verb: str
    group: str = ""
    version: str = ""
    namespace: str = ""
    resource: str = ""
    name: str = ""
    subresource: str = ""
    deeper: str = ""
    """What follows a subresource (the path behind `proxy`)."""
    query_string: str = ""
    """As it came: a parameter can be there several times, `query` has only the first."""
    agent: str = ""
    """The client's User-Agent."""

    def flag(self, name: str) -> bool:
        """A boolean parameter: given without a value it is true, as in Go's conversion."""
        return self.query.get(name, "false").lower() not in ("false", "0", "f")

    @property
    def manager(self) -> str:
        """Who manages the fields that the request sets: fieldManager, or the client's program."""
        return self.query.get("fieldManager") or self.agent.partition("/")[0][:128] or "unknown"

    def all(self, name: str) -> list[str]:
        """Every value of a parameter, in order."""
        if name not in self.query:
            return []
        return [value for key, value in parse_qsl(self.query_string, keep_blank_values=True) if key == name]


def read(method: str, path: str, query_string: str, agent: str = "") -> Ask:
    """Take a request apart; never fails, whatever the path is."""
    query: dict[str, str] = {}
    if _ODD.search(query_string):  # what Go cannot read is as if it were not there
        query_string = "&".join(pair for pair in query_string.split("&") if not _ODD.search(pair))
    for key, value in parse_qsl(query_string, keep_blank_values=True):
        query.setdefault(key, value)
    verb = _VERBS.get(method, method.lower())
    parts = [part for part in path.split("/") if part]
    place = _group_version(parts)
    if place is None:
        return Ask(method, path, query, method.lower(), query_string=query_string, agent=agent)
    group, version, rest = place
    watching = rest[:1] == ["watch"]
    rest = rest[1:] if watching else rest
    if not rest:
        return Ask(method, path, query, method.lower(), query_string=query_string, agent=agent)
    namespace, rest = _namespace(rest)
    padded = [*rest, "", "", ""]
    resource, name, subresource = padded[:3]
    if watching:
        query = {**query, "watch": "true"} | ({"fieldSelector": f"metadata.name={name}"} if name else {})
    verb = _collection_verb(verb, name, query, watching)
    names = (group, version, namespace, resource, name, subresource, "/".join(rest[3:]))
    return Ask(method, path, query, verb, *names, query_string, agent)


def _group_version(parts: list[str]) -> tuple[str, str, list[str]] | None:
    if parts[:1] == ["api"] and len(parts) > 2:
        return "", parts[1], parts[2:]
    if parts[:1] == ["apis"] and len(parts) > 3:
        return parts[1], parts[2], parts[3:]
    return None


def _namespace(parts: list[str]) -> tuple[str, list[str]]:
    """The namespace, and what is below it; a namespace itself, and its subresources, are in that namespace."""
    if parts[0] != "namespaces" or len(parts) == 1:
        return "", parts
    if len(parts) == 2 or (len(parts) == 3 and parts[2] in _OF_NAMESPACE):
        return parts[1], parts
    return parts[1], parts[2:]


def _collection_verb(verb: str, name: str, query: Mapping[str, str], watching: bool) -> str:
    if verb == "get" and (watching or not name):
        asked = query.get("watch", "false").lower() not in ("false", "0", "f")
        return "watch" if asked else "list"
    return "deletecollection" if verb == "delete" and not name else verb
