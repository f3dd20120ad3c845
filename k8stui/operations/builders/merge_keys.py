"""Which lists of built-in kinds are lists of named things, and by which field: `patchMergeKey` in Kubernetes' types.

Of status nothing is said here: it is nobody's to edit.
"""

from types import MappingProxyType
from typing import Final

from k8stui.model.kinds import BUILT_IN, Kind

Path = tuple[str, ...]
"""Names of fields from the object down; places in lists are left out."""
SET: Final = ""
"""Instead of a field: a list of texts each of which is there once."""

_META: Final = MappingProxyType({"ownerReferences": "uid", "finalizers": SET})
_POD: Final = MappingProxyType(
    {
        "volumes": "name",
        "containers": "name",
        "initContainers": "name",
        "ephemeralContainers": "name",
        "imagePullSecrets": "name",
        "hostAliases": "ip",
        "topologySpreadConstraints": "topologyKey",
        "schedulingGates": "name",
        "resourceClaims": "name",
    }
)
_CONTAINER: Final = MappingProxyType(
    {"env": "name", "ports": "containerPort", "volumeMounts": "mountPath", "volumeDevices": "devicePath"}
)
_CONTAINERS: Final = ("containers", "initContainers", "ephemeralContainers")
_TEMPLATES: Final = MappingProxyType(
    dict.fromkeys(
        ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"), ("spec", "template")
    )
    | {"Pod": (), "CronJob": ("spec", "jobTemplate", "spec", "template"), "PodTemplate": ("template",)}
)
_OTHERS: Final = MappingProxyType(
    {
        ("Service", "spec", "ports"): "port",
        ("ServiceAccount", "secrets"): "name",
        ("Node", "spec", "podCIDRs"): SET,
        ("CSINode", "spec", "drivers"): "name",
        ("MutatingWebhookConfiguration", "webhooks"): "name",
        ("MutatingWebhookConfiguration", "webhooks", "matchConditions"): "name",
        ("ValidatingWebhookConfiguration", "webhooks"): "name",
        ("ValidatingWebhookConfiguration", "webhooks", "matchConditions"): "name",
        ("ValidatingAdmissionPolicy", "spec", "matchConditions"): "name",
        ("ValidatingAdmissionPolicy", "spec", "variables"): "name",
    }
)
_WHOLE: Final = frozenset({("PodDisruptionBudget", "spec", "selector")})
_RETAINED: Final = ("volumes", "resourceClaims")


def known(kind: Kind) -> bool:
    """Whether the lists of this kind are known for sure: only then a strategic patch of it can be made."""
    return kind.resource in BUILT_IN


def merge_key(kind: Kind, path: Path) -> str | None:
    """By which field the items of the list at that path are known (`SET`: by themselves); None: it is one value."""
    if path[:-1][-1:] == ("metadata",) and path[-1] in _META:
        return _META[path[-1]]
    inner = _in_pod(kind, path)
    if inner:
        if len(inner) == 1:
            return _POD.get(inner[0])
        if len(inner) == 2 and inner[0] in _CONTAINERS:
            return _CONTAINER.get(inner[1])
        return None
    return _OTHERS.get((kind.kind, *path)) if known(kind) else None


def _in_pod(kind: Kind, path: Path) -> Path:
    """The path within the pod's spec; () where it is none of that."""
    template = _TEMPLATES.get(kind.kind) if known(kind) else None
    if template is None or path[: len(template) + 1] != (*template, "spec"):
        return ()
    return path[len(template) + 1 :]


def retains(kind: Kind, path: Path) -> bool:
    """Whether a patch of the map at that path, or of an item of the list there, names the fields that stay.

    So of one choice among several the others go: `patchStrategy: retainKeys`.
    """
    if (kind.kind, *path) == ("Deployment", "spec", "strategy"):
        return True
    inner = _in_pod(kind, path)
    return len(inner) == 1 and inner[0] in _RETAINED


def is_whole(kind: Kind, path: Path) -> bool:
    """Whether a strategic patch replaces the map at that path instead of merging it (`patchStrategy: replace`)."""
    return (kind.kind, *path) in _WHOLE
