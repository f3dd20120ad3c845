"""What the keys of the launcher's page do, but for changing a row of its form."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING

from msgspec import structs

from k8stui.kube.errors import ConfigError
from k8stui.model.columns import Tone
from k8stui.model.kinds import PODS, Ref
from k8stui.model.yaml_document import yaml_text
from k8stui.operations.building import UnableError
from k8stui.operations.debugging.steps import Stage
from k8stui.screens.debug import keys, preview
from k8stui.screens.debug.drafting import passing_choice
from k8stui.screens.debug.entries import MODE_NAMES
from k8stui.screens.debug.made import Made
from k8stui.screens.debug.settling import enter
from k8stui.screens.debug.starting import agreed, launched
from k8stui.screens.debug.trial import place
from k8stui.screens.pick import PickScreen
from k8stui.screens.questions.choice import choose
from k8stui.widgets.picker import Entry

if TYPE_CHECKING:
    from k8stui.screens.debug.page import DebugScreen

COMMAND, YAML = "command", "yaml"


class Doing:
    """Of one page."""

    def __init__(self, page: DebugScreen) -> None:
        self._page = page
        self._starting = False
        self.straight = False
        """The question is to come as soon as there is something to ask about."""

    def do(self, what: str) -> None:
        """By the action's name."""
        done: dict[str, Callable[[], None]] = {
            "start": self._start,
            "pass": self._pass,
            "whole": self._whole,
            "copy": self._copy,
            "custom": self._custom,
            "reattach": self._reattach,
            "attach": lambda: self._with_made(Made.attach),
            "log": lambda: self._with_made(Made.log),
            "remove": lambda: self._with_made(Made.remove),
            "restart": self._restart,
            "again": lambda: self._with_made(self._again),
            "left": self._left,
        }
        done[what]()

    # Rights

    def lacks(self, mode: str) -> str:
        """Which right a mode lacks, in words; "": none that is known."""
        plan = self._page.plan
        choice = structs.replace(plan.choice, options=structs.replace(plan.choice.options, mode=mode))
        rows = keys.rows(mode, plan.about, place(choice, plan.about), None)
        return str(self._page.house.home.rights.lack(keys.start(mode), rows) or "")

    def lack(self) -> str:
        """The same of what stands there."""
        return self.lacks(self._page.plan.choice.mode)

    def best_mode(self) -> None:
        """Where the usual way is not the user's and nobody has chosen one: one that is."""
        page = self._page
        if page.considering is None or page.made is not None or "mode" in page.plan.chosen:
            return
        plan = page.plan
        usable = [mode for mode in plan.about.modes if plan.about.ref(mode) is not None or mode == plan.choice.mode]
        if self.lack() and not page.session.read_only:
            other = next((mode for mode in usable if not self.lacks(mode)), None)
            if other is not None:
                plan.remark = f"You may not do the usual: {self.lack()}. This is a {MODE_NAMES[other]}"
                plan.choice = plan.choice.having(mode=other)

    # Before

    def _start(self) -> None:
        page = self._page
        trial = page.plan.trial
        why = self.lack() or ("" if trial.mutation is not None else trial.why)
        if why:
            page.house.note(why, Tone.WARNING)
        elif not page.agreed and not page.session.protected:
            page.house.note("Look at what it comes to first: y once more starts it", Tone.WARNING)
        elif not self._starting:
            self._starting = True
            page.house.spawn(self.begin(seen=page.agreed), "starting a debug pod")

    def go_straight(self) -> None:
        """Ask, where that is what the page was opened for and it is known what to ask."""
        page, trial = self._page, self._page.plan.trial
        if not self.straight or trial.waiting or self._starting:
            return
        self.straight = False
        why = self.lack() or trial.why or preview.passed_by(trial)  # what will be refused is not asked about
        if why:
            page.house.note(why, Tone.WARNING)
        else:
            self._starting = True
            page.house.spawn(self.begin(seen=False), "starting a debug pod")

    async def begin(self, *, seen: bool) -> None:
        """Send what stands there, agreed to already or after a question; then go in."""
        page = self._page
        home, trial = page.house.home, page.plan.trial
        try:
            consent = await agreed(home, page.session, home.changing.gateway, trial, seen=seen)
            if isinstance(consent, str) or page.session.closed:
                page.plan.refused = consent if isinstance(consent, str) else ""
                page.house.note(page.plan.refused or "Nothing was made", Tone.WARNING)
                return
            launch = await launched(page.house, page.session, trial)
            if isinstance(launch, str):
                page.plan.refused = launch
                page.house.note(launch, Tone.BAD, toast=True)
                return
            made = page.made = Made(page, launch, tty=trial.choice.options.tty and trial.choice.options.stdin)
            page.plan.refused = ""
            page.poke()
            stage = await launch.run(consent)
        finally:
            self._starting = False
            page.poke()
        if stage is Stage.FAILED and not launch.alive:
            self._refused(launch.why)
        else:
            await made.settled()

    def _refused(self, why: str) -> None:
        """Nothing was made: the form stands there as it was, with the sentence."""
        page = self._page
        page.plan.refused = why
        page.house.note(why, Tone.BAD)
        self.again()

    def _pass(self) -> None:
        plan = self._page.plan
        passing = plan.trial.predicted.passing
        if plan.trial.predicted.refused and passing:
            plan.choose(passing_choice(plan.choice, passing[0]), "profile")
        else:
            said = "passes already" if not plan.trial.predicted.refused else "is refused with every profile"
            self._page.house.note(f"What stands there {said}")

    def _whole(self) -> None:
        self._page.whole = not self._page.whole
        self._page.poke()

    def _copy(self) -> None:
        page = self._page
        mutation = page.plan.trial.mutation
        if mutation is None:
            page.house.note(page.plan.trial.why, Tone.WARNING)
            return

        def chosen(identity: str | None) -> None:
            if identity == COMMAND:
                page.house.copy(mutation.kubectl, mutation.kubectl)
            elif identity == YAML:  # it may hold what was typed for the environment: it is not quoted
                page.house.copy(yaml_text(preview.body(mutation), managed=False, masked=True), "the YAML")

        entries = [Entry(COMMAND, mutation.kubectl), Entry(YAML, "YAML", "of what is sent")]
        page.app.push_screen(PickScreen("Copy", lambda: entries, page.signs), chosen)

    def _custom(self) -> None:
        from k8stui.screens.debug.custom import edit_custom

        opened = self._page.house.home.desk.expect()  # what is typed behind the key is meant for the editor
        self._page.house.spawn(self._say_why(edit_custom(self._page), opened), "editing a partial container")

    async def _say_why(self, work: Awaitable[None], opened: asyncio.Event) -> None:
        try:
            await work
        except (UnableError, ConfigError) as error:
            self._page.house.note(str(error), Tone.WARNING)
        finally:
            opened.set()

    def _reattach(self) -> None:
        page, plan = self._page, self._page.plan
        pod, names = plan.about.pod, plan.running
        if pod is None or not names:
            page.house.note("No debug container with a terminal runs there; 6 lists debug pods and containers")
        elif len(names) == 1:
            page.house.spawn(self._enter(pod, names[0]), "attaching to a debug container")
        else:

            def chosen(name: str | None) -> None:
                if name is not None:
                    page.house.spawn(self._enter(pod, name), "attaching to a debug container")

            entries = [Entry(name, name) for name in reversed(names)]
            page.app.push_screen(PickScreen("Attach to", lambda: entries, page.signs), chosen)

    async def _enter(self, pod: Ref, container: str) -> None:
        row = self._page.plan.reading.row(PODS, pod.name, pod.namespace)
        ended = await enter(self._page.house.home, row.ref if row is not None else pod, container)
        self._page.house.note(ended.sentence)

    # After

    def _with_made(self, do: Callable[[Made], Coroutine[None, None, None]]) -> None:
        made = self._page.made
        if made is not None:
            self._page.house.spawn(do(made), "a debug pod")

    async def _again(self, made: Made) -> None:
        """What never ran is not wanted any more: something else is chosen instead."""
        if made.under_way:
            await made.remove()
        if self._page.made is made:
            self.again()

    def again(self) -> None:
        """Back to the form, with all that was chosen, under another name."""
        page = self._page
        if page.made is not None:
            page.made.close()
            page.made = None
        desk = page.house.home.desk
        page.plan.again(desk.suffix(), desk.stamp())

    def _restart(self) -> None:
        """The pod goes, within its budget, and whatever owns it makes another: asked about as any eviction."""
        made = self._page.made
        pod = made.launch.pod if made is not None else None
        if pod is not None:
            change = self._page.house.home.desk.change([("removing.evict", pod, {})])
            self._page.house.spawn(change, "restarting a pod")

    def leave(self) -> None:
        """The page is left while something is being waited for."""
        self._page.house.spawn(self._leave(), "leaving a debug pod")

    async def _leave(self) -> None:
        page, made = self._page, self._page.made
        if made is None:
            return
        ways = {"k": "Leave it there"} if made.ephemeral else {"r": "Remove it", "k": "Leave it there"}
        what = "container" if made.ephemeral else "pod"
        answer = await choose(
            page.house,
            f"The debug {what} does not run yet",
            ["It cannot be removed: the pod lists it until it is restarted."] if made.ephemeral else [],
            {"n": "Wait on", **ways},
        )
        if answer == "r":
            await made.remove()
        elif answer == "k":
            made.launch.cancel()
        if answer in ("r", "k") and page.is_current:
            page.dismiss(None)

    def _left(self) -> None:
        home = self._page.house.home
        home.house.spawn(home.desk.enter("sweep", ()), "debug pods left behind")

    def remember_leave(self, leave: str) -> None:
        """What becomes of debug pods whose session ends, from now on."""
        plan = self._page.plan
        self._page.house.memory.debugged(leave)
        plan.choose(structs.replace(plan.choice, leave=leave), "leave")
