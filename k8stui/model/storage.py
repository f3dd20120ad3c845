"""Words of storage that rows, descriptions and reasons share."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from k8stui.model import tree
from k8stui.model.objects import Object

NO_PROVISIONER: Final = "kubernetes.io/no-provisioner"
"""The provisioner of a class for volumes that somebody makes by hand."""
WAITS: Final = "WaitForFirstConsumer"
"""The volumeBindingMode of a class that makes volumes only when a pod uses the claim."""
_MODES = MappingProxyType(
    {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
)
_OLD_CLASS = "volume.beta.kubernetes.io/storage-class"


def access_modes(modes: Iterable[str]) -> str:
    """`RWO,RWX`: each once, in a fixed order."""
    found = set(modes)
    return ",".join(short for mode, short in _MODES.items() if mode in found)


def named_class(annotations: Mapping[str, str | None], field: str | None) -> str | None:
    """The class that a claim or a volume names, None for none at all: the old annotation counts more than the field."""
    return annotations[_OLD_CLASS] or "" if _OLD_CLASS in annotations else field


def class_of(claim: Object) -> str:
    """The same for a whole object, empty for none."""
    annotations = tree.strings(claim, "metadata", "annotations")
    return named_class(annotations, tree.text(claim, "spec", "storageClassName")) or ""


def mounted(pod: Object) -> list[str]:
    """The claims that a pod's volumes name."""
    names = (tree.text(each, "persistentVolumeClaim", "claimName") for each in tree.rows(pod, "spec", "volumes"))
    return [name for name in names if name]
