"""The two forms in which servers list their kinds, and what they come down to."""

from msgspec import Struct

from k8stui.model.kinds import Kind
from k8stui.model.text import clean

_NAME = 253
"""Characters of a name: what the API allows for a DNS subdomain."""

Found = tuple[list[Kind], list[str]]
"""Kinds, and the `group/version`s that did not say theirs."""


class _Kind(Struct):
    kind: str | None = None


class _Sub(Struct):
    subresource: str | None = None


class _Resource(Struct):
    """APIResourceDiscovery (aggregated form)."""

    resource: str = ""
    responseKind: _Kind | None = None
    scope: str | None = None
    singularResource: str | None = None
    verbs: list[str] | None = None
    shortNames: list[str] | None = None
    categories: list[str] | None = None
    subresources: list[_Sub] | None = None


class _Version(Struct):
    version: str = ""
    resources: list[_Resource] | None = None
    freshness: str | None = None


class _Meta(Struct):
    name: str | None = None


class _Group(Struct):
    metadata: _Meta | None = None
    versions: list[_Version] | None = None


class Groups(Struct):
    """APIGroupDiscoveryList."""

    kind: str = ""
    items: list[_Group] | None = None


class _PlainResource(Struct):
    """metav1.APIResource; a subresource has a slash in its name."""

    name: str = ""
    singularName: str | None = None
    namespaced: bool = False
    kind: str = ""
    verbs: list[str] | None = None
    shortNames: list[str] | None = None
    categories: list[str] | None = None


class PlainResources(Struct):
    """metav1.APIResourceList."""

    resources: list[_PlainResource] | None = None


class PlainVersion(Struct):
    """GroupVersionForDiscovery."""

    version: str = ""


class PlainGroup(Struct):
    """metav1.APIGroup."""

    name: str = ""
    versions: list[PlainVersion] | None = None
    preferredVersion: PlainVersion | None = None


class PlainRoot(Struct):
    """APIVersions (`/api`) or APIGroupList (`/apis`)."""

    kind: str = ""
    versions: list[str] | None = None
    groups: list[PlainGroup] | None = None


def aggregated(groups: Groups) -> Found:
    """All kinds of the aggregated form."""
    kinds: list[Kind] = []
    failed: list[str] = []
    for group in groups.items or ():
        name = (group.metadata and group.metadata.name) or ""
        for served in group.versions or ():
            if served.freshness == "Stale":
                failed.append(called(name, served.version))
            for found in served.resources or ():
                kind = _kind(name, served.version, found)
                if kind is not None:
                    kinds.append(kind)
    return kinds, failed


def _kind(group: str, served: str, found: _Resource) -> Kind | None:
    """One kind of the aggregated form; None for one without a name."""
    name = (found.responseKind and found.responseKind.kind) or ""
    if not found.resource:
        return None
    return Kind(
        group=clean(group, _NAME),
        version=clean(served, _NAME),
        plural=clean(found.resource, _NAME),
        kind=clean(name, _NAME),
        singular=clean(found.singularResource or name.lower(), _NAME),
        namespaced=found.scope == "Namespaced",
        short_names=_texts(found.shortNames),
        verbs=_texts(found.verbs),
        categories=_texts(found.categories),
        subresources=_texts([sub.subresource for sub in found.subresources or () if sub.subresource]),
    )


def versions(group: PlainGroup) -> list[tuple[str, str]]:
    """(group, version) pairs, the preferred version first."""
    names = [found.version for found in group.versions or ()]
    first = group.preferredVersion.version if group.preferredVersion else ""
    return [(group.name, name) for name in sorted(names, key=lambda name: name != first)]


def listed(group: str, served: str, found: PlainResources) -> list[Kind]:
    """The kinds of one plain APIResourceList, each with its subresources."""
    below: dict[str, list[_Sub]] = {}
    for resource in found.resources or ():
        plural, slash, subresource = resource.name.partition("/")
        if slash:
            below.setdefault(plural, []).append(_Sub(subresource))
    made = (
        _kind(
            group,
            served,
            _Resource(
                resource=resource.name,
                responseKind=_Kind(resource.kind),
                scope="Namespaced" if resource.namespaced else "Cluster",
                singularResource=resource.singularName,
                verbs=resource.verbs,
                shortNames=resource.shortNames,
                categories=resource.categories,
                subresources=below.get(resource.name),
            ),
        )
        for resource in found.resources or ()
        if "/" not in resource.name
    )
    return [kind for kind in made if kind is not None]


def called(group: str, served: str) -> str:
    """`apps/v1`, `v1`."""
    return clean(f"{group}/{served}" if group else served, 2 * _NAME)


def _texts(found: list[str] | None) -> tuple[str, ...]:
    return tuple(clean(text, _NAME) for text in found or ())
