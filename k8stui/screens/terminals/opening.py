"""The way into a container: who is meant, whether it may be, the terminal handed over, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui.model.kinds import Ref
from k8stui.operations.sessions.ending import Ended

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen


async def open_session(
    screen: ResourceScreen, pod: Ref, container: str = "", command: Sequence[str] = (), attach: bool = False
) -> Ended:
    """Run a command in a container (a shell where none is given), or attach to what runs there; tells how it ended.

    Never raises for what a cluster, a network or a terminal does: `Ended.sentence` says it, and it has been noted.
    """
    raise NotImplementedError
