"""From an action to the cluster and back: read the objects, build the changes, ask, send, tell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from k8stui.actions.desk import Change
from k8stui.kube.errors import ApiError
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Ref
from k8stui.model.objects import ObjectRow
from k8stui.operations.building import AlreadySoError, UnableError, build, listing
from k8stui.operations.effects import effects
from k8stui.operations.gateway import Gateway, Outcome, Verdict
from k8stui.operations.mutation import Mutation, Risk
from k8stui.screens.change_question import SHOWN, ChangeQuestion

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.resource import ResourceScreen

AT_ONCE = 10
"""Requests in flight for several targets."""

Look = Callable[[ObjectRow], Sequence[str]]
"""What stands against a change of the object as it is now, one sentence each: then it is asked about whatever its risk.
Raises UnableError: it cannot be done."""


class _Built(Struct, frozen=True):
    """A change that can be asked for."""

    mutation: Mutation
    effects: list[Line]
    """What it touches besides its object."""
    against: Sequence[str] = ()
    """What `Look` has found."""


class Changing:
    """Does changes for the table screen, in the context that is open."""

    def __init__(self, screen: ResourceScreen) -> None:
        self._screen = screen
        self._open: tuple[Session, Gateway] | None = None

    @property
    def gateway(self) -> Gateway:
        """The open context's door. Raises LookupError where none is open."""
        session = self._screen.session
        if session is None:
            raise LookupError("no context is open")
        if self._open is None or self._open[0] is not session:
            context = session.context
            journal = self._screen.house.journals.of(context.name, context.user)
            self._open = (session, Gateway(session.connection, session.access, journal))
        return self._open[1]

    async def change(
        self, changes: Sequence[Change], look: Look = lambda _found: (), *, typed: bool = False
    ) -> list[Outcome]:
        """Build each change of its object as it is now, and submit them together.

        All of it goes to the context that is open now, also where another one is open when the question is answered.

        Args:
            changes: builders, objects and arguments.
            look: looks at each object before it is asked about.
            typed: somebody has typed what is wanted, and can mend it.

        Raises UnableError: what was typed cannot be done to any of the objects.
        """
        gateway = self.gateway
        found = await asyncio.gather(*(self._built(gateway, *each, look) for each in changes))
        if typed and found and all(isinstance(each, tuple) and each[1] is Tone.WARNING for each in found):
            sentence, _ = found[0]
            raise UnableError(sentence + (f" (and {len(found) - 1} more)" if len(found) > 1 else ""))
        for each in found:
            if not isinstance(each, _Built):
                self._screen.house.note(*each)
        built = [each for each in found if isinstance(each, _Built)]
        return await self._submit(gateway, built) if built else []

    async def _built(
        self, gateway: Gateway, builder: str, ref: Ref, args: Mapping[str, Any], look: Look
    ) -> _Built | tuple[str, Tone]:
        try:
            now = await gateway.read(ref)
            if now is None:
                return f"{ref} is gone: nothing was changed", Tone.WARNING
            if ref.uid and now.ref.uid != ref.uid:
                return f"{ref} was replaced by another one, which was not touched", Tone.WARNING
            wanted = listing(builder, now)
            around = {} if wanted is None else {"around": await gateway.listed(*wanted, now.ref.namespace)}
            mutation = build(builder, now, {**args, **around})
            against = look(now)
        except ApiError as error:
            return f"{ref}: {error.sentence} Nothing was changed.", Tone.BAD
        except AlreadySoError as error:
            return str(error), Tone.PLAIN
        except UnableError as error:
            return str(error), Tone.WARNING
        return _Built(mutation, effects(mutation, now), against)

    async def _submit(self, gateway: Gateway, built: Sequence[_Built]) -> list[Outcome]:
        """Ask as their risk demands, then send them; each target's result is told, and none hides another's."""
        verdicts = await asyncio.gather(*(gateway.check(each.mutation) for each in built))
        for verdict in verdicts:
            if verdict.refused:
                self._screen.house.note(f"{verdict.mutation.says}: {verdict.refused}", Tone.WARNING)
        both = [pair for pair in zip(verdicts, built, strict=True) if not pair[0].refused]
        pairs = [(verdict, each.effects) for verdict, each in both]
        allowed = [verdict for verdict, _ in pairs]
        against = [text for _, each in both for text in each.against]
        if not allowed or not await self._agreed(gateway, allowed, _touched(pairs), against):
            return []
        gate = asyncio.Semaphore(AT_ONCE)

        async def send(verdict: Verdict) -> Outcome:
            async with gate:
                return await gateway.apply(verdict.mutation, verdict.consent())

        outcomes = await asyncio.gather(*(send(verdict) for verdict in allowed))
        for outcome in outcomes:
            self._screen.house.note(outcome.says, Tone.OK if outcome.done else Tone.BAD, toast=not outcome.done)
        return outcomes

    async def _agreed(
        self, gateway: Gateway, verdicts: Sequence[Verdict], touched: Sequence[Line], against: Sequence[str]
    ) -> bool:
        """Whether the user wants it: the question is as grave as the gravest of them."""
        risk = max(verdict.mutation.risk for verdict in verdicts)
        session = self._screen.session
        protected = session is not None and session.protected
        if risk is Risk.SAFE and not protected and not against:
            return True
        by_name = (protected and risk > Risk.SAFE) or any(verdict.mutation.typed for verdict in verdicts)
        question = ChangeQuestion(
            [verdict.mutation for verdict in verdicts],
            effects=touched,
            doubts=[*against, *(verdict.doubt for verdict in verdicts if verdict.doubt)],
            preview=gateway.preview,
            typed=self._name_to_type(verdicts) if by_name else "",
            symbols=self._screen.signs,
        )
        agreed: bool | None = await self._screen.house.push_screen_wait(question)
        return agreed is True

    def _name_to_type(self, verdicts: Sequence[Verdict]) -> str:
        """The object's name, for several the context's."""
        if len(verdicts) == 1:
            return verdicts[0].mutation.target.name
        return self._screen.session.context.name if self._screen.session is not None else ""


def _touched(pairs: Sequence[tuple[Verdict, list[Line]]]) -> list[Line]:
    """What all of them touch, by name where they are several."""
    lines: list[Line] = []
    for verdict, found in pairs[:SHOWN]:
        name = f"{verdict.mutation.target.name}: " if len(pairs) > 1 else ""
        lines += [Line(name + line.text, line.tone) for line in found]
    return lines
