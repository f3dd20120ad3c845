"""References to container images."""

import re
from typing import Final

from k8stui.model.text import clean

_HOST = r"(?:[a-zA-Z0-9](?:[-a-zA-Z0-9.]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?"
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_IMAGE: Final = re.compile(
    rf"(?P<name>(?:{_HOST}/)?{_PART}(?:/{_PART})*)(?P<tag>:[A-Za-z0-9_][-A-Za-z0-9_.]{{0,127}})?"
    r"(?P<digest>@[a-zA-Z0-9]+(?:[.+_-][a-zA-Z0-9]+)*:[0-9a-fA-F]{32,})?"
)
"""The grammar of image references (distribution/reference)."""
_LONGEST: Final = 1024


def checked(text: str) -> str:
    """The image, without spaces around. Raises ValueError with one sentence where it is none."""
    image = text.strip()
    shown = clean(image, 120)
    if not image:
        raise ValueError("An image is missing: write it like registry.example/shop/web:1.9")
    if len(image) <= _LONGEST and _IMAGE.fullmatch(image):
        return image
    if re.search(r"\s", image):
        why = "it has a space in it"
    elif "://" in image:
        why = "leave the scheme away"
    elif len(image) > _LONGEST:
        why = f"it is longer than {_LONGEST} characters"
    elif _IMAGE.fullmatch(image.lower()):
        why = "its name must be in small letters"
    else:
        why = "it is written [host[:port]/]name[:tag][@digest]"
    raise ValueError(f"'{shown}' is no image: {why}, like registry.example/shop/web:1.9")


def repository(image: str) -> str:
    """The image without tag and digest, and without Docker Hub's own name: `nicolaka/netshoot`; "" for no image."""
    found = _IMAGE.fullmatch(image)
    name = found["name"] if found else ""
    for start in ("docker.io/", "index.docker.io/"):
        name = name.removeprefix(start)
    return name.removeprefix("library/")
