"""What the level `restricted` of the Pod Security Standards asks of a pod besides `baseline`, or instead."""

from typing import Final

from k8stui.model import tree
from k8stui.model.objects import Object
from k8stui.model.pod_controls import (
    CONTEXT,
    Control,
    Judging,
    Violation,
    added,
    listed,
    must_not_add,
    seccomp,
    seccomp_baseline,
    which,
)

_VOLUMES: Final = (
    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd",
    "flexVolume", "cinder", "cephfs", "flocker", "fc", "azureFile", "azureDisk", "vsphereVolume", "quobyte",
    "portworxVolume", "photonPersistentDisk", "scaleIO", "storageos",
)  # fmt: skip
"""Types of volumes that `restricted` refuses."""


def _escalation(pod: Judging) -> Violation | None:
    bad = pod.bad(lambda context: context.get("allowPrivilegeEscalation") is not False)
    if not bad or pod.windows:
        return None
    says = f"{which(bad)} must set securityContext.allowPrivilegeEscalation=false"
    return Violation("allowPrivilegeEscalation != false", says)


def _unrestricted_capabilities(pod: Judging) -> Violation | None:
    allowed = frozenset({"NET_BIND_SERVICE"})
    keep = pod.bad(lambda context: "ALL" not in tree.texts(context, "capabilities", "drop"))
    add = pod.bad(lambda context: bool(set(added(context)) - allowed))
    if pod.windows or not (keep or add):
        return None
    says = [f'{which(keep)} must set securityContext.capabilities.drop=["ALL"]'] if keep else []
    says += [must_not_add(add, allowed)] if add else []
    return Violation("unrestricted capabilities", "; ".join(says))


def _restricted_volumes(pod: Judging) -> Violation | None:
    def types(volume: Object) -> list[str]:
        return [name for name in _VOLUMES if volume.get(name) is not None]

    bad = [each for each in tree.rows(pod.spec, "volumes") if types(each)]
    if not bad:
        return None
    used = sorted({name for each in bad for name in types(each)})
    verb = "use" if len(bad) > 1 else "uses"
    volumes = listed("volume", [tree.text(each, "name") for each in bad])
    return Violation("restricted volume types", f"{volumes} {verb} {listed('restricted volume type', used)}")


def _non_root(pod: Judging) -> Violation | None:
    reason = "runAsNonRoot != true"
    if setters := pod.setters(lambda context: context.get("runAsNonRoot") is False):
        return Violation(reason, f"{setters} must not set securityContext.runAsNonRoot=false")
    bad = pod.bad(lambda context: context.get("runAsNonRoot") is not True)
    if not bad or tree.value(pod.spec, CONTEXT, "runAsNonRoot") is True:
        return None
    return Violation(reason, f"pod or {which(bad)} must set securityContext.runAsNonRoot=true")


def _user(pod: Judging) -> Violation | None:
    setters = pod.setters(lambda context: tree.number(context, "runAsUser", default=-1) == 0)
    return Violation("runAsUser=0", f"{setters} must not set runAsUser=0") if setters else None


def _seccomp_restricted(pod: Judging) -> Violation | None:
    if pod.windows:
        return None
    if found := seccomp_baseline(pod):
        return found
    bad = pod.bad(lambda context: not seccomp(context))
    if not bad or seccomp(tree.part(pod.spec, CONTEXT)):
        return None
    says = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return Violation("seccompProfile", f"pod or {which(bad)} {says}")


RESTRICTED: Final = (
    Control("allowPrivilegeEscalation", _escalation, 8),
    Control("capabilitiesRestricted", _unrestricted_capabilities, 22, "capabilities"),
    Control("restrictedVolumes", _restricted_volumes, 0, "hostPathVolumes"),
    Control("runAsNonRoot", _non_root),
    Control("runAsUser", _user, 23),
    Control("seccompRestricted", _seccomp_restricted, 19, "seccompProfile"),
)
"""What `restricted` asks besides, or instead."""
