"""The containers of a pod that a session can be opened in: those that run, and what they take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from k8stui.model import tree
from k8stui.model.objects import Object
from k8stui.model.pod_choice import default_container
from k8stui.screens.pick import PickScreen
from k8stui.widgets.picker import Entry

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen

_GROUPS: Final = (
    ("containers", "containerStatuses", ""),
    ("initContainers", "initContainerStatuses", "init"),
    ("ephemeralContainers", "ephemeralContainerStatuses", "ephemeral"),
)


class Container(Struct, frozen=True):
    """One that the pod has."""

    name: str
    image: str = ""
    sort: str = ""
    """`init`, `ephemeral`, or empty."""
    running: bool = False
    why: str = ""
    """In a word why it does not run: `CrashLoopBackOff`, `Completed`; empty where nobody says."""
    tty: bool = False
    stdin: bool = False
    once: bool = False
    """Its input ends with the first session that was attached to it."""


def containers(pod: Object) -> list[Container]:
    """All of a pod, the default one first, then as the pod has them."""
    found = []
    for spec, status, sort in _GROUPS:
        rows = tree.rows(pod, "status", status)
        states = {tree.text(row, "name"): tree.part(row, "state") for row in rows}
        for row in tree.rows(pod, "spec", spec):
            name = tree.text(row, "name")
            flags = [tree.value(row, flag) is True for flag in ("tty", "stdin", "stdinOnce")]
            state = states.get(name, {})
            found.append(Container(name, tree.text(row, "image"), sort, "running" in state, _why(state), *flags))
    wanted = default_container(pod)
    return sorted(found, key=lambda each: each.name != wanted)


def _why(state: Object) -> str:
    return tree.text(state, "waiting", "reason") or tree.text(state, "terminated", "reason")


def windows(pod: Object) -> bool:
    """The pod wants a node with Windows."""
    if tree.text(pod, "spec", "os", "name"):
        return tree.text(pod, "spec", "os", "name") == "windows"
    return tree.strings(pod, "spec", "nodeSelector").get("kubernetes.io/os") == "windows"


async def pick(screen: ResourceScreen, found: Sequence[Container], title: str) -> Container | None:
    """Let one of them be chosen; None where none was."""
    entries = [Entry(each.name, each.name, _about(each)) for each in found]
    chosen: str | None = await screen.house.push_screen_wait(PickScreen(title, lambda: entries, screen.signs))
    return next((each for each in found if each.name == chosen), None)


def _about(container: Container) -> str:
    return "  ".join(part for part in (container.sort, container.image) if part)
