"""Which kind a request is about, what it wants to do with it, and whether that kind can do it."""

from k8stui.demo.access.rules import Attributes
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage import errors
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.kinds import Kind

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def attributes(ask: Ask) -> Attributes:
    """What a request wants to do, as access judges it."""
    if not ask.resource:
        return Attributes(ask.verb, path=ask.path)
    resource = f"{ask.resource}/{ask.subresource}" if ask.subresource else ask.resource
    return Attributes(ask.verb, ask.group, resource, ask.namespace, ask.name)


def kind_of(catalog: Catalog, ask: Ask) -> Kind:
    """The kind that the path names. Raises Refusal (404, 405) or TextRefusal (404, for a group that nobody serves)."""
    kind = catalog.at(ask.group, ask.version, ask.resource)
    if kind is None:
        if catalog.is_custom(ask.group):
            raise errors.TextRefusal(404, "404 page not found\n")
        raise errors.no_resource()
    _check_place(kind, ask)
    sub = kind.has(ask.subresource) if ask.subresource else None
    if (ask.subresource and sub is None) or ask.deeper:
        raise errors.not_found(kind, ask.name) if kind.custom else errors.no_resource()
    if ask.method not in _METHODS:
        raise errors.no_method()
    verbs = sub.verbs if sub else kind.verbs
    named = ask.verb in ("get", "update", "patch", "delete")
    if ask.verb not in verbs or (named and not ask.name) or (ask.verb == "create" and ask.name and not sub):
        raise errors.no_method()
    if ask.verb in ("create", "deletecollection") and kind.namespaced and not ask.namespace:
        raise errors.no_method()
    return kind


def _check_place(kind: Kind, ask: Ask) -> None:
    """A cluster resource has no namespace in its path (a namespace itself has), a named object needs one."""
    own = kind.plural == "namespaces" and ask.name == ask.namespace
    if not kind.namespaced and ask.namespace and not own:
        raise errors.no_resource()
    if kind.namespaced and ask.name and not ask.namespace:
        raise errors.no_resource()
