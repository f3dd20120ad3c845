"""Records of jobs while several programs look at them."""

import os
from pathlib import Path

import pytest

from k8stui.operations.jobs import records
from k8stui.operations.jobs.records import KEPT, Record, RecordFile, read, unfinished


def begun(folder: Path, name: str, complaints: list[str]) -> RecordFile:
    record = Record(
        id=name, what="drain", title=f"Drain {name}", context="test", server="https://s", user="me", started=1.0
    )
    return RecordFile(folder, record, now=lambda: 2.0, complain=complaints.append)


def test_one_that_ends_while_another_program_looks_was_not_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = begun(tmp_path, "n1", [])
    known = records.read

    def ends(path: Path) -> Record | None:
        found = known(path)
        file.finish("done", "")
        return found

    monkeypatch.setattr(records, "read", ends)
    assert unfinished(tmp_path) == []
    file.close()


def test_old_files_that_another_program_takes_away_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints: list[str] = []
    for number in range(KEPT + 1):
        begun(tmp_path, f"n{number}", complaints).finish("done", "")
    known = Path.stat
    taken: list[Path] = []

    def stat(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.name == "n0.jsonl" and not taken:
            taken.append(path)
            path.unlink()
        return known(path, follow_symlinks=follow_symlinks)

    (tmp_path / "jobs" / "n0.jsonl").touch()
    monkeypatch.setattr(Path, "stat", stat)
    last = begun(tmp_path, "last", complaints)
    assert complaints == []
    assert last.record.path is not None
    assert read(last.record.path) is not None
    last.close()
