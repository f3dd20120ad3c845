"""What a pod, or the template of one, refers to: config maps, secrets, claims, its service account."""

from collections.abc import Iterator

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Want
from k8stui.model.kinds import (
    CONFIG_MAPS,
    CRON_JOBS,
    PODS,
    SECRETS,
    SERVICE_ACCOUNTS,
    VOLUME_CLAIMS,
    VOLUMES,
    Kind,
)
from k8stui.model.objects import Object
from k8stui.model.refs import named
from k8stui.model.relations.base import Around, Relation, by_name, found, joined, one, title

ROOT = "kube-root-ca.crt"
"""Every namespace has it and every pod mounts it: no news."""
_MOST = 10
"""References of a kind that are looked up."""
_HOW = {CONFIG_MAPS: "config map", SECRETS: "secret", VOLUME_CLAIMS: "volume claim"}


class Reference(Struct, frozen=True):
    """One thing that a pod names."""

    kind: Kind
    name: str
    note: str
    optional: bool = False
    keys: tuple[str, ...] = ()
    """What of it the pod cannot do without."""


def of(kind: Kind, obj: Object) -> Object:
    """The pod that an object is or makes: `metadata` and `spec`; an empty one where it makes none."""
    if kind == PODS:
        return obj
    path = ("spec", "jobTemplate", "spec", "template") if kind == CRON_JOBS else ("spec", "template")
    return tree.part(obj, *path)


def references(pod: Object) -> list[Reference]:
    """Everything that its containers and volumes name."""
    rows = [*_containers(pod), *_volumes(pod)]
    for row in tree.rows(pod, "spec", "imagePullSecrets"):
        rows.append(Reference(SECRETS, tree.text(row, "name"), "pull secret"))
    return [each for each in rows if each.name and each.name != ROOT]


def _containers(pod: Object) -> Iterator[Reference]:
    for place in ("initContainers", "containers"):
        for container in tree.rows(pod, "spec", place):
            who = f"of container {tree.text(container, 'name')}"
            for row in tree.rows(container, "envFrom"):
                for field, kind in (("configMapRef", CONFIG_MAPS), ("secretRef", SECRETS)):
                    if source := tree.part(row, field):
                        yield Reference(kind, tree.text(source, "name"), f"envFrom {who}", _optional(source))
            for row in tree.rows(container, "env"):
                for field, kind in (("configMapKeyRef", CONFIG_MAPS), ("secretKeyRef", SECRETS)):
                    if source := tree.part(row, "valueFrom", field):
                        key, note = tree.text(source, "key"), f"env {tree.text(row, 'name')} {who}"
                        yield Reference(kind, tree.text(source, "name"), note, _optional(source), (key,))


def _volumes(pod: Object) -> Iterator[Reference]:
    for volume in tree.rows(pod, "spec", "volumes"):
        note = f"volume {tree.text(volume, 'name')}"
        yield from _source(volume, note, "secretName")
        for row in tree.rows(volume, "projected", "sources"):
            yield from _source(row, note, "name")
        yield Reference(VOLUME_CLAIMS, tree.text(volume, "persistentVolumeClaim", "claimName"), note)
        yield Reference(SECRETS, tree.text(volume, "csi", "nodePublishSecretRef", "name"), note)


def _source(row: Object, note: str, field: str) -> Iterator[Reference]:
    for part, name, kind in (("configMap", "name", CONFIG_MAPS), ("secret", field, SECRETS)):
        if source := tree.part(row, part):
            keys = tuple(tree.text(item, "key") for item in tree.rows(source, "items"))
            yield Reference(kind, tree.text(source, name), note, _optional(source), keys)


def _optional(source: Object) -> bool:
    return source.get("optional") is True


def account(pod: Object) -> str:
    """The service account that it runs as."""
    return tree.text(pod, "spec", "serviceAccountName") or "default"


def wants(pod: Object, namespace: str, around: Around) -> Iterator[Want]:
    """Each thing that it refers to, by name; of its claims also the volumes."""
    seen: dict[Kind, int] = {}
    for kind, name in dict.fromkeys((each.kind, each.name) for each in references(pod)):
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= _MOST:
            yield by_name(_want(kind, name), kind, namespace, name)
        if kind == VOLUME_CLAIMS:
            volume = tree.text(found(around, _want(kind, name)), "spec", "volumeName")
            if volume:
                yield by_name(_want(VOLUMES, volume), VOLUMES, None, volume)
    name = account(pod)
    yield by_name(_want(SERVICE_ACCOUNTS, name), SERVICE_ACCOUNTS, namespace, name)


def relations(pod: Object, namespace: str, around: Around) -> Iterator[Relation]:
    """What it refers to, each thing once with all its uses; a missing one, or a missing key, is a fault."""
    uses: dict[tuple[Kind, str], list[Reference]] = {}
    for each in references(pod):
        uses.setdefault((each.kind, each.name), []).append(each)
    for (kind, name), rows in sorted(uses.items(), key=lambda item: (list(_HOW).index(item[0][0]), item[0][1])):
        yield _relation(kind, namespace, name, rows, around)
        if kind == VOLUME_CLAIMS:
            yield from _volume(found(around, _want(kind, name)), around)
    yield _account(pod, namespace, around)


def _relation(kind: Kind, namespace: str, name: str, rows: list[Reference], around: Around) -> Relation:
    note, want = joined(*dict.fromkeys(row.note for row in rows)), _want(kind, name)
    if want not in around:
        return Relation(_HOW[kind], title(kind, name), named(kind, namespace, name), note)
    obj = found(around, want, name)
    needed = not all(row.optional for row in rows)
    if obj is None:
        gone, tone = ("missing", Tone.BAD) if needed else ("missing, but optional", Tone.MUTED)
        return Relation(_HOW[kind], title(kind, name), named(kind, namespace, name), joined(gone, note), tone)
    has = tree.part(obj, "data").keys() | tree.part(obj, "binaryData").keys()
    lost = [key for row in rows if not row.optional for key in row.keys if key not in has]
    if kind != VOLUME_CLAIMS and lost:
        return one(_HOW[kind], kind, obj, joined(f"has no key {', '.join(dict.fromkeys(lost))}", note), Tone.BAD)
    if kind == VOLUME_CLAIMS:
        phase = tree.text(obj, "status", "phase")
        tone = Tone.PLAIN if phase == "Bound" else Tone.BAD if phase == "Lost" else Tone.WARNING
        return one(_HOW[kind], kind, obj, joined(phase.lower(), note), tone)
    return one(_HOW[kind], kind, obj, note)


def _volume(claim: Object | None, around: Around) -> Iterator[Relation]:
    """The volume behind a claim."""
    name = tree.text(claim, "spec", "volumeName")
    if not name:
        return
    want = _want(VOLUMES, name)
    obj = found(around, want, name)
    if obj is not None:
        yield one("volume", VOLUMES, obj, tree.text(obj, "status", "phase").lower())
    elif want in around:
        yield Relation("volume", title(VOLUMES, name), named(VOLUMES, "", name), "missing", Tone.BAD)


def _account(pod: Object, namespace: str, around: Around) -> Relation:
    name = account(pod)
    want = _want(SERVICE_ACCOUNTS, name)
    gone = want in around and found(around, want, name) is None
    note, tone = ("missing", Tone.BAD) if gone else ("", Tone.PLAIN)
    target = named(SERVICE_ACCOUNTS, namespace, name)
    return Relation("service account", title(SERVICE_ACCOUNTS, name), target, note, tone)


def _want(kind: Kind, name: str) -> str:
    return f"related/{kind.plural} {name}"
