"""Pod Security Standards: what the levels `baseline` and `restricted` say of a pod (Kubernetes v1.34)."""

from collections.abc import Mapping

from msgspec import Struct

from k8stui.model.objects import Object


class Violation(Struct, frozen=True):
    """What one control says against a pod."""

    reason: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


class Judged(Struct, frozen=True):
    """What one mode of a namespace (enforce, warn, audit) says of a pod."""

    level: str = "privileged"
    version: str = "latest"
    violations: tuple[Violation, ...] = ()

    @property
    def says(self) -> str:
        """`violates PodSecurity "restricted:latest": ...`; "" where it passes."""
        if not self.violations:
            return ""
        return f'violates PodSecurity "{self.level}:{self.version}": {", ".join(map(str, self.violations))}'


def judged(pod: Object, labels: Mapping[str, str], mode: str = "enforce") -> Judged:
    """What a namespace with these labels says of a pod (metadata and spec) in a mode."""
    raise NotImplementedError
