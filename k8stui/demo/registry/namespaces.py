"""The life of namespaces: which may be deleted, what a terminating one still takes, and when it is gone.

Checked on Kubernetes 1.34 (the admission plugin NamespaceLifecycle and the registry of namespaces).
"""

from collections.abc import Iterator

from k8stui.demo.clock import stamp
from k8stui.demo.registry.deletion import FOREGROUND, ORPHAN, Ending, let_go, section
from k8stui.demo.registry.options import Deletion
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store

PROTECTED = frozenset({"default", "kube-system", "kube-public"})


def is_namespace(kind: Kind) -> bool:
    """Whether objects of this kind are namespaces."""
    return kind.plural == "namespaces" and not kind.group


def terminate(store: Store, now: float, kind: Kind, before: Entry, options: Deletion, *, dry: bool) -> Ending:
    """DELETE of a namespace: it is Terminating from now on, and goes when its finalizers have gone.

    Raises Refusal: 403 for those that may not be deleted, 409 for a precondition.
    """
    name = before.name
    if name in PROTECTED:
        message = f'namespaces "{name}" is forbidden: this namespace may not be deleted'
        raise errors.Refusal(403, "Forbidden", message, errors.details("", "namespaces", name))
    _check_preconditions(kind, before, options)
    obj = store.decode(kind, before)
    meta = obj["metadata"]
    if meta.get("deletionTimestamp"):
        if section(obj, "spec").get("finalizers"):
            return Ending(obj, gone=False)
        return let_go(store, now, kind, before, options, dry=dry)
    meta["deletionTimestamp"] = stamp(now)
    obj["status"] = {**section(obj, "status"), "phase": "Terminating"}
    _propagate(meta, options)
    store.put(kind, obj, before, dry=dry)
    return Ending(obj, gone=False)


def _check_preconditions(kind: Kind, before: Entry, options: Deletion) -> None:
    asked = (("UID", options.uid, before.uid), ("ResourceVersion", options.version, str(before.version)))
    for name, wanted, found in asked:
        if wanted not in (None, found):
            why = f"Precondition failed: {name} in precondition: {wanted}, {name} in object meta: {found}"
            raise errors.conflict(kind, before.name, why)


def _propagate(meta: Object, options: Deletion) -> None:
    """A namespace has the garbage collector's finalizers only when they were asked for."""
    wanted = {"Orphan": ORPHAN, "Foreground": FOREGROUND}.get(options.propagation or "", "")
    if options.orphan is not None:
        wanted = ORPHAN if options.orphan else ""
    elif not options.propagation:
        return
    kept = [each for each in meta.get("finalizers") or [] if each not in (ORPHAN, FOREGROUND)]
    meta.pop("finalizers", None)
    if finalizers := [*kept, *filter(None, [wanted])]:
        meta["finalizers"] = finalizers


def prepared(obj: Object, old: Object, subresource: str) -> Object:
    """A namespace as it may be stored: its spec.finalizers change by /finalize only, its status by /status only."""
    if subresource == "finalize":
        finalizers = section(obj, "spec").get("finalizers")
        return obj | {"spec": {"finalizers": finalizers} if finalizers else {}}
    return obj | {"spec": old.get("spec", {})}


def check_exists(store: Store, kind: Kind, namespace: str) -> None:
    """Raises Refusal (404) for a write into a namespace that is no more: its objects can be read and deleted only."""
    if not kind.namespaced:
        return
    if (places := namespaces_of(store)) is not None and f"/{namespace}" not in store.table(places).entries:
        raise errors.not_found(places, namespace)


def check_open(store: Store, kind: Kind, name: str, namespace: str) -> None:
    """Raises Refusal for a new object: 404 without its namespace, 403 in one that is terminating."""
    places = namespaces_of(store)
    if not kind.namespaced or places is None:
        return
    where = store.decode(places, store.entry(places, "", namespace))
    if not where["metadata"].get("deletionTimestamp"):
        return
    why = f"unable to create new content in namespace {namespace} because it is being terminated"
    message = f'{errors.qualified(kind.plural, kind.group)} "{name}" is forbidden: {why}'
    cause = {"reason": "NamespaceTerminating", "message": f"namespace {namespace} is being terminated"}
    details = errors.details(kind.group, kind.plural, name)
    raise errors.Refusal(403, "Forbidden", message, details | {"causes": [cause | {"field": "metadata.namespace"}]})


def namespaces_of(store: Store) -> Kind | None:
    """The kind of namespaces; None on a server that hides them."""
    return store.catalog.at("", "v1", "namespaces")


# ---- without a controller


def sweep(store: Store, now: float, namespace: str) -> None:
    """What the namespace controller would do about a terminating namespace, at once: empty it, and let it go.

    Objects with finalizers stay, and so does the namespace, until the next sweep.
    """
    places = namespaces_of(store)
    entry = store.table(places).entries.get(f"/{namespace}") if places else None
    if places is None or entry is None:
        return
    obj = store.decode(places, entry)
    if not obj["metadata"].get("deletionTimestamp"):
        return
    for kind, each in list(_content(store, namespace)):
        let_go(store, now, kind, each, Deletion(grace=0, propagation="Background"))
    if not any(True for _ in _content(store, namespace)) and not obj["metadata"].get("finalizers"):
        store.remove(places, entry)


def _content(store: Store, namespace: str) -> Iterator[tuple[Kind, Entry]]:
    for table in list(store.tables()):
        if table.kind.namespaced:
            for entry in table.within(namespace):
                yield table.kind, entry
