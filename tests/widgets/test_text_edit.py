"""The editor's text."""

from k8stui.widgets.text_edit import holds


def test_texts_that_a_text_area_would_not_give_back() -> None:
    assert holds("a\nb\n")
    assert holds("a\r\nb\r\n")
    assert holds("")
    assert not holds("a\r\nb\n")
    assert not holds("a\x0bb")
