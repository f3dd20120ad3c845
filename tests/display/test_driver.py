"""The output that knows whether the terminal has taken what was written."""

import os
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import IO, Any, cast

import pytest
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual.app import App
from textual.drivers._writer_thread import WriterThread

from k8stui.display.driver import Output, PacedDriver
from tests.support.waiting import promptly


class Pipe:
    """A descriptor that takes a little and then nothing until it is read."""

    def __init__(self) -> None:
        self.end, fd = os.pipe()
        os.set_blocking(self.end, False)
        self.file: IO[str] = os.fdopen(fd, "w", encoding="utf-8")

    def read(self) -> bytes:
        try:
            return os.read(self.end, 1 << 20)
        except BlockingIOError:
            return b""

    def read_until(self, found: Callable[[bytes], bool]) -> bytes:
        data = b""

        def more() -> bool:
            nonlocal data
            data += self.read()
            return found(data)

        promptly(more)
        return data


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.file.close()
    os.close(made.end)


def test_it_is_writing_from_the_first_write_to_the_flush(pipe: Pipe) -> None:
    output = Output(pipe.file)
    seen = [output.writing]
    assert output.write("one ● ") == 6
    output.write("two")
    seen.append(output.writing)
    assert pipe.read() == b""  # one frame, one write
    output.flush()
    seen.append(output.writing)
    assert seen == [False, True, False]
    assert pipe.read() == "one ● two".encode()


def test_much_is_not_collected_without_end(pipe: Pipe) -> None:
    output = Output(pipe.file)
    for _ in range(30):
        output.write("x" * 1000)
    assert len(pipe.read()) > 10_000
    assert output.writing


def test_what_the_encoding_of_the_terminal_lacks_costs_no_exception(pipe: Pipe) -> None:
    latin = open(os.dup(pipe.file.fileno()), "w", encoding="latin-1")  # noqa: PTH123, SIM115
    output = Output(latin)
    output.write("é●\ud800")
    output.flush()
    latin.close()
    assert pipe.read() == "é??".encode("latin-1")


def test_a_lost_terminal_swallows_the_rest() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as file:
        output = Output(file)
        output.write("lost")
        output.flush()
        assert output.gone
        output.write("x" * 100_000)
        output.flush()
        assert not output.writing
        assert not output.isatty()
        assert output.fileno() == writing


def test_a_descriptor_that_a_child_left_non_blocking_loses_nothing(pipe: Pipe) -> None:
    # Node.js and others set O_NONBLOCK on the terminal they share with us and leave it so.
    output = Output(pipe.file)
    os.set_blocking(output.fileno(), False)
    text = "0123456789" * 30_000

    def work() -> None:
        output.write(text)
        output.flush()

    writer = threading.Thread(target=work)
    writer.start()
    assert pipe.read_until(lambda data: len(data) >= len(text)) == text.encode()
    writer.join(5)
    assert not output.gone
    assert not output.writing


@pytest.fixture
async def driver(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PacedDriver]:
    """The driver with its output into a pipe, and its writer running."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
    monkeypatch.setattr(sys, "__stderr__", pipe.file)
    app: App[Any] = App()
    made = PacedDriver(app)
    made._writer_thread = WriterThread(cast("Any", made._output))
    made._writer_thread.start()
    yield made
    pipe.read_until(lambda _data: made.ready)
    made.close()
    for number, handler in kept.items():
        signal.signal(number, handler)


async def test_it_is_ready_only_when_everything_was_taken(pipe: Pipe, driver: PacedDriver) -> None:
    seen = [driver.ready]
    for _ in range(3):
        driver.write("x" * 200_000)  # more than a pipe holds
    seen.append(driver.ready)
    promptly(lambda: len(pipe.read()) > 0)
    seen.append(driver.ready)
    assert seen == [True, False, False]
    pipe.read_until(lambda _data: driver.ready)
    driver.write("y")
    assert pipe.read_until(lambda data: data.endswith(b"y"))
    promptly(lambda: driver.ready)


async def test_a_frame_is_on_its_way_from_when_it_was_handed_over(driver: PacedDriver) -> None:
    """Before anybody can answer to it, however late the loop comes to its next step; marks around it are no frame."""
    begun = time.monotonic()
    driver.write(SYNC_START)
    assert driver.handed_at < begun
    driver.write("a frame")
    handed = driver.handed_at
    assert begun <= handed <= time.monotonic()
    driver.write(SYNC_END)
    assert driver.handed_at == handed


async def test_noise_on_the_line_is_outlived(driver: PacedDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    # Textual 8.2.8 ends with a traceback when a key arrives in another encoding than UTF-8.
    keys: list[str] = []
    monkeypatch.setattr(driver, "process_message", lambda event: keys.append(event.key))
    reading, writing = os.pipe()
    driver.fileno = reading
    thread = threading.Thread(target=driver._run_input_thread)
    os.write(writing, b"\xff\xfe")
    thread.start()
    promptly(lambda: os.write(writing, b"j") and keys)
    driver.exit_event.set()
    thread.join(5)
    assert set(keys) == {"j"}
    assert not thread.is_alive()
    for fd in (reading, writing):
        os.close(fd)


@pytest.mark.parametrize(
    ("packet", "keys"),
    [
        (b"\x1b2", ["escape", "2"]),
        (b"\x1b:po", ["escape", "colon", "p", "o"]),
        (b"\x1b\x1b\x1b30/x\r", ["escape"] * 3 + ["3", "0", "slash", "x", "enter"]),
        (b"\x1b\x1b", ["escape"] * 2),
        (b"\x1b[A", ["up"]),
        (b"\x1bOP", ["f1"]),
        (b"j\x1b[B", ["j", "down"]),
    ],
)
async def test_esc_and_a_key_in_one_packet_are_two_keys(
    driver: PacedDriver, monkeypatch: pytest.MonkeyPatch, packet: bytes, keys: list[str]
) -> None:
    # Over a slow line both come at once; Textual takes them for one key with Alt.
    found: list[str] = []
    monkeypatch.setattr(driver, "process_message", lambda event: found.append(event.key))
    reading, writing = os.pipe()
    driver.fileno = reading
    thread = threading.Thread(target=driver._run_input_thread)
    os.write(writing, packet)
    thread.start()
    promptly(lambda: len(found) >= len(keys))
    driver.exit_event.set()
    thread.join(5)
    assert found == keys
    for fd in (reading, writing):
        os.close(fd)


async def test_a_terminal_that_hangs_up_ends_the_program(driver: PacedDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    # Textual 8.2.8 would read on from it, as fast as it can.
    signals: list[int] = []
    monkeypatch.setattr("os.kill", lambda _pid, number: signals.append(number))
    person, program = os.openpty()
    driver.fileno = program
    thread = threading.Thread(target=driver._run_input_thread)
    thread.start()
    os.close(person)
    thread.join(5)
    assert not thread.is_alive()
    assert signals == [signal.SIGHUP]
    os.close(program)


async def test_a_mistake_in_the_reading_is_handled_like_any_other(
    driver: PacedDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_event: object) -> None:
        raise LookupError("a mistake")

    seen: list[BaseException] = []
    monkeypatch.setattr(driver, "process_message", refuse)
    monkeypatch.setattr(driver._app, "call_later", lambda _handler, error: seen.append(error))
    reading, writing = os.pipe()
    driver.fileno = reading
    os.write(writing, b"j")
    driver._run_input_thread()
    assert [type(error) for error in seen] == [LookupError]
    for fd in (reading, writing):
        os.close(fd)
