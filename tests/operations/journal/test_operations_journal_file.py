"""The journal's file: several programs, torn lines, rotation, rights, and what it costs."""

import multiprocessing
import os
import stat
import time
from pathlib import Path

import msgspec
import pytest

from k8stui.operations.journal import file as journal_file
from k8stui.operations.journal.file import JournalFile, lines
from k8stui.operations.journal.journal import FileJournal, Journals, earlier
from k8stui.operations.outcomes import Outcome, Result
from tests.support.clock import START
from tests.support.journals import cordon, entry, write


def journals(directory: Path, run: str = "1-0.0", said: list[str] | None = None) -> Journals:
    return Journals(directory, run, now=lambda: START, complain=(said if said is not None else []).append)


def done(journal: FileJournal, result: Result = Result.DONE, after: dict[str, object] | None = None) -> None:
    mutation = cordon()
    journal.outcome(journal.intend(mutation), Outcome(mutation, result, "node/worker-1 cordoned", after))


def test_an_entry_and_its_end_are_one_of_its_run_and_of_a_later_one(tmp_path: Path) -> None:
    ours = journals(tmp_path)
    done(ours.of("prod", "alice"))
    found = earlier(tmp_path)
    assert found == ours.entries
    assert (found[0].context, found[0].user, found[0].result) == ("prod", "alice", "done")
    assert found[0].undoable


def test_connections_of_one_run_do_not_mix_their_entries(tmp_path: Path) -> None:
    ours = journals(tmp_path)
    one, two = ours.of("prod", "alice"), ours.of("staging", "bob")
    done(one)
    done(two, Result.REFUSED)
    assert {(each.context, each.result) for each in earlier(tmp_path)} == {("prod", "done"), ("staging", "refused")}
    assert ours.sessions == {one.session, two.session}


def test_what_an_earlier_run_did_is_marked_as_taken_back(tmp_path: Path) -> None:
    write(tmp_path, entry(1), entry(2, says="cordon worker-2"))
    journals(tmp_path).undone(earlier(tmp_path)[1])
    assert [each.undone for each in earlier(tmp_path)] == [False, True]


def test_what_this_run_did_is_marked_as_taken_back_here_and_in_the_file(tmp_path: Path) -> None:
    ours = journals(tmp_path)
    told: list[str] = []
    done(ours.of("prod", "alice"))
    ours.listeners.add(lambda: told.append("changed"))
    ours.undone(ours.entries[0])
    assert ours.entries[0].undone
    assert earlier(tmp_path)[0].undone
    assert told == ["changed"]


def test_the_uid_of_what_was_created_is_known_afterwards(tmp_path: Path) -> None:
    ours = journals(tmp_path).of("prod", "alice")
    mutation = msgspec.structs.replace(cordon(), target=msgspec.structs.replace(cordon().target, uid=""))
    ours.outcome(ours.intend(mutation), Outcome(mutation, Result.DONE, "made", {"metadata": {"uid": "new"}}))
    done(ours, after={"metadata": {"uid": "another"}})
    assert [each.uid for each in ours.entries] == ["new", cordon().target.uid]
    assert [each.uid for each in earlier(tmp_path)] == ["new", cordon().target.uid]


def test_the_file_is_for_its_owner_alone_also_one_that_was_not(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    done(journals(folder).of("prod", "alice"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    path = folder / journal_file.NAME
    path.chmod(0o644)
    done(journals(folder).of("prod", "alice"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_lines_that_are_torn_or_none_of_ours_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, entry(1))
    with (tmp_path / journal_file.NAME).open("ab") as file:
        deep = b'{"entry":' + b"[" * 100_000
        file.write(b'\n\n{"entry": 3}\nnonsense\n\xff\xfe\n' + deep + b'\n{"session":"x","number":1,"result":"done"}\n')
        file.write(b'{"entry":{"number":1,"at":')  # cut off in the middle: no end of the line
    done(journals(tmp_path).of("prod", "alice"))
    assert [each.context for each in earlier(tmp_path)] == ["embedded", "prod"]


def test_a_full_file_moves_aside_and_both_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_file, "MOST", 2_000)
    ours = journals(tmp_path).of("prod", "alice")
    for _ in range(8):
        done(ours)
    first, second = (tmp_path / name for name in (journal_file.OLDER, journal_file.NAME))
    assert 2_000 < first.stat().st_size < 3_000
    assert second.stat().st_size <= 3_000
    numbers = [each.number for each in earlier(tmp_path)]
    assert numbers == sorted(numbers)
    assert numbers[-1] == 8
    assert all(each.result == "done" for each in earlier(tmp_path))


def test_of_two_that_find_it_full_one_moves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second must not put the nearly empty new file in the place of the old one."""
    monkeypatch.setattr(journal_file, "MOST", 100)
    one, two = JournalFile(tmp_path, print), JournalFile(tmp_path, print)
    one.append(b"1" * 200)
    full = iter([True, False])  # as it was when the second looked, and once it holds the lock
    monkeypatch.setattr(two, "_full", lambda: next(full))
    one.append(b"2")
    two.append(b"3")
    assert [each.strip()[:1] for each in lines(tmp_path)] == [b"1", b"2", b"3"]


def test_what_cannot_be_written_is_said_once_for_all_connections(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said: list[str] = []
    ours = journals(tmp_path / "file", said=said)
    done(ours.of("prod", "alice"))
    done(ours.of("staging", "bob"))
    assert len(said) == 1
    assert "The journal cannot be written" in said[0]
    assert [each.result for each in ours.entries] == ["done", "done"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_of_somebody_else_is_said(tmp_path: Path) -> None:
    write(tmp_path, entry(1))
    (tmp_path / journal_file.NAME).chmod(0o400)
    said: list[str] = []
    done(journals(tmp_path, said=said).of("prod", "alice"))
    assert said == ["The journal cannot be written (Permission denied): what is done is kept in this run only"]


def test_a_directory_in_its_place_is_said_and_nothing_is_read(tmp_path: Path) -> None:
    (tmp_path / journal_file.NAME).mkdir()
    said: list[str] = []
    done(journals(tmp_path, said=said).of("prod", "alice"))
    assert len(said) == 1
    assert earlier(tmp_path) == []


def _writer(directory: str, run: str, count: int) -> None:
    journal = journals(Path(directory), run).of("prod", run)
    for _ in range(count):
        done(journal)


def test_two_programs_write_at_once_and_no_line_is_lost(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    programs = [context.Process(target=_writer, args=(str(tmp_path), f"run-{number}", 300)) for number in range(2)]
    for program in programs:
        program.start()
    for program in programs:
        program.join(30)
        assert program.exitcode == 0
    found = earlier(tmp_path)
    assert len(found) == 600
    assert all(each.result == "done" for each in found)
    for run in ("run-0", "run-1"):
        assert [each.number for each in found if each.user == run] == list(range(1, 301))


def test_ten_megabytes_are_read_within_a_second(tmp_path: Path) -> None:
    write(tmp_path, *(entry(number, kubectl="kubectl " + "x" * 300, result="") for number in range(1, 16_000)))
    with (tmp_path / journal_file.NAME).open("ab") as file:
        for number in range(1, 16_000):
            line = {"session": "earlier-1", "number": number, "result": "done", "outcome": "node/worker-1 cordoned"}
            file.write(msgspec.json.encode(line) + b"\n")
    assert (tmp_path / journal_file.NAME).stat().st_size > 10_000_000
    begun = time.process_time()
    found = earlier(tmp_path, most=5_000)
    took = time.process_time() - begun
    assert len(found) == 5_000
    assert found[-1].number == 15_999
    assert found[-1].result == "done"
    assert took < 1.0, f"{took:.2f} s"
