"""Which columns a user has chosen, and in which order."""

from typing import Any

from k8stui.model.columns import Column, arranged


def column(title: str, **rest: Any) -> Column[str]:
    return Column(title=title, text=lambda row, _now: row, order=lambda row: row, **rest)


COLUMNS = [column("NAMESPACE"), column("NAME"), column("STATUS"), column("AGE"), column("IP", wide=True)]


def told(titles: list[str]) -> list[str]:
    return [each.title + ("+" if each.wide else "") for each in arranged(COLUMNS, titles)]


def test_the_chosen_come_first_in_their_order_and_the_rest_waits_for_w() -> None:
    assert told(["AGE", "NAME", "IP"]) == ["NAMESPACE", "AGE", "NAME", "IP", "STATUS+"]
    assert [each.aside for each in arranged(COLUMNS, ["AGE"])] == [False, False, False, True, True]


def test_what_tells_objects_apart_cannot_be_left_out() -> None:
    assert told(["AGE"])[:3] == ["NAMESPACE", "NAME", "AGE"]


def test_unknown_titles_and_no_choice_change_nothing() -> None:
    assert arranged(COLUMNS, []) is COLUMNS
    assert arranged(COLUMNS, ["MEMORY"]) is COLUMNS
    assert told(["MEMORY", "AGE", "AGE"])[2] == "AGE"
