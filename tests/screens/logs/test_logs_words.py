"""What the top row of the page of logs says while its streams are cut, and for how long that is painted."""

from k8stui.cluster.states import Live
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault, Wire
from tests.support.clock import ManualClock
from tests.support.house import idle
from tests.support.log_page import log_page
from tests.support.logs import Writer


def two(writer: Writer) -> None:
    """Pods that have said something."""
    for name in ("web-1", "web-2"):
        writer.pod(name, labels={"app": "web"})
        writer.say(name, f"{name} one")


async def test_how_long_it_has_been_reconnecting_is_told_each_second_and_then_nothing_is_painted(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    async with log_page(cluster, clock, two, view="configmaps") as page:
        await page.open(":", *"logs -l app=web", "enter")
        await page.until(lambda: len(page.lines) == 2 and page.streams() == 2)
        down = cluster.faults.add(Fault(resource="pods/log", status=503))
        cluster.cut_streams("log", Wire.RESET)
        await page.until(lambda: "2 of 2 reconnecting: " in page.top)
        clock.advance(4)
        await page.until(lambda: "2 of 2 reconnecting 4s: " in page.top)
        clock.advance(3)
        await page.until(lambda: "2 of 2 reconnecting 7s: " in page.top)
        cluster.faults.remove(down)
        page.writer.say("web-1", "web-1 two")
        await page.shows("2 streams were cut for 7s and taken up again; nothing is missing", "live")
        await idle(page.app)
        assert page.screen._pacer._timer is None


async def test_one_reason_for_all_is_told_once_above_the_lines(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with log_page(cluster, clock, two, view="configmaps") as page:
        cluster.faults.add(Fault(resource="pods/log", status=500, message="no preferred addresses found"))
        await page.open(":", *"logs -l app=web", "enter")
        await page.shows("/app and another one: The server failed: no preferred addresses found")


async def test_pods_are_looked_for_until_their_containers_are_known(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    def several(writer: Writer) -> None:
        writer.pod("web-1", "app", "proxy", labels={"app": "web"})
        writer.say("web-1", "one")

    async with log_page(cluster, clock, several, view="configmaps") as page:
        slow = cluster.faults.add(Fault(verb="get", resource="pods", delay=600.0))  # which container is the default one
        await page.open(":", *"logs -l app=web", "enter")
        await page.until(lambda: isinstance(page.screen.logs.follow.state, Live))
        page.screen.paint()
        assert "looking for pods" in page.top
        assert "no pods" not in page.text
        cluster.faults.remove(slow)
        cluster.faults.hurry(slow)
        await page.shows("one", "● live")


async def test_a_pod_that_goes_before_its_log_is_opened_is_said_to_be_gone(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    async with log_page(cluster, clock, two, view="configmaps") as page:
        slow = cluster.faults.add(Fault(verb="list", resource="pods", delay=600.0))
        await page.open(":", *"logs web-1", "enter")
        page.writer.delete("web-1")
        cluster.faults.remove(slow)
        cluster.faults.hurry(slow)
        await page.shows("There is no pod web-1 in default any more; if it comes again it is followed", "no pods")
        page.writer.pod("web-1")
        page.writer.say("web-1", "back again")
        await page.shows("back again", "● live")
        await page.hides("any more")


async def test_one_that_says_nothing_is_no_empty_page(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    def silent(writer: Writer) -> None:
        writer.pod("web-1")
        writer.say("web-1", "long ago", ago=3600.0)
        writer.pod("web-2")

    async with log_page(cluster, clock, silent) as page:
        await page.open(":", *"logs web-2", "enter")
        await page.until(lambda: "Nothing has been written yet" in page.note)
        page.writer.say("web-2", "the first line")
        await page.shows("the first line")
        assert "Nothing has been written" not in page.text
        await page.press("q", ":", *"logs web-1 --since=10m", "enter")
        await page.until(lambda: "Nothing to read (since 10m): O reads more" in page.note)


async def test_that_nothing_was_written_is_not_said_of_a_log_that_cannot_be_read(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    async with log_page(cluster, clock, lambda writer: writer.pod("web-1")) as page:
        await page.open(":", *"logs web-1 -p --tail=1", "enter")
        await page.shows("it has no earlier run", "ended")
        assert "Nothing" not in page.note
        assert "last line" in page.text


async def test_what_is_wrong_with_what_was_typed_stands_there_whole_in_eighty_columns(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    async with log_page(cluster, clock, lambda writer: writer.pod("web-1"), size=(80, 24)) as page:
        await page.open()
        for keys, said in (
            (("T", *"2026-02-30T00:00:00Z"), "is no time: 14:05, 14:05:30, 2026-11-21T14:05Z, -10m"),
            (("O", "ctrl+u", *"web-1"), "Only options mean something here; `:logs` and a name opens another log"),
        ):
            await page.press(*keys, "enter")
            assert page.screen.bar.error.endswith(said)
            assert page.screen.bar.text in page.text
            assert all(word in page.text for word in said.split())
            await page.press("escape")
