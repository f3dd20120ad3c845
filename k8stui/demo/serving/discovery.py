"""Discovery: aggregated (apidiscovery.k8s.io/v2, with ETag) and the plain forms, both made from the catalog."""

import base64
import hashlib

import msgspec

from k8stui.demo.serving.answers import Answer
from k8stui.demo.serving.media import JSON, YAML, accepted, negotiate
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.errors import TextRefusal, no_method, no_resource
from k8stui.demo.storage.kinds import Kind, Subresource
from k8stui.demo.storage.objects import Object

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_CUSTOM_VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
_ANY_METHOD = (("apis", 1), ("apis", 2))
"""`/apis` and its groups answer whatever the method is."""
_UNDERSTOOD = ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2")


def answer(catalog: Catalog, ask: Ask, accept: str, etag: str, *, aggregated: bool) -> Answer:
    """What `/api`, `/apis` and the paths of groups and versions say. Raises Refusal (404, 405, 406)."""
    parts = [part for part in ask.path.split("/") if part]
    if ask.method != "GET" and (parts[0], len(parts)) not in _ANY_METHOD:
        _check_version(catalog, parts)
        raise no_method()
    if parts in (["api"], ["apis"]) and aggregated and _wants_aggregated(accept):
        core = parts == ["api"]
        return _aggregated([group for group in catalog.groups() if (not group) is core], catalog, etag)
    if parts == ["api"]:
        address = {"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:6443"}
        return _json({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [address]})
    if parts == ["apis"]:
        groups = [_group(catalog, name) for name in catalog.groups() if name]
        return _json({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
    negotiate(accept, collection=False, whole=True)
    if len(parts) == 2 and parts[0] == "apis":
        if parts[1] not in catalog.groups():
            raise TextRefusal(404, "404 page not found\n")
        return _json({"kind": "APIGroup", "apiVersion": "v1"} | _group(catalog, parts[1]))
    group, version = _check_version(catalog, parts)
    return _json(_resources(catalog, group, version))


def _check_version(catalog: Catalog, parts: list[str]) -> tuple[str, str]:
    """The group and version of a path. Raises Refusal or TextRefusal (404) when the server has none such."""
    if len(parts) < 2:
        return "", "v1"
    group, version = ("", parts[1]) if parts[0] == "api" else (parts[1], parts[2])
    if version in catalog.versions(group):
        return group, version
    if catalog.is_custom(group):
        raise TextRefusal(404, "404 page not found\n")
    raise no_resource()


def is_discovery(parts: list[str]) -> bool:
    """The path is one of discovery's."""
    return (parts[:1] == ["api"] and len(parts) <= 2) or (parts[:1] == ["apis"] and len(parts) <= 3)


def _wants_aggregated(accept: str) -> bool:
    """The first entry of Accept that is understood is the aggregated form. Raises Refusal (406) when none is."""
    for media, parameters in accepted(accept or JSON):
        named = (parameters.get("as"), parameters.get("g"), parameters.get("v"))
        if media == JSON and named == _UNDERSTOOD:
            return True
        if media in (JSON, "*/*", "application/*") and not parameters.get("as"):
            return False
        if media == YAML and not parameters.get("as"):
            return False
    negotiate(accept, collection=False, whole=True)
    return False


def _json(obj: Object) -> Answer:
    return Answer(msgspec.json.encode(obj) + b"\n")


def _group(catalog: Catalog, name: str) -> Object:
    versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in catalog.versions(name)]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def _resources(catalog: Catalog, group: str, version: str) -> Object:
    resources = []
    for kind in catalog.all(group, version):
        resources.append(_plain(kind))
        resources += [_plain_sub(kind, each) for each in sorted(kind.subresources, key=lambda each: each.name)]
    head: Object = {"kind": "APIResourceList"} | ({"apiVersion": "v1"} if group else {})
    return head | {"groupVersion": f"{group}/{version}" if group else version, "resources": resources}


def _plain(kind: Kind) -> Object:
    found: Object = {"name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced}
    found |= {"kind": kind.kind, "verbs": _verbs(kind)} | _optional(kind)
    return found if kind.virtual else found | {"storageVersionHash": _storage_hash(kind)}


def _storage_hash(kind: Kind) -> str:
    """What tells a migration that objects are stored in another version: of group, version and kind as stored."""
    group, version = kind.stored_as[0], kind.stored_version or kind.version
    return base64.b64encode(hashlib.sha256(f"{group}/{version}/{kind.kind}".encode()).digest()[:8]).decode()


def _verbs(kind: Kind) -> tuple[str, ...]:
    """Custom resources list their verbs in an order of their own."""
    return _CUSTOM_VERBS if kind.custom else kind.verbs


def _plain_sub(kind: Kind, sub: Subresource) -> Object:
    found: Object = {"name": f"{kind.plural}/{sub.name}", "singularName": "", "namespaced": kind.namespaced}
    if sub.version:
        found |= {"group": sub.group, "version": sub.version}
    return found | {"kind": sub.kind or kind.kind, "verbs": sub.verbs}


def _optional(kind: Kind) -> Object:
    found = {"shortNames": kind.short, "categories": kind.categories}
    return {key: value for key, value in found.items() if value}


def _aggregated(groups: list[str], catalog: Catalog, etag: str) -> Answer:
    items = []
    for group in groups:
        versions = [
            {
                "version": version,
                "resources": [_entry(kind) for kind in catalog.all(group, version)],
                "freshness": "Current",
            }
            for version in catalog.versions(group)
        ]
        items.append({"metadata": {"name": group} if group else {}, "versions": versions})
    listed = {"metadata": {}, "items": items}
    found = f'"{hashlib.sha512(msgspec.json.encode(listed)).hexdigest().upper()}"'  # of all but kind and apiVersion
    body = msgspec.json.encode({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2"} | listed)
    headers = {"ETag": found, "Vary": "Accept"}
    if etag == found:
        return Answer(b"", 304, AGGREGATED, headers)
    return Answer(body, 200, AGGREGATED, headers)


def _entry(kind: Kind) -> Object:
    found: Object = {"resource": kind.plural, "responseKind": _response_kind(kind, kind.kind)}
    found |= {"scope": "Namespaced" if kind.namespaced else "Cluster", "singularResource": kind.singular}
    found |= {"verbs": _verbs(kind)} | _optional(kind)
    if kind.subresources:
        found["subresources"] = [_entry_sub(kind, each) for each in kind.subresources]
    return found


def _entry_sub(kind: Kind, sub: Subresource) -> Object:
    answer_kind = _response_kind(kind, sub.kind or kind.kind)
    if sub.version:
        answer_kind |= {"group": sub.group, "version": sub.version}
    return {"subresource": sub.name, "responseKind": answer_kind, "verbs": sub.verbs}


def _response_kind(kind: Kind, name: str) -> Object:
    """Built-in kinds leave to the reader what group and version they answer in: those of the path."""
    group, version = (kind.group, kind.version) if kind.custom else ("", "")
    return {"group": group, "version": version, "kind": name}
