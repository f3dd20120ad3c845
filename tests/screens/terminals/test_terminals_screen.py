"""The ways into a container, up to where the terminal is handed over: who is meant, what is asked, what is said."""

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.operations.sessions.ending import How
from k8stui.screens.journal.page import JournalScreen
from k8stui.screens.pick import PickScreen
from tests.support.clock import ManualClock
from tests.support.handed import Hands, offered, over, sessions, several
from tests.support.house import idle, messages, note, running, settled, text, typed, under_cursor
from tests.support.manifests import deployment
from tests.support.objects import Object, node
from tests.support.questions import asked
from tests.support.waiting import eventually


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


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


async def test_of_a_workload_the_pod_is_meant_that_kubectl_takes(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
) -> None:
    """Of those that run the one that has been ready the longest; said, for nobody has named it."""
    cluster.store.create(deployment("web", image="nginx:1"))
    selected = cluster.store.get("deployments.apps", "web", "default")["spec"]["selector"]["matchLabels"]
    for name, since in (("web-young", "2026-09-21T13:00:00Z"), ("web-old", "2026-09-21T12:00:00Z"), ("web-over", "")):
        made = several(name, ["main"], phase="Running" if since else "Succeeded")
        made["metadata"]["labels"] = selected
        made["status"]["conditions"] = [{"type": "Ready", "status": "True", "lastTransitionTime": since or None}]
        cluster.store.create(made)
    async with running(cluster, clock, view="deployments", size=(140, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", *"exec ls /", "enter")
        handed = await over(app, hands)
        assert (handed.about.pod.name, tuple(handed.about.command)) == ("web-old", ("ls", "/"))
        assert 'deployments.apps "web" has 2 pods: web-old is meant' in messages(app)


async def test_what_has_no_pods_is_said_to_have_none(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
) -> None:
    cluster.store.create(deployment("web", image="nginx:1"))
    cluster.store.create(node("worker-1"))
    async with running(cluster, clock, view="deployments", size=(140, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", *"shell", "enter")
        await eventually(lambda: 'deployments.apps "web" has no pod that runs' in messages(app))
        await typed(app, "1")
        await settled(app, cluster)
        await typed(app, ":", *"attach", "enter")
        await eventually(
            lambda: 'nodes "worker-1" has no pods to go into: put the cursor on a pod or a workload' in messages(app)
        )
    assert not hands.all


async def test_a_command_runs_in_the_pod_that_it_was_asked_for(
    cluster: EmbeddedCluster, clock: ManualClock, hands: Hands
) -> None:
    """The pod goes while its command is typed: the cursor is on another one by then."""
    for name in ("web-1", "web-2"):
        cluster.store.create(several(name, ["main"]))
    async with running(cluster, clock, size=(120, 30)) as (app, _):
        await settled(app, cluster)
        await typed(app, ":", *"exec", "enter")
        await eventually(lambda: "Run a command in default/web-1" in "\n".join(text(app)))
        cluster.store.delete("pods", "web-1", "default")
        await eventually(lambda: len(app.home.pane.view) == 1 if app.home.pane is not None else False)
        await idle(app)
        await typed(app, *"rm x", "enter")
        await eventually(lambda: "default/web-1 is gone" in messages(app))
        assert sessions(cluster) == []
