"""What runs that were cut off have left to debug: taken away and told when a context is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from k8stui.model.columns import Tone
from k8stui.model.sentences import counted, ended, listed
from k8stui.model.text import clean
from k8stui.model.times import stamped, zone_of

if TYPE_CHECKING:
    from k8stui.app import K8sTui
    from k8stui.cluster.session import Session
    from k8stui.operations.debugging.left import Left


async def take_away(house: K8sTui, session: Session) -> None:
    """Clean up in this context, and say what was done and what is left. Nothing is loaded where there is nothing."""
    if not await asyncio.to_thread(_any, house.state):
        return
    from k8stui.operations.debugging.cut_off import clean_up
    from k8stui.operations.gateway import Gateway

    context = session.context
    gateway = Gateway(session.connection, session.access, house.journals.of(context.name, context.user))
    done = await clean_up(house.state, session, gateway, house.clock.now())
    if session.closed:
        return
    for sentence, tone in _sentences(house, session, done.removed, done.stay):
        house.note(sentence, tone, toast=True)
    if done.there:
        house.note(_still_there(done.there), Tone.WARNING, toast=True)
    for left in done.moved:
        where = f"{clean(left.context)} led to {clean(left.server)} then"
        what = _containers([left]) if left.ephemeral else _pods([left])
        house.note(f"A run that was cut off had left {what}, which is not here: {where}", Tone.WARNING)
    if done.elsewhere and not house.work.told_elsewhere:
        house.work.told_elsewhere = True
        for sentence in _elsewhere(done.elsewhere):
            house.note(sentence, Tone.WARNING)


def _still_there(lefts: Sequence[Left]) -> str:
    """Ephemeral containers that run."""
    if len(lefts) == 1:
        name = clean(lefts[0].container)
        return (
            f"The debug container {name} that an earlier run had added still runs in {_name(lefts[0])}: "
            f"only the end of that pod removes it (:sweep)"
        )
    return (
        f"{_containers(lefts)} that earlier runs had added still run: only the end of their pods removes them (:sweep)"
    )


def _elsewhere(lefts: Sequence[Left]) -> list[str]:
    """What may be there in contexts that are not open: pods are taken away there, a container's pod never is."""
    found = []
    pods, containers = [left for left in lefts if not left.ephemeral], [left for left in lefts if left.ephemeral]
    if pods:
        found.append(
            f"A run that was cut off may have left {_pods(pods)} in {_contexts(pods)}: "
            f"opening that context removes what is there"
        )
    if containers:
        found.append(
            f"{_containers(containers)} in {_contexts(containers)}, which an earlier run had added, may still run: "
            f":sweep tells it there"
        )
    return [f"{each[0].upper()}{each[1:]}" for each in found]


def _contexts(lefts: Sequence[Left]) -> str:
    return listed(sorted({clean(left.context) for left in lefts}))


def _any(directory: Path) -> bool:
    """Blocks on the folder."""
    folder = directory / "debug"
    return folder.is_dir() and any(folder.glob("*.jsonl"))


def _sentences(
    house: K8sTui, session: Session, removed: Sequence[Left], stay: Sequence[Left]
) -> list[tuple[str, Tone]]:
    """What was removed, and what could not be."""
    found = []
    if removed:
        at = stamped(min(left.at for left in removed), zone_of(session.settings.times))
        found.append((f"Removed {_pods(removed)} that a run cut off had left since {at}", Tone.OK))
    if stay:
        why = next((left.why for left in stay if left.why), "")
        found.append((ended(f"A run that was cut off has left {_pods(stay)}, still there: {clean(why)}"), Tone.BAD))
    return found


def _pods(lefts: Sequence[Left]) -> str:
    """`debug pod shop/a`, `2 debug pods (shop/a, shop/b)`."""
    names = listed([_name(left) for left in lefts])
    return f"debug pod {names}" if len(lefts) == 1 else f"{counted(len(lefts), 'debug pod')} ({names})"


def _name(left: Left) -> str:
    return clean(str(left.ref), 160)


def _containers(lefts: Sequence[Left]) -> str:
    """`debug container debugger-1 of shop/web`, `2 debug containers (...)`."""
    names = listed([f"{clean(left.container)} of {_name(left)}" for left in lefts])
    return f"debug container {names}" if len(lefts) == 1 else f"{counted(len(lefts), 'debug container')} ({names})"
