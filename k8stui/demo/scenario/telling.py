"""Events that were repeated before the first moment: told as a whole instead of one by one."""

from zlib import crc32

from k8stui.demo.clock import epoch, stamp
from k8stui.demo.controllers.events import reference
from k8stui.demo.storage.objects import Object


def repeated(
    pod: Object, reason: str, message: str, *, first: float, last: float, count: int, where: str = "", kind: str = ""
) -> Object:
    """What a kubelet said of a pod (or of its container at `where`) so many times; `kind` is Warning or Normal."""
    node, meta = pod["spec"]["nodeName"], pod["metadata"]
    return {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": {
            "name": f"{meta['name']}.{int(first):x}{crc32((reason + message).encode()):08x}",
            "namespace": meta["namespace"],
        },
        "involvedObject": reference(pod, where),
        "type": kind or "Warning",
        "reason": reason,
        "message": message,
        "source": {"component": "kubelet", "host": node},
        "reportingComponent": "kubelet",
        "reportingInstance": node,
        "firstTimestamp": stamp(first),
        "lastTimestamp": stamp(last),
        "eventTime": None,
        "count": count,
    }


BURST, REFILL = 25, 300.0
"""Events about one object: so many at once, then one in so many seconds (client-go's EventSourceObjectSpamFilter)."""


def complaints(pods: list[Object], now: float, silent: frozenset[str]) -> list[Object]:
    """What kubelets keep saying of containers that do not get well, as of now."""
    rows: list[Object] = []
    for pod in pods:
        if pod["spec"].get("nodeName") not in silent | {None}:
            for row in pod["status"].get("containerStatuses") or ():
                rows += _of_container(pod, row, now)
    return rows


def _of_container(pod: Object, row: Object, now: float) -> list[Object]:
    meta, where = pod["metadata"], f"spec.containers{{{row['name']}}}"
    since = epoch(meta["creationTimestamp"]) + 20
    waiting = row["state"].get("waiting") or {}
    reason, image = waiting.get("reason", ""), row["image"]
    times: Object = {"first": since, "last": now - 9, "where": where}
    times["count"] = BURST + int((now - since) / REFILL)
    if reason == "CrashLoopBackOff":
        who = f"{meta['name']}_{meta['namespace']}({meta['uid']})"
        words = f"Back-off restarting failed container {row['name']} in pod {who}"
        return [repeated(pod, "BackOff", words, **times)]
    if reason == "ImagePullBackOff":
        why = waiting["message"].partition("ErrImagePull: ")[2]
        return [
            repeated(pod, "Pulling", f'Pulling image "{image}"', kind="Normal", **times),
            repeated(pod, "Failed", f'Failed to pull image "{image}": {why}', **times),
            repeated(pod, "BackOff", f'Back-off pulling image "{image}"', kind="Normal", **times),
        ]
    if "running" in row["state"] and not row["ready"]:
        words = "Readiness probe failed: HTTP probe failed with statuscode: 503"
        return [repeated(pod, "Unhealthy", words, **times)]
    return []


def mark(event: Object) -> tuple[str, ...]:
    """By what a component knows that it has said the same before (client-go's EventCorrelator)."""
    about, source = event["involvedObject"], event.get("source") or {}
    parts = (about.get(key, "") for key in ("kind", "namespace", "name", "uid", "fieldPath"))
    who = (source.get("component", ""), source.get("host", ""))
    return (*who, *parts, event.get("type", ""), event.get("reason", ""), event.get("message", ""))
