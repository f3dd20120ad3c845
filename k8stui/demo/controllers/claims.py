"""Which objects belong to an owner: its own that its selector matches, and orphans, which it adopts.

As `k8s.io/kubernetes/pkg/controller` ControllerRefManager does: what no longer matches is released.
"""

from collections.abc import Callable, Iterable

from k8stui.demo.controllers.cache import Cache
from k8stui.demo.controllers.controller import Controller, owner_keys
from k8stui.demo.storage.objects import Object, controller_reference, controller_uid, ending, key_of, labels_of
from k8stui.model import selector
from k8stui.model.selector import Selector


def selection(owner: Object) -> Selector | None:
    """What an owner selects: a LabelSelector, or a plain map of labels; None for one that selects nothing."""
    given = owner.get("spec", {}).get("selector")
    if not isinstance(given, dict) or not given:
        return None
    if not {"matchLabels", "matchExpressions"} & given.keys():
        given = {"matchLabels": given}
    rows = given.get("matchExpressions") or ()
    try:
        return selector.of(
            given.get("matchLabels") or {}, [(row["key"], row["operator"], row.get("values") or []) for row in rows]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


class Claims:
    """The children of one kind for the owners of one kind."""

    def __init__(self, of: Controller, owners: Cache, children: str) -> None:
        """`of` looks at an owner again whenever one of its children, or an orphan that it selects, changes."""
        self._world = of.world
        self._owners = owners
        self._resource = children
        self.children = of.world.cache(children)
        self._orphans: dict[str, dict[str, Object]] = {}
        self._owned = owner_keys(owners.kind.kind)
        self.children.handle(self._note)
        of.watch(children, self._keys)

    def _note(self, old: Object | None, new: Object | None) -> None:
        """Keep the orphans of each namespace."""
        state = new or old
        if state is None:
            return
        key, namespace = key_of(state), state["metadata"].get("namespace", "")
        if new is not None and not controller_uid(new):
            self._orphans.setdefault(namespace, {})[key] = new
        elif (rows := self._orphans.get(namespace)) is not None:
            rows.pop(key, None)

    def _keys(self, child: Object) -> Iterable[str]:
        """The owners that a child concerns."""
        if controller_uid(child):
            yield from self._owned(child)
            return
        if ending(child):
            return
        for owner in self._owners.all(child["metadata"].get("namespace", "")):
            chosen = selection(owner)
            if chosen is not None and chosen.matches(labels_of(child)):
                yield key_of(owner)

    def of(self, owner: Object, fits: Callable[[Object], bool] = lambda child: True) -> list[Object]:
        """Its children by name, after adopting and releasing; orphans only those that `fits`."""
        chosen = selection(owner)
        mine = []
        for child in self.children.of(owner):
            if chosen is not None and chosen.matches(labels_of(child)):
                mine.append(child)
            elif not ending(owner):
                self._release(child, owner)
        if chosen is None or ending(owner):
            return mine
        for orphan in list(self._orphans.get(owner["metadata"].get("namespace", ""), {}).values()):
            if not ending(orphan) and fits(orphan) and chosen.matches(labels_of(orphan)):
                mine.append(self._adopt(orphan, owner))
        return sorted(mine, key=key_of)

    def _adopt(self, child: Object, owner: Object) -> Object:
        rows = [*child["metadata"].get("ownerReferences", ()), controller_reference(owner)]
        return self._rewrite(child, rows)

    def _release(self, child: Object, owner: Object) -> None:
        rows = child["metadata"].get("ownerReferences", ())
        self._rewrite(child, [row for row in rows if row.get("uid") != owner["metadata"]["uid"]])

    def _rewrite(self, child: Object, rows: list[Object]) -> Object:
        meta = child["metadata"]
        found = self._world.store.get(self._resource, meta["name"], meta.get("namespace", ""))
        found["metadata"]["ownerReferences"] = rows
        if not rows:
            del found["metadata"]["ownerReferences"]
        made = self._world.registry.update(found)
        made.setdefault("status", {})
        return made
