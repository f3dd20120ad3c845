"""The drill of docs/drill.md played by its keys, in a real pseudo terminal: `k8stui --demo`, from the first row on.

The document says what is pressed and what the screen shows then. A screen that comes adds rows to its tables (and,
when it mends things, the keys that mend): they are played here without more ado.
"""

from collections.abc import Iterator

import pytest

from tests.support.drill import Keys, Section, played, sections
from tests.support.program import program
from tests.support.terminal import Terminal

PLAYED = [section for section in sections() if section.keys]


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with program(tmp_path_factory.mktemp("drill"), "--demo", size=(160, 50)) as running:
        running.wait_for("storefront", 30)
        yield running


def press(terminal: Terminal, keys: Keys) -> None:
    """Leave whatever is open and filtered, then press and type."""
    played(terminal, keys, afresh=True)


@pytest.mark.slow
@pytest.mark.parametrize("section", PLAYED, ids=[section.title for section in PLAYED])
def test_its_keys_show_what_is_wrong(terminal: Terminal, section: Section) -> None:
    for keys in section.keys:
        press(terminal, keys)
        terminal.wait_for(lambda keys=keys: all(text in terminal.text for text in keys.wanted))  # type: ignore[misc]


@pytest.mark.slow
def test_the_worst_stands_at_the_top(terminal: Terminal) -> None:
    """Nobody has to know what to look for: pods and nodes that are ill come first."""
    press(terminal, Keys(["3", "0", "g"], []))  # a row that was read keeps the cursor: `g` leaves it
    terminal.wait_for(lambda: " pods (all) " in terminal.display[0] and "✖" in terminal.display[2])
    ill = ["✖" in line for line in terminal.display[2:-2] if line]
    assert ill == sorted(ill, reverse=True)
    assert ill.count(True) >= 8
    press(terminal, Keys(["1", "g"], []))
    terminal.wait_for(lambda: "worker-c1" in terminal.display[2] and "worker-c2" in terminal.display[3])


def test_every_trouble_can_be_understood_by_keys_alone() -> None:
    assert len(PLAYED) == len(sections()) == 12
    explained = [section for section in PLAYED if any(keys.pressed[-1] in ("d", "o") for keys in section.keys)]
    assert len(explained) == 12
