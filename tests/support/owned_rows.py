"""Rows of workloads and pods by their owners' uids: `u-NAME` of a workload, `p-NAME` of a pod."""

from typing import Any

import msgspec
from msgspec import structs

from k8stui.model.codec import codec
from k8stui.model.kinds import PODS
from k8stui.model.pods import Pod
from k8stui.model.workload_row import Workload
from tests.support import objects as small
from tests.support.workloads import workload


def owned_pod(name: str, owner: str = "", restarts: int = 0, version: str = "1") -> Pod:
    found = codec(PODS).event(msgspec.json.encode(small.pod(name, "shop", uid=f"p-{name}", resourceVersion=version)))
    assert isinstance(found, Pod)
    return structs.replace(found, owner_uid=owner, restarts=restarts)


def owned_row(
    kind: str, name: str, owner: str = "", owner_kind: str = "", version: str = "1", **status: Any
) -> Workload:
    found = workload(kind, {}, status, name=name)
    return structs.replace(found, owner_uid=owner, owner_kind=owner_kind, version=version)
