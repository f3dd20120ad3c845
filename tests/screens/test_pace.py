import asyncio

from k8stui.screens.pace import Looker, Pacer
from tests.support.waiting import WITHIN, eventually


class Painted:
    """Counts paints and wakes whoever waits for one."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.event = asyncio.Event()

    def __call__(self) -> None:
        self.times.append(asyncio.get_running_loop().time())
        self.event.set()

    async def next(self) -> None:
        await asyncio.wait_for(self.event.wait(), WITHIN)
        self.event.clear()


async def test_the_first_change_after_quiet_is_painted_at_once_and_later_ones_at_the_mark() -> None:
    painted = Painted()
    pacer = Pacer(painted, quiet=0.05, every=0.05)
    start = asyncio.get_running_loop().time()
    pacer.poke()
    await painted.next()
    for _ in range(1_000):
        pacer.poke()
    await painted.next()
    assert len(painted.times) == 2
    assert painted.times[0] - start < 0.04
    assert painted.times[1] - painted.times[0] >= 0.045


async def test_without_a_change_nothing_waits() -> None:
    painted = Painted()
    pacer = Pacer(painted, quiet=0.01, every=0.01)
    assert not pacer.waiting
    pacer.flush()
    assert painted.times == []
    pacer.poke()
    await painted.next()
    assert not pacer.waiting


async def test_later_paints_by_the_clock_unless_something_is_painted_before() -> None:
    painted = Painted()
    pacer = Pacer(painted, quiet=0.0, every=0.0)
    pacer.later(0.02)
    await painted.next()
    pacer.later(10)
    pacer.poke()
    await painted.next()
    assert len(painted.times) == 2
    assert pacer._timer is None
    pacer.later(10)
    pacer.stop()
    assert pacer._timer is None


async def test_flush_paints_what_waits_and_stop_forgets_it() -> None:
    painted = Painted()
    pacer = Pacer(painted, quiet=10, every=10)
    pacer.poke()
    await painted.next()
    pacer.poke()
    pacer.flush()
    assert len(painted.times) == 2
    pacer.poke()
    pacer.stop()
    assert not pacer.waiting


async def test_one_look_at_a_time_and_once_more_where_something_came_meanwhile() -> None:
    looks: list[asyncio.Event] = []
    faults: list[Exception] = []

    async def look() -> None:
        looks.append(asyncio.Event())
        await looks[-1].wait()
        if len(looks) == 2:
            raise ValueError("a bug")

    async def seen(number: int) -> None:
        await eventually(lambda: len(looks) >= number)

    looker = Looker(look, faults.append, quiet=0.0, every=0.0)
    looker.poke()
    await seen(1)
    for _ in range(10):
        looker.look()
    await asyncio.sleep(0.01)
    assert len(looks) == 1
    looks[0].set()
    await seen(2)
    looks[1].set()
    await asyncio.sleep(0.01)
    assert (len(looks), [str(each) for each in faults]) == (2, ["a bug"])
    looker.later(0.001)  # a fault is not the end of it
    await seen(3)
    looker.close()
    looks[2].set()
    await asyncio.sleep(0.01)
    assert len(looks) == 3
