"""The names of sources in a log's column: short, equally wide, still different."""

import pytest

from k8stui.widgets.log_names import labels


@pytest.mark.parametrize(
    ("names", "most", "wanted"),
    [
        ([("web-1", "app")], 20, ["web-1"]),
        ([("web-7f9c5d-8lw2b", "app"), ("web-7f9c5d-xk9jm", "app")], 20, ["web-…8lw2b", "web-…xk9jm"]),
        ([("web-7f9c5d-8lw2b", "app"), ("web-7f9c5d-8lw2b", "proxy")], 40,
         ["web-7f9c5d-8lw2b app  ", "web-7f9c5d-8lw2b proxy"]),
        ([("db-0", "db"), ("db-1", "db")], 20, ["db-0", "db-1"]),
        ([("a", "x"), ("longer-name", "y")], 20, ["a x          ", "longer-name y"]),
        ([("very-long-name-of-a-pod-1", "c"), ("other-long-name-of-a-pod-2", "c")], 11, ["very-…pod-1", "other…pod-2"]),
        ([("日本-1", "c"), ("x", "c")], 20, ["日本-1", "x     "]),
    ],
)  # fmt: skip
def test_labels(names: list[tuple[str, str]], most: int, wanted: list[str]) -> None:
    assert list(labels(dict(enumerate(names)), most).values()) == wanted


def test_nothing_to_name() -> None:
    assert labels({}, 20) == {}
    assert labels({0: ("a", "b")}, 0) == {}
