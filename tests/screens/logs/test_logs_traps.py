"""What tools of this field get wrong with logs, on the whole page: numbers as in the list of traps."""

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock
from tests.support.log_page import log_page
from tests.support.logs import Writer


def numbered(start: int, end: int) -> list[str]:
    return [f"{'even' if number % 2 == 0 else 'odd'} {number}" for number in range(start, end)]


async def test_trap_15_a_pause_loses_no_line_and_a_filter_no_history(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    """Filters are put on and taken off before, during and after a pause: what was written is there, in its order."""

    def prepare(writer: Writer) -> None:
        writer.pod("web-1")
        writer.say("web-1", *numbered(0, 200))

    async with log_page(cluster, clock, prepare) as page:
        await page.open()
        await page.shows("odd 199")
        await page.press("/", *"even", "enter")
        await page.shows("/even/ 100 of 200")
        page.writer.say("web-1", *numbered(200, 300))
        await page.shows("/even/ 150 of 300")
        await page.press("escape")
        await page.until(lambda: page.lines == numbered(0, 300))
        await page.press("space")
        page.writer.say("web-1", *numbered(300, 500))
        await page.shows("paused +200")
        await page.press("/", *"odd", "enter")
        await page.shows("/odd/ 250 of 500")
        page.writer.say("web-1", *numbered(500, 600))
        await page.shows("/odd/ 300 of 600")
        assert page.screen.logs.book.lines == 600
        await page.press("escape")
        await page.until(lambda: page.lines == numbered(0, 600))
        assert "paused" in page.top
        await page.press("G")
        await page.shows("odd 599")
        assert "paused" not in page.top
        assert page.lines == numbered(0, 600)
