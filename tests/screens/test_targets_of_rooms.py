"""Logs, shells and debug containers are of the very row that the cursor was on when the key was typed."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from k8stui.actions import Rows
from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.openings import OPENINGS
from k8stui.screens.resource import ResourceScreen
from tests.support.clock import ManualClock
from tests.support.house import burst, idle, names, running, settled, typed
from tests.support.objects import pod
from tests.support.waiting import eventually

NAMES = [f"web-{number}" for number in range(1, 6)]
STIRS = st.lists(st.tuples(st.sampled_from(["replace", "fail", "heal", "gone"]), st.sampled_from(NAMES)), max_size=4)
MOVES = st.lists(st.sampled_from(["j", "k", "g", "G", "~", ">"]), max_size=5)
STEPS = st.lists(st.sampled_from(["j", "k", "g", "G"]), max_size=5)
KEYS = {"l": "logs", "p": "previous-logs", "s": "shell", "b": "debug"}


class Bench:
    """One program over one cluster, used for all examples; what a key would open is written down instead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = ManualClock()
        self.cluster = EmbeddedCluster(self.clock)
        self.stack = AsyncExitStack()
        self.app: K8sTui
        self.opened: list[tuple[str, list[str]]] = []
        doors = {name: self._door(name) for name in KEYS.values()}
        monkeypatch.setattr("k8stui.screens.desk.OPENINGS", {**OPENINGS, **doors})

    def _door(self, name: str) -> Callable[[ResourceScreen, Rows, str], Awaitable[None]]:
        async def door(_screen: ResourceScreen, rows: Rows, _typed: str) -> None:
            self.opened.append((name, [row.ref.uid for row in rows]))

        return door

    async def open(self) -> None:
        await self.cluster.start()
        self.stack.push_async_callback(self.cluster.stop)
        self.app, _ = await self.stack.enter_async_context(running(self.cluster, self.clock, size=(120, 30)))
        await settled(self.app, self.cluster)

    def stir(self, what: str, name: str) -> None:
        store = self.cluster.store
        there = name in {each["metadata"]["name"] for each in store.list("pods")}
        if what in ("replace", "gone") and there:
            store.delete("pods", name, "default")
        if what == "replace":
            store.create(pod(name))
        elif what in ("fail", "heal") and there:
            phase = "Failed" if what == "fail" else "Running"
            store.modify("pods", name, "default", change=lambda each: each["status"].update(phase=phase))

    async def again(self) -> None:
        """Every example begins alike."""
        for each in list(self.cluster.store.list("pods")):
            self.cluster.store.delete("pods", each["metadata"]["name"], "default")
        for name in NAMES:
            self.cluster.store.create(pod(name))
        await settled(self.app, self.cluster)
        self.opened.clear()

    async def told(self) -> tuple[str, list[str]] | None:
        """What was opened; None: nothing, which was said."""
        said = len(self.app.notes)
        await idle(self.app)
        await eventually(lambda: self.opened or len(self.app.notes) > said or self.app.home.table.cursor_ref is None)
        return self.opened[0] if self.opened else None

    async def stirred(self, moves: list[str], key: str, stirs: list[tuple[str, str]]) -> None:
        """Rows go, come and change places when the key is on its way."""
        await self.again()
        await typed(self.app, *moves)
        wanted = self.app.home.table.cursor_ref
        assert wanted is not None
        for each in stirs:
            self.stir(*each)
        burst(self.app, key)
        assert await self.told() == (KEYS[key], [wanted.uid])

    async def hurried(self, steps: list[str], key: str) -> None:
        """The way to the row and the key come in one burst."""
        await self.again()
        order = names(self.app)
        cursor = self.app.home.table.cursor_ref
        assert cursor is not None
        at = order.index(cursor.name)
        for step in steps:
            at = {"j": min(at + 1, len(order) - 1), "k": max(at - 1, 0), "g": 0, "G": len(order) - 1}[step]
        uid = self.cluster.store.get("pods", order[at], "default")["metadata"]["uid"]
        burst(self.app, *steps, key, "j")
        assert await self.told() == (KEYS[key], [uid])


@pytest.mark.slow
def test_a_key_opens_the_row_that_it_was_typed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch)
    quick = settings(derandomize=True, max_examples=25, deadline=None, database=None, phases=[Phase.generate])
    with asyncio.Runner() as runner:
        runner.run(bench.open())
        try:

            @quick
            @given(moves=MOVES, key=st.sampled_from(list(KEYS)), stirs=STIRS)
            def stirred(moves: list[str], key: str, stirs: list[tuple[str, str]]) -> None:
                runner.run(bench.stirred(moves, key, stirs))

            @quick
            @given(steps=STEPS, key=st.sampled_from(list(KEYS)))
            def hurried(steps: list[str], key: str) -> None:
                runner.run(bench.hurried(steps, key))

            stirred()
            hurried()
        finally:
            runner.run(bench.stack.aclose())
