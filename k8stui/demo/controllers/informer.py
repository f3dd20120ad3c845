"""What controllers ask of any object: whose it is, whether it is going, whether it has come to its end."""

from k8stui.demo.storage.objects import Object


def controller(obj: Object) -> str:
    """The uid of its controller; empty without one."""
    rows = obj["metadata"].get("ownerReferences", ())
    return next((str(row.get("uid", "")) for row in rows if row.get("controller")), "")


def ending(obj: Object) -> bool:
    """Whether its deletion was asked for."""
    return "deletionTimestamp" in obj["metadata"]


def finished(pod: Object) -> bool:
    """Whether a pod has come to its end."""
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def is_ready(pod: Object) -> bool:
    """Whether a pod takes requests."""
    rows = pod.get("status", {}).get("conditions", ())
    return not ending(pod) and any(row["type"] == "Ready" and row["status"] == "True" for row in rows)
