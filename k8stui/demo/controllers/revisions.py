"""ControllerRevisions: the templates that a StatefulSet or a DaemonSet had, by number.

After `k8s.io/kubernetes/pkg/controller/history`. A template that comes back renumbers its old revision in place.
"""

from collections.abc import Callable, Collection

import msgspec

from k8stui.demo.controllers.claims import Claims
from k8stui.demo.controllers.templates import fnv1, go_json, safe, same
from k8stui.demo.controllers.workload import Workload, copied
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, controller_reference, controller_uid

RESOURCE = "controllerrevisions.apps"
HASH = "controller-revision-hash"
"""The label of pods that names the revision they are of; a DaemonSet's revisions carry it too."""
SET_HASH = "controller.kubernetes.io/hash"
"""What a StatefulSet's revisions carry instead."""


def data_of(owner: Object) -> Object:
    """What a revision holds: a patch that brings the template back."""
    template = owner["spec"]["template"] | {"$patch": "replace"}
    made: Object = msgspec.json.decode(go_json({"spec": {"template": template}}))
    return made


def data_hash(data: Object, collisions: int) -> str:
    """The hash that names a StatefulSet's revision (`history.HashControllerRevision`)."""
    return safe(fnv1(go_json(data) + str(collisions).encode()))


def template_of(revision: Object) -> Object:
    """The template that a revision holds."""
    found = copied(revision["data"]["spec"]["template"])
    found.pop("$patch", None)
    return found


def next_number(rows: list[Object]) -> int:
    """One more than the highest."""
    return int(rows[-1]["revision"]) + 1 if rows else 1


def newest_equal(rows: list[Object], data: Object) -> Object | None:
    """The highest revision that holds the same template."""
    template = data["spec"]["template"]
    return next((row for row in reversed(rows) if same(row["data"]["spec"]["template"], template)), None)


class Revisions:
    """The revisions of one kind of owners."""

    def __init__(self, workload: Workload, label: str, hashed: Callable[[Object, int], str]) -> None:
        """`label` holds the hash that `hashed` makes of an owner and a number of collisions."""
        self._workload = workload
        self._registry = workload.world.registry
        self._label = label
        self._hashed = hashed
        self._claims = Claims(workload, workload.cache, RESOURCE)

    def of(self, owner: Object) -> list[Object]:
        """By number; of the same number the older first."""
        rows = self._claims.of(owner)
        meta = ("creationTimestamp", "name")
        return sorted(rows, key=lambda row: (row["revision"], *(row["metadata"][name] for name in meta)))

    def current(self, owner: Object, rows: list[Object], collisions: int) -> tuple[Object, int]:
        """The revision of the present template (found, renumbered or made), and the number of collisions then."""
        data = data_of(owner)
        found = newest_equal(rows, data)
        if found is None:
            return self._make(owner, data, next_number(rows), collisions)
        if found is rows[-1]:
            return found, collisions
        return self._renumber(found, next_number(rows)), collisions

    def _renumber(self, found: Object, number: int) -> Object:
        meta = found["metadata"]
        changed = self._workload.world.store.get(RESOURCE, meta["name"], meta["namespace"])
        changed["revision"] = number
        return self._registry.update(changed)

    def _make(self, owner: Object, data: Object, number: int, collisions: int) -> tuple[Object, int]:
        """Where another revision has the name already, the next hash is tried."""
        while True:
            mark = self._hashed(owner, collisions)
            name = f"{owner['metadata']['name']}-{mark}"
            try:
                return self._registry.create(self._body(owner, name, mark, data, number)), collisions
            except Refusal as refusal:
                if refusal.reason != "AlreadyExists":
                    raise
                other = self._workload.world.store.get(RESOURCE, name, owner["metadata"]["namespace"])
                if controller_uid(other) == owner["metadata"]["uid"] and other["data"] == data:
                    return other, collisions
            collisions += 1

    def _body(self, owner: Object, name: str, mark: str, data: Object, number: int) -> Object:
        meta: Object = {"name": name, "namespace": owner["metadata"]["namespace"]}
        meta["labels"] = (owner["spec"]["template"]["metadata"].get("labels") or {}) | {self._label: mark}
        if owner["kind"] == "DaemonSet" and owner["metadata"].get("annotations"):
            meta["annotations"] = dict(owner["metadata"]["annotations"])
        meta["ownerReferences"] = [controller_reference(owner)]
        head = {"kind": "ControllerRevision", "apiVersion": "apps/v1", "metadata": meta}
        return {**head, "data": data, "revision": number}

    def truncate(self, rows: list[Object], live: Collection[str], limit: int) -> None:
        """Delete the oldest of those that are not in use (names), beyond the limit."""
        idle = [row for row in rows if row["metadata"]["name"] not in live]
        for row in idle[: max(0, len(idle) - limit)]:
            self._workload.remove(row, RESOURCE)
