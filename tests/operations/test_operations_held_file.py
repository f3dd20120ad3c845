"""Files that say by their lock whether their writer lives."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import Struct

from k8stui.operations.held_file import HeldFile, held, lines, safe, taken
from tests.support.waiting import promptly


class Thing(Struct):
    word: str


def test_it_is_for_its_owner_only_and_holds_lines(tmp_path: Path) -> None:
    file = HeldFile(tmp_path / "new", "a/b c")
    file.write(Thing("one"))
    file.write(Thing("two"))
    assert file.path == tmp_path / "new" / "a_b_c.jsonl"
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert [each.word for each in lines(file.path.read_bytes(), Thing)] == ["one", "two"]
    with pytest.raises(FileExistsError):
        HeldFile(tmp_path / "new", "a/b c")
    file.close()


def test_it_is_held_until_it_is_closed(tmp_path: Path) -> None:
    file = HeldFile(tmp_path, "run")
    assert held(file.path)
    with file.path.open("ab") as other:
        assert not taken(other)
    file.close()
    file.write(Thing("late"))
    assert not held(file.path)
    assert file.path.read_bytes() == b""
    with file.path.open("ab") as other:
        assert taken(other)
        assert held(file.path)


def test_a_file_that_is_gone_is_nobodys_to_take_up(tmp_path: Path) -> None:
    assert held(tmp_path / "gone.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_a_killed_writer_lets_go_and_leaves_a_broken_line(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from k8stui.operations.held_file import HeldFile;"
        'f = HeldFile(Path(sys.argv[1]), \'run\'); f._file.write(b\'{"word":"one"}\\n{"wo\'); time.sleep(60)'
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)])
    path = tmp_path / "run.jsonl"
    try:
        promptly(lambda: path.exists() and path.stat().st_size, within=20)
        assert held(path)
        os.kill(child.pid, 9)
        child.wait()
        assert not held(path)
        assert [each.word for each in lines(path.read_bytes(), Thing)] == ["one"]
    finally:
        child.kill()
        child.wait()


def test_names_of_files_are_plain() -> None:
    assert safe("../x y:1") == ".._x_y_1"
