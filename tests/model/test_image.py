"""References to images."""

import pytest

from k8stui.model.image import checked, repository


@pytest.mark.parametrize(
    "text",
    [
        "busybox",
        "busybox:1.37",
        "nicolaka/netshoot:v0.13",
        "localhost:5000/a/b_c:x",
        "[::1]:5/a",
        "a@sha256:" + "0" * 64,
    ],
)
def test_images(text: str) -> None:
    assert checked(f" {text} ") == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "An image is missing"),
        ("a b", "it has a space in it"),
        ("https://x/y", "leave the scheme away"),
        ("image:label@deadbeef", "it is written [host[:port]/]name[:tag][@digest]"),
        ("Busybox", "its name must be in small letters"),
        ("#", "it is written"),
        ("a" * 1025, "longer than 1024"),
    ],
)
def test_no_images(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        checked(text)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("busybox", "busybox"),
        ("docker.io/library/busybox:1@sha256:" + "0" * 64, "busybox"),
        ("docker.io/nicolaka/netshoot", "nicolaka/netshoot"),
        ("localhost:5000/tools/curl:8", "localhost:5000/tools/curl"),
        ("no image", ""),
    ],
)
def test_repository(image: str, name: str) -> None:
    assert repository(image) == name
