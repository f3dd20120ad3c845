"""What is worth asking of a server: what is known to be refused is not sent again and again."""

from typing import TYPE_CHECKING

from k8stui.cluster.verdicts import No
from k8stui.kube.errors import ApiError, Failure, denied
from k8stui.model.kinds import Kind

if TYPE_CHECKING:
    from k8stui.cluster.access import Access


class Worth:
    """Rights as feeds look at them.

    Args:
        access: of the context's user; None: everything is worth trying.
        every: seconds after which a refusal is asked about anew (`Timing.denied_retry`).
    """

    def __init__(self, access: "Access | None" = None, every: float = 0.0) -> None:
        self._access = access
        self._every = every

    async def refusal(self, kind: Kind, namespace: str | None) -> str:
        """Why a list would be refused, one sentence; empty where it is worth trying, also where nobody knows.

        Waits only where a refusal has grown old: a list that nobody has refused is not held up.
        """
        if self._access is None:
            return ""
        verdict = await self._access.still("list", kind, namespace, self._every)
        if not isinstance(verdict, No):
            return ""
        where = namespace if kind.namespaced else None
        said = denied("list", kind.resource, where, user=self._access.user)
        return ApiError(Failure.FORBIDDEN, said, status=403).sentence

    async def listable(self, kind: Kind, namespace: str | None) -> bool:
        """Whether it is worth listing in a namespace that nobody has asked for: the server is asked where need be."""
        if self._access is None:
            return True
        await self._access.still("list", kind, namespace, self._every)
        return not isinstance(await self._access.may("list", kind, namespace), No)
