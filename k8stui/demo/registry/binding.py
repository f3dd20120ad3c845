"""Binding: the scheduler's word on which node a pod runs."""

from collections.abc import Mapping

from k8stui.demo.registry.conditions import set_condition
from k8stui.demo.registry.deletion import section
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store


def bind(
    store: Store,
    now: float,
    name: str,
    namespace: str,
    node: str,
    *,
    uid: str = "",
    version: str = "",
    annotations: Mapping[str, str] | None = None,
    dry: bool = False,
) -> Object:
    """Give a pod its node; returns the pod. Raises Refusal: 404, or 409 for one that cannot be assigned."""
    kind = store.catalog.named("pods")
    before = store.entry(kind, namespace, name)
    pod = store.decode(kind, before)
    _check_preconditions(kind, before, uid, version)
    if why := _why_not(pod):
        message = f'Operation cannot be fulfilled on pods/binding "{name}": {why}'
        raise errors.Refusal(409, "Conflict", message, errors.details("", "pods/binding", name))
    pod["spec"] = {**section(pod, "spec"), "nodeName": node}
    if annotations:
        pod["metadata"]["annotations"] = {**(pod["metadata"].get("annotations") or {}), **annotations}
    status = pod["status"] = section(pod, "status")
    set_condition(status, "PodScheduled", "True", now, lastProbeTime=None)
    store.put(kind, pod, before, dry=dry)
    return pod


def _check_preconditions(kind: Kind, before: Entry, uid: str, version: str) -> None:
    for what, wanted, found in (("UID", uid, before.uid), ("ResourceVersion", version, str(before.version))):
        if wanted not in ("", found):
            why = f"StorageError: invalid object, Code: 4, Key: /registry/pods/{before.key}, ResourceVersion: 0, "
            why += "AdditionalErrorMsg: Precondition failed: "
            why += f"{what} in precondition: {wanted}, {what} in object meta: {found}"
            raise errors.conflict(kind, before.name, why)


def _why_not(pod: Object) -> str:
    meta, spec = pod["metadata"], section(pod, "spec")
    name = meta["name"]
    if meta.get("deletionTimestamp"):
        return f"pod {name} is being deleted, cannot be assigned to a host"
    if spec.get("nodeName"):
        return f'pod {name} is already assigned to node "{spec["nodeName"]}"'
    if spec.get("schedulingGates"):
        return f"pod {name} has non-empty .spec.schedulingGates"
    return ""
