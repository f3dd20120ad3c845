"""Long work: the jobs' tab, what the status line says of it, quitting while it runs, and what was cut off."""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
from msgspec import structs
from textual.widget import Widget

from k8stui.actions import Where
from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.columns import Tone
from k8stui.model.kinds import PODS, Ref
from k8stui.operations.jobs.jobs import JobState
from k8stui.operations.jobs.records import NodeOf, Record, RecordFile, unfinished
from k8stui.operations.outcomes import Outcome, Result
from k8stui.screens.drain.plan_page import DrainScreen
from k8stui.screens.leaving import Quitting
from k8stui.screens.page import PageScreen
from k8stui.screens.questions.answered import Question
from k8stui.screens.texts import TextScreen
from k8stui.widgets.status_line import Status
from tests.support.clock import START, ManualClock
from tests.support.house import SHORT, idle, messages, running, settled, status, text, typed
from tests.support.journals import cordon, opened
from tests.support.scene import node
from tests.support.waiting import eventually
from tests.support.working import Waiting


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    for name in ("worker-1", "worker-2"):
        cluster.store.create(node(name))
    async with running(cluster, clock, size=(120, 30), view="nodes") as (house, _):
        await settled(house, cluster)
        yield house


def lines(app: K8sTui) -> str:
    return "\n".join(text(app))


def begun(app: K8sTui, title: str = "Drain worker-2") -> Waiting:
    job = Waiting(title)
    app.jobs.start(job)
    return job


def cut_off(directory: Path, cluster: EmbeddedCluster, context: str, server: str = "") -> Record:
    """A drain of worker-2 as a killed program leaves it: with a record, and without an end."""
    uid = cluster.store.get("nodes", "worker-2")["metadata"]["uid"]
    record = Record(
        id=f"drain-{context}",
        what="drain",
        title="Drain worker-2",
        context=context,
        server=server or cluster.kubeconfig()["clusters"][0]["cluster"]["server"],
        user="admin",
        started=START - 600,
        nodes=(NodeOf("worker-2", uid),),
        pods=17,
        kubectl="kubectl drain worker-2",
    )
    file = RecordFile(directory, record, now=lambda: START - 500, complain=print)
    cluster.store.modify("nodes", "worker-2", change=lambda each: each["spec"].update(unschedulable=True))
    sent = cordon("worker-2", uid)
    file.outcome(file.intend(sent), Outcome(sent, Result.DONE, "node/worker-2 cordoned"))
    for number in range(12):
        file.saw(Ref(PODS, "shop", f"web-{number}", f"uid-{number}"), "gone", f"web-{number} is gone")
    file.close()
    return record


# Jobs of this run


async def test_what_runs_is_in_the_status_line_and_nothing_is_painted_while_that_stays(app: K8sTui) -> None:
    job = begun(app)
    await idle(app)
    assert "1 job" in status(app)
    before = app.home.status._pieces
    job.advance(3)
    assert app.home.status._pieces is before
    begun(app, "Drain worker-1")
    await idle(app)
    assert "2 jobs" in status(app)
    job.ask("worker-2 was uncordoned by another hand: go on?")
    await idle(app)
    assert "2 jobs, 1 ask" in status(app)
    for each in app.jobs.all:
        each.cancel()
    await eventually(lambda: not app.work.running)
    await idle(app)
    assert "job" not in status(app)


async def test_jobs_are_shown_with_their_progress_as_it_comes(app: K8sTui) -> None:
    job = begun(app)
    await opened(app)  # opens on the jobs, for one runs
    assert "jobs 1" in lines(app)
    assert "◐ running" in lines(app)
    job.advance(12)
    await eventually(lambda: "12/17 pods gone" in lines(app))
    job.ask("Uncordon worker-2?")
    await eventually(lambda: "▲ asks" in lines(app) and "Uncordon worker-2?" in lines(app))
    job.asking = ""
    job.finish()
    await eventually(lambda: "● done" in lines(app))


async def test_tab_leads_to_the_journal_and_back(app: K8sTui) -> None:
    begun(app)
    screen = await opened(app)
    await typed(app, "tab")
    assert screen.tab is screen.entries
    assert "Take back" in lines(app)
    await typed(app, "tab")
    assert screen.tab is screen.jobs
    await typed(app, "Y")
    assert "tab leads to them" in messages(app)


async def test_pause_and_go_on(app: K8sTui) -> None:
    job = begun(app)
    await opened(app)
    await typed(app, "p")
    assert job.state.value == "paused"
    await eventually(lambda: "▲ paused" in lines(app))
    await typed(app, "p")
    assert job.state.value == "running"


async def test_cancel_asks(app: K8sTui) -> None:
    job = begun(app)
    await opened(app)
    await typed(app, "x")
    await eventually(lambda: isinstance(app.screen, Question))
    await idle(app)
    await typed(app, "n")
    assert job.state is JobState.RUNNING
    await typed(app, "x")
    await eventually(lambda: isinstance(app.screen, Question))
    await idle(app)
    assert "Cancel Drain worker-2?" in lines(app)
    await typed(app, "y")
    await eventually(lambda: job.state is JobState.CANCELLED)


async def test_enter_shows_the_report_with_its_errors(app: K8sTui) -> None:
    job = begun(app)
    job.errors.append("web-1 was refused for good")
    await opened(app)
    assert "web-1 was refused for good" in lines(app)
    await typed(app, "enter")
    await eventually(lambda: isinstance(app.screen, TextScreen))
    await idle(app)
    assert "web-1 was refused for good" in lines(app)
    await typed(app, "q")
    job.finish()
    await eventually(lambda: not app.work.running)
    await typed(app, "x", "u")
    assert "Drain worker-2 is over (done): enter shows its report" in messages(app)


async def test_keys_that_mean_nothing_for_a_job_that_runs_say_what_does(app: K8sTui) -> None:
    begun(app)
    await opened(app)
    await typed(app, "R", "u")
    assert "p pauses it" in messages(app)
    assert "x cancels it" in messages(app)


# Quitting


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_quitting_while_a_job_runs_asks_and_says_what_then_happens(app: K8sTui, key: str) -> None:
    job = begun(app)
    job.advance(12)
    await typed(app, key)
    await eventually(lambda: isinstance(app.screen, Quitting))
    await idle(app)
    assert "Drain worker-2 is not over: 12/17 pods gone" in lines(app)
    assert "It would be cut off where it is; the next start tells of it" in lines(app)
    await typed(app, "n")
    await idle(app)
    assert app.is_running
    assert app.screen is app.home
    await typed(app, key)
    await eventually(lambda: isinstance(app.screen, Quitting))
    await idle(app)
    await typed(app, "y")
    await eventually(lambda: app._exit)


async def test_ctrl_q_twice_asks_once(app: K8sTui) -> None:
    begun(app)
    await typed(app, "ctrl+q", "ctrl+q")
    await idle(app)
    assert len(app.screen_stack) == 2
    await typed(app, "escape")
    assert app.screen is app.home


async def test_quitting_from_a_page_asks_there(app: K8sTui) -> None:
    begun(app)
    screen = await opened(app)
    await typed(app, "ctrl+q")
    await eventually(lambda: isinstance(app.screen, Quitting))
    await idle(app)
    await typed(app, "escape")
    assert app.screen is screen


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_without_a_job_it_ends_at_once(app: K8sTui, key: str) -> None:
    job = begun(app)
    job.finish()
    await eventually(lambda: not app.work.running)
    await typed(app, key)
    await eventually(lambda: app._exit)


async def test_a_text_that_is_not_saved_is_asked_about(app: K8sTui) -> None:
    held = ["What you typed for configmap/web is not saved"]
    app.work.holds.append(lambda: held[0])
    await typed(app, "ctrl+q")
    await eventually(lambda: isinstance(app.screen, Quitting))
    await idle(app)
    assert held[0] in lines(app)
    await typed(app, "n")
    held[0] = ""
    await typed(app, "ctrl+q")
    await eventually(lambda: app._exit)


async def test_a_signal_asks_nothing(app: K8sTui) -> None:
    begun(app)
    app._end_by_signal(15)
    await eventually(lambda: app._exit)


# What was cut off


async def test_it_is_told_once_at_the_start(cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path) -> None:
    cluster.store.create(node("worker-2"))
    cut_off(tmp_path, cluster, "embedded")
    shown = structs.replace(SHORT, toast=60.0)
    async with running(cluster, clock, size=(120, 30), timing=shown, state=tmp_path, toasts=True) as (app, _):
        await settled(app, cluster)
        said = "Drain worker-2 in embedded was cut off at 12/17 pods gone: J goes on or takes it back"
        await eventually(lambda: said in messages(app))
        assert [each.message for each in app._notifications] == [said]
        await opened(app)
        assert "✖ cut off" in lines(app)
        assert messages(app).count("was cut off") == 1


async def test_nothing_is_told_where_nothing_was_cut_off(app: K8sTui) -> None:
    await idle(app)
    assert "cut off" not in messages(app)


async def entered(app: K8sTui, cluster: EmbeddedCluster) -> str:
    assert app.home.session is not None
    cut_off(app.state, cluster, app.home.session.context.name)
    screen = await opened(app)
    if screen.tab is screen.entries:
        await typed(app, "tab")
    return app.home.session.context.name


async def test_all_that_is_known_of_it(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await entered(app, cluster)
    await typed(app, "enter")
    await eventually(lambda: isinstance(app.screen, TextScreen))
    await idle(app)
    assert "Cordoned  worker-2" in lines(app)
    assert "web-0 is gone" in lines(app)


async def test_it_is_taken_back_by_uncordoning(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await entered(app, cluster)
    assert cluster.store.get("nodes", "worker-2")["spec"]["unschedulable"]
    await typed(app, "u")
    await eventually(lambda: not cluster.store.get("nodes", "worker-2")["spec"].get("unschedulable"))
    await eventually(lambda: "Drain worker-2 was taken back" in messages(app))
    await eventually(lambda: "jobs 0" in lines(app))
    assert unfinished(app.state) == []
    assert app.journals.entries[-1].says == "uncordon worker-2"


async def test_it_is_gone_on_with_by_a_plan_made_anew(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await entered(app, cluster)
    await typed(app, "R")
    await eventually(lambda: isinstance(app.screen, DrainScreen))
    await idle(app)
    assert isinstance(app.screen, DrainScreen)
    assert [each.name for each in app.screen.nodes] == ["worker-2"]
    assert app.screen.earlier is not None
    assert len(unfinished(app.state)) == 1  # nothing is begun yet


@pytest.mark.parametrize("key", ["u", "R"])
async def test_that_of_another_context_says_where_to_go(app: K8sTui, cluster: EmbeddedCluster, key: str) -> None:
    cut_off(app.state, cluster, "prod")
    await opened(app)
    await typed(app, "tab", key)
    await eventually(lambda: "was in the context prod" in messages(app))
    assert cluster.store.get("nodes", "worker-2")["spec"]["unschedulable"]


async def test_what_another_program_has_taken_back_meanwhile_is_left_alone(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await entered(app, cluster)
    record = unfinished(app.state)[0]
    assert record.finish("taken back", "by another", START)
    cluster.store.modify("nodes", "worker-2", change=lambda each: each["spec"].pop("unschedulable"))
    await typed(app, "u")
    await eventually(lambda: "another k8stui has done something about it" in messages(app))


async def test_it_is_forgotten_when_that_is_agreed_to(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await entered(app, cluster)
    await typed(app, "x")
    await eventually(lambda: isinstance(app.screen, Question))
    await idle(app)
    assert "Nothing is sent: worker-2 stays cordoned" in lines(app)
    await typed(app, "n", "x")
    await eventually(lambda: isinstance(app.screen, Question))
    await idle(app)
    assert len(unfinished(app.state)) == 1
    await typed(app, "y")
    await eventually(lambda: "jobs 0" in lines(app))
    assert unfinished(app.state) == []
    assert cluster.store.get("nodes", "worker-2")["spec"]["unschedulable"]


async def test_that_of_a_cluster_that_is_another_one_now_can_only_be_forgotten(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    assert app.home.session is not None
    cut_off(app.state, cluster, app.home.session.context.name, server="https://old.example:6443")
    await opened(app, "J")
    await typed(app, "tab", "u")
    await eventually(lambda: "was at https://old.example:6443" in messages(app))
    assert cluster.store.get("nodes", "worker-2")["spec"]["unschedulable"]


class JobPage(PageScreen):
    """Any page that shows one job."""

    WHERE = Where.DRAIN
    job: Waiting

    def body(self) -> Iterable[Widget]:
        return ()

    def heading(self) -> Status:
        return self.status_of(self.job.title, "", Tone.PLAIN)


async def test_enter_leads_back_to_the_page_that_is_open_under_the_journal(app: K8sTui) -> None:
    job = begun(app)
    assert app.home.session is not None
    page = JobPage(app.home.session, app.home.signs)
    page.job = job
    await app.push_screen(page)
    await opened(app)
    await typed(app, "enter")
    assert app.screen is page
    assert len(app.screen_stack) == 2
