"""Sessions up to where the terminal is handed over: pods with several containers, and what stands for the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from msgspec import Struct

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.kube.sockets import ERROR, STDIN, STDOUT, Channels, exit_status
from k8stui.model.kinds import Ref
from k8stui.operations.sessions.ending import End, Ended, How
from k8stui.screens.pick import PickScreen
from k8stui.screens.terminals import opening
from k8stui.screens.terminals.handing import Heard
from k8stui.screens.terminals.opening import open_session
from k8stui.screens.terminals.words import About
from tests.support.house import idle
from tests.support.objects import Object
from tests.support.waiting import eventually

ENDS = b"exit 3\r"


class Handed(Struct):
    """One time that the terminal was handed over."""

    about: About
    tty: bool
    stdin: bool


class Hands:
    """Stands where the terminal is handed over: types one line, and reads until the end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.all: list[Handed] = []
        self.typed = ENDS
        self.heard = b""
        self.how = How.EXITED
        monkeypatch.setattr(opening, "hand_over", self)
        monkeypatch.setattr(opening, "obstacle", lambda house: "")

    async def __call__(self, _house: K8sTui, link: Channels, about: About, *, tty: bool, stdin: bool) -> End:
        heard = Heard(link)
        refused = await heard.refused()
        if refused is not None:
            await heard.close()
            return refused
        self.all.append(Handed(about, tty, stdin))
        try:
            if self.how is not How.EXITED:
                return End(self.how)
            if stdin:
                await heard.send(STDIN, self.typed)
            async for channel, data in heard:
                if channel == ERROR:
                    status = exit_status(data)
                    return End(How.EXITED, status.code, "" if status.code is not None else status.message, seconds=12.0)
                if channel == STDOUT:
                    self.heard += data
            return End(How.EXITED)
        finally:
            await heard.close()


def several(
    name: str,
    running: Sequence[str],
    waiting: Sequence[str] = (),
    *,
    image: str = "nginx:1",
    init: Sequence[str] = (),
    ephemeral: Sequence[str] = (),
    **more: Any,
) -> Object:
    """A pod with these containers."""

    def specs(names: Sequence[str]) -> list[Object]:
        return [{"name": each, "image": image, **more.get("container", {})} for each in names]

    def statuses(names: Sequence[str]) -> list[Object]:
        up: Object = {"running": {"startedAt": "2026-09-21T14:00:00Z"}}
        states = {each: {"waiting": {"reason": "X"}} if each in waiting else up for each in names}
        return [{"name": each, "restartCount": 0, "ready": True, "state": states[each]} for each in names]

    every = [*running, *waiting]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "annotations": more.get("annotations", {})},
        "spec": {
            "nodeName": "worker-1",
            "containers": specs(every),
            "initContainers": specs(init),
            "ephemeralContainers": specs(ephemeral),
            **more.get("spec", {}),
        },
        "status": {
            "phase": more.get("phase", "Running"),
            "containerStatuses": statuses(every),
            "initContainerStatuses": statuses(init),
            "ephemeralContainerStatuses": statuses(ephemeral),
        },
    }


def sessions(cluster: EmbeddedCluster) -> list[Mapping[str, Any]]:
    """The queries of the sessions that were asked for."""
    found = [each for each in cluster.requests if each.path.endswith(("/exec", "/attach"))]
    return [{"path": each.path.rpartition("/")[2], "query": each.query} for each in found]


def offered(app: K8sTui) -> list[str]:
    """The containers to choose from."""
    screen = app.screen
    assert isinstance(screen, PickScreen)
    return [entry.id for entry in screen._entries()]


async def over(app: K8sTui, hands: Hands, number: int = 1) -> Handed:
    """Wait until that many sessions are over and said."""
    await eventually(lambda: len(hands.all) == number and not any(each.is_running for each in app.workers))
    await idle(app)
    return hands.all[-1]


async def opened(app: K8sTui, pod: Ref) -> Ended:
    """How a session of that pod ended."""
    found: list[Ended] = []

    async def work() -> None:
        found.append(await open_session(app.home, pod))

    app.spawn(work(), "a test")
    await eventually(lambda: found)
    return found[0]
