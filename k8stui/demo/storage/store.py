"""Objects as bytes with a thin index, one revision counter, and an event log per kind."""

import random
import uuid
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterator

import msgspec

from k8stui.demo.clock import Clock, stamp
from k8stui.demo.storage import errors
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.changes import Change, Entry, Log
from k8stui.demo.storage.fields import index_fields, index_labels
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object as Object


class Table:
    """The objects of one kind, in key order."""

    def __init__(self, kind: Kind, window: int) -> None:
        self.kind = kind
        self.head = kind.head
        self.entries: dict[str, Entry] = {}
        self.keys: list[str] = []
        self.log = Log(window)

    def put(self, entry: Entry) -> None:
        """Add or replace."""
        key = entry.key
        if key not in self.entries:
            insort(self.keys, key)
        self.entries[key] = entry

    def drop(self, key: str) -> None:
        """Remove."""
        del self.entries[key]
        del self.keys[bisect_left(self.keys, key)]

    def within(self, namespace: str | None) -> list[Entry]:
        """The objects of one namespace, or of all (None), in key order."""
        keys = self.keys
        if namespace:  # "0" follows "/" in ASCII: the end of this namespace's keys
            keys = keys[bisect_left(keys, f"{namespace}/") : bisect_left(keys, f"{namespace}0")]
        return [self.entries[key] for key in keys]

    def as_of(self, version: int, namespace: str | None) -> list[Entry]:
        """The same as it was at a revision that the log still reaches: today's objects with later changes undone."""
        later: dict[str, Entry | None] = {}
        for change in reversed(self.log.after(version)):
            later[change.after.key] = change.before
        if not later:
            return self.within(namespace)
        then = {entry.key: entry for entry in self.within(namespace) if entry.key not in later}
        kept = (entry for entry in later.values() if entry is not None)
        then |= {entry.key: entry for entry in kept if not namespace or entry.namespace == namespace}
        return [then[key] for key in sorted(then)]


class Store:
    """The cluster's objects. In process, scenarios, controllers and tests use it; over HTTP, the server does.

    Resources are named `pods` or `deployments.apps`. Objects are plain dicts, decoded anew for each caller, so that
    nobody can change a stored one by hand. Whatever is given is stored as it is: a poisonous object is one `create`.
    """

    def __init__(self, clock: Clock, catalog: Catalog, *, window: int = 10_000, seed: int = 0) -> None:
        """`window` is how many changes a kind remembers; the same `seed` gives the same uids."""
        self.clock = clock
        self.catalog = catalog
        self.revision = 1
        self._window = window
        self._random = random.Random(seed)
        self._tables: dict[tuple[str, str], Table] = {}
        self._hooks: dict[tuple[str, str], list[Callable[[Change], None]]] = {}
        self._any: list[Callable[[Kind, Change], None]] = []
        self._news: deque[tuple[Table, Change]] = deque()

    def on_change(self, kind: Kind, hook: Callable[[Change], None]) -> None:
        """Call `hook` right after each change of this kind, in their order; it may write, but must not raise."""
        self._hooks.setdefault(kind.stored_as, []).append(hook)

    def on_any_change(self, hook: Callable[[Kind, Change], None]) -> None:
        """The same for every kind, also for those that come later."""
        self._any.append(hook)

    def table(self, kind: Kind) -> Table:
        """The objects of a kind; all versions and views of it share one."""
        key = kind.stored_as
        if (found := self._tables.get(key)) is None:
            stored = self.catalog.named(".".join(filter(None, reversed(key)))) if kind.view else kind
            found = self._tables[key] = Table(stored, self._window)
        return found

    def tables(self) -> Iterator[Table]:
        """Every table that was ever used."""
        yield from self._tables.values()

    def compact(self) -> None:
        """Forget all history: continue tokens and watches that are behind now are expired (410)."""
        for table in self._tables.values():
            table.log.compact(self.revision)

    def new_uid(self) -> str:
        """A uid that no object has yet."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def suffix(self) -> str:
        """Five characters of the alphabet that generateName uses."""
        return "".join(self._random.choices("bcdfghjklmnpqrstvwxz2456789", k=5))

    # ---- reading

    def get(self, resource: str, name: str, namespace: str = "") -> Object:
        """A copy of an object. Raises Refusal (404)."""
        kind = self.catalog.named(resource)
        return self.decode(kind, self.entry(kind, namespace, name))

    def list(self, resource: str, namespace: str | None = None) -> list[Object]:
        """Copies of the objects of one namespace, or of all."""
        kind = self.catalog.named(resource)
        return [self.decode(kind, entry) for entry in self.table(kind).within(namespace)]

    def entry(self, kind: Kind, namespace: str, name: str) -> Entry:
        """The stored bytes. Raises Refusal (404)."""
        found = self.table(kind).entries.get(f"{namespace}/{name}")
        if found is None:
            raise errors.not_found(kind, name)
        return found

    def decode(self, kind: Kind, entry: Entry) -> Object:
        """A copy of an entry as a dict, kind and apiVersion first, in the shape of this kind."""
        obj: Object = {"kind": kind.kind, "apiVersion": kind.api_version}
        obj.update(msgspec.json.decode(entry.raw))
        return kind.view.show(obj) if kind.view else obj

    # ---- writing

    def create(self, obj: Object) -> Object:
        """Store a new object; uid, creationTimestamp, generation and resourceVersion are set unless given.

        Raises Refusal (409) when there is one of that name, ValueError for a kind that the cluster does not have.
        """
        kind = self.catalog.of(obj)
        obj = self.fresh(kind, obj)
        meta = obj["metadata"]
        if f"{meta.get('namespace', '')}/{meta['name']}" in self.table(kind).entries:
            raise errors.already_exists(kind, meta["name"])
        self._put(kind, obj, None)
        return obj

    def fresh(self, kind: Kind, obj: Object) -> Object:
        """The object as a create would store it, but without a resourceVersion (what dryRun answers)."""
        given = dict(obj["metadata"])
        if kind.namespaced:
            given["namespace"] = given.get("namespace") or "default"
        else:
            given.pop("namespace", None)
        if not given.get("name"):
            given["name"] = given["generateName"] + self.suffix()
        meta = {key: given.pop(key) for key in ("name", "generateName", "namespace") if key in given}
        meta["uid"] = given.pop("uid", None) or self.new_uid()
        given.pop("resourceVersion", None)
        if kind.generation:
            meta["generation"] = given.pop("generation", None) or 1
        meta["creationTimestamp"] = given.pop("creationTimestamp", None) or stamp(self.clock.now())
        rest = {key: value for key, value in obj.items() if key not in ("kind", "apiVersion", "metadata")}
        return {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": meta | given, **rest}

    def update(self, obj: Object) -> Object:
        """Replace an object; a metadata.resourceVersion must be the current one. Unchanged, it keeps its version.

        Raises Refusal: 404 when it is gone, 409 when it has another version.
        """
        kind = self.catalog.of(obj)
        meta = obj["metadata"]
        before = self.entry(kind, meta.get("namespace", ""), meta["name"])
        if meta.get("resourceVersion") not in (None, "", str(before.version)):
            raise errors.conflict(kind, meta["name"])
        return self.replace(kind, obj, before)

    def replace(self, kind: Kind, obj: Object, before: Entry, *, dry: bool = False, status: bool = False) -> Object:
        """Store `obj` in place of `before`, raising its generation if the spec differs; the same again is no write.

        `status`: a write of the status, which never raises it (it may bring annotations along).
        """
        old = self.decode(kind, before)
        obj["metadata"]["resourceVersion"] = str(before.version)
        if obj == old:
            return old
        if kind.generation and not status and _intent(kind, obj) != _intent(kind, old):
            obj["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1
        if not dry:
            self._put(kind, obj, before)
        return obj

    def put(self, kind: Kind, obj: Object, before: Entry, *, dry: bool = False) -> Entry:
        """Store `obj` in place of `before` just as it is, generation and all; the same again is no write."""
        obj["metadata"]["resourceVersion"] = str(before.version)
        if dry or obj == self.decode(kind, before):
            return before
        return self._put(kind, obj, before)

    def modify(self, resource: str, name: str, namespace: str = "", *, change: Callable[[Object], None]) -> Object:
        """Apply `change` to a copy of an object and store it. Raises Refusal (404)."""
        obj = self.get(resource, name, namespace)
        change(obj)
        return self.update(obj)

    def delete(self, resource: str, name: str, namespace: str = "") -> Object:
        """Remove an object at once; returns its last state, at the revision of its end. Raises Refusal (404)."""
        kind = self.catalog.named(resource)
        return self.remove(kind, self.entry(kind, namespace, name))

    def remove(self, kind: Kind, before: Entry) -> Object:
        """Remove this very entry."""
        obj = self.decode(kind, before)
        table = self.table(kind)
        table.drop(before.key)
        after = self._stamp(kind, obj)
        self._log(table, Change(after.version, before, after, gone=True))
        return obj

    def _put(self, kind: Kind, obj: Object, before: Entry | None) -> Entry:
        table = self.table(kind)
        after = self._stamp(kind, obj)
        table.put(after)
        self._log(table, Change(after.version, before, after))
        return after

    def _log(self, table: Table, change: Change) -> None:
        table.log.add(change)
        if not self._hooks and not self._any:
            return
        self._news.append((table, change))
        if len(self._news) > 1:
            return  # a hook writes: whoever tells of the change before this one goes on with this one
        try:
            while self._news:
                self._tell(*self._news[0])
                self._news.popleft()
        except BaseException:
            self._news.clear()
            raise

    def _tell(self, table: Table, change: Change) -> None:
        for hook in self._hooks.get(table.kind.stored_as, ()):
            hook(change)
        for each in self._any:
            each(table.kind, change)

    def _stamp(self, kind: Kind, obj: Object) -> Entry:
        self.revision += 1
        meta = obj["metadata"]
        meta["resourceVersion"] = str(self.revision)
        stored = kind.view.store(obj) if kind.view else obj
        rest = {key: value for key, value in stored.items() if key not in ("kind", "apiVersion")}
        return Entry(
            meta.get("namespace", ""),
            meta["name"],
            meta["uid"],
            self.revision,
            index_labels(meta),
            index_fields(self.table(kind).kind, stored),
            msgspec.json.encode(rest),
        )


def _intent(kind: Kind, obj: Object) -> object:
    """What raises metadata.generation: everything but metadata and status; of a Deployment its annotations too."""
    spec = {key: value for key, value in obj.items() if key not in ("metadata", "status")}
    return (spec, obj["metadata"].get("annotations")) if kind.plural == "deployments" else spec
