"""What is remembered of each context, on disk: atomic, bounded, private, and never a reason to fail."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from k8stui import state
from k8stui.state import ContextState, StateError, ViewState, change, path_of, read

SHOWN = ContextState(
    context="prod",
    view="deployments.apps",
    namespace="shop",
    filter="!web",
    views={"pods": ViewState("AGE", True, True, ("NAME", "AGE"))},
    namespaces=("kube-system", "shop"),
)


def test_what_is_put_there_is_found_again(tmp_path: Path) -> None:
    assert read(tmp_path, "prod") == ContextState(context="prod")
    change(tmp_path, "prod", lambda _before: SHOWN)
    assert read(tmp_path, "prod") == SHOWN
    assert read(tmp_path, "other") == ContextState(context="other")


def test_it_is_for_its_owner_alone_and_leaves_nothing_behind(tmp_path: Path) -> None:
    change(tmp_path, "prod", lambda _before: SHOWN)
    file = path_of(tmp_path, "prod")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert sorted(each.name for each in file.parent.iterdir()) == sorted([".lock", file.name])


@pytest.mark.parametrize("name", ["a/../../b", "..", "", "arn:aws:eks:eu:1:cluster/prod", "ü" * 300, "x\ny", "CON"])
def test_any_name_of_a_context_is_one_file_in_the_folder(tmp_path: Path, name: str) -> None:
    change(tmp_path, name, lambda before: replace(before, view="nodes"))
    assert read(tmp_path, name).view == "nodes"
    (file,) = (tmp_path / "contexts").glob("*.json")
    assert file.name.isascii()
    assert len(file.name) < 100


def test_names_that_look_alike_are_kept_apart(tmp_path: Path) -> None:
    for name in ("a/b", "a:b", "a_b"):
        change(tmp_path, name, lambda before, name=name: replace(before, filter=name))  # type: ignore[misc]
    assert [read(tmp_path, name).filter for name in ("a/b", "a:b", "a_b")] == ["a/b", "a:b", "a_b"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"version":1,"view":7}',
        b'{"version":1,"views":{"pods":{"columns":[null]}}}',
        b'{"version":99,"view":"pods"}',
        b'{"version":1,"view":' + b"[" * 100_000,
        b'{"version":1,"filter":"' + b"x" * state.MOST_BYTES + b'"}',
    ],
)
def test_a_file_that_is_not_ours_is_forgotten_with_a_sentence(tmp_path: Path, raw: bytes) -> None:
    file = path_of(tmp_path, "prod")
    file.parent.mkdir()
    file.write_bytes(raw)
    with pytest.raises(StateError, match=r"remembered of prod .*prod-"):
        read(tmp_path, "prod")
    change(tmp_path, "prod", lambda before: replace(before, view="nodes"))
    assert read(tmp_path, "prod").view == "nodes"


def test_a_newer_version_adds_fields_that_are_passed_over(tmp_path: Path) -> None:
    file = path_of(tmp_path, "prod")
    file.parent.mkdir()
    file.write_bytes(b'{"version":1,"view":"nodes","later":{"x":1},"views":{"nodes":{"wide":true,"new":2}}}')
    found = read(tmp_path, "prod")
    assert (found.view, found.views["nodes"].wide) == ("nodes", True)


def test_it_never_grows_beyond_its_bounds(tmp_path: Path) -> None:
    huge = ContextState(
        view="v" * 10_000,
        filter="f" * 10_000,
        views={f"kind-{n}": ViewState("S" * 5_000, columns=("C" * 5_000,) * 500) for n in range(state.MOST_VIEWS + 9)},
        namespaces=tuple(f"ns-{n}" for n in range(state.MOST_NAMESPACES + 9)),
    )
    change(tmp_path, "small", lambda before: replace(before, namespaces=huge.namespaces, filter=huge.filter))
    found = read(tmp_path, "small")
    assert found.namespaces[-1] == f"ns-{state.MOST_NAMESPACES + 8}"
    assert len(found.namespaces) == state.MOST_NAMESPACES
    change(tmp_path, "prod", lambda _before: huge)
    assert path_of(tmp_path, "prod").stat().st_size <= state.MOST_BYTES
    assert f"kind-{state.MOST_VIEWS + 8}" in read(tmp_path, "prod").views


def test_text_that_somebody_wrote_into_it_is_clean(tmp_path: Path) -> None:
    file = path_of(tmp_path, "prod")
    file.parent.mkdir()
    file.write_bytes(msgspec.json.encode(replace(SHOWN, filter="a\x1b[2Jb", namespaces=("x\u202ey",))))
    found = read(tmp_path, "prod")
    assert "\x1b" not in found.filter
    assert "\u202e" not in found.namespaces[0]


def test_old_contexts_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "MOST_FILES", 3)
    for number in range(5):
        change(tmp_path, f"c{number}", lambda before: replace(before, view="pods"))
        os.utime(path_of(tmp_path, f"c{number}"), (number, number))
    kept = [number for number in range(5) if path_of(tmp_path, f"c{number}").exists()]
    assert kept == [2, 3, 4]


def test_what_a_killed_program_left_is_swept(tmp_path: Path) -> None:
    change(tmp_path, "prod", lambda _before: SHOWN)
    (tmp_path / "contexts" / ".new-abc").write_text("half")
    change(tmp_path, "prod", lambda before: before)
    assert not (tmp_path / "contexts" / ".new-abc").exists()


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "contexts").write_text("a file in the way")
    with pytest.raises(StateError, match="cannot be remembered"):
        change(tmp_path, "prod", lambda _before: SHOWN)
    with pytest.raises(StateError, match="cannot be read"):
        read(tmp_path, "prod")


def test_a_failing_edit_leaves_what_was_there(tmp_path: Path) -> None:
    change(tmp_path, "prod", lambda _before: SHOWN)
    with pytest.raises(ZeroDivisionError):
        change(tmp_path, "prod", lambda before: replace(before, view=str(1 // 0)))
    assert read(tmp_path, "prod") == SHOWN
    change(tmp_path, "prod", lambda before: before)  # and no lock is held


def test_several_programs_at_once_lose_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from msgspec.structs import replace; from k8stui.state import *\n"
        "me = sys.argv[2]\n"
        "for n in range(20):\n"
        "    change(Path(sys.argv[1]), 'prod', lambda s: replace(s,"
        " views={**s.views, f'{me}-{n}': ViewState(sort=me)}))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "abc"]
    assert [each.wait(60) for each in running] == [0, 0, 0]
    assert len(read(tmp_path, "prod").views) == 60
