"""Containers: names, images, ports, environment, resources, mounts, probes, security."""

from typing import Any

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.quantities import nanos
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.storage import names
from k8stui.demo.storage.store import Object

PROTOCOLS = ("SCTP", "TCP", "UDP")
_PULL = ("Always", "IfNotPresent", "Never")
_MESSAGES = ("File", "FallbackToLogsOnError")
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_FIELDS = frozenset({
    "metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels", "metadata.annotations", "spec.nodeName",
    "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
})  # fmt: skip
_STANDARD = ("cpu", "memory", "ephemeral-storage", "storage")
_CONTAINER = ("cpu", "memory", "ephemeral-storage")
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
_ONE_HANDLER = "may not specify more than 1 handler type"


class Containers:
    """Judges the containers of one pod spec; remembers names and host ports over all of them."""

    def __init__(self, report: Report, field: str, spec: Object) -> None:
        self._report = report
        self._field = field
        self._names: set[str] = set()
        self._host_ports: set[str] = set()
        self._volumes = {each.get("name") for each in items(spec, "volumes")}
        self._devices = {each.get("name") for each in items(spec, "volumeClaimTemplates")}

    def check(self, spec: Object) -> None:
        """All of them."""
        if not items(spec, "containers"):
            self._report.required(f"{self._field}.containers")
        for group in ("containers", "initContainers", "ephemeralContainers"):
            for index, each in enumerate(items(spec, group)):
                self._container(f"{self._field}.{group}[{index}]", each, init=group == "initContainers")
        for group in ("containers", "initContainers"):
            for index, each in enumerate(items(spec, group)):
                image = each.get("image") or ""
                if image != image.strip():
                    place = f"{self._field}.{group}[{index}].image"
                    self._report.invalid(place, image, "must not have leading or trailing whitespace")

    def _container(self, place: str, of: Object, *, init: bool) -> None:
        report = self._report
        name, image = of.get("name") or "", of.get("image") or ""
        if not name:
            report.required(f"{place}.name")
        else:
            report.say(f"{place}.name", name, names.label(name))
        if not image:
            report.required(f"{place}.image")
        self._ports(place, of)
        self._env(place, of)
        self._mounts(place, of)
        report.one_of(f"{place}.imagePullPolicy", of.get("imagePullPolicy", "Always"), _PULL)
        report.one_of(f"{place}.terminationMessagePolicy", of.get("terminationMessagePolicy", "File"), _MESSAGES)
        resources(report, f"{place}.resources", of.get("resources"))
        _security(report, f"{place}.securityContext", of.get("securityContext"))
        if name in self._names:
            report.duplicate(f"{place}.name", name)
        self._names.add(name)
        if not init or of.get("restartPolicy") == "Always":
            self._lifecycle(place, of)
        elif any(of.get(each) for each in ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle")):
            for each in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
                if of.get(each):
                    report.forbidden(
                        f"{place}.{each}", "may not be set for init containers without restartPolicy=Always"
                    )

    def _lifecycle(self, place: str, of: Object) -> None:
        lifecycle = of.get("lifecycle")
        for name in ("postStart", "preStop"):
            if isinstance(lifecycle, dict) and isinstance(lifecycle.get(name), dict):
                _handler(self._report, f"{place}.lifecycle.{name}", lifecycle[name])
        for name in ("livenessProbe", "readinessProbe", "startupProbe"):
            if isinstance(probe := of.get(name), dict):
                _probe(self._report, f"{place}.{name}", probe, once=name != "readinessProbe")

    def _ports(self, place: str, of: Object) -> None:
        report, seen = self._report, set()
        for index, port in enumerate(items(of, "ports")):
            here = f"{place}.ports[{index}]"
            if name := port.get("name"):
                if reasons := names.port_name(name):
                    report.say(f"{here}.name", name, reasons)
                elif name in seen:
                    report.duplicate(f"{here}.name", name)
                seen.add(name)
            if not port.get("containerPort"):
                report.required(f"{here}.containerPort")
            else:
                report.port(f"{here}.containerPort", port["containerPort"])
            if port.get("hostPort"):
                self._host_port(here, port)
            report.one_of(f"{here}.protocol", port.get("protocol") or "TCP", PROTOCOLS)

    def _host_port(self, here: str, port: Object) -> None:
        if not 1 <= port["hostPort"] <= 65_535:
            self._report.port(f"{here}.hostPort", port["hostPort"])
            return
        mark = f"{port.get('protocol') or 'TCP'}/{port.get('hostIP') or ''}/{port['hostPort']}"
        if mark in self._host_ports:
            self._report.duplicate(f"{here}.hostPort", mark)
        self._host_ports.add(mark)

    def _env(self, place: str, of: Object) -> None:
        for index, env in enumerate(items(of, "env")):
            here, name = f"{place}.env[{index}]", env.get("name") or ""
            if not name:
                self._report.required(f"{here}.name")
            elif "=" in name or not name.isascii() or not name.isprintable():
                why = "a valid environment variable name must consist only of printable ASCII characters other than '='"
                self._report.invalid(f"{here}.name", name, why)
            if isinstance(source := env.get("valueFrom"), dict):
                _env_source(self._report, f"{here}.valueFrom", source)
                if env.get("value"):
                    self._report.invalid(f"{here}.valueFrom", "", "may not be specified when `value` is not empty")

    def _mounts(self, place: str, of: Object) -> None:
        seen = set()
        for index, mount in enumerate(items(of, "volumeMounts")):
            here, path = f"{place}.volumeMounts[{index}]", mount.get("mountPath") or ""
            if not mount.get("name"):
                self._report.required(f"{here}.name")
            elif mount["name"] not in self._volumes | self._devices:
                self._report.not_found(f"{here}.name", mount["name"])
            if not path:
                self._report.required(f"{here}.mountPath")
            if path in seen:
                self._report.invalid(f"{here}.mountPath", path, "must be unique")
            seen.add(path)


def _env_source(report: Report, place: str, source: Object) -> None:
    given = [name for name in _SOURCES if isinstance(source.get(name), dict)]
    if not given:
        why = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
        report.invalid(place, "", why)
    if len(given) > 1:
        report.invalid(place, "", "may not have more than one field specified at a time")
    for name in given:
        here, ref = f"{place}.{name}", source[name]
        if name == "fieldRef":
            path = ref.get("fieldPath") or ""
            if not path:
                report.required(f"{here}.fieldPath")
            elif path.partition("[")[0] not in _FIELDS:
                why = f"error converting fieldPath: field label not supported: {path}"
                report.invalid(f"{here}.fieldPath", path, why)
        elif name in ("configMapKeyRef", "secretKeyRef"):
            report.say(f"{here}.name", ref.get("name") or "", names.subdomain(ref.get("name") or ""))
            if not ref.get("key"):
                report.required(f"{here}.key")
            else:
                report.say(f"{here}.key", ref["key"], names.config_key(ref["key"]))


def resources(report: Report, place: str, of: Any) -> None:
    """Requests and limits: known names, no amounts below zero, no request above its limit."""
    if not isinstance(of, dict):
        return
    limits: Any = of.get("limits") or {}
    requests: Any = of.get("requests") or {}
    for group, amounts in (("limits", limits), ("requests", requests)):
        for name, amount in amounts.items():
            here = f"{place}.{group}[{name}]"
            if "/" not in name and not name.startswith("hugepages-"):
                if name not in _STANDARD:
                    report.invalid(here, name, "must be a standard resource type or fully qualified")
                if name not in _CONTAINER:
                    report.invalid(here, name, "must be a standard resource for containers")
            if nanos(amount) < 0:
                report.invalid(here, str(amount), "must be greater than or equal to 0")
            if group == "requests" and name in limits and nanos(amount) > nanos(limits[name]):
                why = f"must be less than or equal to {name} limit of {limits[name]}"
                report.invalid(f"{place}.requests", str(amount), why)


def _handler(report: Report, place: str, of: Object) -> None:
    given = [name for name in _HANDLERS if isinstance(of.get(name), dict)]
    if not given:
        report.required(place, "must specify a handler type")
    for index, name in enumerate(given):
        if index:
            report.forbidden(f"{place}.{name}", _ONE_HANDLER)
        elif name == "exec" and not of[name].get("command"):
            report.required(f"{place}.exec.command")
        elif name in ("httpGet", "tcpSocket", "grpc"):
            _handler_port(report, f"{place}.{name}.port", of[name].get("port") or 0)


def _handler_port(report: Report, place: str, port: Any) -> None:
    if isinstance(port, str):
        report.say(place, port, names.port_name(port))
    else:
        report.port(place, port)


def _probe(report: Report, place: str, of: Object, *, once: bool) -> None:
    _handler(report, place, of)
    numbers = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
    report.not_negative(place, of, *numbers)
    if once and of.get("successThreshold", 1) != 1:
        report.invalid(f"{place}.successThreshold", of["successThreshold"], "must be 1")


_CONTEXT = "Capabilities Privileged SELinuxOptions WindowsOptions RunAsUser RunAsGroup RunAsNonRoot"
_CONTEXT += " ReadOnlyRootFilesystem AllowPrivilegeEscalation ProcMount SeccompProfile AppArmorProfile"


def _security(report: Report, place: str, of: Any) -> None:
    if not isinstance(of, dict):
        return
    for name in ("runAsUser", "runAsGroup"):
        if isinstance(value := of.get(name), int) and not 0 <= value <= 2**31 - 1:
            report.invalid(f"{place}.{name}", value, "must be between 0 and 2147483647, inclusive")
    if of.get("privileged") is True and of.get("allowPrivilegeEscalation") is False:
        given = {name[0].upper() + name[1:]: value for name, value in of.items()}
        whole = {name: given.get(name) for name in _CONTEXT.split()}
        report.invalid(place, whole, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true")
