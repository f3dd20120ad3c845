"""What runs that were cut off have left: taken away in the context that is open, told of where it is in another one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from k8stui.kube.errors import ApiError
from k8stui.model import tree
from k8stui.model.objects import Object
from k8stui.operations.debugging.left import Left, removal
from k8stui.operations.debugging.leftovers import runs
from k8stui.operations.debugging.record import Earlier, earlier
from k8stui.operations.gateway import Gateway
from k8stui.operations.outcomes import Result

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

FORGET: Final = 30 * 86400.0
"""Seconds after which something in a context that is never opened is told of no more: the cluster has long ended it."""


class Cleaned(Struct):
    """What was found and done."""

    removed: list[Left] = []
    there: list[Left] = []
    """Ephemeral containers that still run: nothing can remove them but the end of their pod."""
    stay: list[Left] = []
    """What could not be removed; `why` says why."""
    elsewhere: list[Left] = []
    """In contexts that are not open."""
    moved: list[Left] = []
    """Not found where the context of that name leads now, which is another server than it was."""


async def clean_up(directory: Path, session: Session, gateway: Gateway, now: float) -> Cleaned:
    """Take away what runs that have ended left in this context, and only that.

    Nothing is asked, for it was agreed when it was made; only the very pods that the record names, by their uid (or,
    where no answer to a creation came, by the stamps that it was made with). Runs that live are let alone.
    Raises nothing.

    Args:
        directory: the state directory.
        session: the context that is open.
        gateway: of that session.
        now: epoch seconds.
    """
    done = Cleaned()
    records = await asyncio.to_thread(earlier, directory)
    try:
        for each in records:
            await asyncio.gather(*(_Cleaner(session, gateway, now, done, each).see(left) for left in each.lefts))
    finally:
        for each in records:
            each.close()
    return done


class _Cleaner:
    """Of one record."""

    def __init__(self, session: Session, gateway: Gateway, now: float, done: Cleaned, record: Earlier) -> None:
        self._session = session
        self._gateway = gateway
        self._now = now
        self._done = done
        self._record = record

    async def see(self, left: Left) -> None:
        """Find out what there is of it, and do what is to be done."""
        context = self._session.context
        if left.context != context.name:
            if self._now - left.at > FORGET:
                self._record.keep(left, removed=self._now, why="forgotten")
            else:
                self._done.elsewhere.append(left)
            return
        try:
            found = await self._gateway.read(left.ref)
            obj = found.exact() if found is not None else {}
        except ApiError as error:
            self._stays(left, error.sentence)
            return
        except ValueError as error:  # it is no text, or nested too deeply
            self._stays(left, f"what the server says of it cannot be read: {error}")
            return
        if found is None or not left.made(obj):
            self._record.keep(left, removed=self._now)
            if left.server != context.server:
                self._done.moved.append(left)
        elif left.ephemeral:
            self._ephemeral(left, obj)
        else:
            await self._remove(left, obj)

    def _ephemeral(self, left: Left, obj: Object) -> None:
        if not runs(obj, left.container):
            self._record.keep(left, removed=self._now)
        elif not tree.text(obj, "metadata", "deletionTimestamp"):  # else its pod is on its way
            self._done.there.append(left)

    async def _remove(self, left: Left, obj: Object) -> None:
        if tree.text(obj, "metadata", "deletionTimestamp"):
            self._record.keep(left, removed=self._now)
            return
        left = structs.replace(left, uid=tree.uid(obj))
        outcome = await self._gateway.apply(*removal(left))
        if outcome.result in (Result.DONE, Result.GONE):
            self._record.keep(left, removed=self._now, why="")
            self._done.removed.append(left)
        else:
            self._stays(left, outcome.says)

    def _stays(self, left: Left, why: str) -> None:
        left = structs.replace(left, why=why)
        self._record.keep(left)
        self._done.stay.append(left)
