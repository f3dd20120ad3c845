"""Streams that always have something to read leave the loop to others, and none of them is passed over."""

import asyncio

from k8stui.operations.logs.turns import Turns

STREAMS = 20
PIECES = 10


async def test_one_piece_a_round_when_the_slice_is_used_up_and_each_stream_in_its_turn() -> None:
    turns = Turns(0.0)
    rounds = 0
    done: list[tuple[int, int]] = []

    def others() -> None:
        nonlocal rounds
        rounds += 1
        asyncio.get_running_loop().call_soon(others)

    async def stream(number: int) -> None:
        for _ in range(PIECES):
            await turns.take()
            done.append((rounds, number))

    others()
    await asyncio.gather(*(stream(number) for number in range(STREAMS)))
    assert [number for _, number in done] == list(range(STREAMS)) * PIECES
    assert len({at for at, _ in done}) == len(done)


async def test_within_the_slice_nobody_waits() -> None:
    turns = Turns(60.0)
    for _ in range(100):
        waited = turns.take()
        try:
            waited.send(None)
        except StopIteration:
            continue
        raise AssertionError("it waited")


async def test_who_gives_up_holds_up_nobody() -> None:
    turns = Turns(0.0)
    done: list[int] = []

    async def stream(number: int) -> None:
        await turns.take()
        done.append(number)

    tasks = [asyncio.create_task(stream(number)) for number in range(4)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[2].cancel()
    await asyncio.wait(tasks, timeout=5)
    assert done == [1, 3]
