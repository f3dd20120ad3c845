"""The kinds that one server has: the table without what is hidden, and what CRDs add."""

import re
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.resources import KINDS, METRICS

_VERSION = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?")


class Catalog:
    """Kinds by path, by kind and by name.

    `hidden` names a resource (`leases`, `leases.coordination.k8s.io`), a subresource (`deployments/scale`) or a whole
    group (`policy`, `metrics.k8s.io`): discovery and routes then lack it, as on a server that never had it.
    """

    def __init__(self, hidden: frozenset[str] = frozenset(), kinds: Iterable[Kind] = (*KINDS, *METRICS)) -> None:
        self.edition = 0
        """Raised by every change: what was made of the catalog at another edition is stale."""
        self._hidden = hidden
        self._by_path: dict[tuple[str, str, str], Kind] = {}
        self._by_kind: dict[tuple[str, str], Kind] = {}
        self._by_name: dict[str, Kind] = {}
        for kind in kinds:
            self.add(kind)

    def add(self, kind: Kind) -> None:
        """Serve this kind too (unless it is hidden)."""
        if {kind.plural, f"{kind.plural}.{kind.group}", kind.group} & self._hidden:
            return
        left = tuple(each for each in kind.subresources if f"{kind.plural}/{each.name}" not in self._hidden)
        shown = replace(kind, subresources=left)
        self._by_path[kind.group, kind.version, kind.plural] = shown
        self._by_kind[kind.api_version, kind.kind] = shown
        self._changed()

    def remove(self, kind: Kind) -> None:
        """Serve this kind no longer."""
        self._by_path.pop((kind.group, kind.version, kind.plural), None)
        self._by_kind.pop((kind.api_version, kind.kind), None)
        self._changed()

    def _changed(self) -> None:
        self.edition += 1
        self._by_name.clear()

    def at(self, group: str, version: str, plural: str) -> Kind | None:
        """The kind that a path names."""
        return self._by_path.get((group, version, plural))

    def of(self, obj: dict[str, Any]) -> Kind:
        """The kind that an object says it is. Raises ValueError when the server has none such."""
        kind = self._by_kind.get((obj.get("apiVersion", ""), obj.get("kind", "")))
        if kind is None:
            raise ValueError(f"The embedded cluster has no kind {obj.get('kind')} in {obj.get('apiVersion')}.")
        return kind

    def named(self, resource: str) -> Kind:
        """The kind called `pods` or `deployments.apps`: of two of that name the one in whose shape objects are stored.

        Raises ValueError when the server has none such.
        """
        if (known := self._by_name.get(resource)) is not None:
            return known
        plural, _, group = resource.partition(".")
        found = [kind for kind in self._by_path.values() if kind.plural == plural and group in ("", kind.group)]
        if not found:
            raise ValueError(f"The embedded cluster has no resource {resource}.")
        first = min(
            found, key=lambda kind: (kind.virtual, kind.view is not None, _place(kind), _seniority(kind.version))
        )
        return self._by_name.setdefault(resource, first)

    def kinds(self) -> tuple[Kind, ...]:
        """Everything that is served, in the order in which it was added."""
        return tuple(self._by_path.values())

    def groups(self) -> tuple[str, ...]:
        """Every group that has kinds, in the order of discovery: built in (the core group first), custom, metrics."""
        kinds = sorted(self._by_path.values(), key=_place)
        return tuple(dict.fromkeys(kind.group for kind in kinds))

    def versions(self, group: str) -> tuple[str, ...]:
        """The versions of a group, the preferred one first."""
        found = dict.fromkeys(kind.version for kind in self._by_path.values() if kind.group == group)
        return tuple(sorted(found, key=_seniority))

    def is_custom(self, group: str) -> bool:
        """Every kind of the group, if there is any, is defined by a CRD."""
        return all(kind.custom for kind in self._by_path.values() if kind.group == group)

    def all(self, group: str, version: str) -> list[Kind]:
        """The kinds of a group version in the order of discovery: by plural."""
        found = (kind for kind in self._by_path.values() if (kind.group, kind.version) == (group, version))
        return sorted(found, key=lambda kind: kind.plural)


def _place(kind: Kind) -> tuple[int, str]:
    if kind.custom:
        return 1, kind.group
    return (2, "") if kind in METRICS else (0, "")


def _seniority(version: str) -> tuple[int, int, int, str]:
    """`k8s.io/apimachinery/pkg/version`: stable before beta before alpha, newer before older, other names last."""
    found = _VERSION.fullmatch(version)
    if not found:
        return 3, 0, 0, version
    major, stage, minor = found.groups()
    return {None: 0, "beta": 1, "alpha": 2}[stage], -int(major), -int(minor or 0), version
