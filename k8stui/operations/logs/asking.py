"""Pods that are known by name and may be read but not listed: asked for one by one, as kubectl asks for one."""

import asyncio
from collections.abc import Callable

import msgspec

from k8stui.cluster.session import Session
from k8stui.cluster.store import Store
from k8stui.kube.errors import ApiError, Failure
from k8stui.model.kinds import PODS
from k8stui.model.pod_raw import RawPod
from k8stui.model.pod_row import Pod, row


class Asking:
    """One pod, read again every `Timing.poll` seconds. Close it.

    Args:
        session: of the context.
        namespace: the pod's.
        name: the pod's.
        changed: called when an answer came.
    """

    def __init__(self, session: Session, namespace: str, name: str, changed: Callable[[], None]) -> None:
        self.store: Store[Pod] = Store()
        self.trouble = ""
        """Why it cannot be read."""
        self.answered = False
        self._session = session
        self._path = PODS.path(namespace, name)
        self._changed = changed
        self._task = asyncio.get_running_loop().create_task(self._ask())

    async def _ask(self) -> None:
        while True:
            try:
                answer = await self._session.connection.request("GET", self._path)
                pod = row(msgspec.json.decode(answer.body, type=RawPod))
                for uid in [uid for uid in self.store.rows if uid != pod.ref.uid]:
                    self.store.remove(uid)
                self.store.put(pod)
                self.trouble = ""
            except ApiError as error:
                self.trouble = error.sentence
                if error.failure is Failure.NOT_FOUND:
                    for uid in list(self.store.rows):
                        self.store.remove(uid)
            except msgspec.MsgspecError:
                self.trouble = "The pod cannot be read: it is no object that this program knows"
            self.answered = True
            self._changed()
            await asyncio.sleep(self._session.settings.timing.poll)

    def close(self) -> None:
        """Ask no more."""
        self._task.cancel()
        self.store.close()
