"""What of a pod the plan of a drain reads: a cluster of 20,000 pods is not held whole for it.

Everything that `filters`, `texts`, `plan` and `operations.budgets` look at has to stand here.
"""

from typing import Any

from msgspec import Struct

Map = dict[str, Any] | None


class _Annotations(Struct, omit_defaults=True, rename={"mirror": "kubernetes.io/config.mirror"}):
    mirror: str | None = None


class _Meta(Struct, omit_defaults=True, rename="camel"):
    name: str | None = None
    namespace: str | None = None
    uid: str | None = None
    labels: Map = None
    annotations: _Annotations | None = None
    owner_references: list[dict[str, Any]] | None = None
    deletion_timestamp: str | None = None


class _Volume(Struct, omit_defaults=True, rename="camel"):
    name: str | None = None
    empty_dir: Map = None


class _Spec(Struct, omit_defaults=True, rename="camel"):
    node_name: str | None = None
    termination_grace_period_seconds: int | None = None
    volumes: list[_Volume] | None = None


class _Condition(Struct, omit_defaults=True):
    type: str | None = None
    status: str | None = None


class _Status(Struct, omit_defaults=True):
    phase: str | None = None
    conditions: list[_Condition] | None = None


class SlimPod(Struct, omit_defaults=True):
    """The shape of a pod, for `ObjectRow.slim`."""

    metadata: _Meta | None = None
    spec: _Spec | None = None
    status: _Status | None = None
