"""What is sent goes to the very object that the question was about, whatever moves, goes or is replaced meanwhile."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.questions.results import ResultScreen
from tests.support.clock import ManualClock
from tests.support.house import burst, idle, running, settled, text, typed
from tests.support.scene import node
from tests.support.waiting import eventually

NAMES = [f"worker-{number}" for number in range(1, 6)]
NAME = st.sampled_from(NAMES)
STIR = st.one_of(
    st.tuples(st.just("replace"), NAME),
    st.tuples(st.just("sicken"), NAME),
    st.tuples(st.just("heal"), NAME),
    st.tuples(st.just("gone"), NAME),
)
"""What happens in the cluster: rows change places, go, or are replaced by others of the same name."""
MOVES = st.lists(st.sampled_from(["j", "k", "g", "G", "space", "~", ">"]), max_size=5)
STIRS = st.lists(STIR, max_size=4)


class Bench:
    """One program over one cluster, used for all examples."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.cluster = EmbeddedCluster(self.clock)
        self.stack = AsyncExitStack()
        self.questions = 0

    async def open(self) -> None:
        await self.cluster.start()
        self.stack.push_async_callback(self.cluster.stop)
        self.app: K8sTui
        self.app, _ = await self.stack.enter_async_context(running(self.cluster, self.clock, size=(120, 30)))
        await settled(self.app, self.cluster)
        await typed(self.app, "1")

    def uids(self, *, cordoned: bool = False) -> set[str]:
        return {
            each["metadata"]["uid"]
            for each in self.cluster.store.list("nodes")
            if not cordoned or each["spec"].get("unschedulable")
        }

    def stir(self, what: str, name: str) -> None:
        there = name in {each["metadata"]["name"] for each in self.cluster.store.list("nodes")}
        if what in ("replace", "gone") and there:
            self.cluster.store.delete("nodes", name)
        if what == "replace" or (what == "sicken" and not there):
            self.cluster.store.create(node(name, {"Ready": "False" if what == "sicken" else "True"}))
        elif what in ("sicken", "heal") and there:
            status = "False" if what == "sicken" else "True"
            conditions = node(name, {"Ready": status})["status"]["conditions"]
            self.cluster.store.modify("nodes", name, change=lambda each: each["status"].update(conditions=conditions))

    async def again(self) -> None:
        """Every example begins alike."""
        for each in list(self.cluster.store.list("nodes")):
            self.cluster.store.delete("nodes", each["metadata"]["name"])
        for name in NAMES:
            self.cluster.store.create(node(name))
        await settled(self.app, self.cluster)
        self.app.home.table.clear_marks()
        await idle(self.app)

    async def example(
        self,
        before: list[tuple[str, str]],
        moves: list[str],
        stirred: list[tuple[str, str]],
        late: list[tuple[str, str]],
        known: bool,
    ) -> None:
        await self.again()
        for each in before:
            self.stir(*each)
        await settled(self.app, self.cluster)
        await typed(self.app, *moves)
        await idle(self.app)
        table = self.app.home.table
        marked = set(table.marks)
        cursor = table.cursor_ref
        wanted = marked or ({cursor.uid} if cursor is not None else set())
        for each in stirred:  # the key is handled before the screen can know
            self.stir(*each)
        said = self.said
        burst(self.app, "c")
        await idle(self.app)
        await eventually(
            lambda: isinstance(self.app.screen, ChangeQuestion | ResultScreen) or (self.said > said and not self.busy)
        )
        if isinstance(self.app.screen, ChangeQuestion):
            await idle(self.app)
            named = {name for name in NAMES if name in "\n".join(text(self.app))}
            for each in late:
                self.stir(*each)
            if known:
                await settled_behind(self.app)
            there = self.uids()
            burst(self.app, "y")
            await idle(self.app)
            await self.left()
            done = self.uids(cordoned=True)
            assert done <= wanted & there
            assert {
                each["metadata"]["name"] for each in self.cluster.store.list("nodes") if each["metadata"]["uid"] in done
            } <= named
            assert done == asked_and_there(self, wanted, named)
            self.questions += 1
        else:
            await self.left()
            assert self.uids(cordoned=True) == set()

    async def left(self) -> None:
        """Back at the table: what was not done of several is told in a list, which is closed."""
        await eventually(
            lambda: isinstance(self.app.screen, ResultScreen) or (self.app.screen is self.app.home and not self.busy)
        )
        if isinstance(self.app.screen, ResultScreen):
            burst(self.app, "escape")
            await eventually(lambda: self.app.screen is self.app.home and not self.busy)

    @property
    def said(self) -> int:
        return sum(note.times for note in self.app.notes)

    @property
    def busy(self) -> bool:
        return any(worker.is_running for worker in self.app.workers)


def asked_and_there(bench: Bench, wanted: set[str], named: set[str]) -> set[str]:
    """Those of the question that are still what they were: each of them was done."""
    return {
        each["metadata"]["uid"]
        for each in bench.cluster.store.list("nodes")
        if each["metadata"]["uid"] in wanted and each["metadata"]["name"] in named
    }


async def settled_behind(app: K8sTui) -> None:
    """Let what happened reach the table behind the question, in part or wholly."""
    for _ in range(3):
        await idle(app)


@pytest.mark.slow
def test_the_target_of_a_request_is_the_uid_that_the_question_named() -> None:
    bench = Bench()
    with asyncio.Runner() as runner:
        runner.run(bench.open())
        try:

            @settings(derandomize=True, max_examples=50, deadline=None, database=None, phases=[Phase.generate])
            @given(before=STIRS, moves=MOVES, stirred=STIRS, late=STIRS, known=st.booleans())
            def examples(
                before: list[tuple[str, str]],
                moves: list[str],
                stirred: list[tuple[str, str]],
                late: list[tuple[str, str]],
                known: bool,
            ) -> None:
                runner.run(bench.example(before, moves, stirred, late, known))

            examples()
            assert bench.questions > 20  # else it was no test
        finally:
            runner.run(bench.stack.aclose())
