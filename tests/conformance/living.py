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
_WITHIN = 1.5
"""Seconds from the second that a stamp names: by then our kubelets have done what is stamped with it."""
_PAUSE = 0.005
"""Seconds between two exchanges: less than a controller needs; who sees its work has waited for it."""


class LiveReplay(Replay):
    """One file on a cluster that moves."""

    live = True

    def __init__(self, name: str, asked: set[int] | None = None) -> None:
        """`asked`: the exchanges that are to be judged; the others are no reason to let time go on."""
        super().__init__(name)
        self._asked = asked
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
        if late:  # what was made while our clock was further ahead keeps its stamps
            self.late = max(self.late, self.clock.now() - late)

    def wait(self, seconds: float) -> None:
        self.move(seconds)
        self.late += seconds

    def kubelet(self, node: str, what: str) -> None:
        (self.kubelets.start if what == "start" else self.kubelets.stop)(node)

    # ---- reads

    async def _plain(self, exchange: Exchange) -> None:
        place = Place(exchange.path)
        self._adopt(place)
        if not exchange.reads:
            await self._over(exchange)
            await self._close()
        mine = self._waited(exchange, place)
        sent = self._path(exchange)
        self._version = int(mine["metadata"]["resourceVersion"]) if mine is not None else 0
        meta = mine["metadata"] if mine is not None else {}
        self._stamps = {key: meta[key] for key in ("creationTimestamp", "deletionTimestamp") if key in meta}
        answer = await self._ask(exchange, sent)
        self._version, self._stamps = 0, {}
        found = self._judged(exchange, answer)
        if found and exchange.reads and (self._asked is None or exchange.index in self._asked):
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
            trial.runtimes = True
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

    async def _socket(self, exchange: Exchange) -> None:
        """Only what is asked for: nothing that is said through a socket changes an object."""
        if self._asked is None or exchange.index in self._asked:
            await super()._socket(exchange)

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
        going = [line["object"] for line in first.values() if line["type"] == "DELETED" or _goes(line["object"])]
        version = exchange.query.get("resourceVersion", "0")
        if self._settle(going) and version != "0":  # and the list before it was made after that
            self.relations.versions[version] = str(self.cluster.store.revision)
        await super()._watch(exchange)

    def _settle(self, objects: list[Object]) -> bool:
        """Let time pass until these are as they were when somebody deleted them: the recorder waited. Did we?"""
        for step in (0.0, *STEPS):
            self.move(step)
            self.late += step
            if step > _PATIENCE / 2 or all(map(self._has_come_to, objects)):
                break
        return step > 0

    def _has_come_to(self, obj: Object) -> bool:
        kind, namespace = self.states.kind(obj), obj["metadata"].get("namespace", "")
        if kind is None:
            return True
        root = f"/apis/{kind.group}" if kind.group else "/api"
        place = Place(f"{root}/{kind.version}/namespaces/{namespace}/{kind.plural}/{obj['metadata']['name']}")
        self._adopt(place)
        mine = self.states.current(kind, namespace, self.relations.ours(place.name))
        if mine is None:
            return True
        trial = Judge(self.relations.copy())
        trial.tolerance, trial.runtimes = trial.tolerance + self.late, True
        trial.value(".status", *(each.get("status", {}) | {"conditions": []} for each in (obj, mine)))
        return not trial.found

    async def _ended(self, watch: Open) -> None:
        """Let time go on until it has seen what the recorded one has."""
        last = max((seconds(stamp) for line in watch.exchange.lines or () for stamp in times(line)), default=0.0)
        last = max(last, self.clock.now())
        for step in STEPS:
            if self._seen(watch) or self.clock.now() > last + 30:
                break
            self.move(step)
            await asyncio.sleep(0.002)
        await super()._ended(watch)

    def _seen(self, watch: Open) -> bool:
        judge = Judge(self.relations.copy())
        judge.tolerance += self.late
        judge.runtimes = True
        self._compare(judge, watch.exchange.lines or [], watch.lines)
        return not judge.found

    async def _over(self, exchange: Exchange) -> None:
        """End the watches that had ended when this was written: what they show is all older."""
        body = exchange.body if isinstance(exchange.body, dict) else {}
        version = str(body.get("metadata", {}).get("resourceVersion") or "")
        for watch in list(self._open) if version else ():
            lines = [line for line in watch.exchange.lines or () if isinstance(line, dict)]
            versions = [line.get("object", {}).get("metadata", {}).get("resourceVersion") or "0" for line in lines]
            if all(int(each) < int(version) for each in versions):
                self._open.remove(watch)
                await self._ended(watch)

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


def _goes(obj: Object) -> bool:
    """It ran, and somebody has asked it to go."""
    return "deletionTimestamp" in obj["metadata"] or obj.get("status", {}).get("phase") == "Running"


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
