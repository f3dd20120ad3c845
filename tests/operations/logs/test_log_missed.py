"""Runs of a container of which nothing was read: one that ended before its log could be opened is told of, too."""

import pytest
from aiohttp import web

from k8stui.model.logs.entry import Mark
from tests.support.logs import following, names
from tests.support.logserver import LogServer, Pod
from tests.support.waiting import eventually
from tests.support.wire import serving


class Quick(LogServer):
    """The second run is over before its log is opened, and the API server hears of that when it is told to."""

    def __init__(self, lines: int) -> None:
        super().__init__(["a"])
        self.lines = lines
        """What the second run writes."""

    async def _log(self, request: web.Request, pod: Pod) -> web.StreamResponse:
        if pod.restarts == 1 and "previous" not in request.query:
            pod.run.write(self.lines)
            pod.restart()
            pod.run.write(20)
        return await super()._log(request, pod)


@pytest.mark.parametrize("lines", [50, 0])
async def test_a_run_that_was_over_before_its_log_was_opened_is_a_gap_where_it_wrote_anything(lines: int) -> None:
    server = Quick(lines)
    server.pods["a"].run.write(100)
    async with serving(server.handle) as url, following(url, names("a"), tail=-1) as log:
        await eventually(lambda: len(log.lines) == len(server.pods["a"].run.lines))
        first = list(log.lines)
        server.restart("a")
        await eventually(lambda: len(log.lines) > len(first))
        server.tell()
        await log.said(Mark.RESTARTED, 2)
        assert log.marks(Mark.GAP) == (["a/app one of its runs was missed"] if lines else [])
        third = server.pods["a"].run
        third.write(10)
        await eventually(lambda: len(log.lines) == len(first) + len(third.lines))
        assert {line.split()[1] for line in log.lines[len(first) :]} == {"2"}
