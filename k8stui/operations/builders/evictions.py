"""A pod sent away: by an eviction, which asks its disruption budget, or by a deletion, which does not (semantics §2.6).

As kubectl drain sends them, and pinned: kubectl names no uid, so that a StatefulSet's pod which came back under the
same name meanwhile is evicted a second time. A grace period of 0 is immediate in both: the kubelet is not waited for.
"""

from typing import Any

import msgspec

from k8stui.model import kinds
from k8stui.model.kinds import Ref
from k8stui.model.kubectl import about, command
from k8stui.model.objects import ObjectRow
from k8stui.operations.building import UnableError
from k8stui.operations.mutation import Mutation, Request, Risk

OWN = -1
"""A grace period: the pod's own."""


def evict(found: ObjectRow, *, grace: int = OWN) -> Mutation:
    """Evict a pod (policy/v1): 429 says that its budget does not allow it now.

    Args:
        found: the pod.
        grace: seconds; 0 is at once, below that the pod's own.

    Raises UnableError: it is no pod.
    """
    ref = _pod(found)
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": ref.name, "namespace": ref.namespace},
        "deleteOptions": _options(found, grace),
    }
    path = ref.kind.path(ref.namespace, ref.name, "eviction")
    encoded = msgspec.json.encode(body)
    return Mutation(
        builder="evictions.evict",
        target=ref,
        request=Request("POST", path, encoded),
        risk=Risk.DESTRUCTIVE,
        says=f"evict {about(ref)}{_with(grace)}",
        done=f"pod/{ref.name} evicted",
        kubectl=f"{command('create', '--raw', path, '-f', '-')} <<< '{encoded.decode()}'",
        verb="create",
        subresource="eviction",
        args={"grace": grace},
    )


def delete_pod(found: ObjectRow, *, grace: int = OWN) -> Mutation:
    """Delete a pod without asking its budget, as `kubectl drain --disable-eviction` does.

    Args:
        found: the pod.
        grace: seconds; 0 is at once, below that the pod's own.

    Raises UnableError: it is no pod.
    """
    ref = _pod(found)
    body = {"apiVersion": "v1", "kind": "DeleteOptions", **_options(found, grace)}
    words = [*([f"--grace-period={grace}"] if grace >= 0 else []), *(["--force"] if grace == 0 else []), "--wait=false"]
    return Mutation(
        builder="evictions.delete_pod",
        target=ref,
        request=Request("DELETE", ref.path, msgspec.json.encode(body)),
        risk=Risk.DESTRUCTIVE,
        says=f"delete {about(ref)}{_with(grace)} without asking its budget",
        done=f"pod/{ref.name} deleted",
        kubectl=command("delete", "pod", ref.name, *words, namespace=ref.namespace),
        verb="delete",
        args={"grace": grace},
    )


def _options(found: ObjectRow, grace: int) -> dict[str, Any]:
    seconds = {"gracePeriodSeconds": grace} if grace >= 0 else {}
    return {**seconds, "preconditions": {"uid": found.ref.uid}}


def _pod(found: ObjectRow) -> Ref:
    if found.ref.kind.resource != kinds.PODS.resource:
        raise UnableError(f"{found.ref} is no pod: only pods can be evicted")
    return found.ref


def _with(grace: int) -> str:
    return " at once" if grace == 0 else f" with {grace} s of grace" if grace > 0 else ""
