"""A decoded picture of one kind for controllers: kept up by the store's changes, indexed by owner and by label."""

from collections.abc import Callable, Hashable, Iterable, Iterator

from k8stui.demo.storage.changes import Change, Entry
from k8stui.demo.storage.objects import Object, controller_uid, labels_of
from k8stui.demo.storage.selectors import selects
from k8stui.demo.storage.store import Store

Handler = Callable[[Object | None, Object | None], None]
"""Called with the object before and after a change; None before an addition and after a deletion."""


class _Index:
    """Objects by something that several of them share."""

    def __init__(self) -> None:
        self._groups: dict[Hashable, dict[str, Object]] = {}

    def add(self, mark: Hashable, key: str, obj: Object) -> None:
        self._groups.setdefault(mark, {})[key] = obj

    def drop(self, mark: Hashable, key: str) -> None:
        group = self._groups.get(mark, {})
        group.pop(key, None)
        if not group:
            self._groups.pop(mark, None)

    def of(self, mark: Hashable) -> dict[str, Object]:
        return self._groups.get(mark, {})


class Cache:
    """The objects of one kind by `namespace/name`, as of the last `refresh`.

    Objects in it are shared by all controllers: read them, never change them (`Store.get` gives a copy).
    """

    def __init__(self, store: Store, resource: str, dirty: Callable[[], None], *, without: str = "load") -> None:
        """`dirty` is called when changes wait. `without` is a namespace left out: made load has no controllers."""
        self._store = store
        self.kind = store.catalog.named(resource)
        self._dirty = dirty
        self._without = without
        self.waiting: dict[str, Entry | None] = {}
        """What changed since the last `refresh`."""
        self._handlers: list[Handler] = []
        self._objects: dict[str, Object] = {}
        self._within = _Index()
        self._owned = _Index()
        self._labelled = _Index()
        for entry in store.table(self.kind).within(None):
            if entry.namespace != without:
                self._take(entry.key, entry)
        store.on_change(self.kind, self._note)

    def _note(self, change: Change) -> None:
        if change.after.namespace != self._without:
            self.waiting[change.after.key] = None if change.gone else change.after
            self._dirty()

    def handle(self, handler: Handler) -> None:
        """Hear of every change from now on; what is there already is told at once as additions."""
        for obj in list(self._objects.values()):
            handler(None, obj)
        self._handlers.append(handler)

    def refresh(self) -> None:
        """Take in what changed, and tell the handlers."""
        waiting, self.waiting = self.waiting, {}
        for key, entry in waiting.items():
            old, new = self._take(key, entry)
            if old is not None or new is not None:
                for handler in self._handlers:
                    handler(old, new)

    def _take(self, key: str, entry: Entry | None) -> tuple[Object | None, Object | None]:
        old = self._objects.pop(key, None)
        if old is not None:
            self._within.drop(_namespace(old), key)
            self._owned.drop(controller_uid(old), key)
            for label in _labels(old):
                self._labelled.drop(label, key)
        if entry is None:
            return old, None
        new = self._store.decode(self.kind, entry)
        if not _sane(new):
            return old, None
        self._objects[key] = new
        self._within.add(_namespace(new), key, new)
        if owner := controller_uid(new):
            self._owned.add(owner, key, new)
        for label in _labels(new):
            self._labelled.add(label, key, new)
        return old, new

    def get(self, key: str) -> Object | None:
        """The object called `namespace/name` (`/name` without a namespace)."""
        return self._objects.get(key)

    def any(self, namespace: str) -> bool:
        """Whether there is one in this namespace."""
        return bool(self._within.of(namespace))

    def all(self, namespace: str | None = None) -> Iterable[Object]:
        """Every object, or those of one namespace, by name."""
        rows = self._objects if namespace is None else self._within.of(namespace)
        return [rows[key] for key in sorted(rows)]

    def selected(self, namespace: str, wanted: object) -> list[Object]:
        """The objects of a namespace that a `metav1.LabelSelector` selects, by name; None selects nothing.

        Looks only at those that have its rarest label: what is asked on each change must not cost as much as all.
        """
        pairs = wanted.get("matchLabels") if isinstance(wanted, dict) else None
        rows = self._within.of(namespace)
        for name, value in pairs.items() if isinstance(pairs, dict) else ():
            rows = min(rows, self._labelled.of((namespace, str(name), str(value))), key=len)
        return [obj for key in sorted(rows) if selects(wanted, labels_of(obj := rows[key]))]

    def of(self, owner: Object) -> list[Object]:
        """The objects that `owner` controls, by name."""
        return self.owned(owner["metadata"]["uid"])

    def owned(self, uid: str) -> list[Object]:
        """The objects whose controller has this uid, by name."""
        rows = self._owned.of(uid)
        return [rows[key] for key in sorted(rows)]

    def __len__(self) -> int:
        return len(self._objects)


def _namespace(obj: Object) -> str:
    return str(obj["metadata"].get("namespace", ""))


def _labels(obj: Object) -> Iterator[tuple[str, str, str]]:
    """Namespace, name and value of each label."""
    namespace = _namespace(obj)
    return ((namespace, str(name), str(value)) for name, value in labels_of(obj).items())


def _sane(obj: Object) -> bool:
    """Whether a controller can work with it: the store takes anything, also what no real server would."""
    obj.setdefault("status", {})
    meta = obj["metadata"]
    rows = meta.get("ownerReferences") or []
    references = isinstance(rows, list) and all(isinstance(row, dict) and {"name", "uid"} <= row.keys() for row in rows)
    maps = (
        meta.get("labels") or {},
        meta.get("annotations") or {},
        *(obj.get(part, {}) for part in ("spec", "status")),
    )
    return references and all(isinstance(each, dict) for each in maps)
