"""The names of a log view's sources: short enough for a column, still different from each other, each in a colour."""

from collections.abc import Mapping
from itertools import takewhile
from typing import Final

from rich.style import Style

from k8stui.widgets.cells import cell_len, fit, shorten

PALETTE: Final = tuple(
    Style(color=name)
    for name in (
        "cyan", "green", "yellow", "magenta", "blue", "bright_cyan",
        "bright_green", "bright_yellow", "bright_magenta", "bright_blue", "red", "bright_red",
    )
)  # fmt: skip
"""Of the sixteen colours those that are neither black nor white; the terminal's theme makes them readable."""

_LEAST = 4
"""Cells of a common beginning that are worth being left out."""


def labels(names: Mapping[int, tuple[str, str]], most: int) -> dict[int, str]:
    """`web-…8lw app` by the number of the source, all equally wide, at most `most` cells.

    What the pods' names begin with alike is cut to its first word; the container is named where there are several.
    """
    if not names or most < 1:
        return {}
    pods = sorted({pod for pod, _ in names.values()})
    containers = {container for _, container in names.values()}
    short = _shortened(pods)
    several = len(containers) > 1 or len(names) > len(pods)
    texts = {
        number: f"{short[pod]} {container}" if several else short[pod] for number, (pod, container) in names.items()
    }
    width = min(most, max(map(cell_len, texts.values())))
    return {number: _fitted(text, width) for number, text in texts.items()}


def _fitted(text: str, width: int) -> str:
    """In exactly that width: the container's name gives way first, then the pod's middle."""
    pod, _, container = text.partition(" ")
    if container and cell_len(text) > width:
        container = shorten(container, max(3, width - cell_len(pod) - 1))
        pod = shorten(pod, max(1, width - cell_len(container) - 1), in_middle=True)
        text = f"{pod} {container}"
    return fit(text, width, in_middle=True)


def _shortened(pods: list[str]) -> dict[str, str]:
    """The pods' names without what all of them begin with, but for its first word."""
    common = _common(pods[0], pods[-1]) if len(pods) > 1 else ""
    common = common[: common.rfind("-") + 1]
    first = common[: common.find("-") + 1]
    if len(common) - len(first) < _LEAST:
        return {pod: pod for pod in pods}
    return {pod: f"{first}…{pod[len(common) :]}" for pod in pods}


def _common(first: str, last: str) -> str:
    """What two texts begin with; of sorted ones all between them do, too."""
    return "".join([one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))])
