"""The drill of docs/drill.md played by its keys, in a real pseudo terminal: `k8stui --demo`, from the first row on.

The document says what is pressed and what the screen shows then. A screen that comes adds rows to its tables (and,
when it mends things, the keys that mend): they are played here without more ado.
"""

from collections.abc import Iterator

import pytest

from tests.support.drill import Keys, Section, sections
from tests.support.program import program
from tests.support.terminal import Terminal

NAMED = {"enter": "\r", "esc": "\x1b", "space": " ", "tab": "\t", "ctrl+r": "\x12"}
"""Keys that the document calls by a name; all others it writes as they are."""
PLAYED = [section for section in sections() if section.keys]


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with program(tmp_path_factory.mktemp("drill"), "--demo", size=(160, 50)) as running:
        running.wait_for("storefront", 30)
        yield running


def press(terminal: Terminal, keys: Keys) -> None:
    """Leave whatever is open and filtered, then press and type, one after the other."""
    for key in ("esc", "esc", *keys.pressed):
        terminal.send(NAMED.get(key, key))
        terminal.wait_quiet(0.15, 3)


@pytest.mark.slow
@pytest.mark.parametrize("section", PLAYED, ids=[section.title for section in PLAYED])
def test_its_keys_show_what_is_wrong(terminal: Terminal, section: Section) -> None:
    for keys in section.keys:
        press(terminal, keys)
        terminal.wait_for(lambda keys=keys: all(text in terminal.text for text in keys.wanted), 20)  # type: ignore[misc]


@pytest.mark.slow
def test_the_worst_stands_at_the_top_without_a_key(terminal: Terminal) -> None:
    """Nobody has to know what to look for: pods and nodes that are ill come first."""
    press(terminal, Keys(["3", "0"], []))
    terminal.wait_for(lambda: "✖" in terminal.display[2])
    ill = ["✖" in line for line in terminal.display[2:-2] if line]
    assert ill == sorted(ill, reverse=True)
    assert ill.count(True) >= 8
    press(terminal, Keys(["1"], []))
    terminal.wait_for(lambda: "worker-c1" in terminal.display[2])
    assert "worker-c2" in terminal.display[3]


def test_every_kind_of_trouble_that_todays_screens_know_is_in_the_document() -> None:
    assert len(PLAYED) >= 9
    assert sum(len(section.keys) for section in PLAYED) >= 11
