"""The garbage collector: what nobody owns any more goes, and deletions wait for dependents where that was asked for.

After `kubernetes/pkg/controller/garbagecollector`: a graph of who owns whom by uid, kept up by every change.
"""

from collections.abc import Callable

import msgspec
from msgspec import Struct, field

from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.world import REACTION, World
from k8stui.demo.registry.options import Deletion
from k8stui.demo.storage.changes import Change, Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"


class _Reference(Struct):
    uid: str = ""
    block: bool | None = field(default=None, name="blockOwnerDeletion")


class _Metadata(Struct):
    owners: list[_Reference] | None = field(default=None, name="ownerReferences")
    finalizers: list[str] | None = None
    deleted: str | None = field(default=None, name="deletionTimestamp")


class _Shell(Struct):
    metadata: _Metadata = field(default_factory=_Metadata)


class Member(Struct):
    """One object in the graph."""

    kind: Kind
    key: str
    owners: dict[str, bool]
    """uid of each owner, and whether its foreground deletion waits for this object."""
    finalizers: tuple[str, ...] = ()
    ending: bool = False

    def waits(self) -> bool:
        """Its deletion waits for its dependents."""
        return self.ending and FOREGROUND in self.finalizers


class GarbageCollector(Controller):
    """Its keys are uids. Made load (a namespace of its own) is left out."""

    def __init__(self, world: World, *, without: str = "load") -> None:
        super().__init__(world)
        self._without = without
        self._members: dict[str, Member] = {}
        self._dependents: dict[str, set[str]] = {}
        self._news: dict[str, tuple[Kind, Entry | None]] = {}
        for table in list(world.store.tables()):
            for entry in table.within(None):
                if entry.namespace != without:
                    self._news[entry.uid] = (table.kind, entry)
        self._take()
        world.store.on_any_change(self._note)

    def _note(self, kind: Kind, change: Change) -> None:
        if change.after.namespace == self._without:
            return
        if not self._news:
            self.world.agenda.after(REACTION * self.world.agenda.speed, self._take)
        self._news[change.after.uid] = (kind, None if change.gone else change.after)

    def _take(self) -> None:
        news, self._news = self._news, {}
        for uid, (kind, entry) in news.items():
            self._update(uid, kind, entry)
        for uid, (_, entry) in news.items():
            self._affected(uid, gone=entry is None)

    def _update(self, uid: str, kind: Kind, entry: Entry | None) -> None:
        old = self._members.pop(uid, None)
        for owner in old.owners if old else ():
            rows = self._dependents[owner]
            rows.discard(uid)
            if not rows:
                del self._dependents[owner]
            self.enqueue(owner)
        if entry is None:
            return
        try:
            meta = msgspec.json.decode(entry.raw, type=_Shell).metadata
        except msgspec.DecodeError:  # poison that was planted in the store: no owner, no owned
            return
        owners = {row.uid: bool(row.block) for row in meta.owners or () if row.uid}
        finalizers = tuple(meta.finalizers or ())
        self._members[uid] = Member(kind, entry.key, owners, finalizers, meta.deleted is not None)
        for owner in owners:
            self._dependents.setdefault(owner, set()).add(uid)

    def _affected(self, uid: str, *, gone: bool) -> None:
        member = self._members.get(uid)
        if gone:
            for each in sorted(self._dependents.get(uid, ())):
                self.enqueue(each)
        elif member is not None and (member.owners or member.ending):
            self.enqueue(uid)

    def sync(self, key: str) -> None:
        """One object: free its dependents, wait for them, or follow its owners."""
        member = self._members.get(key)
        if member is None:
            return
        if member.ending and ORPHAN in member.finalizers:
            self._orphan(key, member)
        elif member.waits():
            self._wait(key, member)
        elif member.owners and not member.ending:
            self._follow(key, member)

    def _orphan(self, uid: str, member: Member) -> None:
        """Its dependents live on without it: first they are told, and when that is seen it may go."""
        dependents = sorted(self._dependents.get(uid, ()))
        for each in dependents:
            self._forget(self._members[each], {uid})
        if not dependents:
            self._unhold(member, ORPHAN)

    def _wait(self, uid: str, member: Member) -> None:
        dependents = sorted(self._dependents.get(uid, ()))
        if not any(self._members[each].owners[uid] for each in dependents):
            self._unhold(member, FOREGROUND)
        for each in dependents:
            self.enqueue(each)

    def _follow(self, uid: str, member: Member) -> None:
        """An object with an owner that lives stays; without one it goes as its last owner went."""
        gone = {owner for owner in member.owners if owner not in self._members}
        waiting = {owner for owner in member.owners if owner not in gone and self._members[owner].waits()}
        if len(gone) + len(waiting) < len(member.owners):
            if gone or waiting:
                self._forget(member, gone | waiting)
            return
        if waiting and self._dependents.get(uid):
            policy = "Foreground"
        elif ORPHAN in member.finalizers:
            policy = "Orphan"
        else:
            policy = "Foreground" if FOREGROUND in member.finalizers else "Background"
        entry = self._entry(member)
        if entry is not None and entry.uid == uid:
            self.world.registry.let_go(member.kind, entry, Deletion(propagation=policy, uid=uid))

    def _entry(self, member: Member) -> Entry | None:
        return self.world.store.table(member.kind).entries.get(member.key)

    def _forget(self, member: Member, owners: set[str]) -> None:
        """Take these references to owners away."""

        def change(meta: Object) -> None:
            meta["ownerReferences"] = [row for row in meta["ownerReferences"] if row.get("uid") not in owners]
            if not meta["ownerReferences"]:
                del meta["ownerReferences"]

        self._change(member, change)

    def _unhold(self, member: Member, finalizer: str) -> None:
        def change(meta: Object) -> None:
            meta["finalizers"] = [each for each in meta.get("finalizers", ()) if each != finalizer]

        self._change(member, change)

    def _change(self, member: Member, change: Callable[[Object], None]) -> None:
        entry = self._entry(member)
        if entry is None:
            return
        obj = self.world.store.decode(member.kind, entry)
        change(obj["metadata"])
        self.world.registry.replace(member.kind, obj, entry)
