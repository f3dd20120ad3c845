"""From a plan to a drain that runs: the question, the rights, the job, and its page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from k8stui.cluster.verdicts import No, Unknown
from k8stui.kube.errors import ConfigError
from k8stui.model import kinds
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Ref
from k8stui.model.sentences import counted
from k8stui.operations.building import UnableError
from k8stui.operations.drain.job import Drain
from k8stui.operations.drain.plan import Plan
from k8stui.operations.drain.resume import begun, options_of
from k8stui.operations.jobs.jobs import Job
from k8stui.operations.mutation import Mutation, Risk
from k8stui.operations.previews import Preview
from k8stui.screens.drain import words as drain_words
from k8stui.screens.drain.choices import from_memory, to_memory
from k8stui.screens.drain.live_page import DrainJobScreen
from k8stui.screens.drain.plan_page import DrainScreen
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.questions.proposal import Proposal

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.operations.jobs.records import Record
    from k8stui.screens.resource import ResourceScreen


class Draining(Proposal):
    """A drain, as its question asks about it: a plan, which is its own preview. The job sends what the plan holds.

    Args:
        agreed: the plan.
        doubts: what may not be done, in sentences.
        typed: what has to be typed to agree; empty: nothing.
    """

    def __init__(self, agreed: Plan, doubts: Sequence[str], typed: str) -> None:
        self._plan, self._doubts, self._word = agreed, doubts, typed

    @property
    def risk(self) -> Risk:
        """It starts on Cancel."""
        return Risk.DESTRUCTIVE

    @property
    def typed(self) -> str:
        """The node, of several the context; empty where that is not protected."""
        return self._word

    @property
    def question(self) -> str:
        """What is asked."""
        return f"Drain {drain_words.title([node.ref.name for node in self._plan.nodes])}?"

    @property
    def verb(self) -> str:
        """The answer's word."""
        return "Drain"

    def lines(self) -> list[Line]:
        """What there is to know."""
        doubts = [Line(each, Tone.WARNING, flows=True) for each in self._doubts]
        return [Line(self._plan.command, Tone.MUTED), *drain_words.effects(self._plan), *doubts]


async def plan(screen: ResourceScreen, nodes: Sequence[Ref]) -> None:
    """Open the plan for these nodes, or the drain that is at one of them already."""
    session = screen.session
    if session is None or not nodes:
        return
    job = _at(screen.house.jobs.running, session, nodes)
    if job is not None:
        screen.house.note(f"{job.title} is under way already: this is it")
        open_job(screen, job)
        return
    options = from_memory(screen.house.memory.state.drain)
    screen.app.push_screen(DrainScreen(session, nodes, options, screen.signs))


def go_on(screen: ResourceScreen, record: Record) -> None:
    """Open the plan for what a drain that was cut off has left to do, with the options that it had."""
    session = screen.session
    if session is None:
        return
    try:
        options = options_of(record)
    except UnableError as error:
        screen.house.note(str(error), Tone.BAD)
        return
    nodes = [node.ref for node in record.nodes]
    screen.app.push_screen(DrainScreen(session, nodes, options, screen.signs, earlier=record))


def open_job(screen: ResourceScreen, job: Drain) -> None:
    """The page of a drain that runs or has ended, over whatever is open."""
    session = screen.session
    if session is not None:
        screen.app.push_screen(DrainJobScreen(session, job, screen.signs))


def _at(running: Sequence[Job], session: Session, nodes: Sequence[Ref]) -> Drain | None:
    """The drain that is at one of these nodes."""
    uids = {node.uid for node in nodes}
    for job in running:
        if not isinstance(job, Drain) or job.context != session.context.name:
            continue
        if any(node.ref.uid in uids for node in job.plan.nodes):
            return job
    return None


async def start(page: DrainScreen, agreed: Plan) -> None:
    """Ask about this very plan; with a yes it is begun and its page takes the place of the plan's."""
    house, session = page.house, page.session
    job = _at(house.jobs.running, session, page.nodes)
    if job is None:
        doubts = await _doubts(session, agreed)
        names = [node.ref.name for node in agreed.nodes]
        typed = (names[0] if len(names) == 1 else session.context.name) if session.protected else ""
        question = ChangeQuestion(Draining(agreed, doubts, typed), preview=_no_preview, symbols=page.signs)
        if not await house.push_screen_wait(question) or session.closed:
            return
        job = await _begun(page, agreed)
    if job is not None and page.is_current:
        page.app.switch_screen(DrainJobScreen(session, job, page.signs))


async def _begun(page: DrainScreen, agreed: Plan) -> Drain | None:
    """The drain, begun in a session of its own; None: it could not be, which is said."""
    house = page.house
    try:
        companion = await house.contexts.companion(page.session)
    except ConfigError as error:
        house.note(f"The drain was not begun: {error}", Tone.BAD, toast=True)
        return None
    context = companion.context
    try:
        job = begun(
            agreed,
            companion,
            clock=house.clock,
            journal=house.journals.of(context.name, context.user),
            directory=house.state,
            complain=house.warn,
            earlier=page.earlier,
        )
    except UnableError as error:  # another k8stui goes on with it
        house.note(f"The drain was not begun: {error}", Tone.BAD, toast=True)
        await companion.close()
        return None
    house.memory.drained(to_memory(agreed.options))
    house.jobs.start(job, companion.close)
    return job


async def _no_preview(_mutation: Mutation) -> Preview:
    """The plan is the preview."""
    return Preview()


async def _doubts(session: Session, agreed: Plan) -> list[str]:
    """What the user may not do, and what is not known of that, in a sentence each."""
    deleting = agreed.options.disable_eviction
    verb, sub = ("delete", "") if deleting else ("create", "eviction")
    going = [row for node in agreed.nodes if not node.errors for row in node.rows if row.sends]
    places = sorted({row.ref.namespace for row in going})
    answers = await asyncio.gather(*(session.access.may(verb, kinds.PODS, place, "", sub) for place in places))
    found, unknown = [], ""
    for place, answer in zip(places, answers, strict=True):
        if isinstance(answer, No):
            number = sum(row.ref.namespace == place for row in going)
            what = "delete pods" if deleting else "create pods/eviction"
            found.append(f"You may not {what} in {place}: {counted(number, 'pod')} there will stay")
        elif isinstance(answer, Unknown):
            unknown = answer.error
    return [*found, *([unknown] if unknown else [])]
