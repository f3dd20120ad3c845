"""How volumes, claims and what makes them are printed."""

from k8stui.demo.storage.objects import Object
from k8stui.demo.tables.cells import Cell, flag, size, text
from k8stui.demo.tables.tables import AGE, UNSET, Column, Printer, dig, list_of, map_of, name_column

_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
_CLASS = "volume.beta.kubernetes.io/storage-class"
_DEFAULT_CLASSES = (
    *("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"),
    "volumeattributesclass.storage.kubernetes.io/is-default-class",
)


def _modes(obj: Object, *path: str) -> str:
    found = dig(obj, *path)
    return ",".join(short for mode, short in _MODES.items() if isinstance(found, list) and mode in found)


def _phase(obj: Object, now: float) -> str:
    return "Terminating" if dig(obj, "metadata", "deletionTimestamp") else str(dig(obj, "status", "phase") or "")


def _class(obj: Object, now: float) -> str:
    annotated = map_of(obj, "metadata", "annotations").get(_CLASS)
    return str(annotated or dig(obj, "spec", "storageClassName") or "")


def _claim(obj: Object, now: float) -> str:
    claim = map_of(obj, "spec", "claimRef")
    return f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else ""


def _if_bound(cell: Cell) -> Cell:
    """What a claim has only once it has a volume."""
    return lambda obj, now: cell(obj, now) if dig(obj, "spec", "volumeName") else ""


def _class_name(obj: Object, now: float) -> str:
    annotations = map_of(obj, "metadata", "annotations")
    default = any(annotations.get(key) == "true" for key in _DEFAULT_CLASSES)
    return f"{dig(obj, 'metadata', 'name') or ''}{' (default)' if default else ''}"


def _tokens(obj: Object, now: float) -> str:
    return ",".join(str(each.get("audience", "")) for each in list_of(obj, "spec", "tokenRequests")) or UNSET


def _lifecycles(obj: Object, now: float) -> str:
    found = dig(obj, "spec", "volumeLifecycleModes")
    return ",".join(map(str, found)) if isinstance(found, list) and found else UNSET


_ATTRIBUTES = Column("VolumeAttributesClass", text("spec", "volumeAttributesClassName", default=UNSET))
_VOLUME_MODE = Column("VolumeMode", text("spec", "volumeMode", default=UNSET), wide=True)

PRINTERS: dict[tuple[str, str], Printer] = {
    ("", "persistentvolumes"): Printer(
        (
            name_column(),
            Column("Capacity", text("spec", "capacity", "storage")),
            Column("Access Modes", lambda obj, now: _modes(obj, "spec", "accessModes")),
            Column("Reclaim Policy", text("spec", "persistentVolumeReclaimPolicy")),
            Column("Status", _phase),
            Column("Claim", _claim),
            Column("StorageClass", _class),
            _ATTRIBUTES,
            Column("Reason", text("status", "reason")),
            AGE,
            _VOLUME_MODE,
        )
    ),
    ("", "persistentvolumeclaims"): Printer(
        (
            name_column(),
            Column("Status", _phase),
            Column("Volume", text("spec", "volumeName")),
            Column("Capacity", _if_bound(lambda obj, now: dig(obj, "status", "capacity", "storage") or "0")),
            Column("Access Modes", _if_bound(lambda obj, now: _modes(obj, "status", "accessModes"))),
            Column("StorageClass", _class),
            _ATTRIBUTES,
            AGE,
            _VOLUME_MODE,
        )
    ),
    ("storage.k8s.io", "storageclasses"): Printer(
        (
            name_column(_class_name),
            Column("Provisioner", text("provisioner")),
            Column("ReclaimPolicy", text("reclaimPolicy", default="Delete")),
            Column("VolumeBindingMode", text("volumeBindingMode", default="Immediate")),
            Column("AllowVolumeExpansion", flag("allowVolumeExpansion")),
            AGE,
        )
    ),
    ("storage.k8s.io", "volumeattributesclasses"): Printer(
        (name_column(_class_name), Column("DriverName", text("driverName")), AGE)
    ),
    ("storage.k8s.io", "volumeattachments"): Printer(
        (
            name_column(),
            Column("Attacher", text("spec", "attacher"), format="name"),
            Column("PV", text("spec", "source", "persistentVolumeName")),
            Column("Node", text("spec", "nodeName")),
            Column("Attached", flag("status", "attached"), "boolean"),
            AGE,
        )
    ),
    ("storage.k8s.io", "csidrivers"): Printer(
        (
            name_column(),
            Column("AttachRequired", flag("spec", "attachRequired", default=True), "boolean"),
            Column("PodInfoOnMount", flag("spec", "podInfoOnMount"), "boolean"),
            Column("StorageCapacity", flag("spec", "storageCapacity"), "boolean"),
            Column("TokenRequests", _tokens),
            Column("RequiresRepublish", flag("spec", "requiresRepublish"), "boolean"),
            Column("Modes", _lifecycles),
            AGE,
        )
    ),
    ("storage.k8s.io", "csinodes"): Printer(
        (name_column(), Column("Drivers", size("spec", "drivers"), "integer"), AGE)
    ),
}
