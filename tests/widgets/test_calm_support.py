"""What tests wait for: a loop that has come to rest, whatever was still to come through sockets and threads."""

import asyncio
import threading

from tests.support.calm import calm


async def test_answers_over_a_socket_and_work_of_threads_are_waited_for() -> None:
    said: list[bytes] = []

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    async def ask(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in range(20):
            writer.write(b"%d\n" % number)
            said.append(await reader.readline())
        gate = threading.Event()
        asyncio.get_running_loop().call_later(0.05, gate.set)
        await asyncio.to_thread(gate.wait)
        said.append(b"thread")
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    asking = asyncio.create_task(ask(server.sockets[0].getsockname()[1]))
    await calm()
    assert said == [*(b"%d\n" % number for number in range(20)), b"thread"]
    await asking
    server.close()


async def test_what_never_rests_is_not_waited_for_without_end() -> None:
    async def restless() -> None:
        while True:  # noqa: ASYNC110 - it is to turn
            await asyncio.sleep(0)

    task = asyncio.create_task(restless())
    await calm()
    assert not task.done()
    task.cancel()
