"""The replay of one file: every exchange on the state that the recorded one met, without controllers."""

from typing import Any

import aiohttp

from tests.conformance import books, setups
from tests.conformance.alike import Judge
from tests.conformance.following import Following
from tests.conformance.judging import judge_headers, judge_text, left_out
from tests.conformance.recorded import Exchange, Object
from tests.conformance.states import Place, overlay
from tests.conformance.verdicts import ASIDE, DIFFERS, EQUAL, Verdict

_FOLLOWED_ON = 45
"""The exchange of pods_streams that goes on with the log which the one before has followed."""


class Replay(Following):
    """One file, one cluster."""

    def __init__(self, name: str, exchanges: list[Exchange] | None = None) -> None:
        super().__init__(name, exchanges)
        self._books = books.Books(self.cluster) if name == "pods_streams" else None

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
            if left_out(exchange.body):
                answer = await self._ask(exchange, sent)
                self.states.more(shown[-1], left_out(exchange.body) - left_out(answer.get("body")))
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

    def _judged(self, exchange: Exchange, answer: Object) -> list[str]:
        """How the answer differs; what it shows for the first time is remembered when it does not."""
        recorded = exchange.response
        body = exchange.body
        listed = isinstance(body, dict) and ("items" in body or "rows" in body)
        judge = Judge(self.relations.copy(), collection=listed, writes=not exchange.reads and not exchange.dry)
        judge.tolerance += self.late
        judge.runtimes = self.live
        if recorded["status"] != answer["status"]:
            judge.say("status", recorded["status"], answer["status"])
        judge_headers(judge, recorded.get("headers", {}), answer["headers"])
        if "body" in recorded and "body" in answer:
            judge.value("", recorded["body"], _shortened(exchange, answer["body"]))
        elif recorded.get("text", "") != answer.get("text", "") or ("body" in recorded) != ("body" in answer):
            judge_text(judge, recorded, answer)
        if not judge.found:
            self.relations.adopt(judge.relations)
        return judge.found


def _shortened(exchange: Exchange, body: Any) -> Any:
    """Our answer without the rules that the recorder has cut off."""
    if "(rules shortened to two)" not in exchange.name or not isinstance(body, dict):
        return body
    return body | {"rules": body["rules"][: len(exchange.body["rules"])]}
