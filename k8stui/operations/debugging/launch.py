"""One launch of a debug pod or container: sent, followed until somebody can attach, and taken away again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from k8stui.cluster.listeners import Listeners
from k8stui.kube.errors import ApiError
from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.duration import whole
from k8stui.model.kinds import Ref
from k8stui.model.text import clean
from k8stui.operations.debugging.follow import Follow
from k8stui.operations.debugging.left import Left, Making, meant, removal
from k8stui.operations.debugging.record import Record
from k8stui.operations.debugging.rows import Rows
from k8stui.operations.debugging.steps import Progress, Seen, Stage
from k8stui.operations.gateway import Consent, ConsentError, Gateway
from k8stui.operations.mutation import Mutation
from k8stui.operations.outcomes import Outcome, Result

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

_NOT_MADE: Final = (Result.REFUSED, Result.GONE, Result.CONFLICT)


class Launch:
    """Made by `Keeper.launch`. It works in a session of its own, which outlives a switch of contexts.

    Args:
        session: the keeper's to that cluster.
        gateway: of that session.
        mutation: creates the pod, or adds the ephemeral container.
        making: what its request does not say.
        record: keeps it before it is sent.
        now: epoch seconds.
    """

    def __init__(
        self,
        session: Session,
        gateway: Gateway,
        mutation: Mutation,
        making: Making,
        record: Record,
        now: Callable[[], float],
    ) -> None:
        self.session = session
        self.mutation = mutation
        self.making = making
        self._gateway = gateway
        self._record = record
        self._now = now
        self.stage = Stage.NEW
        self.why = ""
        """Why it FAILED, in one sentence."""
        self.left: Left | None = None
        """As the record has it, once it is sent."""
        self.container = making.container
        """The container to attach to, or whose log to show."""
        self.attached = False
        """The launcher says so while somebody is in it: then quitting asks."""
        self.listeners: Listeners[Callable[[], None]] = Listeners()
        """Called when something of it reads differently."""
        self._rows = Rows(now, self._changed)
        self._settled = asyncio.Event()
        self._sending: asyncio.Task[None] | None = None
        self._removing: asyncio.Task[Outcome | None] | None = None
        self._checking: asyncio.Task[None] | None = None
        self._cancelled = False
        self._follow: Follow | None = None

    # What there is to see

    @property
    def progress(self) -> list[Progress]:
        """What happens, in its order: what has changed last stands last."""
        return self._rows.rows

    @property
    def trouble(self) -> str:
        """What holds it up now, in the cluster's words; empty: nothing that is known."""
        last = self.progress[-1:] if self.stage is Stage.WAITING else []
        return last[0].says if last and last[0].tone in (Tone.BAD, Tone.WARNING) else ""

    @property
    def pod(self) -> Ref | None:
        """The very pod, once it is known."""
        return self.left.ref if self.left is not None and self.left.uid else None

    @property
    def alive(self) -> bool:
        """Whether something of it is in the cluster, as far as is known."""
        return self.left is not None and not self.left.removed

    # What is done

    async def run(self, consent: Consent) -> Stage:
        """Send it and follow it until it is settled; nothing but `cancel` ends the waiting. Once for each launch.

        Raises ConsentError: nobody has agreed to this very request.
        """
        if self.stage is not Stage.NEW:
            raise RuntimeError("It was sent already: another launch makes another pod")
        self.stage = Stage.SENDING
        number = self._record.number()
        self.left = self._record.keep(meant(number, self._now(), self.session.context, self.mutation, self.making))
        self._rows.say("sent", f"{clean(self.mutation.says)}: asked", Tone.CHANGING)
        self._sending = asyncio.ensure_future(self._send(consent))
        await asyncio.shield(self._sending)  # its answer is wanted also where nobody waits for it any more
        await self._settled.wait()
        return self.stage

    def cancel(self) -> None:
        """Wait no longer; what was made is there until `remove`, and the answer to a request under way is taken in."""
        self._cancelled = True
        if self.stage in (Stage.SENDING, Stage.WAITING):
            self._settle(Stage.CANCELLED)

    def keep(self) -> None:
        """It stays when the program ends."""
        self._write(keep=True)

    async def remove(self) -> Outcome | None:
        """Delete the very pod, as whoever agreed to its creation agreed to. Once where asked several times.

        None: there is nothing that can be deleted: nothing was made, it is gone, or it is an ephemeral container.
        """
        if self._removing is None or (self._removing.done() and self.alive):
            self._removing = asyncio.ensure_future(self._remove())
        return await asyncio.shield(self._removing)

    def close(self) -> None:
        """Look no more; what was made is left alone."""
        if self._follow is not None:
            self._follow.close()
        if self._checking is not None:
            self._checking.cancel()

    # Sending

    async def _send(self, consent: Consent) -> None:
        try:
            outcome = await self._gateway.apply(self.mutation, consent)
        except ConsentError:
            self._write(removed=self._now())
            raise
        if outcome.done and outcome.after is not None:
            self._made(outcome.after)
        elif outcome.result in _NOT_MADE and (outcome.error is None or outcome.error.status):
            self._write(removed=self._now(), why=outcome.says)
            self._fail(outcome.says)
        elif not await self._found_out():
            self._write(why="whether it was made is not known")
            self._fail(outcome.says)

    async def _found_out(self) -> bool:
        """No answer came: whether it was made is seen by its stamps. False: it is not there, or nobody knows."""
        left = self.left
        assert left is not None
        try:
            found = await self._gateway.read(left.ref)
            obj = found.exact() if found is not None else {}
        except (ApiError, ValueError):  # ValueError: it is no object that can be read
            return False
        if left.ephemeral or not left.made(obj):
            return False
        self._made(obj)
        return True

    def _made(self, found: dict[str, object]) -> None:
        assert self.left is not None
        self._write(uid=tree.uid(found), node=tree.text(found, "spec", "nodeName"))
        what = f"container {clean(self.container)} added to" if self.left.ephemeral else "created"
        name = f"pod {clean(self.left.namespace)}/{clean(self.left.name)}"
        self._rows.say("sent", f"{what} {name}" if self.left.ephemeral else f"{name} {what}", Tone.PLAIN)
        if not self._cancelled:
            self.stage = Stage.WAITING
        self._follow = Follow(self.session, self.left, self.container, self)
        self._follow.start()
        if not self.left.ephemeral:
            self._checking = asyncio.ensure_future(self._may_remove())

    async def _may_remove(self) -> None:
        """That it will stay is said while somebody still looks; and at the end the answer is known already."""
        left = self.left
        if left is None or left.removed:
            return
        verdict = await self._gateway.check(removal(left)[0])
        if verdict.refused:
            life = f" until its {whole(left.lifetime)} are over" if left.lifetime else ""
            self._rows.say("rights", f"{verdict.refused}: it stays{life}", Tone.WARNING)

    # What is seen

    def see(self, seen: Seen) -> None:
        """The pod reads differently."""
        if self.left is None or self.left.removed:
            return
        self.container = self.container or seen.container
        if seen.node and seen.node != self.left.node:
            self._write(node=seen.node)
        if not self.left.ephemeral:
            self._rows.say("place", *seen.place)
        if seen.stage is not Stage.WAITING or seen.tone is Tone.BAD:
            self._rows.pulled()
        if seen.says:
            self._rows.say("state", seen.says, seen.tone)
        if seen.stage is Stage.OVER and self.left.ephemeral:
            self._write(removed=self._now())  # nothing of it runs any more
        if seen.stage is Stage.FAILED:
            self._fail(seen.says)
        elif seen.stage.settled and self.stage is not Stage.CANCELLED:
            self._settle(seen.stage)

    def hear(self, key: str, says: str, tone: Tone) -> None:
        """Something else is known: an event, a server that does not answer. An empty sentence takes it back."""
        self._rows.say(key, says, tone)

    def vanish(self) -> None:
        """The pod is not there any more."""
        assert self.left is not None
        asked = bool(self.left.removed)
        self._write(removed=self.left.removed or self._now())
        says = "gone" if asked else "gone: somebody else has deleted it"
        self._rows.say("end", says, Tone.OK if asked else Tone.WARNING)
        self._settle(Stage.GONE)

    # Removing

    async def _remove(self) -> Outcome | None:
        if self._sending is not None and not self._sending.done():
            await asyncio.wait([self._sending])
        left = self.left
        if left is None or left.removed or left.ephemeral:
            return None
        if not left.uid and not await self._found_out():
            return None
        assert self.left is not None
        self._rows.say("end", "removing it", Tone.CHANGING)
        outcome = await self._gateway.apply(*removal(self.left))
        if outcome.result in (Result.DONE, Result.GONE):
            self._write(removed=self._now(), why="")
            self._rows.say("end", "removed", Tone.OK)
            if self._follow is None or outcome.result is Result.GONE:
                self._settle(Stage.GONE)
        else:
            self._write(why=outcome.says)
            self._rows.say("end", f"not removed: {outcome.says}", Tone.BAD)
        return outcome

    # Telling

    def _fail(self, why: str) -> None:
        self.why = why
        self._rows.say("state", why, Tone.BAD)
        self._settle(Stage.FAILED)

    def _settle(self, stage: Stage) -> None:
        self.stage = stage
        self._settled.set()
        self._changed()

    def _write(self, **changes: object) -> None:
        if self.left is not None:
            self.left = self._record.keep(self.left, **changes)
            self._changed()

    def _changed(self) -> None:
        for listener in self.listeners:
            listener()
