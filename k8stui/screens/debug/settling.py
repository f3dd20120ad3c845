"""Into what runs, and what becomes of it when the session there ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from k8stui.model.columns import Tone
from k8stui.model.duration import whole
from k8stui.model.kinds import Ref
from k8stui.operations.builders.debug_options import ALONE, EPHEMERAL
from k8stui.operations.debugging.launch import Launch
from k8stui.operations.debugging.steps import Stage
from k8stui.operations.sessions.ending import Ended, How
from k8stui.screens.questions.choice import choose
from k8stui.screens.terminals.opening import open_session

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen

FOUND = "6, then 6 again, lists it"
"""How a debug pod is found again."""


async def enter(
    screen: ResourceScreen, pod: Ref, container: str, launch: Launch | None = None, *, first: bool = False
) -> Ended:
    """Attach to a container that runs; while somebody is in it, quitting asks.

    `first`: at once after it was made, which its question said: a protected context asks no second time.
    """
    if launch is not None:
        launch.attached = True
    try:
        return await open_session(screen, pod, container, attach=True, covered=first)
    finally:
        if launch is not None:
            launch.attached = False


async def settle(
    screen: ResourceScreen, launch: Launch, ended: Ended, leave: str, remember: Callable[[str], None]
) -> tuple[str, Tone]:
    """What becomes of the pod whose session ended: removed, kept, or asked about. Returns what to say of it.

    Args:
        screen: the table screen.
        launch: what was made.
        ended: how the session did.
        leave: `ask`, `remove` or `keep`.
        remember: takes what is to be done from now on.
    """
    if launch.making.mode == EPHEMERAL:
        return _stays(launch, ended), Tone.PLAIN
    if launch.stage is Stage.GONE:
        return f"Pod {launch.pod} is gone", Tone.OK
    if ended.detached:
        launch.keep()
        how = "goes on" if _open(launch) else "goes on without input, which ends a shell"
        return f"Pod {launch.pod} {how}: {FOUND}{_until(launch)}", Tone.WARNING
    if ended.how is How.BROKEN:
        return f"Pod {launch.pod} is still there: s attaches again, x removes it", Tone.WARNING
    wanted = leave if leave != "ask" else await _asked(screen, launch, remember)
    if wanted == "remove":
        return await remove(launch)
    launch.keep()
    return f"Pod {launch.pod} is kept: x removes it here; {FOUND}{_until(launch)}", Tone.WARNING


def _open(launch: Launch) -> bool:
    """Whether its input goes on when a session is left."""
    return launch.making.mode != ALONE or bool(launch.mutation.args.get("leave_stdin_open"))


def _stays(launch: Launch, ended: Ended) -> str:
    name = launch.container
    if ended.detached or ended.how is How.BROKEN:
        return (
            f"Container {name} goes on in pod {launch.pod}: s attaches again. It stays until the pod is restarted (R)"
        )
    return (
        f"Container {name} is not started again once it has ended; pod {launch.pod} lists it "
        "until it is restarted (R), which its other containers would feel"
    )


def _until(launch: Launch) -> str:
    lifetime = launch.making.lifetime
    return f"; the cluster ends it {whole(lifetime)} after its start" if lifetime else "; nothing ends it by itself"


async def _asked(screen: ResourceScreen, launch: Launch, remember: Callable[[str], None]) -> str:
    """`remove` or `keep`; a question that is closed keeps it, for that can be mended."""
    answer = await choose(
        screen.house,
        f"Remove debug pod {launch.pod}?",
        [f"Its session has ended{_until(launch)}.", "The form's row `afterwards` changes what is remembered."],
        {"y": "Remove", "n": "Keep", "r": "Remove, from now on always", "k": "Keep always"},
    )
    if answer in ("r", "k"):
        remember("remove" if answer == "r" else "keep")
    return "remove" if answer in ("y", "r") else "keep"


async def remove(launch: Launch) -> tuple[str, Tone]:
    """Take the pod away; what was said of it. Nobody can take away an ephemeral container."""
    if launch.making.mode == EPHEMERAL and launch.pod is not None:
        said = f"No longer waited for: pod {launch.pod} lists container {launch.container} until it is restarted (R)"
        return said, Tone.WARNING
    outcome = await launch.remove()
    if outcome is None:
        return (f"Pod {launch.pod} is gone", Tone.OK) if launch.pod is not None else ("Nothing was made", Tone.PLAIN)
    return outcome.says, Tone.OK if outcome.done else Tone.BAD
