"""The drill of docs/drill.md mended by its keys, in a real pseudo terminal: until it is seen to be well."""

from collections.abc import Iterator

import pytest

from tests.support.drill import Section, played, sections
from tests.support.program import program
from tests.support.terminal import Terminal

ALL = sections()
VIEWS = ("1", "2", "3", "5", ":")
"""A row that begins with one of these begins at the table; any other goes on where the one before it has led."""
SPEED = "10"


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """One program for all, so that nothing that mends one thing spoils another."""
    with program(tmp_path_factory.mktemp("drill"), "--demo", "--speed", SPEED, size=(160, 50)) as running:
        running.wait_for("storefront", 30)
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("section", ALL, ids=[section.title for section in ALL])
def test_its_keys_mend_it(terminal: Terminal, section: Section) -> None:
    for keys in section.mends:
        played(terminal, keys, afresh=keys.pressed[0] in VIEWS)
        terminal.wait_for(lambda keys=keys: all(text in terminal.text for text in keys.wanted), 60)  # type: ignore[misc]


def test_every_trouble_can_be_mended_by_keys_alone() -> None:
    assert [section.title for section in ALL if not section.mends] == []
    assert len(ALL) == 12
