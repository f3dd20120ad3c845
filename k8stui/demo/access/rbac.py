"""RBAC: the rules that Roles and bindings in the store give a user (`kubernetes/plugin/pkg/auth/authorizer/rbac`).

Read once after each change of such an object, and once for each user after that.
"""

from typing import TypeVar

import msgspec
from msgspec import Struct, field

from k8stui.demo.access.rules import Rule, User
from k8stui.demo.storage.changes import Change, Entry
from k8stui.demo.storage.store import Store
from k8stui.model import selector

T = TypeVar("T")

_KINDS = ("clusterroles", "roles", "clusterrolebindings", "rolebindings")


class _Policy(Struct):
    verbs: tuple[str, ...] = ()
    groups: tuple[str, ...] = field(default=(), name="apiGroups")
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = field(default=(), name="resourceNames")
    paths: tuple[str, ...] = field(default=(), name="nonResourceURLs")


class _Expression(Struct):
    key: str
    operator: str
    values: tuple[str, ...] = ()


class _Selector(Struct):
    labels: dict[str, str] = field(default_factory=dict, name="matchLabels")
    expressions: tuple[_Expression, ...] = field(default=(), name="matchExpressions")


class _Aggregation(Struct):
    selectors: tuple[_Selector, ...] = field(default=(), name="clusterRoleSelectors")


class _Role(Struct):
    rules: tuple[_Policy, ...] | None = None
    aggregation: _Aggregation | None = field(default=None, name="aggregationRule")


class _Subject(Struct):
    kind: str
    name: str
    namespace: str = ""


class _RoleRef(Struct):
    kind: str
    name: str


class _Binding(Struct):
    role: _RoleRef = field(name="roleRef")
    subjects: tuple[_Subject, ...] | None = None


class _Grant(Struct, frozen=True):
    """One subject's share in one binding."""

    kind: str
    subject: str
    namespace: str | None
    role: tuple[str, str, str]
    words: str


class Roles:
    """The rules of users, as the objects in the store say."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kinds = {}
        for plural in _KINDS:
            try:
                self._kinds[plural] = store.catalog.named(f"{plural}.rbac.authorization.k8s.io")
            except ValueError:  # a cluster without RBAC
                continue
            store.on_change(self._kinds[plural], self._changed)
        self._grants: list[_Grant] | None = None
        self._rules: dict[tuple[str, str, str], tuple[_Policy, ...]] = {}
        self._users: dict[User, list[Rule]] = {}

    def _changed(self, _: Change) -> None:
        self._grants = None
        self._rules.clear()
        self._users.clear()

    def of(self, user: User) -> list[Rule]:
        """What the bindings give this user: those of the whole cluster first, each in the order of their making."""
        if (known := self._users.get(user)) is None:
            known = self._users[user] = [rule for grant in self._all() for rule in self._given(grant, user)]
        return known

    def _all(self) -> list[_Grant]:
        if self._grants is None:
            self._grants = [
                grant
                for plural in ("clusterrolebindings", "rolebindings")
                if plural in self._kinds
                for entry in self._store.table(self._kinds[plural]).entries.values()
                for grant in _grants(entry, "RoleBinding" if entry.namespace else "ClusterRoleBinding")
            ]
        return self._grants

    def _given(self, grant: _Grant, user: User) -> list[Rule]:
        fits = user.name == grant.subject if grant.kind != "Group" else grant.subject in user.groups
        if not fits:
            return []
        made = []
        for row in self._policies(grant.role):
            paths = row.paths if grant.namespace is None else ()
            if row.resources or paths:
                made.append(Rule(row.verbs, row.groups, row.resources, grant.namespace, row.names, paths, grant.words))
        return made

    def _policies(self, role: tuple[str, str, str]) -> tuple[_Policy, ...]:
        if (known := self._rules.get(role)) is None:
            known = self._rules[role] = self._read(*role)
        return known

    def _read(self, kind: str, namespace: str, name: str) -> tuple[_Policy, ...]:
        plural = "roles" if kind == "Role" else "clusterroles"
        entry = self._store.table(self._kinds[plural]).entries.get(f"{namespace}/{name}") if self._kinds else None
        role = _decoded(entry, _Role) if entry is not None else None
        if role is None:
            return ()
        rules = role.rules or ()
        return (*rules, *self._aggregated(role.aggregation, name)) if role.aggregation and not rules else rules

    def _aggregated(self, rule: _Aggregation, name: str) -> tuple[_Policy, ...]:
        """The rules of the ClusterRoles that the selectors pick, for a role that nobody has filled yet."""
        found: list[_Policy] = []
        for entry in self._store.table(self._kinds["clusterroles"]).entries.values():
            if entry.name != name and any(_picks(each, entry.labels) for each in rule.selectors):
                found += self._policies(("ClusterRole", "", entry.name))
        return tuple(found)


def _picks(wanted: _Selector, labels: dict[str, str]) -> bool:
    rows = [(row.key, row.operator, row.values) for row in wanted.expressions]
    try:
        return selector.of(wanted.labels, rows).matches(labels)
    except ValueError:
        return False


def _decoded(entry: Entry, shape: type[T]) -> T | None:
    try:
        return msgspec.json.decode(entry.raw, type=shape)
    except msgspec.DecodeError:  # poison that was planted in the store grants nothing
        return None


def _grants(entry: Entry, kind: str) -> list[_Grant]:
    found = _decoded(entry, _Binding)
    if found is None:
        return []
    shown = f"{entry.name}/{entry.namespace}" if entry.namespace else entry.name
    role = (found.role.kind, entry.namespace if found.role.kind == "Role" else "", found.role.name)
    made = []
    for row in found.subjects or ():
        name, subject = row.name, row.name
        if row.kind == "ServiceAccount":
            space = row.namespace or entry.namespace
            name, subject = f"{row.name}/{space}", f"system:serviceaccount:{space}:{row.name}"
        words = f'RBAC: allowed by {kind} "{shown}" of {role[0]} "{role[2]}" to {row.kind} "{name}"'
        made.append(_Grant(row.kind, subject, entry.namespace or None, role, words))
    return made
