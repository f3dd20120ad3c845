"""From an action to the cluster and back: read the objects, build the changes, ask, send, tell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from k8stui.actions.desk import Change
from k8stui.kube.errors import ApiError
from k8stui.model.columns import Tone
from k8stui.model.objects import ObjectRow
from k8stui.operations.building import AlreadySoError, UnableError, build, listing
from k8stui.operations.gateway import Consent, Gateway, Verdict
from k8stui.operations.mutation import Mutation, Risk
from k8stui.operations.outcomes import Outcome, Result
from k8stui.screens.questions.case import Case, Target
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.questions.conflicts import different, met_another, still_agreed
from k8stui.screens.questions.results import ResultScreen, Told, told
from k8stui.screens.questions.surroundings import Surroundings

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.resource import ResourceScreen

AT_ONCE = 10
"""Requests in flight for several targets."""
NOBODYS = Consent("", "")
"""Of a change that nobody was asked about: the gateway raises ConsentError."""

Look = Callable[[ObjectRow], Sequence[str]]
"""What stands against a change of the object as it is now, one sentence each: then it is asked about whatever its risk.
Raises UnableError: it cannot be done."""


class Changing:
    """Does changes for the table screen, in the context that is open."""

    def __init__(self, screen: ResourceScreen) -> None:
        self._screen = screen
        self._open: tuple[Session, Gateway] | None = None
        self.asking = asyncio.Lock()
        """Held while a question is open: the next one waits, lest it take an answer that was meant for the first."""

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
        What was refused because somebody else had changed the object is built anew and asked about once more.

        Args:
            changes: builders, objects and arguments.
            look: looks at each object before it is asked about.
            typed: somebody has typed what is wanted, and can mend it.

        Raises UnableError: what was typed cannot be done to any of the objects.
        """
        work = _Work(self._screen, self.gateway, look)
        found = await work.built(changes)
        if typed and found and all(isinstance(each, Told) and each.tone is Tone.WARNING for each in found):
            first = found[0]
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            raise UnableError(f"{first.text}{more}" if isinstance(first, Told) else more)
        outcomes = await work.submit(found)
        again = await work.tell()
        return [*outcomes, *(await self.change(again, look))] if again else outcomes

    async def agreed(self, change: Change, *, covered: bool = False) -> tuple[Mutation, Consent] | str:
        """Build one change that the caller sends by itself (a session), and ask where the context is protected.

        `covered`: who agreed to what was done just before agreed to this, too: it is not asked about again.

        Returns why it is not to be sent, in one sentence that has been told; "": the user did not want it.
        """
        work = _Work(self._screen, self.gateway, lambda _found: ())
        targets = await work.allowed(await work.built([change]))
        if not targets:
            return work.last
        if covered:
            return targets[0].mutation, Verdict(targets[0].mutation).consent()
        if work.protected:  # what is done in a session is asked about nowhere else
            targets[0].mutation = structs.replace(targets[0].mutation, typed=True)
        consents = await work.agreed(targets)
        mutation = targets[0].mutation
        consent = consents.get(mutation.request.digest)
        return (mutation, consent) if consent is not None else ""


class _Work:
    """Changes that were asked for together."""

    def __init__(self, screen: ResourceScreen, gateway: Gateway, look: Look) -> None:
        self._screen = screen
        self._gateway = gateway
        self._look = look
        self._told: list[Told] = []
        self._asked = 0
        self._cancelled = False
        session = screen.session
        assert session is not None  # a gateway is of one
        self._session = session

    @property
    def protected(self) -> bool:
        """The context is one in which everything is asked about."""
        return self._session.protected

    @property
    def last(self) -> str:
        """What was told last."""
        return self._told[-1].text if self._told else ""

    # Building

    async def built(self, changes: Sequence[Change]) -> list[Target | Told]:
        """Each change of its object as it is now, or why there is none."""
        self._asked = len(changes)
        return list(await asyncio.gather(*(self._built(each) for each in changes)))

    async def _built(self, change: Change) -> Target | Told:
        builder, ref, args = change
        try:
            now = await self._gateway.read(ref)
            if now is None:
                return Told(f"{ref} is gone: nothing was changed", Tone.WARNING)
            if ref.uid and now.ref.uid != ref.uid:
                return Told(f"{ref} was replaced by another one, which was not touched", Tone.WARNING)
            wanted = listing(builder, now)
            around = {} if wanted is None else {"around": await self._gateway.listed(*wanted, now.ref.namespace)}
            mutation = build(builder, now, {**args, **around})
            against = self._look(now)
            return Target(change, around, now, now.tree(), mutation, against)
        except ApiError as error:
            return Told(f"{ref}: {error.sentence} Nothing was changed.", Tone.BAD, change)
        except AlreadySoError as error:
            return Told(str(error), Tone.PLAIN)
        except ValueError as error:  # it cannot be done, or the object cannot be read
            return Told(str(error), Tone.WARNING)

    # Asking

    async def submit(self, found: Sequence[Target | Told]) -> list[Outcome]:
        """Ask as their risk demands, then send them; those that met another's change are asked about once more."""
        targets = await self.allowed(found)
        consents = await self.agreed(targets) if targets else {}
        if not consents:
            return []
        outcomes = await self._sent(targets, consents)
        uids = met_another(outcomes)
        met = [target for target in targets if target.mutation.target.uid in uids]
        mutations = [target.mutation for target in met]
        kept = [each for each in outcomes if each.mutation not in mutations]
        self._keep(kept, targets)
        if not met:
            return kept
        more = await self._once_more(met, [each for each in outcomes if each not in kept])
        return [*kept, *more]

    async def allowed(self, found: Sequence[Target | Told]) -> list[Target]:
        """Those that may be sent; of the others it is told why not."""
        for each in found:
            if isinstance(each, Told):
                self._note(each)
        targets = [each for each in found if isinstance(each, Target)]
        verdicts = await asyncio.gather(*(self._gateway.check(each.mutation) for each in targets))
        allowed = []
        for target, verdict in zip(targets, verdicts, strict=True):
            if verdict.refused:
                self._note(Told(f"{target.mutation.says}: {verdict.refused}", Tone.WARNING))
            else:
                target.doubt = verdict.doubt
                allowed.append(target)
        return allowed

    async def agreed(self, targets: Sequence[Target]) -> Mapping[str, Consent]:
        """What the user agrees to, by digest; nothing for a no. The question is as grave as the gravest of them."""
        protected = self.protected
        against = any(each.against or each.meanwhile for each in targets)
        if max(each.mutation.risk for each in targets) is Risk.SAFE and not protected and not against:
            return {each.mutation.request.digest: Verdict(each.mutation).consent() for each in targets}
        pane = self._screen.pane
        uids = [each.mutation.target.uid for each in targets]
        hidden = [uid for uid in uids if pane is not None and uid in pane.store.rows and pane.view.find(uid) is None]
        case = Case(
            targets,
            Surroundings(self._session),
            self._gateway.check,
            name=self._session.context.name,
            protected=protected,
            hidden=hidden,
            left_out=[each.text for each in self._told if each.tone is not Tone.PLAIN],
        )
        question = ChangeQuestion(case, preview=self._gateway.preview, symbols=self._screen.signs)
        async with self._screen.changing.asking:
            agreed: bool | None = await self._screen.house.push_screen_wait(question)
        self._cancelled = agreed is not True
        return case.consents if agreed else {}

    async def _once_more(self, met: Sequence[Target], outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Build them on the objects as they are now, say what changed, and ask; a second time it is only told.

        Where nothing was changed but what a controller reports, the first answer stands.
        """
        found = await asyncio.gather(*(self._built(_again(each)) for each in met))
        fresh = await self.allowed(found)
        before = {each.mutation.target.uid: each for each in met}
        asked, consents = [], {}
        for each in fresh:
            first = before[each.mutation.target.uid]
            if still_agreed(first, each):
                consents[each.mutation.request.digest] = Verdict(each.mutation).consent()
            else:
                each.meanwhile = different(first, each)
                asked.append(each)
        consents |= await self.agreed(asked) if asked else {}
        agreed = [each for each in fresh if each.mutation.request.digest in consents]
        again = await self._sent(agreed, consents)
        self._keep(again, agreed)
        declined = {each.mutation.target.uid for each in asked if each not in agreed}
        self._keep([each for each in outcomes if each.mutation.target.uid in declined], met)
        done = {each.mutation.target.uid for each in agreed}
        return [*again, *(each for each in outcomes if each.mutation.target.uid not in done)]

    # Sending and telling

    async def _sent(self, targets: Sequence[Target], consents: Mapping[str, Consent]) -> list[Outcome]:
        """Send what was agreed to; the gateway takes nothing else."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def send(mutation: Mutation) -> Outcome:
            async with gate:
                return await self._gateway.apply(mutation, consents.get(mutation.request.digest, NOBODYS))

        async def send_all(target: Target) -> list[Outcome]:
            first = await send(target.mutation)
            if first.done:
                return [first, *await asyncio.gather(*(send(each) for each in target.also))]
            why = f"not done, because {target.mutation.target} was not deleted"
            return [first, *(Outcome(each, Result.REFUSED, f"{each.says}: {why}") for each in target.also)]

        return [each for outcomes in await asyncio.gather(*(send_all(each) for each in targets)) for each in outcomes]

    def _keep(self, outcomes: Sequence[Outcome], targets: Sequence[Target]) -> None:
        """Tell each result."""
        changes = {each.mutation.request.digest: _again(each) for each in targets}
        for outcome in outcomes:
            self._note(told(outcome, changes.get(outcome.mutation.request.digest)), toast=not outcome.done)

    def _note(self, found: Told, *, toast: bool = False) -> None:
        self._told.append(found)
        self._screen.house.note(found.text, found.tone, toast=toast)

    async def tell(self) -> list[Change]:
        """Of several, where not all were done, a list; returns those that are to be asked for again."""
        failed = [each for each in self._told if each.tone in (Tone.BAD, Tone.WARNING)]
        if self._asked < 2 or not failed or self._cancelled:
            return []
        again: bool | None = await self._screen.house.push_screen_wait(ResultScreen(self._told, self._screen.signs))
        return [each.again for each in failed if each.again is not None] if again else []


def _again(target: Target) -> Change:
    """The same change with what was chosen in its question."""
    builder, ref, args = target.change
    return builder, ref, {**args, **target.args}
