"""What is remembered while the program runs: written once things are quiet, and nothing of others is lost."""

import asyncio
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from k8stui.actions import Place
from k8stui.screens import memory as module
from k8stui.screens.memory import Memory
from k8stui.state import ContextState, ViewState, change, path_of, read
from tests.support.waiting import eventually


def remembering(folder: Path, pause: float = 0.01) -> tuple[Memory, list[str]]:
    told: list[str] = []
    return Memory(folder, pause, told.append), told


async def test_what_changes_is_written_when_it_is_quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[int] = []

    def counted(*arguments: object) -> None:
        writes.append(1)
        change(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "change", counted)
    memory, told = remembering(tmp_path, pause=0.05)
    assert await memory.enter("prod") == ContextState(context="prod")
    memory.placed(Place("pods", "shop", "!web"))
    for number in range(20):
        memory.shown("pods", ViewState("AGE", wide=bool(number % 2)))
    memory.placed(Place("pods", "shop", "!web"))
    assert not writes
    await eventually(lambda: read(tmp_path, "prod").view == "pods")
    found = read(tmp_path, "prod")
    assert (found.namespace, found.filter, found.namespaces) == ("shop", "!web", ("shop",))
    assert found.views == {"pods": ViewState("AGE", wide=True)}
    assert writes == [1]
    assert told == []


async def test_the_end_writes_what_is_left(tmp_path: Path) -> None:
    memory, _ = remembering(tmp_path, pause=60)
    await memory.enter("prod")
    memory.placed(Place("nodes"))
    await memory.close()
    assert read(tmp_path, "prod").view == "nodes"


async def test_a_switch_writes_what_is_left_of_the_context_before(tmp_path: Path) -> None:
    memory, _ = remembering(tmp_path, pause=60)
    await memory.enter("prod")
    memory.placed(Place("nodes"))
    change(tmp_path, "test", lambda before: replace(before, view="events"))
    assert (await memory.enter("test")).view == "events"
    assert read(tmp_path, "prod").view == "nodes"
    assert memory.state.context == "test"


async def test_what_another_program_remembers_stays(tmp_path: Path) -> None:
    one, _ = remembering(tmp_path, pause=60)
    two, _ = remembering(tmp_path, pause=60)
    await one.enter("prod")
    await two.enter("prod")
    one.placed(Place("nodes", "a"))
    one.shown("nodes", ViewState("AGE"))
    two.shown("pods", ViewState("NAME", True))
    await one.close()
    await two.close()
    found = read(tmp_path, "prod")
    assert found.views == {"nodes": ViewState("AGE"), "pods": ViewState("NAME", True)}
    assert (found.view, found.namespace) == ("nodes", "a")  # the second one went nowhere


async def test_a_spoilt_file_is_forgotten_with_a_word(tmp_path: Path) -> None:
    path_of(tmp_path, "prod").parent.mkdir()
    path_of(tmp_path, "prod").write_text("{")
    memory, told = remembering(tmp_path)
    assert await memory.enter("prod") == ContextState(context="prod")
    assert "forgotten" in told[0]


async def test_what_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "contexts").write_text("in the way")
    memory, told = remembering(tmp_path, pause=60)
    await memory.enter("prod")
    told.clear()
    for view in ("nodes", "pods", "events"):
        memory.placed(Place(view))
        await memory.write()
    assert len(told) == 1
    assert "cannot be remembered" in told[0]


async def test_a_disk_that_hangs_does_not_hold_up_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    monkeypatch.setattr(module, "change", lambda *_: gate.wait(20))
    monkeypatch.setattr(module, "END", 0.05)
    memory, _ = remembering(tmp_path, pause=60)
    await memory.enter("prod")
    memory.placed(Place("nodes"))
    loop = asyncio.get_running_loop()
    start = loop.time()
    await memory.close()
    assert loop.time() - start < 5
    gate.set()
