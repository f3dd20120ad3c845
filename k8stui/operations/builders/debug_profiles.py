"""kubectl's debugging profiles: what a debug container may do, and what goes from the pod it is put in."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from k8stui.model import tree
from k8stui.model.objects import Object
from k8stui.operations.builders.debug_options import COPY, NODE, Options

HOST_ROOT: Final = "host-root"
MOUNTED: Final = "/host"
"""Where the root of the node's file system is, in a pod on a node."""
SYS_PTRACE: Final = "SYS_PTRACE"
NET: Final = ("NET_ADMIN", "NET_RAW")
HOST_NAMESPACES: Final = frozenset({"legacy", "general", "netadmin", "sysadmin"})
"""Profiles that share the network, the processes and the IPC of a node."""
HOST_FILES: Final = frozenset({"legacy", "general", "sysadmin"})
"""Profiles that mount its root."""
LISTS: Final = ("containers", "initContainers", "ephemeralContainers")
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_RESTRICTED: Final[Object] = {
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "allowPrivilegeEscalation": False,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def applied(pod: Object, name: str, options: Options) -> Object:
    """The pod as the profile makes it, for the debug container of that name in it; the pod itself stays as it is.

    The table is kubectl's (1.32), but for a pod of its own, for which kubectl has no profiles: there they give the
    container what they give it in a copy.

    Args:
        options: of these the mode, the profile, and what is kept of a copy.
    """
    profile, mode = options.profile, options.mode
    spec = {**tree.part(pod, "spec")}
    for group in LISTS:
        if group in spec:
            spec[group] = [_changed(each, options) if each.get("name") == name else each for each in spec[group]]
    found = {**pod, "spec": spec}
    if mode == NODE:
        return _on_node(found, name, profile)
    return _stripped(found, options) if mode == COPY else found


def context_of(profile: str, mode: str, before: Object) -> Object:
    """The securityContext of a debug container; `before` is what it had. Capabilities are added as often as asked."""
    if profile == "general" and mode != NODE:
        return _adding(before, SYS_PTRACE)
    if profile in ("general", "baseline"):
        return {}
    return _CONTEXTS[profile](before)


def _adding(before: Object, *names: str) -> Object:
    capabilities = tree.part(before, "capabilities")
    return {**before, "capabilities": {**capabilities, "add": [*tree.texts(capabilities, "add"), *names]}}


_CONTEXTS: Final[Mapping[str, Callable[[Object], Object]]] = MappingProxyType(
    {
        "legacy": lambda before: before,
        "restricted": lambda before: dict(_RESTRICTED),
        "netadmin": lambda before: _adding(before, *NET),
        "sysadmin": lambda before: {**before, "privileged": True},
    }
)


def _changed(container: Object, options: Options) -> Object:
    context = context_of(options.profile, options.mode, tree.part(container, "securityContext"))
    if options.profile == "restricted" and options.user:
        context = {**context, "runAsUser": options.user}
    rest = {key: value for key, value in container.items() if key != "securityContext"}
    return {**rest, **({"securityContext": context} if context else {})}


def _on_node(pod: Object, name: str, profile: str) -> Object:
    spec = {**tree.part(pod, "spec")}
    if profile in HOST_FILES:
        volume = {"name": HOST_ROOT, "hostPath": {"path": "/"}}
        spec["volumes"] = [*tree.rows(spec, "volumes"), volume]
        mount = {"name": HOST_ROOT, "mountPath": MOUNTED}
        spec["containers"] = [
            {**each, "volumeMounts": [*tree.rows(each, "volumeMounts"), mount]} if each.get("name") == name else each
            for each in tree.rows(spec, "containers")
        ]
    if profile in HOST_NAMESPACES:
        spec |= {"hostNetwork": True, "hostPID": True, "hostIPC": True}
    return {**pod, "spec": spec}


def _stripped(pod: Object, options: Options) -> Object:
    """A copy without what would make it count as the original, each unless it is kept."""
    gone = [] if options.keep_labels and options.profile != "legacy" else ["labels"]
    if options.profile == "legacy":  # knows of nothing else, and of no flag
        return {**pod, "metadata": without(tree.part(pod, "metadata"), gone)}
    gone += [] if options.keep_annotations else ["annotations"]
    spec = {**tree.part(pod, "spec")}
    kept = (options.keep_liveness, options.keep_readiness, options.keep_startup)
    probes = [probe for probe, stays in zip(_PROBES, kept, strict=True) if not stays]
    spec["containers"] = [without(each, probes) for each in tree.rows(spec, "containers")]
    if not options.keep_init_containers:
        spec.pop("initContainers", None)
    if spec.get("hostPID") is not True:  # safer than kubectl: a server refuses both, and it sees all processes anyway
        spec.setdefault("shareProcessNamespace", True)
    return {**pod, "metadata": without(tree.part(pod, "metadata"), gone), "spec": spec}


def without(part: Object, names: list[str]) -> Object:
    """A map without some of its members."""
    return {key: value for key, value in part.items() if key not in names}
