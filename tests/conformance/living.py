"""The replay with controllers and kubelets: what they did in the recording, ours must have done too.

A read that differs at once is asked again while the clock goes on, since the recorder waited too and did not record
that. Random names are taken from ours by their owners. Of a watch that tells what controllers did, each object's story
is compared by how it begins and how it ends: how many writes lie in between is chance on a real cluster as well.
"""

import asyncio
from typing import Any

from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.controllers.manager import controllers
from k8stui.demo.controllers.world import World
from k8stui.demo.kubelet.habits import Habit, Habits
from k8stui.demo.kubelet.kubelet import Kubelets
from tests.conformance import setups
from tests.conformance.alike import Judge, seconds
from tests.conformance.following import Open
from tests.conformance.player import Replay
from tests.conformance.recorded import Exchange, Object, times
from tests.conformance.states import Place, overlay
from tests.conformance.verdicts import DIFFERS, EQUAL, Verdict

CERTIFICATE = "-----BEGIN CERTIFICATE-----\n(dropped)\n-----END CERTIFICATE-----\n"
STEPS = (0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 0.5, 1, 1, 1, 2, 2, 3, 5, 5, 10, 10, 15, 15, 30)
"""Seconds between two looks at what does not look as recorded yet."""
HABITS = Habits(
    rows=(
        Habit(images="registry.example/*", container="prepare", exits=1.0, code=1),
        Habit(images="registry.example/slow:*", exits=30.0),
        Habit(images="registry.example/once:*", exits=1.0),
        Habit(images="registry.example/tick:*", exits=5.0),
        Habit(images="registry.example/report:*", exits=1.0),
        Habit(images="registry.example/leaky:*", exits=1.0, code=1),
    )
)
"""What the recorded runtimes did: annotations told kwok, and the names of images the other one."""
_PATIENCE = 20.0
"""Seconds of the cluster's time that an answer may take longer than it was recorded."""
_WITHIN = 0.9
"""Of a second that a stamp names: by then what is stamped with it was done."""
_PAUSE = 0.005
"""Seconds between two exchanges: less than a controller needs; who sees its work has waited for it."""


class LiveReplay(Replay):
    """One file on a cluster that moves."""

    live = True

    def __init__(self, name: str, exchanges: list[Exchange] | None = None) -> None:
        super().__init__(name, exchanges)
        self.agenda = Agenda(self.cluster.clock)
        self.world = World(self.cluster.registry, self.agenda)
        self.kubelets = Kubelets(self.world, HABITS, self.cluster.logs)
        self.kubelets.attach(self.cluster.containers)

    def prepare(self) -> None:
        """The setup, and what the controllers make of it until the first exchange."""
        setups.furnish(self.name, self.cluster, self.exchanges)
        controllers(self.world, CERTIFICATE)
        for node in self.cluster.store.list("nodes"):
            self.kubelets.start(node["metadata"]["name"])
        self.move(self.begin - self.clock.now() - 1)
        setups.settle_in(self.cluster, self.exchanges)
        self.move(1)

    def move(self, length: float) -> None:
        """Let so many seconds pass, each action at its own time."""
        end = self.clock.now() + length
        while (due := self.agenda.due()) is not None and due <= end:
            self.clock.advance(max(0.0, due - self.clock.now()))
            self.agenda.catch_up()
        self.clock.advance(max(0.0, end - self.clock.now()))

    def tell_time(self, exchange: Exchange) -> None:
        late = self.told(exchange)
        if late - self.clock.now() < 86_400:
            self.move(max(0.0, late - self.clock.now()))
        if late:
            self.late = max(0.0, self.clock.now() - late)

    def kubelet(self, node: str, what: str) -> None:
        (self.kubelets.start if what == "start" else self.kubelets.stop)(node)

    # ---- reads

    async def _plain(self, exchange: Exchange) -> None:
        place = Place(exchange.path)
        self._adopt(place)
        if not exchange.reads:
            await self._close()
        mine = self._waited(exchange, place)
        sent = self._path(exchange)
        self._version = int(mine["metadata"]["resourceVersion"]) if mine is not None else 0
        answer = await self._ask(exchange, sent)
        self._version = 0
        found = self._judged(exchange, answer)
        if found and exchange.reads:
            found, answer = await self._until(exchange, sent, found, answer)
        outcome = DIFFERS if found else EQUAL
        self.verdicts.append(Verdict(exchange, outcome, found, answer, f"{exchange.method} {sent}"))
        self.move(_PAUSE)

    async def _until(self, exchange: Exchange, sent: str, found: list[str], answer: Object) -> tuple[list[str], Object]:
        """Ask again while time goes on: at most until the next answer was given, and a little longer."""
        later = [each for each in self.exchanges if each.index > exchange.index]
        limit = max(_PATIENCE, next((self.told(each) for each in later if self.told(each)), 0.0) - self.clock.now() + 3)
        best, passed = (found, answer), 0.0
        for step in STEPS:
            if passed > limit:
                break
            self.move(step)
            self.late += step
            passed += step
            await asyncio.sleep(0)
            again = await self._ask(exchange, sent)
            still = self._judged(exchange, again)
            if not still:
                return [], again
            best = (still, again) if len(still) < len(best[0]) else best
        return best

    def _waited(self, exchange: Exchange, place: Place) -> Object | None:
        """Our object, once it is in the state that the answer to a write says it was in."""
        kind = place.kind(self.cluster)
        for step in (0.0, *STEPS):
            self.move(step)
            self.late += step
            mine = self.states.current(kind, place.namespace, place.name) if kind is not None and place.name else None
            before = overlay(exchange, place, mine) if mine is not None else None
            if mine is None or before is None or step > _PATIENCE / 2:
                break
            trial = Judge(self.relations.copy())
            trial.value("", {**self.states.translated(before), "metadata": {}}, {**mine, "metadata": {}})
            if not trial.found:
                break
        return mine

    def _adopt(self, place: Place) -> None:
        """The name of one of our objects for a recorded one with a random name that no answer has shown."""
        kind = place.kind(self.cluster)
        if kind is None or not place.name or self.states.current(kind, place.namespace, place.name) is not None:
            return
        taken = set(self.relations.tokens.values())
        for entry in self.cluster.store.table(kind).within(place.namespace or None):
            if entry.name.rpartition("-")[2] in taken:
                continue
            trial = Judge(self.relations.copy())
            trial.value(".name", place.name, entry.name)
            if not trial.found:
                self.relations.adopt(trial.relations)
                return

    # ---- watches

    async def _watch(self, exchange: Exchange) -> None:
        """Opened when what it shows changing was there."""
        first: dict[str, Object] = {}
        for line in exchange.lines or ():
            if isinstance(line, dict) and "name" in line.get("object", {}).get("metadata", {}):
                first.setdefault(line["object"]["metadata"]["name"], line)
        made = [
            line["object"]["metadata"]["creationTimestamp"] for line in first.values() if line["type"] == "MODIFIED"
        ]
        self.move(max(0.0, max(map(seconds, made), default=0.0) + _WITHIN - self.clock.now()))
        await super()._watch(exchange)

    async def _ended(self, watch: Open) -> None:
        lines = watch.exchange.lines or []
        last = max((seconds(stamp) for line in lines for stamp in times(line)), default=0.0)
        for step in STEPS:
            if len(watch.lines) >= len(lines) or self.clock.now() > last + 30:
                break
            self.move(step)
            await asyncio.sleep(0.002)
        await super()._ended(watch)

    def _compare(self, judge: Judge, recorded: list[Any], ours: list[Any]) -> None:
        super()._compare(judge, recorded, ours)
        if judge.found and any(isinstance(line, dict) and "object" in line for line in recorded):
            stories = Judge(self.relations.copy())
            stories.tolerance, stories.runtimes = judge.tolerance, judge.runtimes
            stories.value("stories", _stories(recorded), _stories(ours))
            if not stories.found:
                judge.found.clear()
                judge.relations = stories.relations

    def _shows_controllers(self, watch: Open) -> bool:
        return False


def _stories(lines: list[Any]) -> list[Any]:
    """For each object: how its story begins, how it ends, and what it was then."""
    found: dict[str, list[Any]] = {}
    for line in lines:
        obj = line.get("object", {}) if isinstance(line, dict) else {}
        metadata = obj.get("metadata", {}) if isinstance(obj, dict) else {}
        if not isinstance(line, dict) or line.get("type") == "BOOKMARK" or "name" not in metadata:
            continue
        story = found.setdefault(metadata["name"], [line["type"], line["type"], obj])
        story[1:] = [line["type"], obj]
    return [story for _, story in sorted(found.items())]
