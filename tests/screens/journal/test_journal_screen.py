"""The journal's page: what was done, read, filtered, copied and saved."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.journal.page import JournalScreen
from k8stui.screens.questions.answered import Question
from k8stui.screens.questions.ask import AskScreen
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.texts import TextScreen
from tests.support.clock import START, ManualClock
from tests.support.house import burst, idle, messages, running, settled, text, typed
from tests.support.journals import entry, opened, write
from tests.support.scene import node
from tests.support.waiting import eventually


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    for name in ("worker-1", "worker-2"):
        cluster.store.create(node(name))
    async with running(cluster, clock, size=(120, 30), view="nodes") as (house, _):
        await settled(house, cluster)
        yield house


def shown(screen: JournalScreen) -> list[str]:
    return [line.entry.says for line in screen.entries.view.window(0, 99)]


def lines(app: K8sTui) -> str:
    return "\n".join(text(app))


async def test_what_was_done_is_there_newest_first_with_its_result(app: K8sTui, clock: ManualClock) -> None:
    await typed(app, "c")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    await idle(app)
    await typed(app, "y")
    await eventually(lambda: "node/worker-1 cordoned" in messages(app))
    clock.advance(5)
    await typed(app, "u")
    await eventually(lambda: "node/worker-1 uncordoned" in messages(app))
    screen = await opened(app)
    assert shown(screen) == ["uncordon worker-1", "cordon worker-1"]
    assert "● done" in lines(app)
    assert "14:13:25" in lines(app)
    assert "journal 2" in lines(app)
    assert "node/worker-1 uncordoned · u takes it back" in lines(app)


async def test_an_entry_that_comes_while_the_page_is_open_is_shown(app: K8sTui) -> None:
    screen = await opened(app)
    assert "Nothing has been changed with k8stui yet" in lines(app)
    write(app.state, entry(1))
    await typed(app, "ctrl+r")  # another program has written it
    await eventually(lambda: shown(screen) == ["cordon worker-1"])
    await eventually(lambda: "cordon worker-1" in lines(app))


async def test_earlier_runs_are_there_with_their_contexts_days_and_results(app: K8sTui) -> None:
    day = 86_400
    write(
        app.state,
        entry(1, at=START - 400 * day, context="staging", result="refused", outcome="You may not"),
        entry(2, at=START - day, context="prod", result="conflict"),
        entry(3, result="", outcome=""),
        entry(4, undone=True),
    )
    await opened(app)
    found = lines(app)
    for words in ("2025-08-17 14:13", "Sep 20 14:13", "staging", "prod", "✖ refused", "▲ conflict", "✖ cut off"):
        assert words in found
    assert "taken back" in found


async def test_enter_shows_all_of_an_entry_and_esc_leads_back_step_by_step(app: K8sTui) -> None:
    write(app.state, entry(1, before={"unschedulable": False}))
    await opened(app)
    await typed(app, "enter")
    await eventually(lambda: isinstance(app.screen, TextScreen))
    await idle(app)
    assert "Command   kubectl cordon worker-1" in lines(app)
    assert "Before    unschedulable: false" in lines(app)
    await typed(app, "escape")
    assert isinstance(app.screen, JournalScreen)
    await typed(app, "escape")
    assert len(app.screen_stack) == 1


async def test_the_filter_narrows_and_esc_clears_it(app: K8sTui) -> None:
    write(app.state, entry(1), entry(2, says="scale web to 3", context="prod"), entry(3, says="scale db to 3"))
    screen = await opened(app)
    await typed(app, *"/scale", "enter")
    assert shown(screen) == ["scale db to 3", "scale web to 3"]
    assert "journal 2 of 3" in lines(app)
    await typed(app, "escape")
    assert len(shown(screen)) == 3
    await typed(app, *"/context=prod", "enter")
    assert shown(screen) == ["scale web to 3"]
    await typed(app, "/", *["backspace"] * 12, *"(", "enter")
    assert screen.search.is_open
    assert screen.search.error
    await typed(app, "escape")
    assert app.screen is screen


async def test_copied_is_the_command_or_all_marked_in_their_order(app: K8sTui) -> None:
    write(app.state, entry(1), entry(2, kubectl="kubectl uncordon worker-1"), entry(3, kubectl="kubectl x"))
    await opened(app)
    await typed(app, "Y")
    assert app.clipboard == "kubectl x"
    await typed(app, "down", "space", "space", "Y")
    assert app.clipboard == "kubectl cordon worker-1\nkubectl uncordon worker-1"
    assert "Copied 2 commands" in messages(app)


async def saving(app: K8sTui, name: str) -> None:
    """Ask to save, under that name."""
    await typed(app, "S")
    await eventually(lambda: isinstance(app.screen, AskScreen))
    await idle(app)
    assert isinstance(app.screen, AskScreen)
    app.screen.field.put(name)
    await typed(app, "enter")


async def test_saved_is_markdown_with_all_that_is_shown(app: K8sTui, tmp_path: Path) -> None:
    write(app.state, entry(1), entry(2, says="scale web to 3"))
    await opened(app)
    await saving(app, str(tmp_path / "notes.md"))
    await eventually(lambda: f"2 changes saved in {tmp_path}/notes.md" in messages(app))
    assert "| scale web to 3 | done |" in (tmp_path / "notes.md").read_text()


async def test_saved_are_the_marked_ones(app: K8sTui, tmp_path: Path) -> None:
    write(app.state, entry(1), entry(2, says="scale web to 3"))
    await opened(app)
    await typed(app, "space")
    await saving(app, str(tmp_path / "notes.md"))
    await eventually(lambda: "1 change saved" in messages(app))
    assert "cordon worker-1 |" not in (tmp_path / "notes.md").read_text()


async def test_a_file_that_is_there_is_not_overwritten_unasked(app: K8sTui, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine")
    write(app.state, entry(1))
    await opened(app)
    await saving(app, str(tmp_path / "notes.md"))
    await eventually(lambda: isinstance(app.screen, Question))
    await idle(app)
    await typed(app, "n")
    await eventually(lambda: isinstance(app.screen, AskScreen))  # the name stays, to be mended
    assert (tmp_path / "notes.md").read_text() == "mine"
    await idle(app)
    await typed(app, "enter")
    await eventually(lambda: isinstance(app.screen, Question))
    await idle(app)
    await typed(app, "y")
    await eventually(lambda: "1 change saved" in messages(app))
    assert "kubectl cordon worker-1" in (tmp_path / "notes.md").read_text()


@pytest.mark.parametrize(
    ("name", "words"), [("", "type the name of a file"), ("nowhere/notes.md", "cannot be written")]
)
async def test_what_cannot_be_saved_is_said_and_the_name_stays(
    app: K8sTui, tmp_path: Path, name: str, words: str
) -> None:
    write(app.state, entry(1))
    await opened(app)
    await saving(app, f"{tmp_path}/{name}" if name else "")
    await eventually(lambda: words in messages(app) or words in lines(app))
    await eventually(lambda: isinstance(app.screen, AskScreen))
    await idle(app)
    assert isinstance(app.screen, AskScreen)
    assert app.screen.field.value == (f"{tmp_path}/{name}" if name else "")
    await typed(app, "escape")
    await eventually(lambda: isinstance(app.screen, JournalScreen))


async def test_a_directory_is_no_file(app: K8sTui, tmp_path: Path) -> None:
    write(app.state, entry(1))
    await opened(app)
    await saving(app, str(tmp_path))
    await eventually(lambda: "is a directory: name a file in it" in messages(app))


async def test_the_journal_is_there_when_its_file_is_not(app: K8sTui) -> None:
    app.state.mkdir(exist_ok=True)
    (app.state / "journal.jsonl").mkdir()
    await typed(app, "c")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    await idle(app)
    await typed(app, "y")
    await eventually(lambda: "node/worker-1 cordoned" in messages(app))
    assert "The journal cannot be written" in messages(app)
    assert shown(await opened(app)) == ["cordon worker-1"]


async def test_keys_in_one_burst_reach_the_page(app: K8sTui) -> None:
    write(app.state, entry(1), entry(2))
    burst(app, "J", "q")
    await eventually(lambda: app.screen is app.home)
    await idle(app)
    assert app.is_running


async def test_in_an_empty_journal_keys_say_so(app: K8sTui) -> None:
    screen = await opened(app)
    for key in ("u", "Y", "S", "enter", "p"):
        await typed(app, key)
    assert app.screen is screen
    assert "There is nothing here to do that with" in messages(app)


async def test_hostile_entries_take_nothing_over(app: K8sTui) -> None:
    bad = "x\n\x1b[2J\u202e[red]y[/red]"
    fields = dict.fromkeys(("says", "kubectl", "context", "user", "outcome", "name", "namespace", "kind", "uid"), bad)
    write(app.state, entry(1, **fields))
    await opened(app)
    assert all(line.isprintable() for line in text(app))
    assert "[red]y[/red]" in lines(app)
    await typed(app, "enter")
    await eventually(lambda: isinstance(app.screen, TextScreen))
    await idle(app)
    assert all(line.isprintable() for line in text(app))


async def test_another_context_closes_the_page(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await opened(app)
    app.home.switch.enter(None)
    await eventually(lambda: app.screen is app.home)
    await settled(app, cluster)
