"""Saving what was read of a log: which lines, into which file, and nothing of it lost or overwritten."""

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.logs.saving import new_file
from k8stui.screens.pick import PickScreen
from k8stui.screens.questions.ask import AskScreen
from k8stui.settings import LogSettings
from tests.support.clock import ManualClock
from tests.support.house import idle, messages
from tests.support.log_page import LogPage, log_page, pair_page
from tests.support.logs import Writer
from tests.support.waiting import eventually


@pytest.fixture
async def page(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[LogPage]:
    async with pair_page(cluster, clock) as found:
        yield found


async def objects(page: LogPage, words: str) -> None:
    """Wait until the question says this of the name."""
    await eventually(lambda: isinstance(page.app.screen, AskScreen) and words in page.app.screen.row.error)
    await idle(page.app)


async def saving(page: LogPage, name: str) -> None:
    await eventually(lambda: isinstance(page.app.screen, AskScreen))
    await idle(page.app)
    assert isinstance(page.app.screen, AskScreen)
    page.app.screen.field.put(name)
    await page.press("enter")


async def test_all_is_saved_for_nobody_elses_eyes(page: LogPage, tmp_path: Path) -> None:
    file = tmp_path / "web.log"
    await page.press("t", "S")
    await saving(page, str(file))
    await eventually(lambda: f"3 lines saved in {file}" in messages(page.app))
    assert file.read_text().splitlines() == [
        "[pod/web-1/app] app one",
        "[pod/web-1/app] app two",
        "[pod/web-1/proxy] proxy one",
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_one_that_was_asked_for_with_prefixes_is_saved_with_them(page: LogPage, tmp_path: Path) -> None:
    await page.press("q", ":", *"logs web-1 -c proxy --prefix", "enter")
    await page.until(lambda: page.lines == ["proxy one"])
    await page.press("t", "S")
    await saving(page, str(tmp_path / "web.log"))
    await eventually(lambda: "1 line saved" in messages(page.app))
    assert (tmp_path / "web.log").read_text().splitlines() == ["[pod/web-1/proxy] proxy one"]


async def test_what_the_filter_shows_or_what_is_marked_is_saved(page: LogPage, tmp_path: Path) -> None:
    await page.press("t", *"/one", "enter")
    await page.until(lambda: page.lines == ["app one", "proxy one"])
    await page.press("M", "S")
    await eventually(lambda: isinstance(page.app.screen, PickScreen))
    await idle(page.app)
    assert [word for word in ("the marked lines", "the lines that are shown", "all lines") if word in page.text]
    await page.press("down", "enter")
    await saving(page, str(tmp_path / "shown.log"))
    await eventually(lambda: "2 lines saved" in messages(page.app))
    assert len((tmp_path / "shown.log").read_text().splitlines()) == 2
    await page.press("S")
    await eventually(lambda: isinstance(page.app.screen, PickScreen))
    await idle(page.app)
    await page.press("enter")
    await saving(page, str(tmp_path / "marked.log"))
    await eventually(lambda: "1 line saved" in messages(page.app))
    assert (tmp_path / "marked.log").read_text().splitlines() == ["[pod/web-1/proxy] proxy one"]


async def test_a_name_that_is_taken_is_never_overwritten_and_another_is_offered(page: LogPage, tmp_path: Path) -> None:
    file = tmp_path / "web.log"
    file.write_text("mine")
    await page.press("S")
    await saving(page, str(file))
    await objects(page, "is there already, and nothing is overwritten")
    assert isinstance(page.app.screen, AskScreen)
    assert page.app.screen.field.value == str(tmp_path / "web-2.log")
    assert file.read_text() == "mine"
    await page.press("enter")
    await eventually(lambda: "3 lines saved in" in messages(page.app))
    assert len((tmp_path / "web-2.log").read_text().splitlines()) == 3


def test_a_file_that_came_since_the_name_was_free_is_not_touched_either(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("mine")
    (tmp_path / "link.log").symlink_to(tmp_path / "elsewhere")
    for name in ("web.log", "link.log"):
        with pytest.raises(FileExistsError):
            new_file(str(tmp_path / name))
    assert (tmp_path / "web.log").read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("name", "words"), [("nowhere/x.log", "nowhere; make it, or name another one"), ("", "type the name of a file")]
)
async def test_what_cannot_be_written_is_said_and_the_name_stays(
    page: LogPage, tmp_path: Path, name: str, words: str
) -> None:
    typed = f"{tmp_path}/{name}" if name else ""
    await page.press("S")
    await saving(page, typed)
    await objects(page, words)
    assert isinstance(page.app.screen, AskScreen)
    assert page.app.screen.field.value == typed
    await page.press("escape")
    assert page.on_top is page.screen


async def test_a_directory_is_no_file(page: LogPage, tmp_path: Path) -> None:
    await page.press("S")
    await saving(page, str(tmp_path))
    await objects(page, "is a directory: name a file in it")


async def test_what_memory_dropped_is_counted(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    def much(writer: Writer) -> None:
        writer.pod("web-1")
        for start in range(0, 2000, 100):
            writer.say("web-1", *(f"line {number} {'x' * 200}" for number in range(start, start + 100)))

    async with log_page(cluster, clock, much, logs=LogSettings(window=0.01, memory=200_000, tail=-1)) as page:
        await page.open()
        await page.shows("line 1999")
        assert "dropped" in page.top
        book = page.screen.logs.book
        assert book.dropped + book.lines == 2000
        await page.press("g")
        await page.shows(f"{book.dropped:,} older lines were dropped here")


async def test_what_memory_drops_while_a_name_is_typed_is_saved(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    def some(writer: Writer) -> None:
        writer.pod("web-1")
        writer.say("web-1", *(f"line {number} {'x' * 200}" for number in range(1000)))

    async with log_page(cluster, clock, some, logs=LogSettings(window=0.01, memory=200_000, tail=-1)) as page:
        await page.open()
        await page.shows("line 999")
        book = page.screen.logs.book
        before, dropped = [book.text(number) for number in range(book.first, book.end)], book.dropped
        await page.press("t", "S")
        await eventually(lambda: isinstance(page.app.screen, AskScreen))
        page.writer.say("web-1", *(f"line {number} {'x' * 200}" for number in range(1000, 2000)))
        await eventually(lambda: book.first >= 1000)
        await saving(page, str(tmp_path / "web.log"))
        await eventually(lambda: f"{len(before) + 1} lines saved in" in messages(page.app))
        head, *lines = (tmp_path / "web.log").read_text().splitlines()
        assert lines == before
        assert head == f"--- {dropped} older lines were dropped here: 195 kB are kept ---"
