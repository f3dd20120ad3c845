"""Who uses config maps, secrets, claims, service accounts, classes; what stands behind volumes and in namespaces."""

from collections.abc import Iterator

from k8stui.model import label_selector, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Want
from k8stui.model.kinds import (
    BUDGETS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    INGRESSES,
    JOBS,
    LIMIT_RANGES,
    NETWORK_POLICIES,
    PODS,
    RESOURCE_QUOTAS,
    SECRETS,
    SERVICE_ACCOUNTS,
    STATEFUL_SETS,
    STORAGE_CLASSES,
    VOLUME_CLAIMS,
    VOLUMES,
    Kind,
)
from k8stui.model.objects import Object
from k8stui.model.refs import named, owners
from k8stui.model.relations import template
from k8stui.model.relations.base import Around, Relation, by_name, found, joined, one, title
from k8stui.model.relations.owners import state

_USERS = (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, CRON_JOBS, JOBS, PODS)
"""What names config maps and the like, owners before what they own."""


def wants(kind: Kind, obj: Object) -> Iterator[Want]:
    """Everything in its namespace that could use it."""
    namespace = tree.namespace(obj)
    for user in _USERS:
        yield Want(f"related/{user.plural}", user, namespace)
    if kind == SECRETS:
        yield Want("related/ingresses", INGRESSES, namespace)
        yield Want("related/serviceaccounts", SERVICE_ACCOUNTS, namespace)


def relations(kind: Kind, obj: Object, around: Around) -> Iterator[Relation]:
    """Who uses it and how; what another user made is told once, with its owner."""
    name, shown = tree.name(obj), set()
    for user in _USERS:
        for each in around.get(f"related/{user.plural}", ()):
            uses = _uses(kind, name, template.of(user, each))
            if uses is None or (kind == SERVICE_ACCOUNTS and user == PODS and owners(each)):
                continue
            above = next(iter(owners(each)), {})
            if tree.text(above, "uid") not in shown or user == PODS:
                yield one("used by", user, each, joined(uses, state(user, each)[0] if user == PODS else ""))
            shown.add(tree.uid(each))
    if kind == SECRETS:
        yield from _secret(name, around)
    yield from _nobody(around, shown)


def _uses(kind: Kind, name: str, pod: Object) -> str | None:
    """How a pod uses the object; None not at all."""
    if kind == SERVICE_ACCOUNTS:
        return "" if pod and template.account(pod) == name else None
    notes = [each.note for each in template.references(pod) if (each.kind, each.name) == (kind, name)]
    return joined(*dict.fromkeys(notes)) if notes else None


def _secret(name: str, around: Around) -> Iterator[Relation]:
    for each in around.get("related/ingresses", ()):
        if any(tree.text(row, "secretName") == name for row in tree.rows(each, "spec", "tls")):
            yield one("used by", INGRESSES, each, "TLS")
    for each in around.get("related/serviceaccounts", ()):
        for field, note in (("imagePullSecrets", "pull secret of its pods"), ("secrets", "mountable")):
            if any(tree.text(row, "name") == name for row in tree.rows(each, field)):
                yield one("used by", SERVICE_ACCOUNTS, each, note)


def _nobody(around: Around, shown: set[str]) -> Iterator[Relation]:
    if not shown and all(f"related/{user.plural}" in around for user in _USERS):
        yield Relation("used by", "no pod and no workload of its namespace", tone=Tone.MUTED)


# ---- volumes


def volume_wants(kind: Kind, obj: Object) -> Iterator[Want]:
    """The volume and class of a claim, the claim and class of a volume, the claims of a class."""
    if kind == STORAGE_CLASSES:
        yield Want("related/claims", VOLUME_CLAIMS)
        return
    if storage := tree.text(obj, "spec", "storageClassName"):
        yield by_name("related/class", STORAGE_CLASSES, None, storage)
    if kind == VOLUME_CLAIMS and (name := tree.text(obj, "spec", "volumeName")):
        yield by_name("related/volume", VOLUMES, None, name)
    if kind == VOLUMES and (name := tree.text(obj, "spec", "claimRef", "name")):
        yield by_name("related/claim", VOLUME_CLAIMS, tree.text(obj, "spec", "claimRef", "namespace"), name)


def volumes(kind: Kind, obj: Object, around: Around) -> Iterator[Relation]:
    """The same as relations."""
    if kind == STORAGE_CLASSES:
        for each in around.get("related/claims", ()):
            if tree.text(each, "spec", "storageClassName") == tree.name(obj):
                note = joined(tree.namespace(each), tree.text(each, "status", "phase").lower())
                yield one("volume claim", VOLUME_CLAIMS, each, note)
        return
    if name := tree.text(obj, "spec", "volumeName") if kind == VOLUME_CLAIMS else "":
        yield _pointed("volume", VOLUMES, "", name, "related/volume", around)
    if kind == VOLUMES and (name := tree.text(obj, "spec", "claimRef", "name")):
        where = tree.text(obj, "spec", "claimRef", "namespace")
        yield _pointed("volume claim", VOLUME_CLAIMS, where, name, "related/claim", around)
    if name := tree.text(obj, "spec", "storageClassName"):
        yield _pointed("storage class", STORAGE_CLASSES, "", name, "related/class", around)


def _pointed(how: str, kind: Kind, namespace: str, name: str, want: str, around: Around) -> Relation:
    """An object that a field names."""
    obj = found(around, want, name)
    if obj is not None:
        return one(how, kind, obj, tree.text(obj, "status", "phase").lower() or tree.text(obj, "provisioner"))
    gone = want in around
    return Relation(how, title(kind, name), named(kind, namespace, name), "missing" if gone else "", _tone(gone))


def _tone(gone: bool) -> Tone:
    return Tone.BAD if gone else Tone.PLAIN


# ---- what selects pods, and namespaces


def selected_wants(kind: Kind, obj: Object) -> Iterator[Want]:
    """The pods that a budget or a network policy selects."""
    field = "podSelector" if kind == NETWORK_POLICIES else "selector"
    chosen = label_selector.read(tree.value(obj, "spec", field) or ({} if kind == NETWORK_POLICIES else None))
    if chosen is not None:
        yield Want("related/pods", PODS, tree.namespace(obj), labels=str(chosen))


def selected(kind: Kind, around: Around) -> Iterator[Relation]:
    """The same."""
    pods = around.get("related/pods")
    if pods is not None and not pods:
        yield Relation("pod", "no pod", None, "it selects none", Tone.WARNING if kind == BUDGETS else Tone.MUTED)
    for pod in pods or ():
        yield one("pod", PODS, pod, *state(PODS, pod))


_INSIDE = (RESOURCE_QUOTAS, LIMIT_RANGES, NETWORK_POLICIES, DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, CRON_JOBS)


def namespace_wants(namespace: str) -> Iterator[Want]:
    """What holds in a namespace, and what makes pods there."""
    for kind in _INSIDE:
        yield Want(f"related/{kind.plural}", kind, namespace)


def inside(around: Around) -> Iterator[Relation]:
    """The same."""
    for kind in _INSIDE:
        how = "holds" if kind in (RESOURCE_QUOTAS, LIMIT_RANGES, NETWORK_POLICIES) else "workload"
        for each in around.get(f"related/{kind.plural}", ()):
            yield one(how, kind, each, *(state(kind, each) if how == "workload" else ("", Tone.PLAIN)))
