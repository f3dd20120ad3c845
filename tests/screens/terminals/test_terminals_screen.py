"""The ways into a container, up to where the terminal is handed over: who is meant, what is asked, what is said."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from msgspec import Struct

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.kube.sockets import ERROR, STDIN, STDOUT, Channels, exit_status
from k8stui.model.kinds import PODS, Ref
from k8stui.operations.sessions.ending import End, Ended, How
from k8stui.screens.journal.page import JournalScreen
from k8stui.screens.pick import PickScreen
from k8stui.screens.questions.choice import Choice
from k8stui.screens.terminals import opening
from k8stui.screens.terminals.handing import NO_TERMINAL, Heard
from k8stui.screens.terminals.opening import open_session
from k8stui.screens.terminals.words import About
from tests.support.clock import ManualClock
from tests.support.house import idle, messages, note, running, settled, text, typed, under_cursor
from tests.support.objects import Object, node
from tests.support.questions import asked
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


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


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


async def test_one_container_is_entered_at_once(cluster: EmbeddedCluster, clock: ManualClock, hands: Hands) -> None:
    cluster.store.create(several("web", ["main"]))
    async with running(cluster, clock, size=(140, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, "s")
        handed = await over(app, hands)
        assert (handed.about.container, handed.tty, handed.stdin) == ("main", True, True)
        assert "default/web (main): the shell ended with exit code 3 after 12s" in note(app)
        (session,) = sessions(cluster)
        assert session["query"]["tty"] == "true"


async def test_of_several_that_run_one_is_chosen_the_default_first(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
) -> None:
    default = {"kubectl.kubernetes.io/default-container": "proxy"}
    cluster.store.create(
        several("web", ["main", "proxy"], ["slow"], init=["sidecar"], ephemeral=["debugger"], annotations=default)
    )
    async with running(cluster, clock, size=(100, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, "s")
        await eventually(lambda: isinstance(app.screen, PickScreen))
        assert offered(app) == ["proxy", "main", "sidecar", "debugger"]
        shown = "\n".join(text(app))
        assert "init  nginx:1" in shown
        assert "ephemeral  nginx:1" in shown
        await typed(app, "enter")
        assert (await over(app, hands)).about.container == "proxy"
        await typed(app, "s")
        await eventually(lambda: isinstance(app.screen, PickScreen))
        await typed(app, "escape")
        await idle(app)
        assert len(hands.all) == 1


async def test_a_container_may_be_named(cluster: EmbeddedCluster, clock: ManualClock, hands: Hands) -> None:
    cluster.store.create(several("web", ["main", "proxy"]))
    async with running(cluster, clock, size=(140, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", *"shell proxy", "enter")
        assert (await over(app, hands)).about.container == "proxy"
        await typed(app, ":", *"shell nosuch", "enter")
        await eventually(lambda: "container nosuch not found in pod web: it has main, proxy" in messages(app))
        await typed(app, ":", *"shell a b", "enter")
        await eventually(lambda: "type one name" in "\n".join(text(app)))


async def test_a_command_runs_in_the_default_container_unless_another_is_named(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
) -> None:
    cluster.store.create(several("web", ["main", "proxy"]))
    async with running(cluster, clock, size=(140, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", *"exec cat '/etc/hostname'", "enter")
        handed = await over(app, hands)
        assert (handed.about.container, tuple(handed.about.command)) == ("main", ("cat", "/etc/hostname"))
        assert b"web" in hands.heard
        assert "cat ended with exit code 0" in note(app)
        await typed(app, ":", *"exec -c proxy -- ls -l /", "enter")
        handed = await over(app, hands, 2)
        assert (handed.about.container, tuple(handed.about.command)) == ("proxy", ("ls", "-l", "/"))
        await typed(app, ":", *"exec 'x", "enter")
        await eventually(lambda: "A quote is opened and never closed" in "\n".join(text(app)))


@pytest.mark.parametrize(
    ("flags", "wanted"),
    [({}, (False, False)), ({"stdin": True}, (False, True)), ({"stdin": True, "tty": True}, (True, True))],
)
async def test_attaching_gives_what_the_container_was_made_with(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands, flags: Object, wanted: tuple[bool, bool]
) -> None:
    hands.how = How.DETACHED
    cluster.store.create(several("web", ["main"], container=flags))
    async with running(cluster, clock, size=(140, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", *"attach", "enter")
        handed = await over(app, hands)
        assert (handed.tty, handed.stdin) == wanted
        assert "it runs on" in note(app)
        assert [each["path"] for each in sessions(cluster)] == ["attach"]


async def test_what_ends_with_its_first_session_is_said_to(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
) -> None:
    hands.how = How.DETACHED
    flags = {"stdin": True, "tty": True, "stdinOnce": True}
    cluster.store.create(several("web", ["main"], container=flags))
    async with running(cluster, clock, size=(140, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", *"attach", "enter")
        assert (await over(app, hands)).about.leave == "leave it (its input ends)"
        assert "it runs on, without input" in note(app)


class TestShells:
    """The best that there is; where there is none, a debug container is offered."""

    async def test_without_a_shell_every_one_is_tried_and_a_debug_container_offered(
        self, cluster: EmbeddedCluster, clock: ManualClock, hands: Hands, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cluster.store.create(several("web", ["main"], image="gcr.io/distroless/static:1"))
        entered: list[object] = []

        async def debug(_screen: object, rows: Sequence[Any]) -> None:
            entered.extend(row.ref.name for row in rows)

        monkeypatch.setattr("k8stui.screens.desk.OPENINGS", {**_openings(), "debug": debug})
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


def _openings() -> Mapping[str, Any]:
    from k8stui.screens.openings import OPENINGS

    return OPENINGS


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
            ended = await _opened(app, Ref(PODS, "default", "web", "another"))
            assert ended.sentence == "default/web was replaced by another one"
            ended = await _opened(app, Ref(PODS, "default", "nosuch", ""))
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
            await eventually(lambda: 'container not found ("slow")' in messages(app))
            assert hands.all == []

    async def test_a_read_only_context(self, cluster: EmbeddedCluster, clock: ManualClock, hands: Hands) -> None:
        cluster.store.create(several("web", ["main"]))
        async with running(cluster, clock, size=(140, 30), read_only=("*",)) as (app, _):
            await settled(app, cluster)
            await typed(app, "s")
            await eventually(lambda: "read-only" in note(app))
            ended = await _opened(app, app.home.rows()[0].ref)
            assert "read-only" in ended.sentence
            assert sessions(cluster) == []


async def test_a_protected_context_asks_with_the_name_typed(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
) -> None:
    cluster.store.create(several("web", ["main"]))
    async with running(cluster, clock, size=(120, 30), protected=("*",)) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", *"exec ls /", "enter")
        question = await asked(app)
        assert "un ls / in pod default/web, container main" in question.case.question
        await typed(app, "escape")
        await eventually(lambda: not any(each.is_running for each in app.workers))
        assert sessions(cluster) == []
        await typed(app, ":", *"exec ls /", "enter")
        await asked(app)
        await typed(app, *question.case.typed, "enter")
        assert (await over(app, hands)).about.command == ("ls", "/")


async def test_what_is_typed_while_it_is_opened_is_nobodys_key_and_esc_gives_it_up(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
) -> None:
    for name in ("web", "web-2"):
        cluster.store.create(several(name, ["main"]))
    cluster.faults.add(Fault(resource="pods/exec", delay=3.0))
    async with running(cluster, clock, size=(120, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, "s")
        await eventually(lambda: app.entering is not None)
        await typed(app, "j", "d", "ctrl+d", "enter")
        assert under_cursor(app) == "web"
        assert app.screen is app.home
        await typed(app, "escape")
        await eventually(lambda: "default/web (main): given up before it was open" in messages(app))
        assert app.entering is None
        await typed(app, "j")
        assert under_cursor(app) == "web-2"
        assert hands.all == []


async def test_the_journal_keeps_what_was_run_and_how_it_ended(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
) -> None:
    cluster.store.create(node("worker-1"))
    cluster.store.create(several("web", ["main"]))
    async with running(cluster, clock, size=(140, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", *"exec false", "enter")
        await over(app, hands)
        await typed(app, "J")
        await eventually(lambda: isinstance(app.screen, JournalScreen))
        await idle(app)
        assert "run false in pod default/web, container main" in "\n".join(text(app))
        assert app.settings.state is not None
        kept = "".join(path.read_text() for path in app.settings.state.rglob("*.jsonl"))
        assert "-- false" in kept
        assert "default/web (main): false ended with exit code 1 after 12s" in kept


async def _opened(app: K8sTui, pod: Ref) -> Ended:
    found: list[Ended] = []

    async def work() -> None:
        found.append(await open_session(app.home, pod))

    app.spawn(work(), "a test")
    condition: Callable[[], object] = lambda: found  # noqa: E731
    await eventually(condition)
    return found[0]
