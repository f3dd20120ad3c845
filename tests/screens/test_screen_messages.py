"""What went on and what went wrong stays readable; a mistake of our own is a message or ends with one sentence."""

import stat
from typing import Any

import msgspec
import pytest

from k8stui.cluster import feed
from k8stui.cluster.states import Live, Stale
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.model.columns import Tone
from tests.support.clock import ManualClock
from tests.support.house import SHORT, idle, messages, note, reports, running, says, settled, tells, text, typed
from tests.support.objects import pod
from tests.support.scene import HOSTILE
from tests.support.waiting import eventually

SECRET = "t0ken-that-nobody-may-see"


async def test_an_error_is_readable_after_its_toast_has_gone(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    """Trap 17."""
    async with running(cluster, clock, toasts=True, timing=LONG) as (app, _):
        await settled(app, cluster)
        app.note("The lamp is broken", Tone.BAD, toast=True)
        await eventually(lambda: len(app._notifications) == 1)
        await eventually(lambda: any(toast for toast in app.screen.query("Toast")))
        app.clear_notifications()  # it goes by its time, too: trap 17 of peers
        await eventually(lambda: not app.screen.query("Toast"))
        await typed(app, "j", "!")
        assert any("14:13:20  The lamp is broken" in line for line in text(app))


async def test_the_same_again_is_counted_not_repeated(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        for _ in range(3):
            await typed(app, "ctrl+r")
        assert "Asking the server again (3 times)" in note(app)
        assert len([each for each in app.notes if each.text == "Asking the server again"]) == 1


async def test_a_failure_that_goes_on_is_told_once(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        port = cluster.port
        await cluster.stop()
        await says(app, "stale")
        pane = app.home.pane
        assert pane is not None
        failures = app.home.session.feeds  # type: ignore[union-attr]
        for _ in range(5):
            failures.retry()
            await idle(app)
        assert sum("stale" in each.text for each in app.notes) == 1
        await cluster.start(port)
        await tells(app, "live again")


async def test_one_trouble_of_several_views_is_told_once(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "BARREN", 0.0)  # those whose watch is young when it is cut meet the same trouble
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        for key in ("1", "2", "5", "3"):
            await typed(app, key)
            await settled(app, cluster)
        cluster.faults.add(Fault(verb="watch", status=503, message="etcd is away"))
        cluster.cut_watches()
        await eventually(lambda: all(isinstance(pane.state, Stale) for pane in app.home.panes))
        assert sum("stale" in each.text for each in app.notes) == 1
        cluster.faults.clear()
        await eventually(lambda: all(isinstance(pane.state, Live) for pane in app.home.panes))
        (again,) = [each.text for each in app.notes if "live again" in each.text]
        assert sorted(again.partition(":")[0].split(", ")) == ["events", "nodes", "pods", "workloads"]


async def test_hostile_text_in_a_message_is_harmless(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(cluster, clock, toasts=True) as (app, _):
        await settled(app, cluster)
        app.note(HOSTILE + " [bold]x[/bold] [@click=app.exit]y[/]", Tone.BAD, toast=True)
        await idle(app)
        await typed(app, "!")
        shown = "\n".join(text(app))
        assert "[bold]markup[/]" in shown
        assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(shown + messages(app))


async def test_a_note_gives_way_to_the_row_when_the_cursor_moves(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    for name in ("web-1", "web-2"):
        cluster.store.create(pod(name, phase="Pending"))
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, "F")
        assert "Port-forward: not in this version yet" in note(app)
        await typed(app, "j")
        assert "Port-forward" not in note(app)


def boom(*_: Any, **__: Any) -> None:
    """Fails with a secret in its message and in a local variable."""
    token = SECRET
    raise RuntimeError(f"no {token}")


async def fail_later() -> None:
    """The same as a task."""
    boom()


async def test_an_exception_in_a_handler_is_a_message(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(cluster, clock, faults=True) as (app, _):
        await settled(app, cluster)
        monkeypatch.setattr(app.home.commands, "command", boom)
        await typed(app, ":pods\r")
        await tells(app, "Something went wrong inside k8stui: RuntimeError in ")
        check(app)
        await typed(app, "?")
        assert any("Help" in line for line in text(app)[:6])


async def test_an_exception_in_the_action_of_a_key_is_a_message(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(cluster, clock, faults=True) as (app, _):
        await settled(app, cluster)
        monkeypatch.setattr(app.home.switch, "reconnect", boom)
        await typed(app, "ctrl+r")
        await tells(app, "Something went wrong inside k8stui: RuntimeError in ")
        check(app)
        assert app.is_running


@pytest.mark.parametrize("how", ["spawned", "task", "paint"])
async def test_an_exception_beside_the_screen_is_a_message(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    import asyncio
    import gc

    async with running(cluster, clock, faults=True) as (app, _):
        await settled(app, cluster)
        if how == "spawned":
            app.spawn(fail_later(), "a test")
        elif how == "task":
            task = asyncio.ensure_future(fail_later())
            await asyncio.wait([task])
            del task
            gc.collect()
        else:
            monkeypatch.setattr(app.home.pane, "explain", boom)
            cluster.store.create(pod("web-1"))
        await tells(app, "Something went wrong inside k8stui: RuntimeError in ")
        check(app)
        assert app.is_running


async def test_an_exception_in_a_feed_is_a_message_and_the_feed_goes_on(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(cluster, clock, faults=True) as (app, _):
        await settled(app, cluster)
        assert app.home.session is not None
        shared = next(iter(app.home.session.feeds._shared.values()))
        with monkeypatch.context() as patch:
            patch.setattr(shared.source.whole, "_take", boom)
            cluster.store.create(pod("web-1"))
            await tells(app, "RuntimeError in a feed")
        check(app)
        await settled(app, cluster)
        await says(app, "live")


async def test_what_cannot_be_gone_on_with_ends_with_one_sentence_and_a_report(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    house = running(cluster, clock, faults=True)
    app, _ = await house.__aenter__()
    await settled(app, cluster)
    try:
        boom()
    except RuntimeError as error:
        app._handle_exception(error)
    await eventually(lambda: not app.is_running)
    check(app)
    assert app.return_code == 1
    (said,) = [str(each) for each in app._exit_renderables]
    assert said.startswith("k8stui: it ended because of a mistake of its own (RuntimeError).")
    assert str(reports(app)[0]) in said
    assert SECRET not in said
    with pytest.raises(RuntimeError):  # Textual's test harness raises what ended the app
        await house.__aexit__(None, None, None)


def check(app: Any) -> None:
    """One report, for its owner only, without messages and local variables."""
    report = reports(app)[0]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    found = report.read_text()
    assert "RuntimeError" in found
    assert "in boom" in found
    assert SECRET not in found + messages(app)


LONG = msgspec.structs.replace(SHORT, toast=60.0)


async def test_toasts_do_not_pile_up_while_the_server_is_away(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(cluster, clock, toasts=True, timing=LONG) as (app, _):
        await settled(app, cluster)
        await cluster.stop()
        await says(app, "stale")
        await typed(app, "1")
        await says(app, "nodes")
        for _ in range(4):
            await typed(app, "ctrl+r")
        assert len(app._notifications) <= 2
