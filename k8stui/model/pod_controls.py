"""The controls of the Pod Security Standards, each a question to a pod: those of the level `baseline`."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.objects import Object

_CAPABILITIES: Final = frozenset({
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
    "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
})  # fmt: skip
_SYSCTLS: Final = {
    "kernel.shm_rmid_forced": 0,
    "net.ipv4.ip_local_port_range": 0,
    "net.ipv4.tcp_syncookies": 0,
    "net.ipv4.ping_group_range": 0,
    "net.ipv4.ip_unprivileged_port_start": 0,
    "net.ipv4.ip_local_reserved_ports": 27,
    "net.ipv4.tcp_keepalive_time": 29,
    "net.ipv4.tcp_fin_timeout": 29,
    "net.ipv4.tcp_keepalive_intvl": 29,
    "net.ipv4.tcp_keepalive_probes": 29,
    "net.ipv4.tcp_rmem": 32,
    "net.ipv4.tcp_wmem": 32,
}
"""What may be set, and since which minor version."""
_SELINUX: Final = {"": 0, "container_t": 0, "container_init_t": 0, "container_kvm_t": 0, "container_engine_t": 31}
_APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_HOST: Final = ("hostNetwork", "hostPID", "hostIPC")
CONTEXT: Final = "securityContext"


class Violation(Struct, frozen=True):
    """What one control says against a pod."""

    reason: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


class Judging:
    """A pod, seen as the controls see it."""

    def __init__(self, pod: Object, minor: int) -> None:
        self.minor: Final = minor
        """Of the version of the standards."""
        self.spec: Final = tree.part(pod, "spec")
        self.annotations: Final = tree.strings(pod, "metadata", "annotations")
        groups = ("initContainers", "containers", "ephemeralContainers")
        self.containers: Final = [each for group in groups for each in tree.rows(self.spec, group)]

    @property
    def windows(self) -> bool:
        """Whether what only Linux has is not asked of it (since v1.25)."""
        return self.minor >= 25 and tree.text(self.spec, "os", "name") == "windows"

    def bad(self, wrong: Callable[[Object], bool]) -> list[Object]:
        """The containers of whose securityContext something is true."""
        return [each for each in self.containers if wrong(tree.part(each, CONTEXT))]

    def setters(self, wrong: Callable[[Object], bool]) -> str:
        """`pod and container "a"`: of whose securityContext something is true; "" for none."""
        pod = ["pod"] if wrong(tree.part(self.spec, CONTEXT)) else []
        containers = self.bad(wrong)
        return " and ".join([*pod, *([which(containers)] if containers else [])])


class Control(Struct, frozen=True):
    """One control."""

    name: str
    check: Callable[[Judging], Violation | None]
    since: int = 0
    """The minor version that brought it."""
    instead: str = ""
    """The control of the level below that it replaces."""


def which(containers: Sequence[Object]) -> str:
    """`containers "a", "b"`."""
    return listed("container", [tree.text(each, "name") for each in containers])


def listed(what: str, names: Iterable[str]) -> str:
    """`type "a"`, `types "a", "b"`."""
    found = list(names)
    return f"{what}{'' if len(found) == 1 else 's'} {quoted(found)}"


def quoted(names: Iterable[str]) -> str:
    """`"a", "b"`."""
    return ", ".join(f'"{name}"' for name in names)


def _apparmor(pod: Judging) -> Violation | None:
    def kind(context: Object) -> str:
        return tree.text(context, "appArmorProfile", "type")

    def wrong(context: Object) -> bool:
        return kind(context) not in ("", "RuntimeDefault", "Localhost")

    told = {
        key: value
        for key, value in sorted(pod.annotations.items())
        if key.startswith(_APPARMOR) and value not in ("", "runtime/default") and not value.startswith("localhost/")
    }
    # The server writes what an annotation says into the field of its container, before it is judged.
    synced = [_with_apparmor(each, told) for each in pod.containers]
    setters = ["pod"] if wrong(tree.part(pod.spec, CONTEXT)) else []
    containers = [each for each in synced if wrong(tree.part(each, CONTEXT))]
    setters += [which(containers)] if containers else []
    if not setters and not told:
        return None
    contexts = [tree.part(each, CONTEXT) for each in (pod.spec, *synced)]
    values = [f'"{each}"' for each in sorted({kind(each) for each in contexts if wrong(each)})]
    values += [f'"{key}="{value}""' for key, value in told.items()]
    setters += ["annotation" + "s" * (len(told) > 1)] if told else []
    reason = "forbidden AppArmor profile" + "s" * (len(values) > 1)
    return Violation(reason, f"{' and '.join(setters)} must not set AppArmor profile type to {', '.join(values)}")


def _with_apparmor(container: Object, told: dict[str, str]) -> Object:
    if told.get(_APPARMOR + tree.text(container, "name")) != "unconfined":
        return container
    context = tree.part(container, CONTEXT)
    return container | {CONTEXT: {"appArmorProfile": {"type": "Unconfined"}} | context}


def added(context: Object) -> list[str]:
    """The capabilities that a securityContext adds."""
    return tree.texts(context, "capabilities", "add")


def _capabilities(pod: Judging) -> Violation | None:
    bad = pod.bad(lambda context: bool(set(added(context)) - _CAPABILITIES))
    return Violation("non-default capabilities", must_not_add(bad, _CAPABILITIES)) if bad else None


def must_not_add(containers: Sequence[Object], allowed: frozenset[str]) -> str:
    """What is to be said of containers that add other capabilities than these."""
    names = sorted({name for each in containers for name in added(tree.part(each, CONTEXT))} - allowed)
    return f"{which(containers)} must not include {quoted(names)} in securityContext.capabilities.add"


def _host_namespaces(pod: Judging) -> Violation | None:
    shared = [f"{name}=true" for name in _HOST if pod.spec.get(name) is True]
    return Violation("host namespaces", ", ".join(shared)) if shared else None


def _host_paths(pod: Judging) -> Violation | None:
    names = [tree.text(each, "name") for each in tree.rows(pod.spec, "volumes") if each.get("hostPath") is not None]
    return Violation("hostPath volumes", listed("volume", names)) if names else None


def _host_ports(pod: Judging) -> Violation | None:
    def ports(container: Object) -> list[str]:
        return [str(port) for each in tree.rows(container, "ports") if (port := tree.number(each, "hostPort"))]

    bad = [each for each in pod.containers if ports(each)]
    if not bad:
        return None
    used = sorted({port for each in bad for port in ports(each)})
    verb, plural = "use" if len(bad) > 1 else "uses", "s" if len(used) > 1 else ""
    return Violation("hostPort", f"{which(bad)} {verb} hostPort{plural} {', '.join(used)}")


def _probe_hosts(pod: Judging) -> Violation | None:
    def hosts(container: Object) -> list[str]:
        handlers = [tree.part(container, probe) for probe in _PROBES]
        handlers += [tree.part(container, "lifecycle", hook) for hook in ("postStart", "preStop")]
        found = [tree.text(each, way, "host") for each in handlers for way in ("httpGet", "tcpSocket")]
        return [each for each in found if each]

    bad = [each for each in pod.containers if hosts(each)]
    if not bad:
        return None
    used = sorted({host for each in bad for host in hosts(each)})
    verb, plural = "use" if len(bad) > 1 else "uses", "s" if len(used) > 1 else ""
    return Violation("probe or lifecycle host", f"{which(bad)} {verb} probe or lifecycle host{plural} {quoted(used)}")


def _privileged(pod: Judging) -> Violation | None:
    bad = pod.bad(lambda context: context.get("privileged") is True)
    return Violation("privileged", f"{which(bad)} must not set securityContext.privileged=true") if bad else None


def _proc_mount(pod: Judging) -> Violation | None:
    bad = pod.bad(lambda context: tree.text(context, "procMount") not in ("", "Default"))
    if not bad:
        return None
    values = sorted({tree.text(each, CONTEXT, "procMount") for each in bad})
    return Violation("procMount", f"{which(bad)} must not set securityContext.procMount to {quoted(values)}")


def _selinux(pod: Judging) -> Violation | None:
    def of(context: Object) -> Object:
        return tree.part(context, "seLinuxOptions")

    def is_bad_type(context: Object) -> bool:
        return _SELINUX.get(tree.text(of(context), "type"), 10**9) > pod.minor

    def has(field: str) -> Callable[[Object], bool]:
        return lambda context: bool(tree.text(of(context), field))

    checks = (is_bad_type, has("user"), has("role"))
    setters = pod.setters(lambda context: any(check(context) for check in checks))
    if not setters:
        return None
    contexts = [tree.part(each, CONTEXT) for each in (pod.spec, *pod.containers)]
    types = sorted({tree.text(of(each), "type") for each in contexts if is_bad_type(each)})
    says = [listed("type", types)] if types else []
    says += [f"{field} may not be set" for field in ("user", "role") if any(map(has(field), contexts))]
    return Violation("seLinuxOptions", f"{setters} set forbidden securityContext.seLinuxOptions: {'; '.join(says)}")


def seccomp(context: Object) -> str:
    """The type of a securityContext's seccomp profile; "" where it says none."""
    return tree.text(context, "seccompProfile", "type")


def _bad_seccomp(context: Object) -> bool:
    return seccomp(context) not in ("", "RuntimeDefault", "Localhost")


def seccomp_baseline(pod: Judging) -> Violation | None:
    """Profiles that are said and not allowed: of both levels."""
    setters = pod.setters(_bad_seccomp)
    if not setters:
        return None
    contexts = [tree.part(each, CONTEXT) for each in (pod.spec, *pod.containers)]
    values = sorted({seccomp(each) for each in contexts if _bad_seccomp(each)})
    return Violation(
        "seccompProfile", f"{setters} must not set securityContext.seccompProfile.type to {quoted(values)}"
    )


def _sysctls(pod: Judging) -> Violation | None:
    names = [tree.text(each, "name") for each in tree.rows(pod.spec, CONTEXT, "sysctls")]
    bad = [name for name in names if _SYSCTLS.get(name, 10**9) > pod.minor]
    return Violation("forbidden sysctls", ", ".join(bad)) if bad else None


def _host_process(pod: Judging) -> Violation | None:
    setters = pod.setters(lambda context: tree.value(context, "windowsOptions", "hostProcess") is True)
    says = f"{setters} must not set securityContext.windowsOptions.hostProcess=true"
    return Violation("hostProcess", says) if setters else None


BASELINE: Final = (
    Control("appArmorProfile", _apparmor),
    Control("capabilities", _capabilities),
    Control("hostNamespaces", _host_namespaces),
    Control("hostPathVolumes", _host_paths),
    Control("hostPorts", _host_ports),
    Control("hostProbes", _probe_hosts, 34),
    Control("privileged", _privileged),
    Control("procMount", _proc_mount),
    Control("seLinuxOptions", _selinux),
    Control("seccompProfile", seccomp_baseline, 19),
    Control("sysctls", _sysctls),
    Control("windowsHostProcess", _host_process),
)
"""In the order in which the server names them."""
