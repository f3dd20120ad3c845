"""A part of an object that its server does not have: it answers as if the object were not there."""

from collections.abc import Awaitable, Callable

from k8stui.kube.errors import ApiError
from k8stui.model.kinds import Ref
from k8stui.model.objects import ObjectRow
from k8stui.operations.mutation import Mutation


async def absent(mutation: Mutation, error: ApiError, read: Callable[[Ref], Awaitable[ObjectRow | None]]) -> str:
    """Why a change of an object that is there was not found, in kubectl's words; "": it is gone, or nobody knows.

    As with kubectl, an answer that names the object is about the object.

    Args:
        mutation: what was answered with 404.
        error: that answer.
        read: the object of that name as it is now.
    """
    target = mutation.target
    if '" not found' in error.message:  # pods "web-1" not found
        return ""
    try:
        now = await read(target) if mutation.subresource and target.uid else None
    except ApiError:
        return ""
    if now is None or now.ref.uid != target.uid:
        return ""
    if mutation.subresource == "ephemeralcontainers":
        return "Ephemeral containers are disabled for this cluster"
    return f"This server has no {target.kind.resource}/{mutation.subresource}"
