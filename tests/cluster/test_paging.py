import pytest

from k8stui.cluster.paging import peek


@pytest.mark.parametrize(
    ("body", "token"),
    [
        (b'{"kind":"PodList","metadata":{"resourceVersion":"7","continue":"abc"},"items":[', "abc"),
        (b'{"metadata": {"continue" : "a\\u003d=", "x": 1}, "items":[', "a=="),
        (b'{"kind":"PodList","metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"continue"}}]}', ""),
        (b'{"items":[' + b" " * 5_000 + b'],"metadata":{"continue":"late"}}', ""),
        (b'{"metadata":{"continue":"\\q"}}', ""),
        (b"<html>", ""),
        (b"", ""),
    ],
)
def test_the_continue_token_is_found_before_anything_is_decoded(body: bytes, token: str) -> None:
    assert peek(body) == token
