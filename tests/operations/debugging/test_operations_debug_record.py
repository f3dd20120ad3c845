"""What a run has made to debug, as its file tells it."""

import stat
from pathlib import Path
from typing import Any

import pytest

from k8stui.operations.debugging.left import GRACE, Left, grace_of, removal, stamps_of
from k8stui.operations.debugging.record import Record, earlier, known, read
from tests.support.launching import STAMPS, debug_pod


def left(number: int = 1, **changes: Any) -> Left:
    given = {
        "at": 1000.0,
        "context": "test",
        "server": "https://one",
        "user": "ada",
        "mode": "alone",
        "namespace": "shop",
        "name": "dbg",
        "uid": "u1",
    }
    return Left(number=number, **{**given, **changes})


def record(folder: Path, run: str = "run", complaints: list[str] | None = None) -> Record:
    return Record(folder, run, now=lambda: 900.0, complain=(complaints if complaints is not None else []).append)


def cut_off(folder: Path, *lefts: Left, run: str = "run") -> Path:
    """The record of a run that was killed."""
    made = record(folder, run)
    for each in lefts:
        made.keep(each)
    assert made._file is not None
    made._file.close()
    return made._file.path


def test_nothing_is_written_before_there_is_something(tmp_path: Path) -> None:
    made = record(tmp_path)
    assert (made.path, list(tmp_path.iterdir())) == (None, [])
    made.close()


def test_of_one_number_the_last_line_counts(tmp_path: Path) -> None:
    made = record(tmp_path)
    first = made.keep(left(made.number(), uid=""))
    second = made.keep(first, uid="u1", node="worker-1")
    made.keep(left(made.number(), name="other"))
    assert made.path == tmp_path / "debug" / "run.jsonl"
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    lefts, started = read(made.path)
    assert (lefts[0], lefts[1].name, started) == (second, "other", 900.0)
    size = made.path.stat().st_size
    made.keep(second)
    assert made.path.stat().st_size == size
    made.close()


def test_the_file_goes_where_nobody_has_to_come_back(tmp_path: Path) -> None:
    cases: list[tuple[bool, dict[str, Any]]] = [
        (True, {"removed": 5.0}),
        (True, {"keep": True}),
        (True, {"mode": "ephemeral", "removed": 5.0}),
        (False, {}),
        (False, {"mode": "ephemeral"}),
        (False, {"mode": "ephemeral", "keep": True}),
    ]
    for number, (settled, changes) in enumerate(cases):
        made = record(tmp_path, f"run-{number}")
        made.keep(left(**changes))
        path = made.path
        assert path is not None
        made.close()
        made.close()
        assert path.exists() is not settled, changes


def test_a_run_that_lives_is_nobodys_to_take_up_and_a_killed_one_is_once(tmp_path: Path) -> None:
    alive = record(tmp_path, "alive")
    alive.keep(left(name="alive"))
    cut_off(tmp_path, left(1, name="cut-off"), left(2, removed=5.0), left(3, keep=True), run="dead")
    (found,) = earlier(tmp_path)
    assert [each.name for each in found.lefts] == ["cut-off"]
    assert earlier(tmp_path) == []
    found.keep(found.lefts[0], why="no right")
    found.close()
    (again,) = earlier(tmp_path)
    assert again.lefts[0].why == "no right"
    again.keep(again.lefts[0], removed=7.0)
    again.close()
    assert [each.name for each in (tmp_path / "debug").iterdir()] == ["alive.jsonl"]
    assert [each.name for each in known(tmp_path)] == ["alive"]
    alive.close()


def test_a_file_that_tells_nothing_goes(tmp_path: Path) -> None:
    (tmp_path / "debug").mkdir()
    (tmp_path / "debug" / "x.jsonl").write_text('{"left": {"num')
    assert earlier(tmp_path) == []
    assert list((tmp_path / "debug").iterdir()) == []


def test_the_last_line_may_be_cut_off(tmp_path: Path) -> None:
    path = cut_off(tmp_path, left())
    with path.open("ab") as file:
        file.write(b'{"left":{"number":1,"at')
    (found,) = earlier(tmp_path)
    assert [each.uid for each in found.lefts] == ["u1"]
    found.close()


def test_what_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "debug").write_text("a file, not a folder")
    complaints: list[str] = []
    made = record(tmp_path, complaints=complaints)
    made.keep(left(1))
    made.keep(left(2))
    made.close()
    assert len(complaints) == 1
    assert "were k8stui killed, the next start would not know of it" in complaints[0]
    assert made.lefts.keys() == {1, 2}


def test_a_pod_is_the_one_by_its_uid_or_by_its_stamps() -> None:
    obj = debug_pod("dbg")
    stamps = stamps_of(obj)
    assert stamps == STAMPS
    assert left(uid="u1").made(obj | {"metadata": {"uid": "u1"}})
    assert not left(uid="u1", stamps=stamps).made(obj)
    assert left(uid="", stamps=stamps).made(obj)
    other = debug_pod("dbg", stamps={"k8stui/at": "2026-09-21T14:13:21Z"})
    assert not left(uid="", stamps=stamps).made(other)
    assert not left(uid="").made({"metadata": {}})
    assert stamps_of(debug_pod("dbg", stamps={"k8stui/who": ""})) == {}


def test_who_agreed_to_the_creation_agreed_to_the_removal_of_that_uid_and_of_nothing_else() -> None:
    mutation, consent = removal(left())
    assert (consent.uid, consent.digest) == ("u1", mutation.request.digest)
    assert mutation.request.decoded()["preconditions"] == {"uid": "u1"}
    assert mutation.request.path == "/api/v1/namespaces/shop/pods/dbg"
    for nothing in (left(uid=""), left(mode="ephemeral")):
        with pytest.raises(ValueError, match="unasked"):
            removal(nothing)


def test_only_a_copy_with_claims_has_the_grace_that_it_asks_for() -> None:
    claim = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    assert grace_of(debug_pod("a", mode="copy", volumes=[claim]), "copy") is None
    assert grace_of(debug_pod("a", mode="copy", volumes=[{"name": "x", "emptyDir": {}}]), "copy") == GRACE
    assert grace_of(debug_pod("a"), "alone") == GRACE
