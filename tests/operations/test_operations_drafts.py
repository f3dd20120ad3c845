"""Texts that are kept: whole or not at all, for nobody else to read, by one program at a time, and gone when sent."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from k8stui.model.kinds import CONFIG_MAPS, SECRETS, Kind, Ref
from k8stui.operations.building import UnableError
from k8stui.operations.drafts import About, Draft, left

REF = Ref(SECRETS, "shop", "keys", "uid-1")


def about(kind: Kind = SECRETS, name: str = "keys", context: str = "prod", key: str = "", at: float = 1_000.0) -> About:
    return About(
        context=context,
        at=at,
        kind=kind,
        namespace="shop",
        name=name,
        uid="uid-1",
        key=key,
        base={"data": {"a": "hunter2"}},
        original="first",
    )


def files(directory: Path) -> list[str]:
    return sorted(each.name for each in (directory / "edits").iterdir())


def test_a_text_is_kept_for_nobody_else_and_goes_when_it_is_done_with(tmp_path: Path) -> None:
    draft = Draft.begin(tmp_path, about())
    assert draft.path.name.startswith("secrets-shop-keys-19700101T001640Z-")
    assert {each.stat().st_mode & 0o777 for each in (tmp_path / "edits").iterdir()} == {0o600}
    assert (tmp_path / "edits").stat().st_mode & 0o777 == 0o700
    assert draft.read() == "first"
    draft.write("second\r\nä")
    assert draft.read() == "second\r\nä"
    draft.path.with_name(f".{draft.path.name}.swp").write_text("hunter2")
    draft.path.with_name(f"{draft.path.name}~").write_text("hunter2")
    copy = tmp_path / "copy"
    copy.hardlink_to(draft.path)
    draft.end()
    assert files(tmp_path) == []
    assert set(copy.read_bytes()) == {0}
    assert "hunter2" not in repr(about())


def test_a_text_that_was_left_is_found_again_for_its_object_only(tmp_path: Path) -> None:
    for name, context in (("keys", "prod"), ("keys", "test"), ("other", "prod")):
        draft = Draft.begin(tmp_path, about(name=name, context=context))
        draft.write(f"{name} in {context}")
        draft.leave()
    found = left(tmp_path, "prod", REF)
    assert found is not None
    assert (found.read(), found.about) == ("keys in prod", about())
    assert left(tmp_path, "prod", REF) is None  # it is being worked on
    with pytest.raises(UnableError, match="is being edited by another k8stui"):
        Draft.opened(found.path)
    found.leave()
    assert left(tmp_path, "prod", Ref(CONFIG_MAPS, "shop", "keys", "")) is None
    assert left(tmp_path / "none", "prod", REF) is None


def test_odd_names_make_no_odd_files(tmp_path: Path) -> None:
    draft = Draft.begin(tmp_path, about(name="system:node/../x", key="..a b"))
    assert draft.path.parent == tmp_path / "edits"
    assert draft.path.name.startswith("secrets-shop-system_node_.._x-..a_b-")
    assert draft.path.suffix == ".txt"
    draft.end()


def test_files_that_are_no_kept_texts(tmp_path: Path) -> None:
    stray = tmp_path / "stray.yaml"
    stray.write_text("a: 1")
    with pytest.raises(UnableError, match="is no text that was kept by an edit"):
        Draft.opened(stray)
    draft = Draft.begin(tmp_path, about())
    draft.leave()
    draft.path.with_name(draft.path.name + ".about").write_text("{")
    with pytest.raises(UnableError, match="cannot be read any more"):
        Draft.opened(draft.path)
    assert left(tmp_path, "prod", REF) is None
    draft = Draft.begin(tmp_path, about(at=2_000.0))
    draft.path.write_bytes(b"\xff")
    with pytest.raises(UnableError, match="not UTF-8"):
        draft.read()
    draft.end()


def test_a_text_that_is_done_with_is_not_written_any_more(tmp_path: Path) -> None:
    """The editor keeps it in a thread, which may be late: what was shredded must not come back."""
    draft = Draft.begin(tmp_path, about())
    draft.end()
    draft.write("hunter2")
    assert files(tmp_path) == []


def test_a_text_that_cannot_be_kept_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_draft: Draft, _text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Draft, "write", full)
    with pytest.raises(OSError, match="No space"):
        Draft.begin(tmp_path, about())
    assert files(tmp_path) == []


def test_writers_at_the_same_time_do_not_get_into_each_other(tmp_path: Path) -> None:
    draft = Draft.begin(tmp_path, about())
    texts = [str(number) * 200_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(draft.write, text) for text in texts * 4]:
            done.result()
    assert draft.read() in texts
