"""Watches, logs that are followed, exec: what goes on while other requests are made."""

import asyncio
from typing import Any

import aiohttp
from msgspec import Struct

from k8stui.demo.serving.watches import BEFORE_END, Watch
from tests.conformance import sockets
from tests.conformance.alike import Judge
from tests.conformance.hidden import AFTER
from tests.conformance.judging import judge_headers, judge_lines, without_bookmarks
from tests.conformance.recorded import Exchange, Object, whole
from tests.conformance.states import Place
from tests.conformance.verdicts import ASIDE, DIFFERS, EQUAL, Verdict, listed
from tests.conformance.wording import LONGEST, Wording, answer_of, line_of, url_of

_QUIET = 0.05
"""Seconds until a watch whose writes are made has told of them."""


class Open(Struct):
    """A watch that is open: the writes after it are made while it runs."""

    exchange: Exchange
    path: str
    task: "asyncio.Task[Object]"
    lines: list[Any]
    answered: asyncio.Event
    served: Watch | None = None
    """The server's half of it; None when it was refused."""
    given: bool = False
    """What it shows first was planted for it."""
    before: int = 0
    """How many of its lines came before the first write after it."""


class Following(Wording):
    """What of one file is open, and what was done meanwhile that no exchange shows."""

    def __init__(self, name: str, exchanges: list[Exchange] | None = None) -> None:
        super().__init__(name, exchanges)
        self.verdicts: list[Verdict] = []
        self._open: list[Open] = []

    def _lacking(self, exchange: Exchange, place: Place) -> None:
        raise NotImplementedError

    async def _watch(self, exchange: Exchange) -> None:
        place = Place(exchange.path)
        if place.name:
            self._lacking(exchange, place)
        if exchange.title in AFTER.get(self.name, {}):
            await self._close()
        given = self._missing(exchange)
        sent = self._path(exchange)
        lines: list[Any] = []
        answered, before = asyncio.Event(), self.cluster.watches
        task = asyncio.ensure_future(self._stream(exchange, sent, lines, answered))
        await asyncio.wait_for(answered.wait(), 20)
        await asyncio.sleep(0.02)
        served = next(iter(self.cluster.watches - before), None)
        self._open.append(Open(exchange, sent, task, lines, answered, served, given, before=len(lines)))

    def _missing(self, exchange: Exchange) -> bool:
        """What the first lines of a watch show was there; true when something of it had to be planted."""
        if exchange.query.get("resourceVersion", "0") != "0":
            return False
        lines = [line for line in exchange.lines or () if isinstance(line, dict) and line.get("type") == "ADDED"]
        objects = [line["object"] for line in lines if whole(line["object"])]
        unknown = [obj for obj in objects if obj["metadata"]["resourceVersion"] not in self.relations.versions]
        lacking = [obj for obj in unknown if not self.states.same(obj)]
        for obj in lacking:
            self.states.plant(obj)
        return bool(lacking)

    async def _stream(self, exchange: Exchange, sent: str, lines: list[Any], answered: asyncio.Event) -> Object:
        assert self._session is not None
        headers = exchange.request.get("headers", {}) | self._token(exchange.user)
        try:
            async with self._session.get(url_of(self.cluster.url + sent), headers=headers) as response:
                answered.set()
                buffer = b""
                async for chunk in response.content.iter_any():
                    *whole, buffer = (buffer + chunk).split(b"\n")
                    lines += [line_of(line + b"\n") for line in whole]
                lines += [line_of(buffer)] if buffer else []
                return answer_of(response, "") | {"ended_by": "server"}
        except aiohttp.ClientError as error:
            return {"status": 0, "headers": {}, "text": f"no answer: {error!r}", "ended_by": "error"}
        finally:
            answered.set()

    async def _hidden(self, exchange: Exchange) -> None:
        """Writes that were made here and are not among the exchanges."""
        for write in AFTER.get(self.name, {}).get(exchange.title, ()):
            if "lines" in write:
                self._play(exchange)
                continue
            if "seconds" in write:
                self.wait(write["seconds"])
                continue
            if "kubelet" in write:
                self.kubelet(write["path"], write["kubelet"])
                continue
            if "pod" in write:
                made = self.states.wanted(Place(write["path"]), exchange.index)
                assert made is not None
                self.states.plant(made[0], early=True)
                continue
            if "log" in write:
                pod = self.cluster.store.get("pods", "main", "rec-streams")
                self.cluster.logs.write(pod["metadata"]["uid"], "app", 0, write["log"], self.clock.now())
                continue
            if "status" in write:
                place = Place(write["path"])
                kind = place.kind(self.cluster)
                mine = self.states.current(kind, place.namespace, place.name) if kind is not None else None
                if mine is not None:
                    self.states.put(mine | {"status": write["status"]})
                continue
            verb = next(key for key in write if key != "path")
            method = {"merge": "PATCH", "post": "POST", "delete": "DELETE"}[verb]
            await self._send(method, write["path"], write[verb])
        if exchange.title in AFTER.get(self.name, {}):
            await asyncio.sleep(0.02)  # watches tell of it

    def wait(self, seconds: float) -> None:
        """Let so much time pass, where that makes a difference."""

    def kubelet(self, node: str, what: str) -> None:
        """Start or stop a kubelet, where there are any."""

    def _play(self, exchange: Exchange) -> None:
        """Do what the lines of a watch tell."""
        for line in exchange.lines or ():
            obj = line["object"]
            kind = self.states.kind(obj)
            if line["type"] in ("ADDED", "MODIFIED"):
                self.states.plant(obj, early=True)
            elif line["type"] == "DELETED" and kind is not None:
                self.states.drop(kind, obj["metadata"].get("namespace", ""), obj["metadata"]["name"])

    async def _close(self, *, all_of_them: bool = False) -> None:
        """Before a write: end the watches that saw what they had to see; the others shall see the write."""
        still = []
        for watch in self._open:
            if not all_of_them and len(watch.lines) < without_bookmarks(watch.exchange):
                still.append(watch)
                continue
            await self._ended(watch)
        self._open = still

    async def _ended(self, watch: Open) -> None:
        recorded = watch.exchange.response
        query = watch.exchange.query
        short = int(query.get("timeoutSeconds", "0")) <= LONGEST or "allowWatchBookmarks" in query
        by_itself = recorded["ended_by"] == "server" and short
        if by_itself and watch.served is not None:
            await _passed(watch.served, min(int(query.get("timeoutSeconds", "0")), LONGEST))
        done, _ = await asyncio.wait([watch.task], timeout=LONGEST + 1 if by_itself else _QUIET)
        answer: Object = {"status": 200, "headers": {}, "ended_by": "client"}
        if done:
            answer = watch.task.result()
        else:
            watch.task.cancel()
            await asyncio.wait([watch.task])
        judge = Judge(self.relations.copy())
        judge.tolerance += self.late
        judge.runtimes = self.live
        if done:
            if recorded["status"] != answer["status"]:
                judge.say("status", recorded["status"], answer["status"])
            judge_headers(judge, recorded.get("headers", {}), answer["headers"])
        elif by_itself:
            judge.say("ended_by", recorded["ended_by"], "still open")
        self._compare(judge, recorded["lines"], watch.lines)
        outcome = DIFFERS if judge.found else EQUAL
        if (watch.given and not judge.found) or (judge.found and self._shows_controllers(watch)):
            outcome = ASIDE
        if not judge.found:
            self.relations.adopt(judge.relations)
        shown = answer | {"lines": watch.lines}
        self.verdicts.append(Verdict(watch.exchange, outcome, judge.found, shown, f"GET {watch.path}"))

    def _compare(self, judge: Judge, recorded: list[Any], ours: list[Any]) -> None:
        judge_lines(judge, recorded, ours)

    def _shows_controllers(self, watch: Open) -> bool:
        """Does the recording hold more than what was there and what the requests of the file wrote?"""
        written = {
            each.body["metadata"]["resourceVersion"]
            for each in self.exchanges
            if not each.reads and each.stored() and "items" not in each.body
        }
        lines = [line for line in watch.exchange.lines or () if isinstance(line, dict) and "object" in line]
        versions = [
            line["object"].get("metadata", {}).get("resourceVersion") for line in lines if line["type"] != "BOOKMARK"
        ]
        later = [version for version in versions[watch.before :] if version not in written]
        return bool(later) and all("kubelet" in each for each in AFTER.get(self.name, {}).get(watch.exchange.title, ()))

    async def _socket(self, exchange: Exchange) -> None:
        self._lacking(exchange, Place(exchange.path))
        headers = exchange.request.get("headers", {}) | self._token(exchange.user)
        frames = exchange.response.get("frames") or []
        sent = self._path(exchange)
        patience = 1.0 if frames and frames[-1].get("ended") == sockets.GAVE_UP else None
        within = 1.5 if exchange.title in listed().get(self.name, {}) else 3.0  # known to end otherwise, or never
        try:
            answer = await sockets.upgrade(self.cluster.url, sent, headers, sockets.due(frames), within, patience)
        except (TimeoutError, OSError, EOFError, ValueError) as error:
            answer = {"status": 0, "headers": {}, "text": f"no answer: {error!r}"}
        judge = Judge(self.relations.copy())
        recorded = exchange.response
        for key in ("status", "subprotocol"):
            if recorded.get(key) != answer.get(key):
                judge.say(key, recorded.get(key), answer.get(key))
        if "body" in recorded:
            judge.value("", recorded["body"], answer.get("body"))
        if "frames" in recorded:
            judge.value("frames", sockets.joined(recorded["frames"]), sockets.joined(answer.get("frames", [])))
        outcome = DIFFERS if judge.found else EQUAL
        self.verdicts.append(Verdict(exchange, outcome, judge.found, answer, f"GET {sent}"))


async def _passed(watch: Watch, seconds: int) -> None:
    """Its time is over, and before that it has come to where the last bookmark is due."""
    early = max(0.0, seconds - BEFORE_END)
    for step in (early, seconds - early):
        watch.elapse(step)
        await asyncio.sleep(0.01)
