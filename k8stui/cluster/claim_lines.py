"""Volume claims joined with the pods that use them and with their storage classes."""

from collections.abc import Iterable

from k8stui.cluster.index import Index
from k8stui.cluster.joined import Joined
from k8stui.cluster.store import Store
from k8stui.model.claim_row import Claim, StorageClass
from k8stui.model.claims import ClaimLine
from k8stui.model.pod_status import ENDED
from k8stui.model.pods import Pod

Place = tuple[str, str]
"""Namespace and name of a claim."""


class ClaimLines(Joined[Claim, ClaimLine]):
    """A pod marks the claims it uses, a class those that name it; the default class counts for those that name none.

    Args:
        claims: those that are shown.
        pods: at least those of their namespaces.
        classes: all storage classes.
    """

    def __init__(self, claims: Store[Claim], pods: Store[Pod], classes: Store[StorageClass]) -> None:
        self._by_name: Index[Claim, Place] = Index(claims, lambda each: (each.ref.namespace, each.ref.name))
        self._by_class: Index[Claim, str] = Index(claims, _named)
        self._classes: Index[StorageClass, str] = Index(classes, lambda each: each.ref.name)
        self._defaults: Index[StorageClass, bool] = Index(classes, lambda each: True if each.default else None)
        self._users: dict[Place, int] = {}
        for pod in pods.rows.values():
            self._count(_used(pod), 1)
        self._ends = (pods.tap(self._pod_changed), classes.tap(self._class_changed))
        super().__init__(claims, self._line)

    def close(self) -> None:
        """Follow nobody any more."""
        for end in self._ends:
            end()
        for index in (self._by_name, self._by_class, self._classes, self._defaults):
            index.close()
        super().close()

    def _line(self, claim: Claim) -> ClaimLine:
        users = self._users.get((claim.ref.namespace, claim.ref.name), 0)
        name = _named(claim)
        found = self._classes.group(name) if name else self._defaults.group(True) if name is not None else {}
        # Of several defaults the newest counts; which that is does not matter for what is said.
        return ClaimLine(claim, users, next(iter(found.values()), None))

    def _pod_changed(self, old: Pod | None, new: Pod | None) -> None:
        before, after = _used(old), _used(new)
        if before == after:
            return
        self._count(before, -1)
        self._count(after, 1)
        for place in {*before, *after}:
            self.again(self._by_name.group(place))

    def _count(self, places: Iterable[Place], by: int) -> None:
        for place in places:
            users = self._users.get(place, 0) + by
            if users:
                self._users[place] = users
            else:
                self._users.pop(place, None)

    def _class_changed(self, old: StorageClass | None, new: StorageClass | None) -> None:
        for row in (old, new):
            if row is not None:
                self.again(self._by_class.group(row.ref.name))
                if row.default:
                    self.again(self._by_class.group(""))


def _named(claim: Claim) -> str | None:
    """The class it names, "" for the default one, None where it wants none."""
    return claim.storage_class if claim.storage_class else None if claim.named_class else ""


def _used(pod: Pod | None) -> frozenset[Place]:
    """The claims that a pod uses as long as it has not ended."""
    if pod is None or not pod.claims or pod.phase in ENDED:
        return frozenset()
    return frozenset((pod.ref.namespace, name) for name in pod.claims)
