"""What a pod spec gets (k8s.io/kubernetes/pkg/apis/core/v1/defaults.go)."""

from typing import Any

from k8stui.demo.storage.store import Object

_MODE = 420
"""0644, the mode of the files of a volume."""
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}


def items(of: Any, name: str) -> list[Object]:
    """The objects in a list of `of`; nothing where there is no such list."""
    found = of.get(name) if isinstance(of, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def section(of: Any, name: str) -> Object:
    """The object under a name, made when it is missing."""
    found = of.get(name)
    if isinstance(found, dict):
        return found
    made: Object = {}
    of[name] = made
    return made


def fill(of: Object, values: Object) -> None:
    """Set what is not there or null."""
    for name, value in values.items():
        if of.get(name) is None:
            of[name] = value


def template(of: Any) -> None:
    """The pod template of a workload's spec."""
    if isinstance(of, dict):
        pod_spec(section(of, "spec"))


def pod_spec(spec: Object) -> None:
    """A pod spec, in a template or in a pod."""
    for name in ("initContainers", "containers", "ephemeralContainers"):
        for each in items(spec, name):
            _container(each, host_network=spec.get("hostNetwork") is True)
    if not spec.get("restartPolicy"):
        spec["restartPolicy"] = "Always"
    fill(spec, {"terminationGracePeriodSeconds": 30, "securityContext": {}})
    for name, value in (("dnsPolicy", "ClusterFirst"), ("schedulerName", "default-scheduler")):
        if not spec.get(name):
            spec[name] = value
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if account:
        spec["serviceAccountName"] = spec["serviceAccount"] = account
    for each in items(spec, "volumes"):
        _volume(each)


def pod(obj: Object, old: Object | None) -> None:
    """A pod: its requests follow its limits."""
    spec = section(obj, "spec")
    pod_spec(spec)
    if spec.get("enableServiceLinks") is None:
        spec["enableServiceLinks"] = True
    every = [*items(spec, "initContainers"), *items(spec, "containers")]
    for each in [*every, *([spec] if isinstance(spec.get("resources"), dict) else [])]:
        limits = each["resources"].get("limits")
        if isinstance(limits, dict) and limits:
            each["resources"]["requests"] = limits | (each["resources"].get("requests") or {})


def _container(of: Object, *, host_network: bool) -> None:
    if not of.get("imagePullPolicy"):
        of["imagePullPolicy"] = "Always" if _latest(of.get("image")) else "IfNotPresent"
    fill(of, {"resources": {}})
    if not of.get("terminationMessagePath"):
        of["terminationMessagePath"] = "/dev/termination-log"
    if not of.get("terminationMessagePolicy"):
        of["terminationMessagePolicy"] = "File"
    for port in items(of, "ports"):
        if not port.get("protocol"):
            port["protocol"] = "TCP"
        if host_network and not port.get("hostPort"):
            port["hostPort"] = port.get("containerPort")
    for env in items(of, "env"):
        _field_ref(env.get("valueFrom"))
    _hooks(of)


def _hooks(of: Object) -> None:
    """Probes and lifecycle hooks of a container."""
    for name in _PROBES:
        if isinstance(probe := of.get(name), dict):
            for key, value in _PROBE.items():
                probe[key] = probe.get(key) or value
            _handler(probe)
    lifecycle = of.get("lifecycle")
    for name in ("postStart", "preStop"):
        if isinstance(lifecycle, dict) and isinstance(lifecycle.get(name), dict):
            _handler(lifecycle[name])


def _latest(image: Any) -> bool:
    name = image.rpartition("/")[2] if isinstance(image, str) else ""
    if "@" in name:
        return False
    return (name.partition(":")[2] or "latest") == "latest"


def _handler(of: Object) -> None:
    if isinstance(get := of.get("httpGet"), dict):
        get["path"] = get.get("path") or "/"
        get["scheme"] = get.get("scheme") or "HTTP"
    if isinstance(grpc := of.get("grpc"), dict):
        fill(grpc, {"service": ""})


def _field_ref(of: Any) -> None:
    if isinstance(of, dict) and isinstance(ref := of.get("fieldRef"), dict) and not ref.get("apiVersion"):
        ref["apiVersion"] = "v1"


def _volume(of: Object) -> None:
    if not any(value is not None for name, value in of.items() if name != "name"):
        of["emptyDir"] = {}
    for name in ("secret", "configMap", "downwardAPI", "projected"):
        if isinstance(source := of.get(name), dict):
            fill(source, {"defaultMode": _MODE})
            _sources(source)
    if isinstance(path := of.get("hostPath"), dict):
        fill(path, {"type": ""})


def _sources(of: Object) -> None:
    for each in items(of, "items"):
        _field_ref(each)
    for source in items(of, "sources"):
        if isinstance(token := source.get("serviceAccountToken"), dict):
            fill(token, {"expirationSeconds": 3600})
        for each in items(source.get("downwardAPI"), "items"):
            _field_ref(each)
