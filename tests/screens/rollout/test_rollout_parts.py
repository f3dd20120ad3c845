"""How the lines of a page are shared out, and what is left out where there is no room."""

import pytest

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.screens.log_tail import Tail
from k8stui.screens.rollout.parts import diff_lines, fitted, rows, share, tail_lines

CHANGED = [Line("  containers:", Tone.MUTED), Line("- image: 1", Tone.BAD), Line("+ image: 2", Tone.OK)]


@pytest.mark.parametrize("revisions", [0, 1, 3, 11])
@pytest.mark.parametrize(("diff", "pods"), [(0, 1), (5, 12), (80, 3), (80, 40)])
def test_nothing_is_shared_out_twice_and_nothing_is_left(revisions: int, diff: int, pods: int) -> None:
    for height in range(3, 60):
        room = share(height, revisions, diff, pods)
        assert room.table >= 2
        assert min(room.diff, room.pods) >= 0
        assert room.diff <= diff
        if height > room.table:
            assert room.table + room.diff + room.pods == height


def test_why_it_fails_comes_before_what_was_changed() -> None:
    room = share(19, 3, 80, 40)
    assert (room.table, room.diff, room.pods) == (4, 5, 10)
    assert share(19, 3, 80, 2).diff == 13
    assert share(10, 3, 80, 40).diff == 0  # d shows it


def test_where_all_fits_no_revision_is_out_of_sight() -> None:
    assert share(21, 9, 5, 2).table == 10
    assert share(21, 9, 5, 12).table == 6


def test_a_difference_that_does_not_fit_shows_what_differs_and_counts_the_rest() -> None:
    assert diff_lines("title", CHANGED, 9) == [Line("title", Tone.CHANGING), *CHANGED]
    shown = diff_lines("title", [*CHANGED, *CHANGED], 4)
    assert [line.text for line in shown] == ["title", "- image: 1", "+ image: 2", "  2 more changed lines: d shows all"]
    assert diff_lines("title", CHANGED, 0) == []
    assert "the same" in diff_lines("title", [], 4)[1].text


def test_sentences_take_as_many_lines_as_they_need() -> None:
    long = Line("one two three four", flows=True)
    assert rows([long], 10) == 2
    assert rows([Line("one two three four")], 10) == 1
    assert fitted([Line("a"), long, Line("b")], 10, 2) == [Line("a")]


def test_a_log_is_told_with_its_run_or_why_it_cannot_be_had() -> None:
    lines = tail_lines(Tail("web", True, ("one\ttwo",)), "web-1")
    assert [line.text for line in lines] == ["Last lines of web-1/web (previous run):", "  │ one two"]
    assert tail_lines(Tail("web", False), "web-1")[0].text == "The log of web-1/web is empty"
    (refused,) = tail_lines(Tail("web", False, error="Not allowed: ..."), "web-1")
    assert (refused.text, refused.tone) == ("Log of web-1/web: Not allowed: ...", Tone.WARNING)
