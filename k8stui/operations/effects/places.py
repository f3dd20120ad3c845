"""What a change of a node, a namespace, a definition, a volume or what pods read means for all that hangs on it."""

from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Final

from k8stui.model import related, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import (
    BUDGETS,
    CONFIG_MAPS,
    INGRESS_CLASSES,
    NAMESPACES,
    NETWORK_POLICIES,
    NODES,
    PODS,
    SECRETS,
    SERVICE_ACCOUNTS,
    SERVICES,
    STORAGE_CLASSES,
    VOLUME_CLAIMS,
    VOLUMES,
    Kind,
)
from k8stui.model.objects import Object
from k8stui.model.owning import NOBODY, owner
from k8stui.model.pod_status import ENDED
from k8stui.model.sentences import counted, listed
from k8stui.model.storage import mounted
from k8stui.operations.effects.owned import DELETE, data
from k8stui.operations.effects.setting import Ask, Count, Setting

DEFINITIONS: Final = "customresourcedefinitions.apiextensions.k8s.io"
_USED: Final = frozenset(
    each.resource
    for each in (
        *(CONFIG_MAPS, SECRETS, SERVICE_ACCOUNTS, VOLUME_CLAIMS, VOLUMES, SERVICES),
        *(BUDGETS, NETWORK_POLICIES, STORAGE_CLASSES, INGRESS_CLASSES),
    )
)
"""Kinds whose users `model.related` knows."""
_READ: Final = frozenset({CONFIG_MAPS.resource, SECRETS.resource})
_PASSING: Final = frozenset({"events", "events.events.k8s.io", "endpoints", "endpointslices.discovery.k8s.io"})
_MOST_KINDS: Final = 80
_LISTED: Final = 5


def wants(setting: Setting, kinds: Iterable[Kind] = ()) -> Iterator[Ask]:
    """By what is done to which kind; `kinds`: all that the server has."""
    kind, obj, builder = setting.kind, setting.object, setting.builder
    if kind.resource == NODES.resource and builder in ("nodes.cordon", "taints.taint", DELETE):
        yield Want("pods", PODS, fields=f"spec.nodeName={tree.name(obj)}")
    if builder in (DELETE, "removing.finalize") and kind.resource == NAMESPACES.resource:
        yield from _inside(tree.name(obj), kinds)
    if builder == DELETE and kind.resource == DEFINITIONS:
        yield from _defined(obj)
    if _about_users(setting):
        yield from related.wants(kind, obj, {name: list(rows) for name, rows in setting.around.items()})
    name = tree.text(obj, "spec", "volumeName")
    if builder == DELETE and kind.resource == VOLUME_CLAIMS.resource and name:
        yield Want.one(f"volume {name}", VOLUMES, None, name)


def lines(setting: Setting) -> Iterator[Line]:
    """The same in lines."""
    kind, builder = setting.kind, setting.builder
    if kind.resource == NODES.resource and setting.knows("pods"):
        if builder == "nodes.cordon" and setting.arg("on", True):
            yield from _cordoned(setting)
        elif builder == DELETE:
            yield from _node_gone(setting)
    if setting.counts:
        yield from _counted(setting)
    if builder == DELETE and kind.resource == VOLUME_CLAIMS.resource:
        yield from _claim_gone(setting)
    if builder == DELETE and kind.resource == VOLUMES.resource:
        yield from _volume_gone(setting.object)
    if _about_users(setting):
        yield from _users(setting)


def _about_users(setting: Setting) -> bool:
    if setting.builder == DELETE:
        return setting.kind.resource in _USED
    return setting.kind.resource in _READ and setting.builder in ("patching.patch", "applying.apply", "editing.edit")


# ---- nodes


def _running(setting: Setting, name: str = "pods") -> list[Object]:
    return [each for each in setting.read(name) if tree.text(each, "status", "phase") not in ENDED]


def _cordoned(setting: Setting) -> Iterator[Line]:
    found = _running(setting)
    if found:
        yield Line(f"nothing moves: {counted(len(found), 'pod runs', 'pods run')} on; new ones go elsewhere")
    else:
        yield Line("no pod runs there; none will be placed there")


def _node_gone(setting: Setting) -> Iterator[Line]:
    found = _running(setting)
    alone = [tree.name(each) for each in found if owner(each) == NOBODY]
    if found:
        text = f"{counted(len(found), 'pod')} on it: removed within a minute, without grace; budgets are not asked"
        yield Line(text, Tone.BAD)
    if alone:
        yield Line(f"nobody makes these again: {listed(sorted(alone))}", Tone.BAD)
    yield Line("where its kubelet runs on it registers the node again, without its labels and taints", Tone.WARNING)


# ---- namespaces and definitions


def _inside(namespace: str, kinds: Iterable[Kind]) -> Iterator[Ask]:
    counted_kinds = [
        each
        for each in kinds
        if each.namespaced and {"list", "delete"} <= set(each.verbs) and each.resource not in _PASSING
    ]
    for kind in counted_kinds[:_MOST_KINDS]:
        yield Count(kind.kind, kind, namespace)


def _defined(definition: Object) -> Iterator[Ask]:
    """Its objects, in the version that is stored."""
    versions = [row for row in tree.rows(definition, "spec", "versions") if row.get("served") is True]
    version = next((tree.text(row, "name") for row in versions), "")
    names = tree.part(definition, "spec", "names")
    plural, kind = tree.text(names, "plural"), tree.text(names, "kind")
    if version and plural:
        scoped = tree.text(definition, "spec", "scope") == "Namespaced"
        made = Kind(tree.text(definition, "spec", "group"), version, plural, kind, namespaced=scoped)
        yield Count(kind, made)


def _counted(setting: Setting) -> Iterator[Line]:
    """What goes, the most first; nothing where that is nothing."""
    found = sorted(((number, kind) for kind, number in setting.counts.items() if number), reverse=True)
    if not found:
        if not setting.missing:
            yield Line("there is nothing in it", Tone.MUTED)
        return
    total = sum(number for number, _ in found)
    stay = setting.builder == "removing.finalize"
    word = "left behind, out of reach" if stay else "all of it goes, for good"
    what = f"{total:,} of it" if setting.kind.resource == DEFINITIONS else f"{counted(total, 'object')} in it"
    yield Line(f"{what}: {word}", Tone.BAD)
    if setting.kind.resource != DEFINITIONS:
        yield Line(", ".join(f"{number:,} {kind}" for number, kind in found), Tone.WARNING)


# ---- storage


def _claim_gone(setting: Setting) -> Iterator[Line]:
    name = tree.name(setting.object)
    users = [tree.name(pod) for pod in _running(setting, "related/pods") if name in mounted(pod)]
    if users:
        yield Line(f"in use by {listed(users)}: it goes only when these are gone", Tone.WARNING)
    yield from data(setting, [setting.object], goes=True)


def _volume_gone(volume: Object) -> Iterator[Line]:
    policy = tree.text(volume, "spec", "persistentVolumeReclaimPolicy") or "Retain"
    claim = tree.part(volume, "spec", "claimRef")
    if claim and tree.text(volume, "status", "phase") == "Bound":
        whose = f"{tree.text(claim, 'namespace')}/{tree.text(claim, 'name')}"
        yield Line(f"bound to {whose}: it goes only when that claim is gone", Tone.WARNING)
    if policy == "Delete":
        yield Line("reclaim policy Delete: the disk behind it may be deleted, and the data with it", Tone.BAD)
    else:
        yield Line(f"reclaim policy {policy}: the disk behind it stays, and nobody knows it any more")


# ---- users


def _users(setting: Setting) -> Iterator[Line]:
    """Who uses it, a line each, as Inspect says it."""
    around = {name: list(rows) for name, rows in setting.around.items()}
    found = related.related(Subject(setting.kind, setting.object, around))
    shown = [each for each in found if each.how in ("used by", "pod", "ingress", "endpoints", "volume claim")]
    gone = setting.builder == DELETE
    for each in shown[:_LISTED]:
        note = f" ({each.note})" if each.note else ""
        tone = Tone.MUTED if each.target is None else Tone.WARNING if gone else Tone.PLAIN
        yield Line(f"{_HOW.get(each.how, each.how)} {each.title}{note}", tone)
    if len(shown) > _LISTED:
        yield Line(f"and {len(shown) - _LISTED} more", Tone.WARNING if gone else Tone.MUTED)
    if gone and setting.kind.resource in _READ and any(each.target is not None for each in shown):
        yield Line("pods that run keep what they have read; new ones do not start without it", Tone.WARNING)


_HOW: Final = MappingProxyType(
    {"pod": "selects", "ingress": "behind Ingress", "endpoints": "its endpoints:", "volume claim": "for"}
)
