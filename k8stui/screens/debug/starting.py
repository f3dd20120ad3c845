"""From a choice to a debug pod: whether it may be sent, the question where one is due, and the launch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from k8stui.kube.errors import ConfigError
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.operations.builders.debug_options import EPHEMERAL
from k8stui.operations.debugging.launch import Launch
from k8stui.operations.debugging.left import Making
from k8stui.operations.gateway import Consent, Gateway, Verdict
from k8stui.operations.mutation import Mutation, Risk
from k8stui.operations.previews import Preview
from k8stui.screens.debug import preview
from k8stui.screens.debug.trial import Trial
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.questions.proposal import Proposal

if TYPE_CHECKING:
    from k8stui.app import K8sTui
    from k8stui.cluster.session import Session
    from k8stui.screens.resource import ResourceScreen


class Debugging(Proposal):
    """A debug pod or container, as its question asks about it.

    Args:
        trial: with its request.
        typed: what has to be typed to agree; empty: nothing.
        doubt: what could not be found out of the right to it.
    """

    def __init__(self, trial: Trial, typed: str, doubt: str = "") -> None:
        assert trial.mutation is not None
        self._trial, self._mutation, self._word, self._doubt = trial, trial.mutation, typed, doubt
        self.consent: Consent | None = None

    @property
    def risk(self) -> Risk:
        """The request's."""
        return self._mutation.risk

    @property
    def typed(self) -> str:
        """The object's name; empty where the context is not protected."""
        return self._word

    @property
    def question(self) -> str:
        """What is asked."""
        return f"{self._mutation.says[:1].upper()}{self._mutation.says[1:]}?"

    @property
    def verb(self) -> str:
        """The answer's word."""
        return "Start"

    @property
    def mutations(self) -> Sequence[Mutation]:
        """The one."""
        return (self._mutation,)

    @property
    def tried(self) -> Sequence[Mutation]:
        """The same: the server says beforehand whether it would take it."""
        return (self._mutation,)

    def lines(self) -> list[Line]:
        """What there is to know."""
        foretold = preview.passed_by(self._trial) or self._trial.predicted.refused
        found = [Line(foretold, Tone.BAD, flows=True)] if foretold else []
        found += [Line(text, Tone.WARNING, flows=True) for text in preview.warned(self._trial)]
        found += [Line(self._doubt, Tone.WARNING, flows=True)] if self._doubt else []
        found += [Line("As soon as it runs this terminal goes in, which is not asked about again")] * bool(self._word)
        return [*found, Line(self._mutation.kubectl, Tone.MUTED, flows=True)]

    def agree(self) -> None:
        """To this very request."""
        self.consent = Verdict(self._mutation).consent()


async def agreed(
    screen: ResourceScreen, session: Session, gateway: Gateway, trial: Trial, *, seen: bool
) -> Consent | str:
    """The consent to the trial's request, or why there is none; "": it was not wanted.

    Args:
        screen: the table screen.
        session: of the page.
        gateway: of the session.
        trial: with its request.
        seen: somebody has agreed to it already, where all of it was to be seen.
    """
    mutation = trial.mutation
    assert mutation is not None
    verdict = await gateway.check(mutation)
    if verdict.refused:
        return f"{verdict.refused}: nothing was made"
    if seen and not session.protected and mutation.risk is not Risk.DESTRUCTIVE:
        return verdict.consent()
    proposal = Debugging(trial, _name(trial) if session.protected else "", verdict.doubt)

    async def refusal(request: Mutation) -> Preview:
        """What stands against it: all that would be made is to be read on the page."""
        return structs.replace(await gateway.preview(request), lines=(), bare=(), same=False)

    question = ChangeQuestion(proposal, preview=refusal, symbols=screen.signs)
    async with screen.changing.asking:
        await screen.house.push_screen_wait(question)
    return proposal.consent or ""


def _name(trial: Trial) -> str:
    """What is typed in a protected context: what it is about, not a name that was made up."""
    found = trial.found
    return found.ref.name if found is not None else ""


async def launched(house: K8sTui, session: Session, trial: Trial) -> Launch | str:
    """A launch that is not begun yet, or why there can be none."""
    mutation, choice = trial.mutation, trial.choice
    assert mutation is not None
    making = Making(
        mode=choice.mode,
        container=trial.container,
        lifetime=0.0 if choice.mode == EPHEMERAL else choice.options.lifetime,
        keep=choice.leave == "keep",
    )
    try:
        return await house.work.keeper.launch(session, mutation, making)
    except ConfigError as error:
        return f"Nothing was made: {error}"
