"""Containers without a shell, and sessions that cannot be: one sentence each, and nothing is sent."""

from collections.abc import Sequence
from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.model.kinds import PODS, Ref
from k8stui.screens.openings import OPENINGS
from k8stui.screens.questions.choice import Choice
from k8stui.screens.terminals import handing
from k8stui.screens.terminals.handing import NO_TERMINAL
from tests.support.clock import ManualClock
from tests.support.handed import Hands, opened, sessions, several
from tests.support.house import idle, messages, note, running, settled, text, typed
from tests.support.waiting import WITHIN, eventually


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


class TestShells:
    """The best that there is; where there is none, a debug container is offered."""

    @pytest.fixture(autouse=True)
    def patient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The refusal is the first word, however long that takes."""
        monkeypatch.setattr(handing, "FIRST", WITHIN)

    async def test_without_a_shell_every_one_is_tried_and_a_debug_container_offered(
        self, cluster: EmbeddedCluster, clock: ManualClock, hands: Hands, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cluster.store.create(several("web", ["main"], image="gcr.io/distroless/static:1"))
        entered: list[object] = []

        async def debug(_screen: object, rows: Sequence[Any], _typed: str) -> None:
            entered.extend(row.ref.name for row in rows)

        monkeypatch.setattr("k8stui.screens.desk.OPENINGS", {**OPENINGS, "debug": debug})
        async with running(cluster, clock, size=(120, 30)) as (app, _):
            await settled(app, cluster)
            await typed(app, "s")
            await eventually(lambda: isinstance(app.screen, Choice))
            await idle(app)
            shown = "\n".join(text(app))
            assert "No shell in default/web: debug it?" in shown
            assert "there is no shell in it (bash, ash or sh): gcr.io/distroless/static:1 has none" in shown
            assert hands.all == []
            assert [each["query"]["command"] for each in sessions(cluster)] == ["sh", "bash", "ash"]
            await typed(app, "y")
            await eventually(lambda: entered == ["web"])

    async def test_on_windows_its_own_are_tried(
        self, cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
    ) -> None:
        cluster.store.create(several("web", ["main"], spec={"nodeSelector": {"kubernetes.io/os": "windows"}}))
        async with running(cluster, clock, size=(120, 30)) as (app, _):
            await settled(app, cluster)
            await typed(app, "s")
            await eventually(lambda: "there is no shell in it (PowerShell or cmd)" in messages(app))
            assert [each["query"]["command"] for each in sessions(cluster)] == ["powershell", "cmd"]
            assert not isinstance(app.screen, Choice)


class TestRefused:
    """What cannot be is one sentence, and nothing is sent."""

    async def test_without_a_terminal(self, cluster: EmbeddedCluster, clock: ManualClock) -> None:
        cluster.store.create(several("web", ["main"]))
        async with running(cluster, clock, size=(140, 30)) as (app, _):
            await settled(app, cluster)
            await typed(app, "s")
            await eventually(lambda: NO_TERMINAL in messages(app))
            assert sessions(cluster) == []

    async def test_a_completed_pod(self, cluster: EmbeddedCluster, clock: ManualClock, hands: Hands) -> None:
        cluster.store.create(several("web", [], ["main"], phase="Succeeded"))
        async with running(cluster, clock, size=(140, 30)) as (app, _):
            await settled(app, cluster)
            await typed(app, "s")
            said = "cannot exec into a container in a completed pod; current phase is Succeeded"
            await eventually(lambda: said in messages(app))
            await typed(app, ":", *"attach", "enter")
            await eventually(lambda: "cannot attach a container in a completed pod" in messages(app))
            assert sessions(cluster) == []

    async def test_one_that_is_gone_or_another_by_now(
        self, cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
    ) -> None:
        cluster.store.create(several("web", ["main"]))
        async with running(cluster, clock, size=(140, 30)) as (app, _):
            await settled(app, cluster)
            ended = await opened(app, Ref(PODS, "default", "web", "another"))
            assert ended.sentence == "default/web was replaced by another one"
            ended = await opened(app, Ref(PODS, "default", "nosuch", ""))
            assert ended.sentence == "default/nosuch is gone"
            assert sessions(cluster) == []

    async def test_by_the_server(self, cluster: EmbeddedCluster, clock: ManualClock, hands: Hands) -> None:
        cluster.store.create(several("web", ["main"]))
        cluster.faults.add(Fault(resource="pods/exec", status=403, message="no sessions today"))
        async with running(cluster, clock, size=(140, 30)) as (app, _):
            await settled(app, cluster)
            await typed(app, "s")
            await eventually(lambda: "no sessions today" in messages(app))
            assert hands.all == []

    async def test_a_container_that_does_not_run(
        self, cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
    ) -> None:
        cluster.store.create(several("web", ["main"], ["slow"]))
        async with running(cluster, clock, size=(140, 30)) as (app, _):
            await settled(app, cluster)
            await typed(app, ":", *"shell slow", "enter")
            await eventually(lambda: "default/web (slow): the container does not run (X): " in messages(app))
            assert hands.all == []

    async def test_a_read_only_context(self, cluster: EmbeddedCluster, clock: ManualClock, hands: Hands) -> None:
        cluster.store.create(several("web", ["main"]))
        async with running(cluster, clock, size=(140, 30), read_only=("*",)) as (app, _):
            await settled(app, cluster)
            await typed(app, "s")
            await eventually(lambda: "read-only" in note(app))
            ended = await opened(app, app.home.rows()[0].ref)
            assert "read-only" in ended.sentence
            assert sessions(cluster) == []
