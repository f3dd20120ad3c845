"""What somebody wants to do, as the server's authorizer sees it: named by hand, or read from a request's own path."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from k8stui.model.kinds import NAMESPACES, Kind

_VERBS: Final = MappingProxyType(
    {"GET": ("list", "get"), "HEAD": ("list", "get"), "POST": ("create", "create"), "PUT": ("update", "update")}
    | {"PATCH": ("patch", "patch"), "DELETE": ("deletecollection", "delete")}
)
"""Method to RBAC verb, of a collection and of one object."""


class Ask(Struct, frozen=True):
    """A verb on a resource. Empty texts mean: the core group, all namespaces or none, any object, no subresource."""

    verb: str
    group: str
    plural: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @property
    def resource(self) -> str:
        """As rules name it: `pods/log`."""
        return f"{self.plural}/{self.subresource}" if self.subresource else self.plural

    @property
    def any_object(self) -> "Ask":
        """The same without the object's name."""
        return Ask(self.verb, self.group, self.plural, self.namespace, "", self.subresource)


EVERYTHING: Final = Ask("*", "*", "*")
"""Every verb on everything everywhere: whoever may that may all the rest (`kubectl auth can-i '*' '*'`)."""

SESSIONS: Final = frozenset({"exec", "attach", "portforward"})
"""Subresources of a pod that let somebody in. Their right is `get` where they are opened with a GET, as a WebSocket is
and as k8stui does; kubectl of old, and servers from 1.35 on as well, want `create`."""


def ask(verb: str, kind: Kind, namespace: str | None, name: str = "", subresource: str = "") -> Ask:
    """The question about a kind.

    A namespace is authorized inside itself (`RequestInfo` of k8s.io/apiserver), so that a Role in it may grant it.
    """
    within = namespace or ""
    if not kind.namespaced:
        within = name if _is_namespace(kind.group, kind.plural) else ""
    return Ask(verb, kind.group, kind.plural, within, name, subresource)


def of_request(method: str, path: str, query: Iterable[tuple[str, str]] = ()) -> Ask | None:
    """What a request needs, read as the server reads it (`RequestInfoFactory`); None outside the resource tree.

    Args:
        method: of HTTP.
        path: percent-encoded, without query.
        query: pairs, not encoded: `watch` and `fieldSelector` matter.
    """
    parts = [unquote(part) for part in path.strip("/").split("/")]
    if parts[:1] == ["api"] and len(parts) > 2:
        group, rest = "", parts[2:]
    elif parts[:1] == ["apis"] and len(parts) > 3:
        group, rest = parts[1], parts[3:]
    else:
        return None
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 1:
        namespace = rest[1]
        if len(rest) > 2 and rest[2] not in ("status", "finalize"):
            rest = rest[2:]
    plural, name, subresource = (*rest, "", "", "")[:3]
    collection, single = _VERBS.get(method.upper(), ("", ""))
    verb = single if name else collection
    if not verb:
        return None
    if verb == "list":
        verb, name = _of_collection(dict(query))
    return Ask(verb, group, plural, namespace, name, subresource)


def of_session(wanted: Ask, refusal: str) -> Ask:
    """What was lacking where a session was refused: servers from 1.35 on want `create` for it, beside `get`.

    Args:
        wanted: what the request needs.
        refusal: what was said of it (`k8stui.kube.errors.denied`).
    """
    if wanted.verb == "get" and wanted.subresource in SESSIONS and f" may not create {wanted.resource} " in refusal:
        return Ask("create", wanted.group, wanted.plural, wanted.namespace, wanted.name, wanted.subresource)
    return wanted


def _of_collection(options: dict[str, str]) -> tuple[str, str]:
    """Verb and name of a GET without a name: a field selector on the name counts as one."""
    verb = "watch" if options.get("watch", "").lower() in ("true", "1") else "list"
    field, _, value = options.get("fieldSelector", "").partition("=")
    return verb, value.lstrip("=") if field == "metadata.name" and "," not in value else ""


def _is_namespace(group: str, plural: str) -> bool:
    return (group, plural) == (NAMESPACES.group, NAMESPACES.plural)
