"""Which container of a pod is its default one."""

from msgspec import DecodeError

from k8stui.cluster.session import Session
from k8stui.kube.errors import ApiError
from k8stui.model.objects import TooDeepError, row
from k8stui.model.pod_choice import default_container
from k8stui.model.pod_row import Pod


class Defaults:
    """Asks the pod, as kubectl does, but only one of those that one controller made."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, str] = {}

    async def of(self, pod: Pod) -> str:
        """The name that its annotation gives; "" for none, and where the pod may not be read."""
        key = pod.owner_uid or pod.ref.uid
        if key not in self._known:
            self._known[key] = await self._asked(pod)
        return self._known[key]

    async def _asked(self, pod: Pod) -> str:
        try:
            answer = await self._session.connection.request("GET", pod.ref.path)
            found = row(pod.ref.kind, answer.body).tree()
        except (ApiError, DecodeError, TooDeepError):
            return ""
        return default_container(found)
