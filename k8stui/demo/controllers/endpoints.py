"""The endpoint controllers: which pods stand behind a Service, as Endpoints and as EndpointSlices."""

from k8stui.demo.controllers.controller import Controller
from k8stui.demo.controllers.podfacts import finished, is_ready
from k8stui.demo.controllers.world import World
from k8stui.demo.registry.registry import Deletion
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import (
    Object,
    annotations_of,
    condition,
    controller_reference,
    ending,
    key_of,
    labels_of,
)
from k8stui.demo.storage.selectors import selects

_NAME = "kubernetes.io/service-name"
_MANAGER = "endpointslice-controller.k8s.io"
_MANAGED = "endpointslice.kubernetes.io/managed-by"
_HEADLESS = "service.kubernetes.io/headless"
_TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"
"""Since when what made the last change was there (an annotation)."""


class EndpointsController(Controller):
    """One Endpoints and one EndpointSlice for each Service with a selector."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._services = world.cache("services")
        self._pods = world.cache("pods")
        self._nodes = world.cache("nodes")
        self._seen: dict[str, dict[str, str]] = {}
        self._slices = world.cache("endpointslices.discovery.k8s.io")
        self.watch("services")
        self.watch("pods", self._behind)

    def _behind(self, pod: Object) -> list[str]:
        rows = self._services.all(pod["metadata"]["namespace"])
        return [key_of(each) for each in rows if _kept(each) and selects(_selector(each), labels_of(pod))]

    def sync(self, key: str) -> None:
        """One Service; its slices are its dependents, its Endpoints (of the same name) are not."""
        service = self._services.get(key)
        namespace, _, name = key.partition("/")
        if service is None:
            self._seen.pop(key, None)
            self._drop_endpoints(name, namespace)
            return
        if not _kept(service):
            return
        labelled = self._pods.selected(namespace, _selector(service))
        pods = [each for each in labelled if each["status"].get("podIP") and not finished(each)]
        since = self._trigger(key, service, pods)
        self._write_endpoints(service, pods, since)
        self._write_slice(service, pods, since)

    def _trigger(self, key: str, service: Object, pods: list[Object]) -> str:
        """The earliest time of what changed since the last look: pods that became ready, the Service itself."""
        now = {each["metadata"]["name"]: _turned(each) for each in pods}
        now[""] = service["metadata"]["creationTimestamp"]
        before, self._seen[key] = self._seen.get(key, {}), now
        return min((at for name, at in now.items() if at and before.get(name, "") < at), default="")

    def _drop_endpoints(self, name: str, namespace: str) -> None:
        try:
            self.world.registry.delete("endpoints", name, namespace, options=Deletion())
        except Refusal:  # none was made
            return

    def _write_endpoints(self, service: Object, pods: list[Object], since: str) -> None:
        tolerant = service["spec"].get("publishNotReadyAddresses", False)
        there = [each for each in pods if not ending(each)]
        ready = [_address(each) for each in there if tolerant or is_ready(each)]
        others = [_address(each) for each in there if not tolerant and not is_ready(each)]
        subset: Object = {"addresses": ready} if ready else {}
        subset |= {"notReadyAddresses": others} if others else {}
        ports = _ports(service, pods[0]) if pods else []
        made = self._object(service, "v1", "Endpoints", service["metadata"]["name"])
        made["metadata"]["labels"] = _labels(service)
        made["metadata"]["labels"]["endpoints.kubernetes.io/managed-by"] = "endpoint-controller"
        if subset:
            made["subsets"] = [subset | ({"ports": [_without_empty(row) for row in ports]} if ports else {})]
        self._put("endpoints", made, since, "subsets")

    def _write_slice(self, service: Object, pods: list[Object], since: str) -> None:
        old = next((each for each in self._slices.of(service)), None)
        name = old["metadata"]["name"] if old else f"{service['metadata']['name']}-{self.world.store.suffix()}"
        made = self._object(service, "discovery.k8s.io/v1", "EndpointSlice", name)
        made["metadata"] |= {
            "generateName": f"{service['metadata']['name']}-",
            "labels": {**_labels(service), _MANAGED: _MANAGER, _NAME: service["metadata"]["name"]},
            "ownerReferences": [controller_reference(service)],
        }
        made["addressType"] = "IPv4"
        made["endpoints"] = [self._endpoint(each, service) for each in pods]
        made["ports"] = _ports(service, pods[0]) if pods else []
        self._put("endpointslices.discovery.k8s.io", made, since, "endpoints", "ports")

    def _endpoint(self, pod: Object, service: Object) -> Object:
        serving = is_ready(pod)
        tolerant = service["spec"].get("publishNotReadyAddresses", False)
        conditions = {
            "ready": tolerant or (serving and not ending(pod)),
            "serving": serving,
            "terminating": ending(pod),
        }
        node = pod["spec"].get("nodeName", "")
        found = self._nodes.get(f"/{node}")
        zone = labels_of(found).get("topology.kubernetes.io/zone") if found else None
        made = {"addresses": [pod["status"]["podIP"]], "conditions": conditions, "targetRef": _target(pod)}
        return made | {"nodeName": node} | ({"zone": zone} if zone else {})

    def _object(self, service: Object, version: str, kind: str, name: str) -> Object:
        meta = {"name": name, "namespace": service["metadata"]["namespace"]}
        return {"kind": kind, "apiVersion": version, "metadata": meta}

    def _put(self, resource: str, made: Object, since: str, *parts: str) -> None:
        """Create it, or bring these parts of the one that is there into line."""
        meta = made["metadata"]
        notes = {_TRIGGER: since} if since else {}
        try:
            found = self.world.store.get(resource, meta["name"], meta["namespace"])
        except Refusal:
            meta |= {"annotations": notes} if notes else {}
            self.world.registry.create(made)
            return
        if all(found.get(part) == made.get(part) for part in parts):
            return
        for part in parts:
            found.pop(part, None)
            if part in made:
                found[part] = made[part]
        found["metadata"]["annotations"] = {
            name: value for name, value in annotations_of(found).items() if name != _TRIGGER
        } | notes
        self.world.registry.update(found)


def _labels(service: Object) -> Object:
    """The Service's own, and whether it is headless."""
    headless = service["spec"].get("clusterIP", "None") == "None"
    return labels_of(service) | ({_HEADLESS: ""} if headless else {})


def _turned(pod: Object) -> str:
    """Since when it is ready, or is not."""
    row = condition(pod["status"], "Ready") or {}
    return str(row.get("lastTransitionTime") or "")


def _kept(service: Object) -> bool:
    """Somebody else keeps the endpoints of one without a selector; one of another name has none."""
    return bool(service["spec"].get("selector")) and service["spec"].get("type") != "ExternalName"


def _selector(service: Object) -> Object:
    return {"matchLabels": service["spec"]["selector"]}


def _target(pod: Object) -> Object:
    meta = pod["metadata"]
    return {"kind": "Pod", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"]}


def _address(pod: Object) -> Object:
    made = {"ip": pod["status"]["podIP"], "nodeName": pod["spec"].get("nodeName", ""), "targetRef": _target(pod)}
    hostname = pod["spec"].get("hostname")
    return made | ({"hostname": hostname} if hostname else {})


def _ports(service: Object, pod: Object) -> list[Object]:
    """The Service's ports as this pod has them: a target port may be a name."""
    named = {
        row["name"]: row["containerPort"]
        for each in pod["spec"].get("containers", ())
        for row in each.get("ports", ())
        if row.get("name")
    }
    rows = []
    for port in service["spec"].get("ports", ()):
        target = port.get("targetPort", port["port"])
        number = named.get(target) if isinstance(target, str) else target
        if number:
            rows.append({"name": port.get("name", ""), "port": number, "protocol": port.get("protocol", "TCP")})
    return rows


def _without_empty(row: Object) -> Object:
    return {key: value for key, value in row.items() if value != ""}
