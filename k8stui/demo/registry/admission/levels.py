"""The levels of pod security: what `baseline` and `restricted` have against a pod, in the words of the plugin."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.storage.store import Object

_DEFAULT_CAPABILITIES = frozenset({
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
    "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
})  # fmt: skip
_VOLUMES = frozenset({
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret", "image",
})  # fmt: skip
_SYSCTLS = frozenset({
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
})  # fmt: skip
_SELINUX = frozenset({"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"})
_HOST = ("hostNetwork", "hostPID", "hostIPC")
_CONFINED = ("RuntimeDefault", "Localhost")
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_Contexts = list[tuple[str, Any]]


class Finding(Struct, frozen=True):
    """What one check says against a pod."""

    reason: str
    detail: str

    def __str__(self) -> str:
        """Both."""
        return f"{self.reason} ({self.detail})"


def findings(level: str, pod: Object) -> list[Finding]:
    """What is against a pod (its spec, and annotations) at a level."""
    if level == "privileged":
        return []
    spec = pod["spec"]
    containers = [each for group in _GROUPS for each in items(spec, group)]
    strict = level == "restricted"
    annotations = (pod.get("metadata") or {}).get("annotations") or {}
    found = list(_baseline(spec, containers, annotations, strict=strict))
    return [*found, *_restricted(spec, containers)] if strict else found


_GROUPS = ("initContainers", "containers", "ephemeralContainers")


def _context(of: Object) -> Any:
    return of.get("securityContext") or {}


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _listed(what: str, names: list[str]) -> str:
    return f"{what}{'s' if len(names) > 1 else ''} {_quoted(names)}"


def _which(containers: list[Object]) -> str:
    return _listed("container", [str(each.get("name")) for each in containers])


def _who(spec: Object, containers: list[Object], wrong: Callable[[Any], object]) -> str:
    """`pod and container "a"`: those whose securityContext is wrong."""
    found = ["pod"] if wrong(_context(spec)) else []
    if bad := [each for each in containers if wrong(_context(each))]:
        found.append(_which(bad))
    return " and ".join(found)


def _values(spec: Object, containers: list[Object], value: Callable[[Any], str], allowed: Iterable[str]) -> list[str]:
    return sorted({value(_context(each)) for each in (spec, *containers)} - {"", *allowed})


def _capabilities(of: Object, name: str) -> list[str]:
    return list((_context(of).get("capabilities") or {}).get(name) or ())


def _extra(containers: list[Object], allowed: frozenset[str]) -> str:
    extra = [each for each in containers if set(_capabilities(each, "add")) - allowed]
    if not extra:
        return ""
    names = sorted({name for each in extra for name in _capabilities(each, "add")} - allowed)
    return f"{_which(extra)} must not include {_quoted(names)} in securityContext.capabilities.add"


def _baseline(spec: Object, containers: list[Object], annotations: Any, *, strict: bool) -> Iterator[Finding]:
    yield from _apparmor(spec, containers, annotations)
    if not strict and (why := _extra(containers, _DEFAULT_CAPABILITIES)):
        yield Finding("non-default capabilities", why)
    if shared := [f"{name}=true" for name in _HOST if spec.get(name) is True]:
        yield Finding("host namespaces", ", ".join(shared))
    if not strict and (paths := [str(each.get("name")) for each in items(spec, "volumes") if each.get("hostPath")]):
        yield Finding("hostPath volumes", _listed("volume", paths))
    yield from _places(containers)
    if loose := [each for each in containers if _context(each).get("privileged") is True]:
        yield Finding("privileged", f"{_which(loose)} must not set securityContext.privileged=true")
    if bare := [each for each in containers if _context(each).get("procMount") not in (None, "Default")]:
        values = sorted({str(_context(each)["procMount"]) for each in bare})
        yield Finding("procMount", f"{_which(bare)} must not set securityContext.procMount to {_quoted(values)}")
    yield from _selinux(spec, containers)
    if not strict:
        yield from _seccomp_said(spec, containers)
    if wild := [name for each in items(_context(spec), "sysctls") if (name := str(each.get("name"))) not in _SYSCTLS]:
        yield Finding("forbidden sysctls", ", ".join(wild))
    if who := _who(spec, containers, lambda context: (context.get("windowsOptions") or {}).get("hostProcess") is True):
        yield Finding("hostProcess", f"{who} must not set securityContext.windowsOptions.hostProcess=true")


def _places(containers: list[Object]) -> Iterator[Finding]:
    """Ports of the node, and hosts that probes and hooks speak to."""
    if using := [each for each in containers if any(port.get("hostPort") for port in items(each, "ports"))]:
        taken = [port["hostPort"] for each in using for port in items(each, "ports") if port.get("hostPort")]
        ports = sorted({str(port) for port in taken})
        verb, plural = "use" if len(using) > 1 else "uses", "s" if len(ports) > 1 else ""
        yield Finding("hostPort", f"{_which(using)} {verb} hostPort{plural} {', '.join(ports)}")
    if using := [each for each in containers if _hosts(each)]:
        hosts = sorted({host for each in using for host in _hosts(each)})
        verb, plural = "use" if len(using) > 1 else "uses", "s" if len(hosts) > 1 else ""
        why = f"{_which(using)} {verb} probe or lifecycle host{plural} {_quoted(hosts)}"
        yield Finding("probe or lifecycle host", why)


def _hosts(container: Object) -> list[str]:
    handlers = [container.get(name) or {} for name in ("livenessProbe", "readinessProbe", "startupProbe")]
    handlers += [(container.get("lifecycle") or {}).get(name) or {} for name in ("postStart", "preStop")]
    found = [(each.get(way) or {}).get("host") for each in handlers for way in ("httpGet", "tcpSocket")]
    return [str(host) for host in found if host]


def _apparmor(spec: Object, containers: list[Object], annotations: Any) -> Iterator[Finding]:
    def kind(context: Any) -> str:
        return str((context.get("appArmorProfile") or {}).get("type") or "")

    told = {key: str(value) for key, value in sorted(annotations.items()) if key.startswith(_APPARMOR)}
    loose = {key: value for key, value in told.items() if value.partition("/")[0] not in ("", "runtime", "localhost")}
    # The annotation of a container is what its field says, where that says nothing.
    unconfined = {key.removeprefix(_APPARMOR) for key, value in loose.items() if value == "unconfined"}
    said = {"appArmorProfile": {"type": "Unconfined"}}
    seen = [
        {**each, "securityContext": {**said, **_context(each)}} if each.get("name") in unconfined else each
        for each in containers
    ]
    who = [found] if (found := _who(spec, seen, lambda context: kind(context) not in ("", *_CONFINED))) else []
    who += [f"annotation{'s' if len(loose) > 1 else ''}"] if loose else []
    values = [f'"{value}"' for value in _values(spec, seen, kind, _CONFINED)]
    values += [f'"{key}="{value}""' for key, value in loose.items()]
    if who:
        reason = f"forbidden AppArmor profile{'s' if len(values) > 1 else ''}"
        yield Finding(reason, f"{' and '.join(who)} must not set AppArmor profile type to {', '.join(values)}")


def _selinux(spec: Object, containers: list[Object]) -> Iterator[Finding]:
    def said(context: Any, name: str) -> str:
        return str((context.get("seLinuxOptions") or {}).get(name) or "")

    def wrong(context: Any) -> bool:
        return said(context, "type") not in _SELINUX or bool(said(context, "user") or said(context, "role"))

    who = _who(spec, containers, wrong)
    types = _values(spec, containers, lambda context: said(context, "type"), _SELINUX)
    why = [_listed("type", types)] if types else []
    for name in ("user", "role"):
        if any(said(_context(each), name) for each in (spec, *containers)):
            why.append(f"{name} may not be set")
    if who:
        yield Finding("seLinuxOptions", f"{who} set forbidden securityContext.seLinuxOptions: {'; '.join(why)}")


def _seccomp(context: Any) -> str:
    return str((context.get("seccompProfile") or {}).get("type") or "")


def _seccomp_said(spec: Object, containers: list[Object]) -> Iterator[Finding]:
    if who := _who(spec, containers, lambda context: _seccomp(context) not in ("", *_CONFINED)):
        values = _quoted(_values(spec, containers, _seccomp, _CONFINED))
        yield Finding("seccompProfile", f"{who} must not set securityContext.seccompProfile.type to {values}")


def _restricted(spec: Object, containers: list[Object]) -> Iterator[Finding]:
    linux = (spec.get("os") or {}).get("name") != "windows"
    wrong = [each for each in containers if _context(each).get("allowPrivilegeEscalation") is not False]
    if linux and wrong:
        why = f"{_which(wrong)} must set securityContext.allowPrivilegeEscalation=false"
        yield Finding("allowPrivilegeEscalation != false", why)
    if linux:
        yield from _unrestricted(containers)
    volumes = [each for each in items(spec, "volumes") if _odd_types(each)]
    if volumes:
        types = sorted({name for each in volumes for name in _odd_types(each)})
        names = _listed("volume", [str(each.get("name")) for each in volumes])
        verb = "use" if len(volumes) > 1 else "uses"
        yield Finding("restricted volume types", f"{names} {verb} {_listed('restricted volume type', types)}")
    yield from _root(spec, containers)
    if linux:
        yield from _unconfined(spec, containers)


def _odd_types(volume: Object) -> list[str]:
    return [name for name, value in volume.items() if isinstance(value, dict) and name not in _VOLUMES]


def _unrestricted(containers: list[Object]) -> Iterator[Finding]:
    wide = [each for each in containers if "ALL" not in _capabilities(each, "drop")]
    why = [f'{_which(wide)} must set securityContext.capabilities.drop=["ALL"]'] if wide else []
    if extra := _extra(containers, frozenset({"NET_BIND_SERVICE"})):
        why.append(extra)
    if why:
        yield Finding("unrestricted capabilities", "; ".join(why))


def _root(spec: Object, containers: list[Object]) -> Iterator[Finding]:
    whole = _context(spec).get("runAsNonRoot")
    if who := _who(spec, containers, lambda context: context.get("runAsNonRoot") is False):
        yield Finding("runAsNonRoot != true", f"{who} must not set securityContext.runAsNonRoot=false")
    elif wrong := [each for each in containers if _context(each).get("runAsNonRoot", whole) is not True]:
        yield Finding("runAsNonRoot != true", f"pod or {_which(wrong)} must set securityContext.runAsNonRoot=true")
    if who := _who(spec, containers, lambda context: context.get("runAsUser") == 0):
        yield Finding("runAsUser=0", f"{who} must not set runAsUser=0")


def _unconfined(spec: Object, containers: list[Object]) -> Iterator[Finding]:
    if found := list(_seccomp_said(spec, containers)):
        yield from found
    elif wrong := [each for each in containers if not (_seccomp(_context(each)) or _seccomp(_context(spec)))]:
        why = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
        yield Finding("seccompProfile", f"pod or {_which(wrong)} {why}")
