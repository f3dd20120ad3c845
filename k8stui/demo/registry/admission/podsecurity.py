"""Pod security: what the levels `baseline` and `restricted` say of a pod, and which namespaces ask for them.

Source: the admission plugin PodSecurity (k8s.io/pod-security-admission); sysctls, AppArmor, SELinux and Windows are not
looked at.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store

_PREFIX = "pod-security.kubernetes.io/"
_LEVELS = ("privileged", "baseline", "restricted")
_TEMPLATES = frozenset({
    "replicationcontrollers", "podtemplates", "deployments.apps", "replicasets.apps", "statefulsets.apps",
    "daemonsets.apps", "jobs.batch", "cronjobs.batch",
})  # fmt: skip
_DEFAULT_CAPABILITIES = frozenset({
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
    "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
})  # fmt: skip
_VOLUMES = frozenset({
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret", "image",
})  # fmt: skip
_HOST = ("hostNetwork", "hostPID", "hostIPC")
_SECCOMP = ("RuntimeDefault", "Localhost")


class Finding(Struct, frozen=True):
    """What one check says against a pod."""

    reason: str
    detail: str

    def __str__(self) -> str:
        """Both."""
        return f"{self.reason} ({self.detail})"


def check_security(store: Store, kind: Kind, obj: Object, old: Object | None, warn: list[str]) -> None:
    """Refuse (403) a pod that its namespace does not allow; warn of pods and templates that it would not."""
    name = errors.qualified(kind.plural, kind.group)
    if name == "namespaces":
        _check_namespace(store, obj, old, warn)
        return
    spec = _spec(name, obj)
    labels = _labels(store, obj["metadata"].get("namespace", "")) if spec is not None else None
    if not labels or spec is None:
        return
    enforced = labels.get(f"{_PREFIX}enforce")
    if name == "pods" and old is not None and spec == old.get("spec"):
        return
    if enforced and (found := findings(enforced, spec)):
        text = f'violate PodSecurity "{_named(labels, "enforce")}": {", ".join(map(str, found))}'
        if name == "pods":
            raise errors.forbidden(kind, obj["metadata"], text.replace("violate", "violates", 1))
        warn.append(f"would {text}")
    warned = labels.get(f"{_PREFIX}warn")
    if warned and warned != enforced and (found := findings(warned, spec)):
        warn.append(f'would violate PodSecurity "{_named(labels, "warn")}": {", ".join(map(str, found))}')


def _labels(store: Store, namespace: str) -> Mapping[str, str]:
    kind = store.catalog.at("", "v1", "namespaces")
    entry = store.table(kind).entries.get(f"/{namespace}") if kind is not None else None
    return entry.labels if entry is not None else {}


def _named(labels: Mapping[str, str], mode: str) -> str:
    return f"{labels[_PREFIX + mode]}:{labels.get(f'{_PREFIX}{mode}-version', 'latest')}"


def _spec(name: str, obj: Object) -> Object | None:
    """What a pod of this object would be; None of other kinds, and of poison that was planted in the store."""
    if name != "pods" and name not in _TEMPLATES:
        return None
    way = _WAYS.get(name, ("spec", "template", "spec"))
    found: Any = obj
    for key in way:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


_WAYS = {
    "pods": ("spec",),
    "podtemplates": ("template", "spec"),
    "cronjobs.batch": ("spec", "jobTemplate", "spec", "template", "spec"),
}


def _check_namespace(store: Store, obj: Object, old: Object | None, warn: list[str]) -> None:
    """Labels that name no level are refused (422); a stricter level warns of the pods that break it already."""
    labels: Any = obj["metadata"].get("labels") or {}
    report = Report()
    for mode in ("enforce", "audit", "warn"):
        level = labels.get(_PREFIX + mode)
        if level is not None and level not in _LEVELS:
            report.invalid(f"metadata.labels[{_PREFIX}{mode}]", level, f"must be one of {', '.join(_LEVELS)}")
    if report.causes:
        raise errors.invalid("Namespace", "", obj["metadata"]["name"], report.causes)
    level = labels.get(f"{_PREFIX}enforce")
    before = ((old or {}).get("metadata") or {}).get("labels") or {}
    if old is None or not level or level == before.get(f"{_PREFIX}enforce"):
        return
    name = obj["metadata"]["name"]
    grouped: dict[str, list[str]] = {}
    for pod in store.list("pods", name):
        if found := findings(level, pod.get("spec") or {}):
            grouped.setdefault(", ".join(each.reason for each in found), []).append(pod["metadata"]["name"])
    if grouped:
        named = _named(labels, "enforce")
        warn.append(f'existing pods in namespace "{name}" violate the new PodSecurity enforce level "{named}"')
    for reasons, pods in grouped.items():
        others = len(pods) - 1
        more = f" (and {others} other pod{'s' if others > 1 else ''})" if others else ""
        warn.append(f"{pods[0]}{more}: {reasons}")


def findings(level: str, spec: Object) -> list[Finding]:
    """What is against a pod at a level."""
    if level == "privileged":
        return []
    containers = [
        each for group in ("initContainers", "containers", "ephemeralContainers") for each in items(spec, group)
    ]
    strict = level == "restricted"
    found = list(_baseline(spec, containers, strict=strict))
    return [*found, *_restricted(spec, containers)] if strict else found


def _context(of: Object) -> Any:
    return of.get("securityContext") or {}


def _listed(what: str, names: list[str]) -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"{what}{'s' if len(names) > 1 else ''} {quoted}"


def _which(containers: list[Object]) -> str:
    return _listed("container", [str(each.get("name")) for each in containers])


def _capabilities(of: Object, name: str) -> list[str]:
    return list((_context(of).get("capabilities") or {}).get(name) or ())


def _baseline(spec: Object, containers: list[Object], *, strict: bool) -> Iterator[Finding]:
    if not strict:
        extra = [each for each in containers if set(_capabilities(each, "add")) - _DEFAULT_CAPABILITIES]
        if extra:
            names = sorted({name for each in extra for name in _capabilities(each, "add")} - _DEFAULT_CAPABILITIES)
            listed = ", ".join(f'"{name}"' for name in names)
            why = f"{_which(extra)} must not include {listed} in securityContext.capabilities.add"
            yield Finding("non-default capabilities", why)
    if shared := [f"{name}=true" for name in _HOST if spec.get(name) is True]:
        yield Finding("host namespaces", ", ".join(shared))
    if not strict and (paths := [str(each.get("name")) for each in items(spec, "volumes") if each.get("hostPath")]):
        yield Finding("hostPath volumes", _listed("volume", paths))
    if using := [each for each in containers if any(port.get("hostPort") for port in items(each, "ports"))]:
        ports = sorted({port["hostPort"] for each in using for port in items(each, "ports") if port.get("hostPort")})
        verb = "use" if len(using) > 1 else "uses"
        plural = "s" if len(ports) > 1 else ""
        yield Finding("hostPort", f"{_which(using)} {verb} hostPort{plural} {', '.join(map(str, ports))}")
    if loose := [each for each in containers if _context(each).get("privileged") is True]:
        yield Finding("privileged", f"{_which(loose)} must not set securityContext.privileged=true")
    if not strict and _seccomp(spec) == "Unconfined":
        yield Finding("seccompProfile", 'pod must not set securityContext.seccompProfile.type to "Unconfined"')


def _seccomp(of: Object) -> Any:
    return (_context(of).get("seccompProfile") or {}).get("type")


def _restricted(spec: Object, containers: list[Object]) -> Iterator[Finding]:
    if wrong := [each for each in containers if _context(each).get("allowPrivilegeEscalation") is not False]:
        why = f"{_which(wrong)} must set securityContext.allowPrivilegeEscalation=false"
        yield Finding("allowPrivilegeEscalation != false", why)
    yield from _unrestricted(containers)
    for volume in items(spec, "volumes"):
        kinds = [name for name, value in volume.items() if isinstance(value, dict) and name not in _VOLUMES]
        if kinds:
            why = f'volume "{volume.get("name")}" uses restricted volume type "{kinds[0]}"'
            yield Finding("restricted volume types", why)
    whole = _context(spec).get("runAsNonRoot")
    if wrong := [each for each in containers if _context(each).get("runAsNonRoot", whole) is not True]:
        yield Finding("runAsNonRoot != true", f"pod or {_which(wrong)} must set securityContext.runAsNonRoot=true")
    if root := [each for each in containers if _context(each).get("runAsUser") == 0]:
        yield Finding("runAsUser=0", f"{_which(root)} must not set runAsUser=0")
    elif _context(spec).get("runAsUser") == 0:
        yield Finding("runAsUser=0", "pod must not set runAsUser=0")
    if wrong := [each for each in containers if (_seccomp(each) or _seccomp(spec)) not in _SECCOMP]:
        why = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
        yield Finding("seccompProfile", f"pod or {_which(wrong)} {why}")


def _unrestricted(containers: list[Object]) -> Iterator[Finding]:
    wide = [each for each in containers if "ALL" not in _capabilities(each, "drop")]
    added = [each for each in containers if set(_capabilities(each, "add")) - {"NET_BIND_SERVICE"}]
    why = [f'{_which(wide)} must set securityContext.capabilities.drop=["ALL"]'] if wide else []
    if added:
        names = sorted({name for each in added for name in _capabilities(each, "add")} - {"NET_BIND_SERVICE"})
        listed = ", ".join(f'"{name}"' for name in names)
        why.append(f"{_which(added)} must not include {listed} in securityContext.capabilities.add")
    if why:
        yield Finding("unrestricted capabilities", "; ".join(why))
