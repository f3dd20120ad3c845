"""Replays recorded exchanges of a real API server against the embedded cluster, on equal state, over HTTP.

    K8STUI_GOLDEN=… .venv/bin/python -m tests.conformance.replay                  # a line for every file
    K8STUI_GOLDEN=… .venv/bin/python -m tests.conformance.replay errors           # what differs in it, and how
    … -m tests.conformance.replay errors --show 57       # exchange 57: the request, both answers, the differences
    … -m tests.conformance.replay errors --match quota   # those whose name, path or difference holds the word
    … -m tests.conformance.replay errors --all           # the equal ones and those set aside too
    … -m tests.conformance.replay --list                 # write the list of differences anew (known reasons stay)

`equal`: status, headers that matter and body are the recorded ones but for what every cluster has its own of
(tests/conformance/alike.py). `differs`: they are not. `aside`: the recording shows what controllers or kubelets did,
and this replay has none: it counts for nothing. After each exchange the recorded state is put in the place of ours
(tests/conformance/states.py): one difference does not make the next.
"""

import argparse
import asyncio
import io
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import aiohttp
import yaml
from msgspec import Struct

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.options import Options
from tests.conformance import books, setups, sockets
from tests.conformance.alike import Judge, Relations, seconds
from tests.conformance.recorded import Exchange, Object, files, load, times, whole
from tests.conformance.states import Place, States, overlay
from tests.support.clock import START, ManualClock

EQUAL, DIFFERS, ASIDE = "equal", "differs", "aside"
DIFFERENCES = Path(__file__).with_name("differences.json")
NOT_YET = "not yet"
_HEADERS = ("Content-Type", "Retry-After", "Warning", "Allow", "WWW-Authenticate", "Sec-WebSocket-Protocol")
_LONGEST = 3
"""Seconds: a longer timeoutSeconds of a watch is sent as this."""
_FOLLOWED_ON = 45
"""The exchange of pods_streams that goes on with the log which the one before has followed."""
_HASH = re.compile(r"hash=[0-9A-F]+")
"""Of what a document of OpenAPI says."""
_QUIET = 0.05
"""Seconds until a watch whose writes are made has told of them."""


class Verdict(Struct):
    """What became of one exchange."""

    exchange: Exchange
    outcome: str
    found: list[str]
    answer: Object
    sent: str = ""


class Open(Struct):
    """A watch that is open: the writes after it are made while it runs."""

    exchange: Exchange
    path: str
    task: "asyncio.Task[Object]"
    lines: list[Any]
    answered: asyncio.Event
    given: bool = False
    """What it shows first was planted for it."""
    before: int = 0
    """How many of its lines came before the first write after it."""


class Replay:
    """One file, one cluster."""

    def __init__(self, name: str, exchanges: list[Exchange] | None = None) -> None:
        self.name = name
        self.exchanges = load(name) if exchanges is None else exchanges
        stamps = ([seconds(stamp) for stamp in times(each.body)] for each in self.exchanges)
        self.clock = ManualClock(next((max(found) for found in stamps if found), START))
        options = Options(future_wait=0.0, progress=name != "old_etcd")
        self.cluster = EmbeddedCluster(self.clock, hidden=frozenset({"metrics.k8s.io"}), options=options)
        self.relations = Relations()
        self._books = books.Books(self.cluster) if name == "pods_streams" else None
        self.states = States(self.cluster, self.relations, self.exchanges)
        self.verdicts: list[Verdict] = []
        self._open: list[Open] = []
        self._session: aiohttp.ClientSession | None = None
        self.late = 0.0
        """Seconds that our clock is ahead of the recorded one."""
        self._version = 0
        """Of the object that is written now: what a version means that no answer has shown."""

    async def run(self) -> list[Verdict]:
        """Every exchange, in order."""
        self.prepare()
        self.cluster.store.compact()
        await self.cluster.start()
        try:
            async with aiohttp.ClientSession(auto_decompress=True, headers={"User-Agent": "recorder"}) as self._session:
                for definition in setups.definitions(self.exchanges):
                    await self._send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
                for exchange in self.exchanges:
                    await self._exchange(exchange)
                await self._close(all_of_them=True)
        finally:
            await self.cluster.stop()
        self.verdicts.sort(key=lambda verdict: verdict.exchange.index)
        return self.verdicts

    def prepare(self) -> None:
        """What was there before the first exchange."""
        setups.prepare(self.name, self.cluster, self.states, self.exchanges)

    async def _exchange(self, exchange: Exchange) -> None:
        if any(watch.exchange.response["ended_by"] == "client" for watch in self._open):
            await self._close()
        self.tell_time(exchange)
        if self._books is not None:
            self._give_logs(exchange, self._books)
        if exchange.lines is not None:
            await self._watch(exchange)
        elif "frames" in exchange.response or "Upgrade" in exchange.request.get("headers", {}):
            await self._socket(exchange)
        else:
            await self._plain(exchange)
        await self._hidden(exchange)

    def _give_logs(self, exchange: Exchange, given: books.Books) -> None:
        if Place(exchange.path).subresource == "log":
            self.clock.advance(max(0.0, books.LAST + 1 - self.clock.now()))
        if exchange.index > _FOLLOWED_ON and not given.later:
            given.forget()

    def tell_time(self, exchange: Exchange) -> None:
        """Set the clock to when the recorded answer was given."""
        late = self.told(exchange)
        if late > self.clock.now() and late - self.clock.now() < 86_400:
            self.clock.advance(late - self.clock.now())

    def told(self, exchange: Exchange) -> float:
        """When an answer was given as far as it tells; 0 when it does not."""
        stamps = [seconds(stamp) for stamp in times(exchange.body)] if not exchange.dry else []
        metadata = exchange.body.get("metadata", {}) if isinstance(exchange.body, dict) else {}
        if exchange.method == "DELETE" and "deletionTimestamp" in metadata:
            stamps.append(seconds(metadata["deletionTimestamp"]) - metadata.get("deletionGracePeriodSeconds", 0))
        return max(stamps, default=0.0)

    # ---- plain requests

    async def _plain(self, exchange: Exchange) -> None:
        place = Place(exchange.path)
        before = None
        if not exchange.reads:
            await self._close()
            before = self._before(exchange, place)
        elif place.name and exchange.status == 200:
            self._lacking(exchange, place)
        self._count(exchange, place)
        sent = self._path(exchange)
        self._version = int(before["metadata"]["resourceVersion"]) if before is not None else 0
        answer = await self._ask(exchange, sent)
        self._version = 0
        found = self._judged(exchange, answer)
        outcome = DIFFERS if found else EQUAL
        if found and exchange.reads:
            outcome, found, answer = await self._again(exchange, sent, found, answer)
        elif exchange.reads and any(
            obj["metadata"]["resourceVersion"] in self.states.ahead for obj in exchange.stored()
        ):
            outcome = ASIDE
        if not exchange.reads:
            self._undo(exchange, place, before)
        self._learn(exchange, place)
        self.verdicts.append(Verdict(exchange, outcome, found, answer, f"{exchange.method} {sent}"))

    def _count(self, exchange: Exchange, place: Place) -> None:
        """A Scale tells how many replicas the controllers had: an input, which the answer must show."""
        kind = place.kind(self.cluster)
        if place.subresource != "scale" or exchange.status != 200 or kind is None or kind.custom:
            return
        mine = self.states.current(kind, place.namespace, place.name)
        count = exchange.body["status"]["replicas"]
        if mine is not None and (mine.get("status") or {}).get("replicas", 0) != count:
            self.states.put(mine | {"status": {**(mine.get("status") or {}), "replicas": count}}, quietly=False)

    def _before(self, exchange: Exchange, place: Place) -> Object | None:
        """What a write meets: the object as it was recorded; returns ours, to restore it when it should have stayed."""
        self._lacking(exchange, place)
        kind = place.kind(self.cluster)
        mine = self.states.current(kind, place.namespace, self._named(exchange, place)) if kind is not None else None
        before = overlay(exchange, place, mine) if mine is not None else None
        if mine is None or before is None:
            return mine
        before = self.states.translated(before)
        trial = Judge(self.relations.copy())
        trial.value("", {**before, "metadata": {}}, {**mine, "metadata": {}})
        trial.value("", before["metadata"].get("annotations"), mine["metadata"].get("annotations"))
        if not trial.found:
            return mine
        return self.states.put(before, quietly=False)

    def _named(self, exchange: Exchange, place: Place) -> str:
        sent = exchange.request.get("body")
        metadata = sent.get("metadata") if isinstance(sent, dict) and not place.name else None
        return place.name or str((metadata if isinstance(metadata, dict) else {}).get("name", ""))

    def _undo(self, exchange: Exchange, place: Place, before: Object | None) -> None:
        """A write that a real server refused, or only tried, shall leave nothing behind."""
        kind, name = place.kind(self.cluster), self._named(exchange, place)
        changes = exchange.status < 300 and not exchange.dry
        if kind is None or changes or not name or (place.subresource and exchange.method == "POST" and not before):
            return
        self.states.restore(kind, place.namespace, name, before)

    def _lacking(self, exchange: Exchange, place: Place) -> None:
        """An object that the recording has and we have not: a pod of a controller, or a thing of the setup."""
        kind = place.kind(self.cluster)
        if kind is None or not place.name or (exchange.status in (404, 201) and not place.subresource):
            return
        if exchange.status == 404 or self.states.current(kind, place.namespace, place.name) is not None:
            return
        wanted = self.states.wanted(place, exchange.index)
        if wanted is not None:
            self.states.plant(wanted[0], early=wanted[1])

    async def _again(
        self, exchange: Exchange, sent: str, found: list[str], answer: Object
    ) -> tuple[str, list[str], Object]:
        """A read that differs: is it only the state, that controllers made? Then the form is judged on that state."""
        shown = exchange.stored()
        place = Place(exchange.path)
        kind = place.kind(self.cluster)
        if exchange.status == 404 and place.name and kind is not None and answer["status"] == 200:
            self.states.drop(kind, place.namespace, place.name)
        elif shown:
            for obj in shown:
                if not self.states.same(obj):
                    self.states.plant(obj)
            self.states.more(shown[-1], _left_out(exchange.body) - _left_out(answer.get("body")))
        else:
            return (ASIDE if self._unknown(exchange, found) else DIFFERS), found, answer
        again = await self._ask(exchange, sent)
        still = self._judged(exchange, again)
        return (DIFFERS, still, again) if still else (ASIDE, found, answer)

    def _unknown(self, exchange: Exchange, found: list[str]) -> bool:
        """Does a Table show objects as controllers have made or changed them since we saw them?"""
        rows = exchange.body.get("rows") if isinstance(exchange.body, dict) else None
        if not rows or any(line.startswith((".columnDefinitions", "status", "header", ".kind")) for line in found):
            return False
        metas = [(row.get("object") or {}).get("metadata", {}) for row in rows]
        return any(meta.get("resourceVersion") not in self.relations.versions for meta in metas)

    def _learn(self, exchange: Exchange, place: Place) -> None:
        """Put the recorded state in the place of ours where they differ."""
        for obj in exchange.stored():
            stays = place.subresource != "scale" and not self._ends(exchange, obj)
            if stays and not self.states.same(obj):
                self.states.plant(obj)
            kind = self.states.kind(obj)
            if not stays and kind is not None and place.subresource != "scale":
                self.states.drop(kind, place.namespace, obj["metadata"]["name"])
            later = setups.settled(obj, self.exchanges, exchange.index) if exchange.method == "POST" else None
            if later is not None:
                self.states.plant(later[0], early=True, like=later[1])
        kind = place.kind(self.cluster)
        gone = exchange.method == "DELETE" and exchange.status == 200 and not exchange.dry and not exchange.stored()
        if gone and kind and place.name:
            self.states.drop(kind, place.namespace, place.name)

    def _ends(self, exchange: Exchange, obj: Object) -> bool:
        """Did this write let the object go?"""
        metadata, spec = obj["metadata"], obj.get("spec") or {}
        if exchange.reads:
            return False
        if exchange.method == "DELETE" and not metadata.get("deletionTimestamp"):
            return True
        leaving = bool(metadata.get("deletionTimestamp")) and not metadata.get("finalizers")
        if obj["kind"] == "Namespace":
            return leaving and not spec.get("finalizers")
        if obj["kind"] == "Pod" and exchange.method == "DELETE":
            return metadata.get("deletionGracePeriodSeconds") == 0 or not spec.get("nodeName")
        return leaving and obj["kind"] != "Pod"

    async def _ask(self, exchange: Exchange, sent: str) -> Object:
        body = _body(exchange, self.translated)
        headers = {name: self.relations.ours(value) for name, value in exchange.request.get("headers", {}).items()}
        assert self._session is not None
        try:
            async with self._session.request(
                exchange.method,
                _url(self.cluster.url + sent),
                data=io.BytesIO(body) if body is not None else None,  # aiohttp warns of large bodies as bytes
                headers=headers | self._token(exchange.user),
                skip_auto_headers=("Content-Type", "Accept"),
                timeout=aiohttp.ClientTimeout(total=5),
            ) as response:
                text = (await response.read()).decode("utf-8", "replace")
                return _answer(response, text)
        except (aiohttp.ClientError, TimeoutError) as error:
            return {"status": 0, "headers": {}, "text": f"no answer: {error!r}"}

    def _token(self, user: str) -> dict[str, str]:
        tokens = {"admin": self.cluster.token, "viewer": self.cluster.viewer_token, "invalid-token": "nobody"}
        return {"Authorization": f"Bearer {tokens[user]}"} if user in tokens else {}

    def _judged(self, exchange: Exchange, answer: Object) -> list[str]:
        """How the answer differs; what it shows for the first time is remembered when it does not."""
        recorded = exchange.response
        body = exchange.body
        listed = isinstance(body, dict) and ("items" in body or "rows" in body)
        judge = Judge(self.relations.copy(), collection=listed, writes=not exchange.reads and not exchange.dry)
        judge.tolerance += self.late
        if recorded["status"] != answer["status"]:
            judge.say("status", recorded["status"], answer["status"])
        _judge_headers(judge, recorded.get("headers", {}), answer["headers"])
        if "body" in recorded and "body" in answer:
            judge.value("", recorded["body"], answer["body"])
        elif recorded.get("text", "") != answer.get("text", "") or ("body" in recorded) != ("body" in answer):
            _judge_text(judge, recorded, answer)
        if not judge.found:
            self.relations.adopt(judge.relations)
        return judge.found

    # ---- requests in our words

    def _path(self, exchange: Exchange) -> str:
        path, _, query = exchange.path.partition("?")
        parts = [self._parameter(part) for part in query.split("&")] if query else []
        return self.relations.ours(path) + ("?" + "&".join(parts) if query else "")

    def _parameter(self, part: str) -> str:
        name, _, value = part.partition("=")
        if name == "resourceVersion":
            return f"{name}={self.version(value)}"
        if name == "continue":
            return f"{name}={quote(self.relations.continues.get(unquote(value), unquote(value)), safe='')}"
        if name == "timeoutSeconds" and value.isdecimal() and int(value) > _LONGEST:
            return f"{name}={_LONGEST}"
        return self.relations.ours(part)

    def version(self, recorded: str) -> str:
        """A recorded resourceVersion in ours."""
        if recorded in self.relations.versions:
            return self.relations.versions[recorded]
        if not recorded.isdecimal() or int(recorded) < 100:
            return recorded
        now = self._version or self.cluster.store.revision
        return str(now + 1_000_000 if int(recorded) > 1_000_000 else now)

    def translated(self, value: Any) -> Any:
        """A request's body in our words."""
        if isinstance(value, dict):
            return {
                self.relations.ours(key): self.version(inner)
                if key == "resourceVersion" and isinstance(inner, str)
                else self.translated(inner)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.translated(inner) for inner in value]
        return self.relations.ours(value) if isinstance(value, str) else value

    # ---- watches and logs that follow

    async def _watch(self, exchange: Exchange) -> None:
        place = Place(exchange.path)
        if place.name:
            self._lacking(exchange, place)
        if exchange.title in setups.AFTER.get(self.name, {}):
            await self._close()
        given = self._missing(exchange)
        sent = self._path(exchange)
        lines: list[Any] = []
        answered = asyncio.Event()
        task = asyncio.ensure_future(self._stream(exchange, sent, lines, answered))
        await asyncio.wait_for(answered.wait(), 5)
        await asyncio.sleep(0.02)
        self._open.append(Open(exchange, sent, task, lines, answered, given, before=len(lines)))

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
            async with self._session.get(_url(self.cluster.url + sent), headers=headers) as response:
                answered.set()
                buffer = b""
                async for chunk in response.content.iter_any():
                    *whole, buffer = (buffer + chunk).split(b"\n")
                    lines += [_line(line + b"\n") for line in whole]
                lines += [_line(buffer)] if buffer else []
                return _answer(response, "") | {"ended_by": "server"}
        except aiohttp.ClientError as error:
            return {"status": 0, "headers": {}, "text": f"no answer: {error!r}", "ended_by": "error"}
        finally:
            answered.set()

    async def _hidden(self, exchange: Exchange) -> None:
        """Writes that were made here and are not among the exchanges."""
        for write in setups.AFTER.get(self.name, {}).get(exchange.title, ()):
            if "lines" in write:
                self._play(exchange)
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
        if exchange.title in setups.AFTER.get(self.name, {}):
            await asyncio.sleep(0.02)  # watches tell of it

    async def _send(self, method: str, path: str, body: Object) -> None:
        """A write that is no exchange of the file."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        request = {"method": method, "path": path, "headers": {"Content-Type": kind}, "body": body}
        await self._ask(Exchange(0, "", "admin", request, {"status": 200}), path)

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
            if not all_of_them and len(watch.lines) < _without_bookmarks(watch.exchange):
                still.append(watch)
                continue
            await self._ended(watch)
        self._open = still

    async def _ended(self, watch: Open) -> None:
        recorded = watch.exchange.response
        query = watch.exchange.query
        short = int(query.get("timeoutSeconds", "0")) <= _LONGEST or "allowWatchBookmarks" in query
        by_itself = recorded["ended_by"] == "server" and short
        done, _ = await asyncio.wait([watch.task], timeout=_LONGEST + 1 if by_itself else _QUIET)
        answer: Object = {"status": 200, "headers": {}, "ended_by": "client"}
        if done:
            answer = watch.task.result()
        else:
            watch.task.cancel()
            await asyncio.wait([watch.task])
        judge = Judge(self.relations.copy())
        judge.tolerance += self.late
        if done:
            if recorded["status"] != answer["status"]:
                judge.say("status", recorded["status"], answer["status"])
            _judge_headers(judge, recorded.get("headers", {}), answer["headers"])
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
        _judge_lines(judge, recorded, ours)

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
        return bool(later) and watch.exchange.title not in setups.AFTER.get(self.name, {})

    # ---- exec, attach, port-forward

    async def _socket(self, exchange: Exchange) -> None:
        self._lacking(exchange, Place(exchange.path))
        headers = exchange.request.get("headers", {}) | self._token(exchange.user)
        frames = exchange.response.get("frames") or []
        sent = self._path(exchange)
        try:
            answer = await sockets.upgrade(self.cluster.url, sent, headers, sockets.due(frames), 3.0)
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


def _left_out(body: Any) -> int:
    """How many more there are than a page shows (1 where a selector keeps that secret)."""
    metadata = body.get("metadata") if isinstance(body, dict) else None
    if not isinstance(metadata, dict) or not metadata.get("continue"):
        return 0
    return int(metadata.get("remainingItemCount", 1))


def _url(text: str) -> Any:
    from yarl import URL

    return URL(text, encoded=True)


def _body(exchange: Exchange, translated: Any) -> bytes | None:
    request = exchange.request
    if "body_note" in request:  # "a ConfigMap whose data.k is N times 'x'"
        count = int("".join(letter for letter in request["body_note"] if letter.isdecimal()))
        value = "x" * count
        return json.dumps(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "big"}, "data": {"k": value}}
        ).encode()
    if "body_text" in request:
        return str(request["body_text"]).encode()
    return json.dumps(translated(request["body"])).encode() if "body" in request else None


def _answer(response: aiohttp.ClientResponse, text: str) -> Object:
    kept: Object = {name: response.headers.getall(name) for name in (*_HEADERS, "ETag") if name in response.headers}
    headers = {name: values[0] if len(values) == 1 else values for name, values in kept.items()}
    answer: Object = {"status": response.status, "headers": headers}
    if response.content_type == "application/json" and text:
        try:
            return answer | {"body": json.loads(text)}
        except ValueError:
            pass
    return answer | ({"text": text} if text else {})


def _line(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return line.decode("utf-8", "replace")


def _judge_headers(judge: Judge, recorded: Object, ours: Object) -> None:
    theirs = {name.lower(): value for name, value in recorded.items()}
    mine = {name.lower(): value for name, value in ours.items()}
    if ("etag" in theirs) != ("etag" in mine):
        judge.say("header ETag", theirs.get("etag"), mine.get("etag"))
    for name in _HEADERS:
        key = name.lower()
        judge.value(f"header {name}", theirs.get(key), mine.get(key))


def _judge_text(judge: Judge, recorded: Object, answer: Object) -> None:
    wanted, text = recorded.get("text", recorded.get("body")), answer.get("text", answer.get("body"))
    if isinstance(wanted, str) and "apiVersion:" in wanted and isinstance(text, str):
        judge.value("", yaml.safe_load(wanted), yaml.safe_load(text))
    elif isinstance(wanted, str) and wanted.startswith("{") and isinstance(text, str) and text.startswith("{"):
        judge.value("", json.loads(_HASH.sub("hash=", wanted)), json.loads(_HASH.sub("hash=", text)))
    else:
        judge.value("text", wanted, text)


def _judge_lines(judge: Judge, recorded: list[Any], ours: list[Any]) -> None:
    """The events in order; of bookmarks only whether any came (a real server sends one or two near the end)."""
    wanted, mine = _split(recorded), _split(ours)
    judge.value("lines", wanted[0], mine[0])
    if bool(wanted[1]) != bool(mine[1]):
        judge.say("bookmarks", wanted[1][-1:], mine[1][-1:])
    elif wanted[1]:
        judge.value("bookmark", _without_version(wanted[1][-1]), _without_version(mine[1][-1]))


def _split(lines: list[Any]) -> tuple[list[Any], list[Any]]:
    marks = [line for line in lines if _is_bookmark(line)]
    first = [_without_version(line) if _is_end(line) else line for line in lines if line not in marks or _is_end(line)]
    return first, [line for line in marks if not _is_end(line)]


def _is_bookmark(line: Any) -> bool:
    return isinstance(line, dict) and line.get("type") == "BOOKMARK"


def _is_end(line: Any) -> bool:
    return _is_bookmark(line) and "initial-events-end" in json.dumps(line)


def _without_version(line: Any) -> Any:
    """A bookmark's version says how far the store has come: its form is all there is to compare."""
    return json.loads(
        json.dumps(line), object_hook=lambda obj: {k: "" if k == "resourceVersion" else v for k, v in obj.items()}
    )


def _without_bookmarks(exchange: Exchange) -> int:
    return sum(not _is_bookmark(line) or _is_end(line) for line in exchange.lines or ())


# ---- the list of differences, and what is printed


def listed() -> dict[str, dict[str, str]]:
    """The differences that are known, by file and exchange, with the reason."""
    found: dict[str, dict[str, str]] = json.loads(DIFFERENCES.read_text()) if DIFFERENCES.is_file() else {}
    return found


def write_list(found: dict[str, list[Verdict]]) -> None:
    """The list of differences anew; a reason that was given stays."""
    before = listed()
    for name, verdicts in found.items():
        reasons = before.get(name, {})
        kept = {
            each.exchange.title: reasons.get(each.exchange.title, NOT_YET)
            for each in verdicts
            if each.found and each.outcome == DIFFERS
        }
        before[name] = kept
    DIFFERENCES.write_text(json.dumps(dict(sorted(before.items())), indent=1, ensure_ascii=False) + "\n")


def _say(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def _report(name: str, verdicts: list[Verdict], options: argparse.Namespace) -> None:
    counts = {outcome: sum(each.outcome == outcome for each in verdicts) for outcome in (EQUAL, DIFFERS, ASIDE)}
    _say(f"{name}: {len(verdicts)} exchanges, " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    for each in verdicts:
        if options.show is not None:
            if each.exchange.index == options.show:
                _whole(each)
        elif options.files and (options.all or each.outcome == DIFFERS) and _matches(each, options.match):
            _say(f"  {each.outcome:8}{each.exchange.title}   [{each.sent}]")
            for line in each.found[: options.lines]:
                _say(f"             {line}")
            if len(each.found) > options.lines:
                _say(f"             … and {len(each.found) - options.lines} more")


def _matches(verdict: Verdict, word: str) -> bool:
    return word.lower() in "\n".join((verdict.exchange.title, verdict.exchange.path, *verdict.found)).lower()


def _whole(verdict: Verdict) -> None:
    for title, value in (
        ("request", verdict.exchange.request | {"as": verdict.exchange.user}),
        ("recorded", verdict.exchange.response),
        ("ours", verdict.answer),
    ):
        _say(f"---- {title}\n{json.dumps(value, indent=1, ensure_ascii=False)}")
    _say(f"---- {verdict.outcome}: {verdict.sent}")
    for line in verdict.found:
        _say(f"  {line}")


def _chosen(live: bool) -> type[Replay]:
    if not live:
        return Replay
    from tests.conformance.living import LiveReplay

    return LiveReplay


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.replay", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--show", type=int)
    parser.add_argument("--live", action="store_true", help="with controllers and kubelets")
    parser.add_argument("--match", default="")
    parser.add_argument("--lines", type=int, default=6, help="differences shown for an exchange")
    parser.add_argument("--list", action="store_true", help="write differences.json anew for these files")
    options = parser.parse_args(arguments)
    found = {}
    for name in options.files or files():
        found[name] = asyncio.run(_chosen(options.live)(name).run())
        _report(name, found[name], options)
    total = [each for verdicts in found.values() for each in verdicts]
    equal, differ = (sum(each.outcome == outcome for each in total) for outcome in (EQUAL, DIFFERS))
    _say(f"together: {len(total)}, equal {equal}, differ {differ}, aside {len(total) - equal - differ}")
    if options.list:
        write_list(found)


if __name__ == "__main__":
    main()
