"""Nodes as their kubelets report them: leases, heartbeats, pressures, and the pods thrown out under them."""

from msgspec import Struct

from k8stui.demo.clock import micro, stamp
from k8stui.demo.kubelet.admission import critical
from k8stui.demo.kubelet.ending import stop_all
from k8stui.demo.kubelet.habits import Pressure, holds
from k8stui.demo.kubelet.images import KEPT, resolved, size
from k8stui.demo.kubelet.references import Things
from k8stui.demo.kubelet.runs import NEVER, Sandbox, chance
from k8stui.demo.kubelet.site import Site
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object, ending, state, turned

RENEW = 10.0
"""Seconds between two renewals of a lease (a quarter of its 40 s)."""
REPORT = 300.0
"""Seconds between two reports of an unchanged node status (nodeStatusReportFrequency)."""
LINGER = 30.0
"""Seconds that a pressure is reported after its end (a real kubelet's --eviction-pressure-transition-period is 5m)."""
LEASES = "leases.coordination.k8s.io"

_WORDS = {
    "MemoryPressure": ("SufficientMemory", "InsufficientMemory", "sufficient memory available"),
    "DiskPressure": ("NoDiskPressure", "DiskPressure", "no disk pressure"),
    "PIDPressure": ("SufficientPID", "InsufficientPID", "sufficient PID available"),
}
"""Of each pressure what reasons say without it and under it, and what the message says without it."""
_SIGNALS = {"MemoryPressure": "memory", "DiskPressure": "ephemeral-storage", "PIDPressure": "pids"}
_ROOM = {"cpu": "4", "ephemeral-storage": "81106868Ki", "memory": "16Gi", "pods": "110"}


class Reporter(Struct):
    """What the kubelet of one node has reported, and owes."""

    site: Site
    lease_due: float = 0.0
    report_due: float = 0.0
    timer: float = NEVER
    pressed: dict[str, float] = {}
    """Pressures and when they were last felt."""
    evictions: int = 0
    evict_due: float = NEVER


def begin(reporter: Reporter) -> None:
    """A kubelet has started: it says so, and reports at once when its node is not known to be well."""
    site = reporter.site
    phase = chance(site.name, "beat")
    reporter.lease_due = site.later(RENEW * (0.05 + 0.95 * phase))
    reporter.report_due = site.later(REPORT * (0.1 + 0.9 * phase))
    try:
        ready = state(site.world.store.get("nodes", site.name), "Ready")
    except Refusal:
        ready = ""
    if ready != "True":
        reporter.lease_due = reporter.report_due = site.now
        site.node_event("Normal", "Starting", "Starting kubelet.")


def beat(reporter: Reporter, pressures: tuple[Pressure, ...]) -> float:
    """Do what is due; returns when something will be."""
    site = reporter.site
    changed = _feel(reporter, pressures)
    if site.reached(reporter.lease_due):
        renew(site)
        reporter.lease_due = site.later(RENEW)
        changed = changed or state(site.node, "Ready") != "True"
    if changed or site.reached(reporter.report_due):
        report(reporter, {each.kind for each in pressures if each.node == site.name})
        reporter.report_due = site.later(REPORT)
    evict(reporter)
    return min(reporter.lease_due, reporter.report_due, reporter.evict_due)


# ---- the lease


def renew(site: Site) -> None:
    """Renew the node's lease, or make it anew."""
    registry, at = site.world.registry, micro(site.now)
    try:
        lease = site.world.store.get(LEASES, site.name, "kube-node-lease")
        lease["spec"]["renewTime"] = at
        registry.update(lease)
        return
    except Refusal:
        pass
    node = site.node
    if not node:
        return
    owner = {"apiVersion": "v1", "kind": "Node", "name": site.name, "uid": node["metadata"]["uid"]}
    meta = {"name": site.name, "namespace": "kube-node-lease", "ownerReferences": [owner]}
    spec = {"holderIdentity": site.name, "leaseDurationSeconds": 40, "renewTime": at}
    try:
        registry.create({"kind": "Lease", "apiVersion": "coordination.k8s.io/v1", "metadata": meta, "spec": spec})
    except Refusal:  # a cluster without that namespace
        return


# ---- the status


def report(reporter: Reporter, governed: set[str]) -> None:
    """Write the node's status; pressures that no data governs stay as they are."""
    site = reporter.site
    try:
        node = site.world.store.get("nodes", site.name)
    except Refusal:
        return
    status = node.setdefault("status", {})
    _furnish(site, node, status)
    rows = {row["type"]: row for row in status.get("conditions") or () if isinstance(row, dict) and "type" in row}
    found = []
    for kind in _WORDS:
        old = rows.get(kind)
        under = kind in reporter.pressed if kind in governed else bool(old and old.get("status") == "True")
        found.append(_pressure(site, kind, old, under=under))
    found.append(
        _condition(site, "Ready", "True", rows.get("Ready"), "KubeletReady", "kubelet is posting ready status")
    )
    others = [row for kind, row in rows.items() if kind not in _WORDS and kind != "Ready"]
    status["conditions"] = [*others, *found]
    for row in found:
        if row["status"] != (rows.get(row["type"]) or {}).get("status"):
            _announce(site, row)
    _images(site, status)
    site.world.registry.update_status(node)


def _condition(site: Site, kind: str, value: str, old: Object | None, reason: str, message: str) -> Object:
    now = stamp(site.now)
    row = {"type": kind, "status": value, "lastHeartbeatTime": now, "lastTransitionTime": turned(old, value, now)}
    return row | {"reason": reason, "message": message}


def _pressure(site: Site, kind: str, old: Object | None, *, under: bool) -> Object:
    well, ill, good = _WORDS[kind]
    bad = good.replace("no ", "").replace("sufficient", "insufficient")
    value, word, says = ("True", ill, bad) if under else ("False", well, good)
    return _condition(site, kind, value, old, f"KubeletHas{word}", f"kubelet has {says}")


def _announce(site: Site, row: Object) -> None:
    reason = "NodeReady" if row["type"] == "Ready" else row["reason"].replace("Kubelet", "Node", 1)
    site.node_event("Normal", reason, f"Node {site.name} status is now: {reason}")


def _furnish(site: Site, node: Object, status: Object) -> None:
    """What a node made by hand lacks."""
    for part in ("capacity", "allocatable"):
        status[part] = {**_ROOM, **(status.get(part) or {})}
    number = int(chance(site.name, "address") * 60_000)
    address = {"type": "InternalIP", "address": f"10.0.{100 + number // 250 % 150}.{number % 250 + 1}"}
    status.setdefault("addresses", [address, {"type": "Hostname", "address": site.name}])
    status.setdefault("daemonEndpoints", {"kubeletEndpoint": {"Port": 10250}})
    ids = node["metadata"]["uid"]
    info = {
        "machineID": ids.replace("-", ""),
        "systemUUID": ids,
        "bootID": ids[::-1],
        "kernelVersion": "6.8.0-45-generic",
        "osImage": "Ubuntu 24.04.1 LTS",
        "containerRuntimeVersion": "containerd://2.1.4",
        "kubeletVersion": "v1.34.4",
        "kubeProxyVersion": "",
        "operatingSystem": "linux",
        "architecture": "amd64",
    }
    given = {key: value for key, value in (status.get("nodeInfo") or {}).items() if value}
    status["nodeInfo"] = {**info, **given}


def _images(site: Site, status: Object) -> None:
    rows = list(status.get("images") or ())
    known = {resolved(name) for row in rows for name in row.get("names") or ()}
    more = sorted(site.images - known)
    rows += [{"names": [image], "sizeBytes": size(image)} for image in more]
    if rows:
        status["images"] = rows[:KEPT]


# ---- pressure


def _feel(reporter: Reporter, pressures: tuple[Pressure, ...]) -> bool:
    """Whether a pressure came or went."""
    site, before = reporter.site, set(reporter.pressed)
    felt = dict(reporter.pressed)
    for each in pressures:
        if each.node != site.name:
            continue
        things = Things(site.world.store, site.node or {"metadata": {}}, {})
        if all(holds(given, things) for given in each.when):
            if each.kind not in felt:
                reporter.evictions = each.evicts if state(site.node, each.kind) != "True" else 0
                reporter.evict_due = site.later(5.0) if reporter.evictions else NEVER
            felt[each.kind] = site.now
        elif each.kind in felt and site.passed(felt[each.kind]) > LINGER:
            del felt[each.kind]
    reporter.pressed = felt
    return before != set(felt)


def evict(reporter: Reporter) -> None:
    """Throw one pod out, if the node is so short that one must go."""
    site = reporter.site
    if not reporter.evictions or not site.reached(reporter.evict_due):
        return
    reporter.evictions -= 1
    reporter.evict_due = site.later(RENEW) if reporter.evictions else NEVER
    kind = next(iter(reporter.pressed), "DiskPressure")
    chosen = _victim(site)
    if chosen is not None:
        throw_out(site, *chosen, kind)


def _victim(site: Site) -> tuple[Sandbox, Object] | None:
    """The pod that a node can do without: of the lowest priority, the youngest."""
    found = []
    for box in site.boxes.values():
        namespace, _, name = box.key.partition("/")
        try:
            pod = site.world.store.get("pods", name, namespace)
        except Refusal:
            continue
        owners = pod["metadata"].get("ownerReferences") or ()
        daemon = any(row.get("kind") == "DaemonSet" for row in owners)
        if not (box.over or critical(pod) or daemon or ending(pod)):
            found.append((int(pod["spec"].get("priority") or 0), -(box.since or 0.0), box.key, box, pod))
    if not found:
        return None
    *_, box, pod = min(found, key=lambda row: row[:3])
    return box, pod


def throw_out(site: Site, box: Sandbox, pod: Object, kind: str) -> None:
    """Evict a pod, with the kubelet's message."""
    signal = _SIGNALS[kind]
    least = {"memory": "100Mi", "ephemeral-storage": "8110686800", "pids": "2048"}[signal]
    left = {"memory": "78424Ki", "ephemeral-storage": "7602184Ki", "pids": "1211"}[signal]
    message = f"The node was low on resource: {signal}. Threshold quantity: {least}, available: {left}. "
    name = next(iter(box.runs), "")
    if name and signal != "pids":
        used = f"{int(150_000 + 90_000 * chance(box.uid, 'used'))}Ki"
        message += f"Container {name} was using {used}, request is 0, has larger consumption of {signal}. "
    box.verdict, box.disrupted = ("Evicted", message), message
    site.event(pod, "Warning", "Evicted", message)
    stop_all(site, box, pod, 1.0)
    box.at(site.now)
