"""Containers of a log: which are followed, and what they said before."""

from collections.abc import AsyncIterator

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.logs.sources import SourcesScreen
from k8stui.settings import LogSettings
from tests.support.clock import ManualClock
from tests.support.house import idle
from tests.support.log_page import LogPage, log_page, pair_page
from tests.support.logs import Writer, ended, waiting
from tests.support.waiting import eventually


@pytest.fixture
async def page(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[LogPage]:
    async with pair_page(cluster, clock) as found:
        yield found


async def chooser(page: LogPage) -> SourcesScreen:
    await page.press("L")
    await eventually(lambda: isinstance(page.app.screen, SourcesScreen))
    await idle(page.app)
    assert isinstance(page.app.screen, SourcesScreen)
    return page.app.screen


# Which


async def test_containers_are_listed_with_their_state_and_what_they_said(page: LogPage) -> None:
    screen = await chooser(page)
    rows = [(row.container, row.stage.value, row.said) for row in screen._listed.rows]
    assert rows == [("app", "live", 2), ("proxy", "live", 1)]
    assert "Containers to follow: 2 of 2" in page.text
    await page.press("escape")
    assert page.on_top is page.screen
    assert page.streams() == 2


async def test_one_that_is_put_aside_is_hidden_and_not_followed_until_it_is_chosen_again(page: LogPage) -> None:
    await chooser(page)
    await page.press("down", "space", "enter")
    await page.hides("proxy one")
    await eventually(lambda: page.streams() == 1)
    assert "1 pod · 1 of 2 containers" in page.top
    page.writer.say("web-1", "proxy two", container="proxy")
    page.writer.say("web-1", "app three")
    await page.shows("app three")
    assert "proxy two" not in page.text
    await chooser(page)
    await page.press("down", "space", "enter")
    await page.shows("proxy one", "proxy two")
    assert page.lines.count("proxy one") == 1


async def test_enter_follows_the_one_under_the_cursor_alone(page: LogPage) -> None:
    screen = await chooser(page)
    assert len(screen.table.marks) == 2
    await page.press("down", "enter")
    await page.hides("app one")
    assert page.lines == ["proxy one"]
    await chooser(page)
    await page.press("up", "enter")
    await page.hides("proxy one")
    assert page.lines == ["app one", "app two"]
    await chooser(page)
    await page.press("*", "enter")
    await page.shows("app one", "proxy one")


async def test_more_than_can_be_followed_are_listed(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    def many(writer: Writer) -> None:
        for number in range(4):
            writer.pod(f"web-{number}", labels={"app": "web"})
            writer.say(f"web-{number}", f"line of {number}")

    async with log_page(cluster, clock, many, logs=LogSettings(window=0.01, streams=3)) as page:
        await page.open(":", *"logs -l app=web", "enter")
        await eventually(lambda: page.streams() == 3)
        await page.shows("3 of 4 containers")
        await chooser(page)
        await page.press("*")
        await page.shows("the first 3 of them are, for no more can be followed at once")


# What they said before


async def test_a_restart_is_told_and_p_puts_its_last_log_in(page: LogPage) -> None:
    page.writer.restart("web-1", 1, code=137, reason="OOMKilled")
    page.writer.say("web-1", "app again", run=1)
    await page.shows("app again", "OOMKilled")
    assert "Previous log" in page.text
    await page.press("up")
    assert "p puts in what it said before" in page.note
    await page.until(lambda: page.screen.source is not None)
    before = page.lines.count("app one")
    await page.press("p")
    await page.until(lambda: page.lines.count("app one") == before + 1)


async def test_p_of_one_that_was_not_started_again_says_so(page: LogPage) -> None:
    await page.press("p")
    assert "there is no log before this one" in page.note


async def test_one_that_has_ended_without_being_started_again_has_no_last_log(page: LogPage) -> None:
    page.writer.end("web-1", container="proxy")
    page.writer.become("web-1", ended("Error", 3), "proxy")
    await page.shows("exited 3 Error; it has not been started again")
    assert "Previous log" not in page.text
    await page.press("up", "p")
    assert "there is no log before this one" in page.note


async def test_p_on_a_pod_shows_the_run_before(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    def crashed(writer: Writer) -> None:
        writer.pod("web-1")
        writer.say("web-1", "the last words")
        writer.restart("web-1", 1)
        writer.say("web-1", "alive", run=1)

    async with log_page(cluster, clock, crashed) as page:
        await page.open("p")
        await page.shows("the last words", "previous logs pod web-1", "ended")
        assert "alive" not in page.text
        assert page.streams() == 0


async def test_the_first_screen_of_a_container_that_crashes_is_the_answer(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    def crashing(writer: Writer) -> None:
        writer.pod("web-1")
        writer.say("web-1", "fatal: no such directive")
        writer.end("web-1")
        writer.become(
            "web-1",
            waiting("CrashLoopBackOff", "back-off 40s restarting failed container=app"),
            lastState=ended("Error", 1),
        )

    async with log_page(cluster, clock, crashing) as page:
        await page.open()
        await page.shows("fatal: no such directive", "exited 1 Error; it has not been started again: CrashLoopBackOff")
        await page.until(lambda: "waiting: CrashLoopBackOff, exited 1 Error" in page.top)
        assert "back-off 40s restarting" in page.note
        before = page.lines
        await page.press("p")
        assert page.note.endswith("web-1/app has not been started again: this is its last log")
        assert page.lines == before
