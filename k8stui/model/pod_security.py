"""Pod Security Standards: what the levels `baseline` and `restricted` say of a pod, and a namespace's labels of it.

Source: the admission plugin PodSecurity of Kubernetes v1.34 (docs: concepts/security/pod-security-standards): its
controls, in its order and its words. Alpha annotations for seccomp (before v1.19) are not looked at.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from k8stui.model.objects import Object
from k8stui.model.pod_controls import BASELINE, Control, Judging, Violation
from k8stui.model.pod_restricted import RESTRICTED

PREFIX: Final = "pod-security.kubernetes.io/"
PRIVILEGED: Final = "privileged"
LEVELS: Final = (PRIVILEGED, "baseline", "restricted")
MODES: Final = ("enforce", "warn", "audit")
LATEST: Final = "latest"
_VERSION: Final = re.compile(r"v1\.(0|[1-9][0-9]{0,4})")


class Judged(Struct, frozen=True):
    """What one mode of a namespace says of a pod."""

    level: str = PRIVILEGED
    version: str = LATEST
    violations: tuple[Violation, ...] = ()

    @property
    def says(self) -> str:
        """`violates PodSecurity "restricted:latest": ...`, as the server's refusal has it; "" where it passes."""
        if not self.violations:
            return ""
        return f'violates PodSecurity "{self.level}:{self.version}": {", ".join(map(str, self.violations))}'


def judged(pod: Object, labels: Mapping[str, str], mode: str = "enforce") -> Judged:
    """What a namespace with these labels says of a pod in a mode.

    What the cluster's own configuration adds (levels of namespaces without labels, users and namespaces exempted) is
    not known here: the server's dry run has the last word.

    Args:
        pod: metadata and spec; an ephemeral container in it counts, and so do all others (so a container that passes is
            refused in a pod that does not).
        mode: one of `MODES`.
    """
    level = labels.get(PREFIX + mode, PRIVILEGED)
    level = level if level in LEVELS else "restricted"
    version = labels.get(f"{PREFIX}{mode}-version", LATEST)
    found = _VERSION.fullmatch(version)
    return Judged(level, version, violations(pod, level, int(found[1]) if found else None))


def violations(pod: Object, level: str, minor: int | None = None) -> tuple[Violation, ...]:
    """What is against a pod at a level.

    Args:
        minor: of the version v1.x of the standards; None: the latest.
    """
    if level == PRIVILEGED:
        return ()
    at = Judging(pod, minor if minor is not None else 10**6)
    strict = _current(RESTRICTED, at.minor) if level == "restricted" else []
    replaced = {each.instead for each in strict}
    controls = [each for each in _current(BASELINE, at.minor) if each.name not in replaced]
    return tuple(found for each in (*controls, *strict) if (found := each.check(at)) is not None)


def _current(controls: Sequence[Control], minor: int) -> list[Control]:
    return [each for each in controls if each.since <= minor]
