"""Volumes in a description."""

from collections.abc import Mapping

from k8stui.model import kinds, tree
from k8stui.model.describe.claims import claim_facts
from k8stui.model.describe.layout import HEAD, NONE, UNSET, Text
from k8stui.model.describe.parts import LONGEST, flag, named, quantity, shown
from k8stui.model.describe.sources import SOURCES, Field, Source
from k8stui.model.objects import Object


def volumes(out: Text, pod: Object, *, within: bool = False) -> None:
    """The block Volumes of a pod, or of a pod template (`within`: indented as kubectl does it there)."""
    found = tree.rows(pod, "spec", "volumes")
    level = 1 if within else 0
    if not found:
        out.field("Volumes", NONE, level=level)
        return
    out.head("Volumes", level)
    for each in found:
        out.line(f"{' ' if within else ''}{tree.text(each, 'name')}:", 1, HEAD)
        volume_source(out, each, SOURCES, tree.namespace(pod))


def volume_source(out: Text, volume: Object, types: Mapping[str, Source], namespace: str) -> None:
    """Type and fields of one volume (a volume of a pod, or the spec of a PersistentVolume), on level 2.

    `types` are `sources.SOURCES` or `sources.PERSISTENT`; objects that are named are in `namespace`.
    """
    name = next((name for name in types if isinstance(volume.get(name), dict)), None)
    if name is None:
        out.line("<unknown>", 1)
        return
    source = tree.part(volume, name)
    out.field("Type", types[name].said, level=2)
    for each in types[name].fields:
        value = ", ".join(tree.texts(source, *each.path)) if each.listed else _value(source, each)
        target = named(each.kind, namespace, value) if each.kind is not None and value != NONE else None
        out.field(each.title, value, level=2, target=target)
    match name:
        case "emptyDir":
            _size(out, source)
        case "ephemeral":
            claim_facts(out.nested(2), tree.part(source, "volumeClaimTemplate"), whole=False)
        case "downwardAPI":
            _downward(out, source)
        case "projected":
            for part in tree.rows(source, "sources"):
                _projected(out, part, namespace)
        case "csi":
            pairs = tree.strings(source, "volumeAttributes")
            out.many("VolumeAttributes", [_pair(key, pairs[key]) for key in sorted(pairs)], level=2)


def _value(source: Object, field: Field) -> str:
    return shown(tree.value(source, *field.path), field.missing)


def _size(out: Text, source: Object) -> None:
    """How large an EmptyDir may get."""
    limit = quantity(source.get("sizeLimit"))
    out.field("SizeLimit", UNSET if limit == "0" else limit, level=2)


def _downward(out: Text, source: Object) -> None:
    """Which field stands in which file."""
    out.line("Items:", 2)
    for item in tree.rows(source, "items"):
        path = tree.text(item, "path")
        for said in (tree.text(item, "fieldRef", "fieldPath"), tree.text(item, "resourceFieldRef", "resource")):
            if said:
                out.line(f"{said} -> {path}", 3)


def _projected(out: Text, part: Object, namespace: str) -> None:
    """One of the sources that are put together."""
    secret, config, token = (tree.value(part, name) for name in ("secret", "configMap", "serviceAccountToken"))
    bundle = tree.part(part, "clusterTrustBundle")
    if isinstance(secret, dict):
        name = tree.text(secret, "name")
        out.field("SecretName", name, level=2, target=named(kinds.SECRETS, namespace, name))
        out.field("Optional", flag(secret, "optional"), level=2)
    elif isinstance(part.get("downwardAPI"), dict):
        out.field("DownwardAPI", "true", level=2)
    elif isinstance(config, dict):
        name = tree.text(config, "name")
        out.field("ConfigMapName", name, level=2, target=named(kinds.CONFIG_MAPS, namespace, name))
        out.field("Optional", flag(config, "optional"), level=2)
    elif isinstance(token, dict):
        out.field("TokenExpirationSeconds", str(tree.number(token, "expirationSeconds")), level=2)
    elif bundle:
        out.field("ClusterTrustBundle", tree.text(bundle, "name") or tree.text(bundle, "signerName"), level=2)


def _pair(key: str, value: str) -> str:
    """`key=value`, cut where it is long."""
    line = f"{key}={value}"
    return f"{line[:LONGEST]}..." if len(line) > LONGEST else line
