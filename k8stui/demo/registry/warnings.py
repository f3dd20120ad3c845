"""What a real server accepts and warns of: names that make bad host names, fields that do not do what they seem to.

The words are those of Kubernetes 1.34 (`pkg/api/pod/warnings.go` and the strategies of the kinds).
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.storage import names
from k8stui.demo.storage.errors import qualified
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object

_IN_HOSTNAME = "which can result in surprising behavior; a DNS label is recommended"
_CLASS = "kubernetes.io/ingress.class"
_CLAIM_CLASS = "volume.beta.kubernetes.io/storage-class"
_OLD_LABELS = MappingProxyType({
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
})  # fmt: skip
_OLD_VOLUMES = MappingProxyType({
    "gitRepo": "deprecated in v1.11",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
})  # fmt: skip
_NULL_SELECTOR = "a null labelSelector results in matching no pod"


def told(kind: Kind, obj: Object, old: Object | None = None) -> list[str]:
    """The warnings about a valid new object, or about a change of it."""
    rule = _RULES.get(qualified(kind.plural, kind.group))
    return list(rule(obj, old)) if rule is not None else []


def _pod(obj: Object, old: Object | None) -> Iterator[str]:
    if obj["metadata"].get("deletionTimestamp"):
        return
    if old is None:
        yield from _name(obj, "the Pod's hostname")
    yield from _spec("spec", obj.get("spec"))


def _name(obj: Object, where: str = "Pod names and hostnames") -> Iterator[str]:
    if why := names.label(obj["metadata"].get("name") or ""):
        yield f"metadata.name: this is used in {where}, {_IN_HOSTNAME}: [{' '.join(why)}]"


def _of_template(*path: str) -> Callable[[Object, Object | None], Iterator[str]]:
    def rule(obj: Object, old: Object | None) -> Iterator[str]:
        if old is None:
            yield from _name(obj)
        yield from _template(obj, old, *path)

    return rule


def _template(obj: Object, old: Object | None, *path: str) -> Iterator[str]:
    """Of the pod template below a path, unless nothing of the spec changed."""
    if old is not None and obj.get("spec") == old.get("spec"):
        return
    found: Any = obj
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    yield from _spec(".".join((*path, "spec")), found.get("spec") if isinstance(found, dict) else None)


def _stateful(obj: Object, old: Object | None) -> Iterator[str]:
    yield from _template(obj, old, "spec", "template")
    if ((obj.get("spec") or {}).get("revisionHistoryLimit") or 0) < 0:
        why = "a negative value retains all historical revisions; a value >= 0 is recommended"
        yield f"spec.revisionHistoryLimit: {why}"


def _daemon(obj: Object, old: Object | None) -> Iterator[str]:
    yield from _template(obj, old, "spec", "template")


def _ingress(obj: Object, old: Object | None) -> Iterator[str]:
    if old is None and _CLASS in (obj["metadata"].get("annotations") or {}):
        yield f"annotation \"{_CLASS}\" is deprecated, please use 'spec.ingressClassName' instead"


def _claim(obj: Object, old: Object | None) -> Iterator[str]:
    if _CLAIM_CLASS in (obj["metadata"].get("annotations") or {}):
        place = f"metadata.annotations[{_CLAIM_CLASS}]"
        yield f'{place}: deprecated since v1.8; use "storageClassName" attribute instead'


def _secret(obj: Object, old: Object | None) -> Iterator[str]:
    if obj.get("type") != "kubernetes.io/tls" or (old is not None and obj.get("data") == old.get("data")):
        return
    for key, what in (("tls.crt", "certificate"), ("tls.key", "key")):
        if "LS0tLS1CRUdJTi" not in str((obj.get("data") or {}).get(key)):  # -----BEGIN
            yield f"tls: failed to find any PEM data in {what} input"
            return


def _spec(place: str, spec: Any) -> Iterator[str]:
    if not isinstance(spec, dict):
        return
    for key in spec.get("nodeSelector") or ():
        if key in _OLD_LABELS:
            yield f"{place}.nodeSelector[{key}]: {_OLD_LABELS[key]}"
    for index, each in enumerate(items(spec, "topologySpreadConstraints")):
        if each.get("labelSelector") is None:
            yield f"{place}.topologySpreadConstraints[{index}].labelSelector: {_NULL_SELECTOR}"
    for index, each in enumerate(items(spec, "volumes")):
        yield from (f"{place}.volumes[{index}].{name}: {why}" for name, why in _OLD_VOLUMES.items() if each.get(name))
    for index, each in enumerate(items(spec, "imagePullSecrets")):
        if not each.get("name"):
            yield f'{place}.imagePullSecrets[{index}].name: invalid empty name ""'
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        yield (
            f"{place}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
        )
    for group in ("initContainers", "containers"):
        for index, each in enumerate(items(spec, group)):
            yield from _container(f"{place}.{group}[{index}]", each)
    yield from _affinity(f"{place}.affinity", spec.get("affinity"))


def _container(place: str, of: Object) -> Iterator[str]:
    seen = set()
    for index, env in enumerate(items(of, "env")):
        if (name := env.get("name")) in seen:
            yield (
                f'{place}.env[{index}]: hides previous definition of "{name}", which may be dropped when using apply'
            )
        seen.add(name)
    for group in ("limits", "requests"):
        for name in ("memory", "ephemeral-storage"):
            amount = str(((of.get("resources") or {}).get(group) or {}).get(name) or "")
            if amount.endswith("m"):
                yield (
                    f"{place}.resources.{group}[{name}]: fractional byte value "
                    f'"{amount}" is invalid, must be an integer'
                )


def _affinity(place: str, of: Any) -> Iterator[str]:
    for group in ("podAffinity", "podAntiAffinity"):
        terms = of.get(group) if isinstance(of, dict) else None
        for kind, inner in (
            ("requiredDuringSchedulingIgnoredDuringExecution", ""),
            ("preferredDuringSchedulingIgnoredDuringExecution", "podAffinityTerm"),
        ):
            for index, each in enumerate(items(terms, kind)):
                term = each.get(inner) if inner else each
                if isinstance(term, dict) and term.get("labelSelector") is None:
                    where = f"{place}.{group}.{kind}[{index}]{f'.{inner}' if inner else ''}"
                    yield f"{where}.labelSelector: {_NULL_SELECTOR}"


_RULES: Mapping[str, Callable[[Object, Object | None], Iterator[str]]] = MappingProxyType({
    "pods": _pod,
    "deployments.apps": _of_template("spec", "template"),
    "replicasets.apps": _of_template("spec", "template"),
    "replicationcontrollers": _of_template("spec", "template"),
    "jobs.batch": _of_template("spec", "template"),
    "cronjobs.batch": _of_template("spec", "jobTemplate", "spec", "template"),
    "statefulsets.apps": _stateful,
    "daemonsets.apps": _daemon,
    "ingresses.networking.k8s.io": _ingress,
    "persistentvolumeclaims": _claim,
    "secrets": _secret,
})  # fmt: skip
