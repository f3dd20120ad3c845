"""Of every line that containers wrote it is known where it is: shown once and in order, or covered by a marker.

200,000 lines in a test run; K8STUI_LINES=1000000 for the million.
"""

import asyncio
import os
from typing import Any

import pytest
from msgspec.structs import replace

from k8stui.model.logs.entry import Entry, Mark
from k8stui.operations.logs.follow import Follow
from k8stui.operations.logs.hold import Hold
from tests.support.logs import NEWS, following, names
from tests.support.logserver import LogServer, logserver
from tests.support.waiting import eventually

LINES = int(os.environ.get("K8STUI_LINES", "200000"))
PODS = ["a", "b", "c", "d", "e", "f"]
BATCH = 500
RESTED = 20
"""Batches between two restarts: a kubelet waits at least ten seconds."""
TIMING = replace(NEWS, backoff_first=0.02, backoff_most=0.1)


class Account:
    """The books of one source: what came, what is missing and whether a marker says so."""

    def __init__(self) -> None:
        self.run, self.number, self.copies = 0, 0, 1
        self.shown = 0
        self.missing = 0
        self.gaps = 0
        self.open = False
        """A gap was told of since the last line."""
        self.owed = ""
        """A whole run is missing, which is told of when the next restart is heard of, and not later."""

    def begun(self, run: int) -> bool:
        """Something of that run has been read. What is rotated away before can be known by nobody."""
        return self.shown > 0 and self.run == run

    def line(self, text: str) -> None:
        _, run, number = text.split(" ")
        here = (int(run), int(number))
        self.shown += 1
        if here == (self.run, self.number) and self.copies < wanted(self.number):
            self.copies += 1
            return
        assert here > (self.run, self.number), f"{text} comes again, or too late"
        skipped = self.skipped(*here)
        if skipped:
            told = f"{skipped} lines before {text} are missing, and nobody says so"
            assert self.open or (self.run + 1 < here[0] and not self.owed), told
            self.owed = "" if self.open else told
            self.missing += skipped
        self.run, self.number = here
        self.copies = 1
        self.open = False

    def skipped(self, run: int, number: int) -> int:
        """Lines between the last one and this one; of runs that were left out an unknown number, said as 1."""
        lost = wanted(self.number) - self.copies if self.number else 0
        if run == self.run:
            return lost + sum(wanted(each) for each in range(self.number + 1, number))
        left = self.ends.get((self.run, 0), 0) if self.number else 0
        rest = sum(wanted(each) for each in range(self.number + 1, left)) if left else 0
        between = sum(wanted(n) for each in range(self.run + 1, run) for n in range(1, self.ends[each, 0]))
        return lost + rest + between + sum(wanted(each) for each in range(1, number))

    ends: dict[tuple[int, int], int]


def wanted(number: int) -> int:
    """How often the line of that number is there."""
    return 2 if number % 10 == 9 else 1


class Ledger:
    """Takes what a view would show."""

    def __init__(self, server: LogServer) -> None:
        self.server = server
        self.accounts = {name: Account() for name in PODS}
        for account in self.accounts.values():
            account.ends = {}
        self.names: dict[int, str] = {}
        self.marks: dict[Mark, int] = {}
        self.largest = 0
        self.wrong = ""
        self.paused = False
        """No room for lines: they are held."""
        self.hold = Hold(lambda _entries: not self.paused)
        self.holds = 0

    def pause(self, chance: float) -> None:
        """A reader pauses where memory is full, or goes on."""
        if self.paused and chance < 0.2:
            self.go_on()
        elif chance > 0.9:
            self.paused = True

    def go_on(self) -> None:
        self.holds += self.hold.held
        self.paused = False
        self.hold.review()

    def take(self, entries: list[Entry]) -> None:
        self.largest = max(self.largest, len(entries))
        try:
            self._enter(entries)
        except AssertionError as error:
            self.wrong = self.wrong or str(error)

    def _enter(self, entries: list[Entry]) -> None:
        for entry in entries:
            if entry.mark.is_line and entry.text.endswith("…"):
                continue  # cut off, be it behind its time, with a gap behind it
            if entry.mark.is_line:
                self.accounts[entry.text[0]].line(entry.text)
                continue
            self.marks[entry.mark] = self.marks.get(entry.mark, 0) + 1
            if entry.mark is Mark.GAP:
                account = self.accounts[entry.text[0]]
                account.open = not account.owed
                account.owed = ""
                account.gaps += 1
            if entry.mark is Mark.RESTARTED:
                assert not self.accounts[entry.text[0]].owed, self.accounts[entry.text[0]].owed

    def where(self, follow: Follow) -> list[str]:
        """How each source stands, and what its pod is at."""
        found = []
        for source in follow.sources.values():
            pod, account = self.server.pods[source.pod.name], self.accounts[source.pod.name]
            here, there = (account.run, account.number), (pod.restarts, pod.next - 1)
            found.append(f"{source} chosen={source.chosen} {source.why} at {here} of {there}")
        return found

    @property
    def complete(self) -> bool:
        """The last line of every pod is here."""
        for name, pod in self.server.pods.items():
            account = self.accounts[name]
            if (account.run, account.number) != (pod.restarts, pod.next - 1) or account.owed:
                return False
        return True


async def write(server: LogServer, follow: Follow, ledger: Ledger) -> int:
    """All the lines, with everything that may happen in between; returns how many."""
    random, written = server.random, 0
    aside: int | None = None
    while written < LINES and not ledger.wrong:
        for name, pod in server.pods.items():
            pod.next = pod.run.write(BATCH)
            written += len(pod.run.lines) - pod.counted
            pod.counted = len(pod.run.lines)
            chance = random.random()
            pod.rested += 1
            restart = chance < 0.05 or (name == "a" and written > LINES // 2 and not pod.restarts)
            if restart and pod.rested > RESTED:
                pod.rested = 0
                ledger.accounts[name].ends[pod.restarts, 0] = pod.next
                server.restart(name)
                pod.counted = 0
                pod.next = pod.run.write(BATCH)
                written += len(pod.run.lines)
                pod.counted = len(pod.run.lines)
            elif chance < 0.09 and not server.streams[name] and ledger.accounts[name].begun(pod.restarts):
                pod.run.first = len(pod.run.lines)
            elif chance < 0.1:
                server.refusing = 2
        ledger.pause(random.random())
        if not ledger.holds and written > LINES // 3:
            ledger.paused = True
            await eventually(lambda: ledger.hold.held)
            ledger.go_on()
        if aside is None and random.random() < 0.1:
            aside = random.choice(list(follow.sources))
            follow.choose([number for number in follow.sources if number != aside])
        elif aside is not None and random.random() < 0.5:
            follow.choose(follow.sources)
            aside = None
        await asyncio.sleep(0.005)
    ledger.go_on()
    follow.choose(follow.sources)
    for pod in server.pods.values():
        pod.next = pod.run.write(BATCH)
        written += len(pod.run.lines) - pod.counted
    return written


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2] if LINES < 1_000_000 else [1])
async def test_every_line_is_shown_or_accounted_for(seed: int) -> None:
    async with logserver(PODS, seed, cuts=25) as server:
        ledger = Ledger(server)
        async with following(server.url, names(*PODS), timing=TIMING, hold=ledger.hold, tail=-1) as log:
            log.take = ledger.take  # type: ignore[method-assign]
            log.follow._merge._sink = ledger.take
            await eventually(lambda: all(server.streams.values()))
            written = await write(server, log.follow, ledger)
            server.cuts = 0
            within = asyncio.get_running_loop().time() + 20
            while not ledger.complete and not ledger.wrong:
                assert asyncio.get_running_loop().time() < within, ledger.where(log.follow)
                await asyncio.sleep(0.02)
        shown = sum(account.shown for account in ledger.accounts.values())
        missing = sum(account.missing for account in ledger.accounts.values())
        told: dict[str, Any] = {"written": written, "shown": shown, "missing": missing, "cuts": server.breaks}
        told |= {mark.name: count for mark, count in ledger.marks.items()}
        assert not ledger.wrong, (ledger.wrong, told)
        assert shown + missing == written >= LINES, told
        assert ledger.holds
        assert server.breaks > LINES / 20_000
        assert ledger.marks[Mark.RECONNECTED] > 0
        assert ledger.marks[Mark.RESTARTED] > 0
        assert shown > 0.5 * written
