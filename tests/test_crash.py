import stat
from pathlib import Path

from k8stui.crash import state_directory, write_report


def test_a_report_names_places_and_no_values(tmp_path: Path) -> None:
    token = "s3cret-token"

    def fail() -> None:
        raise ValueError(f"cannot use {token}")

    try:
        fail()
    except ValueError as error:
        path = write_report(error, tmp_path / "state", 0.0)
    assert path is not None
    text = path.read_text()
    assert "ValueError" in text
    assert "test_crash.py" in text
    assert "in fail" in text
    assert token not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_mistake_within_a_second_does_not_replace_the_first(tmp_path: Path) -> None:
    first, second = (write_report(error, tmp_path, 0.0) for error in (KeyError(), ValueError()))
    assert first is not None
    assert second is not None
    assert "KeyError" in first.read_text()
    assert "ValueError" in second.read_text()


def test_an_unwritable_directory_is_no_second_crash(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert write_report(ValueError(), file / "below", 0.0) is None


def test_the_state_directory_follows_xdg() -> None:
    assert state_directory({"XDG_STATE_HOME": "/state"}) == Path("/state/k8stui")
    assert state_directory({"HOME": "/home/jane"}) == Path("/home/jane/.local/state/k8stui")
