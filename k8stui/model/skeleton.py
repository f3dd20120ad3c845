"""An object without what the server gave it."""

from k8stui.model.objects import Object
from k8stui.model.secret_values import APPLIED

_SERVERS = frozenset(
    {"uid", "resourceVersion", "managedFields", "creationTimestamp", "generation", "selfLink"}
    | {"deletionTimestamp", "deletionGracePeriodSeconds"}
)


def skeleton(obj: Object) -> Object:
    """A copy that could be created elsewhere: without status and without the server's part of metadata.

    A headless Service keeps its clusterIP None: that is the user's word. The given object is left as it is.
    """
    found = {key: value for key, value in obj.items() if key != "status"}
    metadata = found.get("metadata")
    if isinstance(metadata, dict):
        found["metadata"] = _described(metadata)
    spec = found.get("spec")
    if obj.get("kind") == "Service" and isinstance(spec, dict) and spec.get("clusterIP") != "None":
        found["spec"] = {key: value for key, value in spec.items() if key not in ("clusterIP", "clusterIPs")}
    return found


def _described(metadata: Object) -> Object:
    """What the user says about the object: not the record of what was once applied, which would be another object's."""
    kept = {key: value for key, value in metadata.items() if key not in _SERVERS}
    notes = kept.get("annotations")
    if isinstance(notes, dict) and APPLIED in notes:
        kept["annotations"] = {key: value for key, value in notes.items() if key != APPLIED}
        if not kept["annotations"]:
            del kept["annotations"]
    return kept
