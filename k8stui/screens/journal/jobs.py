"""Jobs in the journal: their pages and reports, pause and cancel, and what becomes of those that were cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.kube.errors import ApiError
from k8stui.model.columns import Tone
from k8stui.model.sentences import listed
from k8stui.operations.building import UnableError
from k8stui.operations.jobs.jobs import Job, JobState
from k8stui.operations.jobs.texts import lines_of
from k8stui.screens.questions.answered import Question
from k8stui.screens.texts import TextScreen

if TYPE_CHECKING:
    from k8stui.operations.jobs.records import Record
    from k8stui.screens.journal.page import JournalScreen
    from k8stui.screens.journal.rows import JobLine


def change(screen: JournalScreen, what: str, line: JobLine | None) -> None:
    """Do what an action of the jobs' tab asks for: open, pause, cancel, go-on, take-back."""
    if line is None:
        return
    screen.table.pin()
    if what in ("copy", "save"):
        screen.house.note("That is for entries of the journal: tab leads to them")
    elif line.job is not None:
        _change_job(screen, what, line.job)
    elif line.record is not None:
        _change_record(screen, what, line.record)


def _change_job(screen: JournalScreen, what: str, job: Job) -> None:
    house = screen.house
    if what == "open":
        _open(screen, job)
    elif job.state.over:
        house.note(f"{job.title} is over ({job.state.value}): enter shows its report")
    elif what == "pause":
        _pause(screen, job)
    elif what == "cancel":
        house.spawn(_cancel(screen, job), "cancelling a job")
    elif what == "go-on":
        house.note(f"{job.title} is under way: p pauses it and goes on with it")
    else:
        house.note(f"{job.title} is under way: x cancels it")


def _pause(screen: JournalScreen, job: Job) -> None:
    if job.asking:
        _open(screen, job)
    elif job.state is JobState.PAUSED:
        job.resume()
    else:
        job.pause()


async def _cancel(screen: JournalScreen, job: Job) -> None:
    question = Question(f"Cancel {job.title}? What was sent stands; {job.progress}", "Cancel it", "Let it run")
    if await screen.house.push_screen_wait(question) is True and not job.state.over:
        job.cancel()


def _open(screen: JournalScreen, job: Job) -> None:
    """Its own page, where its kind has one, else its report; back to it where that is open under the journal."""
    from k8stui.operations.drain.job import Drain
    from k8stui.screens.drain.starting import open_job

    below = next((each for each in screen.app.screen_stack if getattr(each, "job", None) is job), None)
    if below is not None:
        while screen.app.screen is not below:
            screen.app.pop_screen()
    elif isinstance(job, Drain):
        open_job(screen.house.home, job)
    else:
        screen.app.push_screen(TextScreen(job.title, job.report(), screen.signs))


def _change_record(screen: JournalScreen, what: str, record: Record) -> None:
    house = screen.house
    if what == "open":
        lines = lines_of(record, screen.session.now(), screen.zone)
        screen.app.push_screen(TextScreen(record.title, lines, screen.signs))
    elif what == "cancel":
        house.spawn(_forget(screen, record), "forgetting a job")
    elif what not in ("go-on", "take-back"):
        house.note(f"{record.title} was cut off: R goes on with it, u takes it back, x forgets it")
    elif why := _elsewhere(screen, record):
        house.note(why, Tone.WARNING)
    elif what == "go-on":
        _go_on(screen, record)
    else:
        house.spawn(_take_back(screen, record), "taking a job back")


def _elsewhere(screen: JournalScreen, record: Record) -> str:
    """Why nothing can be done about it here: it was at another cluster; empty: it was at this one."""
    context, name = screen.session.context, record.context
    if name != context.name:
        return f"{record.title} was in the context {name}, and {context.name} is open: type :ctx {name}, then J"
    if record.server != context.server:
        return f"{record.title} was at {record.server}, and {name} leads to {context.server} now: x forgets it"
    return ""


async def _forget(screen: JournalScreen, record: Record) -> None:
    """Tell of it no more, and send nothing."""
    names = listed([node.name for node in record.own_cordons], 6)
    stays = f"Nothing is sent: {names} stays cordoned" if names else "Nothing is sent"
    if await screen.house.push_screen_wait(Question(f"Forget {record.title}? {stays}", "Forget it")) is not True:
        return
    try:
        record.finish("forgotten", "", screen.session.now())
    except OSError as error:
        screen.house.note(f"{record.title} cannot be forgotten: {error.strerror}", Tone.BAD, toast=True)
    screen.retry()


def _go_on(screen: JournalScreen, record: Record) -> None:
    """Its plan, made anew: it begins when that is agreed to."""
    from k8stui.screens.drain.starting import go_on

    go_on(screen.house.home, record)


async def _take_back(screen: JournalScreen, record: Record) -> None:
    """Uncordon what it has cordoned. That is safe and asks nothing, but in a protected context."""
    from k8stui.operations.drain.resume import taken_back

    house, names = screen.house, listed([node.name for node in record.own_cordons], 6)
    if screen.session.protected:
        question = Question(f"Take {record.title} back? Uncordons {names or 'nothing'}", "Take it back")
        if await house.push_screen_wait(question) is not True:
            return
    try:
        said = await taken_back(record, screen.session, house.home.changing.gateway)
    except (UnableError, ApiError) as error:
        house.note(f"{record.title} was not taken back: {error}", Tone.BAD, toast=True)
        return
    failed = [each for each in said if each.startswith("error: ")]
    for each in said:
        house.note(each.removeprefix("error: "), Tone.BAD if each in failed else Tone.OK, toast=each in failed)
    if not failed:
        house.note(f"{record.title} was taken back; pods that were evicted do not return by that", Tone.OK)
    screen.retry()
