from k8stui.model.columns import Tone
from k8stui.model.notes import KEPT, Notes


def test_the_newest_is_last_and_only_so_many_are_kept() -> None:
    notes = Notes()
    for number in range(KEPT + 10):
        notes.add(float(number), f"note {number}")
    assert len(notes) == KEPT
    assert notes.newest is not None
    assert notes.newest.text == f"note {KEPT + 9}"


def test_the_same_again_counts_up() -> None:
    notes = Notes()
    for at in range(3):
        notes.add(at, "it failed", Tone.BAD)
    assert [(note.at, note.times) for note in notes] == [(2, 3)]


def test_foreign_text_is_cleaned() -> None:
    note = Notes().add(0, "bad\x1b]52;c;AAAA\x07 thing\nsecond line")
    assert "\x1b" not in note.text
    assert "\n" not in note.text
