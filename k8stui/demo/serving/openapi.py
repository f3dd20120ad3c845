"""OpenAPI: an index, a document per group version, and the older document of everything, made when first asked for.

They hold what clients go by: paths with their verbs and parameters (kubectl looks for `fieldValidation`), kinds, and
the schemas of `schema/documents.py`, which have no descriptions.
"""

import hashlib
from typing import Any

import msgspec

from k8stui.demo.schema import gnostic
from k8stui.demo.schema.documents import LIST_META, LIST_META_NAME, V2, V3, Document, list_of, schemas
from k8stui.demo.schema.schema import Schema, Type
from k8stui.demo.serving.answers import Answer
from k8stui.demo.serving.media import JSON, TEXT, accepted
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.kinds import Kind

_INFO = {"title": "Kubernetes", "version": "1.34"}
_EMPTY = (".well-known/openid-configuration", "api", "apis", "openid/v1/jwks", "version")
"""Documents that have paths only."""
_OPTIONS = ("dryRun", "fieldManager", "fieldValidation")
_LISTING = (
    *("allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion"),
    *("resourceVersionMatch", "sendInitialEvents", "timeoutSeconds", "watch"),
)
_DELETING = ("dryRun", "gracePeriodSeconds", "ignoreStoreReadErrorWithClusterBreakingPotential", "orphanDependents")
_VERBS = {
    "list": ("get", "list", _LISTING),
    "create": ("post", "post", _OPTIONS),
    "deletecollection": ("delete", "deletecollection", (*_LISTING, *_DELETING, "propagationPolicy")),
    "get": ("get", "get", ()),
    "update": ("put", "put", _OPTIONS),
    "patch": ("patch", "patch", (*_OPTIONS, "force")),
    "delete": ("delete", "delete", (*_DELETING, "propagationPolicy")),
}
"""Of each verb: the method, what OpenAPI calls it, and its parameters."""
_NUMBERS = ("limit", "timeoutSeconds", "gracePeriodSeconds")
_FLAGS = ("allowWatchBookmarks", "sendInitialEvents", "watch", "force", "orphanDependents")
_COLLECTION = ("list", "create", "deletecollection")
_ITEM = ("get", "update", "patch", "delete")


class OpenApi:
    """The documents of one server; custom kinds are in them with the schemas of their CRDs."""

    def __init__(self, schema: Schema, catalog: Catalog) -> None:
        self._schema = schema
        self._catalog = catalog
        self._made: dict[tuple[str, str], tuple[str, bytes]] = {}

    def answer(self, path: str, query: dict[str, str], accept: str, etag: str) -> Answer:
        """What a path below `/openapi/` says."""
        name = path.removeprefix("/")
        if name == "openapi/v3":
            return Answer(self._index(), content_type=TEXT)
        if name == "openapi/v2":
            return self._document("", query, accept, etag)
        name = name.removeprefix("openapi/v3/")
        if name not in self._names():
            return Answer(b"", 404, TEXT)
        return self._document(name, query, accept, etag)

    # ---- what there is

    def _names(self) -> list[str]:
        names = list(_EMPTY)
        for group in self._catalog.groups():
            names += [f"apis/{group}"] if group else []
            names += [_name(group, version) for version in self._catalog.versions(group)]
        return sorted(names)

    def _index(self) -> bytes:
        paths = {name: {"serverRelativeURL": f"/openapi/v3/{name}?hash={self._hash(name)}"} for name in self._names()}
        return msgspec.json.encode({"paths": paths}) + b"\n"

    def _kinds(self, name: str) -> list[Kind]:
        """The kinds of a document; of all when it has no name."""
        versions = ((group, version) for group in self._catalog.groups() for version in self._catalog.versions(group))
        return [kind for each in versions if name in ("", _name(*each)) for kind in self._catalog.all(*each)]

    def _hash(self, name: str) -> str:
        """Changes with the kinds of a document; the schemas of built-in kinds never do."""
        kinds = self._kinds(name) if name not in _EMPTY else []
        custom = [kind.definition.schema if kind.definition else None for kind in kinds]
        told = [(kind.plural, kind.kind, kind.verbs, [each.name for each in kind.subresources]) for kind in kinds]
        return hashlib.sha512(msgspec.json.encode((name, told, custom))).hexdigest().upper()

    def _document(self, name: str, query: dict[str, str], accept: str, etag: str) -> Answer:
        headers = {"Vary": "Accept"}
        media = _media(accept or JSON, old=not name)
        if not media:
            return Answer(b"", 406, headers=headers)
        found = self._hash(name)
        headers["ETag"] = f'"{found}"'
        if query.get("hash", found) != found:
            return Answer(b"", 301, headers=headers | {"Location": f"/openapi/v3/{name}?hash={found}"})
        if "hash" in query:
            headers["Cache-Control"] = "public, immutable"
        if etag == headers["ETag"]:
            return Answer(b"", 304, headers=headers)
        made, body = self._made.get((name, media), ("", b""))
        if made != found:
            document = self._v3(name) if name else self._v2()
            body = msgspec.json.encode(document) if media == JSON else gnostic.encoded(document)
            self._made[name, media] = (found, body)
        return Answer(body, content_type=media, headers=headers)

    # ---- documents

    def _v3(self, name: str) -> Document:
        kinds = self._kinds(name) if name not in _EMPTY else []
        paths = {path: item for kind in kinds for path, item in self._paths(kind, V3).items()}
        root = f"/{name}/"
        paths.setdefault(root, {"get": {"responses": {"200": {"description": "OK"}}}})
        components = {"schemas": self._schemas(kinds, V3)}
        return {"openapi": "3.0.0", "info": _INFO, "paths": dict(sorted(paths.items())), "components": components}

    def _v2(self) -> Document:
        kinds = self._kinds("")
        paths = {path: item for kind in kinds for path, item in self._paths(kind, V2).items()}
        head = {"swagger": "2.0", "info": _INFO, "paths": dict(sorted(paths.items()))}
        return head | {"definitions": self._schemas(kinds, V2)}

    def _schemas(self, kinds: list[Kind], base: str) -> dict[str, Document]:
        types = [self._schema.type("meta/v1.DeleteOptions"), self._schema.type("meta/v1.Status")] if kinds else []
        custom: dict[str, Document] = {}
        for kind in kinds:
            if self._schema.of(kind).open:
                told = kind.definition.schema if kind.definition else {}
                custom[self._called(kind)] = _described(told or {"type": "object"}, base)
                types.append(self._schema.type("meta/v1.ObjectMeta"))
            else:
                types.append(self._schema.of(kind))
            types += self._of_subresources(kind)
        found = schemas(types, base) | custom
        for kind in kinds:
            name = self._called(kind)
            found[name] = found[name] | {"x-kubernetes-group-version-kind": [_gvk(kind)]}
            if "list" in kind.verbs:
                listed = list_of(name, base) | {"x-kubernetes-group-version-kind": [_gvk(kind, "List")]}
                found |= {f"{name}List": listed, LIST_META_NAME: LIST_META}
        return dict(sorted(found.items()))

    def _called(self, kind: Kind) -> str:
        """The name of a kind's schema: `io.k8s.api.core.v1.Pod`; `example.shop.v1.Widget` of group shop.example."""
        named = self._schema.named(kind.api_version, kind.kind)
        return named.document if named else ".".join((*reversed(kind.group.split(".")), kind.version, kind.kind))

    def _of_subresources(self, kind: Kind) -> list[Type]:
        versions = ((f"{each.group}/{each.version}".lstrip("/"), each.kind) for each in kind.subresources if each.kind)
        return [of for version, name in versions if (of := self._schema.named(version, name)) is not None]

    def _paths(self, kind: Kind, base: str) -> Document:
        root = f"/{_name(kind.group, kind.version)}"
        where = f"{root}/namespaces/{{namespace}}/{kind.plural}" if kind.namespaced else f"{root}/{kind.plural}"
        name = self._called(kind)
        found = {where: self._item(kind, name, _COLLECTION, kind.verbs, base)}
        if kind.namespaced and "list" in kind.verbs:
            found[f"{root}/{kind.plural}"] = self._item(kind, name, ("list",), kind.verbs, base)
        if "get" in kind.verbs:
            found[f"{where}/{{name}}"] = self._item(kind, name, _ITEM, kind.verbs, base)
        for each in kind.subresources:
            verbs = ("get", "update", "patch", "create")
            found[f"{where}/{{name}}/{each.name}"] = self._item(kind, name, verbs, each.verbs, base)
        return found

    def _item(self, kind: Kind, name: str, wanted: tuple[str, ...], verbs: tuple[str, ...], base: str) -> Document:
        found: Document = {}
        for verb in wanted:
            if verb in verbs:
                method, action, parameters = _VERBS[verb]
                shown = f"{name}List" if verb in ("list", "deletecollection") else name
                found[method] = {
                    "parameters": [_parameter(each, base) for each in parameters],
                    "responses": {"200": _response(base + shown, base)},
                    "x-kubernetes-action": action,
                    "x-kubernetes-group-version-kind": _gvk(kind),
                }
        return found


def _media(accept: str, *, old: bool) -> str:
    """The form of a document: JSON, or for the older one what kubectl takes alone; empty when neither is wanted."""
    for media, _ in accepted(accept):
        if media in (JSON, "*/*", "application/*"):
            return JSON
        if old and media in gnostic.MEDIA:
            return gnostic.MEDIA[1]
    return ""


def _name(group: str, version: str) -> str:
    return f"apis/{group}/{version}" if group else f"api/{version}"


def _gvk(kind: Kind, suffix: str = "") -> dict[str, str]:
    return {"group": kind.group, "kind": kind.kind + suffix, "version": kind.version}


def _described(schema: Document, base: str) -> Document:
    """A CRD's schema with what all objects have."""
    metadata = {"$ref": f"{base}io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
    given = schema.get("properties")
    properties = given if isinstance(given, dict) else {}
    text = {"type": "string"}
    return schema | {"properties": {**properties, "apiVersion": text, "kind": text, "metadata": metadata}}


def _parameter(name: str, base: str) -> Document:
    of: dict[str, Any] = {"type": "integer" if name in _NUMBERS else "boolean" if name in _FLAGS else "string"}
    of["uniqueItems"] = True
    return {"name": name, "in": "query"} | (of if base == V2 else {"schema": of})


def _response(reference: str, base: str) -> Document:
    schema = {"schema": {"$ref": reference}}
    return {"description": "OK"} | (schema if base == V2 else {"content": {JSON: schema}})
