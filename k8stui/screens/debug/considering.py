"""What is being chosen, on the objects as they are: read live, made into a request, tried on the server. No widgets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Final

from k8stui.cluster.states import Live, Polling
from k8stui.model import tree
from k8stui.model.kinds import PODS
from k8stui.model.objects import Object, TooDeepError
from k8stui.operations.builders.debug_options import EPHEMERAL
from k8stui.operations.mutation import Mutation
from k8stui.operations.previews import Preview
from k8stui.screens.debug import drafting
from k8stui.screens.debug.drafting import Choice
from k8stui.screens.debug.reading import Reading
from k8stui.screens.debug.subject import Subject
from k8stui.screens.debug.trial import Trial, place, tried

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

_TRIES: Final = 20
"""Answers of dry runs that are kept."""


class Considering:
    """Made anew whenever something is chosen or comes.

    Args:
        session: of the open context.
        about: whom it is about.
        choice: what stands there at first.
        chosen: fields that somebody has chosen already.
        preview: tries a request on the server.
        spawn: does something beside the screen.
        changed: called when there is something to show anew.
    """

    def __init__(
        self,
        session: Session,
        about: Subject,
        choice: Choice,
        *,
        chosen: Iterable[str],
        preview: Callable[[Mutation], Awaitable[Preview]],
        spawn: Callable[[Coroutine[Any, Any, None], str], object],
        changed: Callable[[], None],
    ) -> None:
        self.session = session
        self.about = about
        self.choice = choice
        self.chosen = set(chosen)
        """Fields that are not changed by themselves any more."""
        self.trial = Trial(choice=choice, why="Reading what it is about", waiting=True)
        self.remark = ""
        """Which of several pods was taken, and why; "": there was nothing to choose."""
        self.refused = ""
        """Why the server did not take what was sent last, until something else is chosen."""
        self._preview, self._spawn, self._changed = preview, spawn, changed
        self._tries: dict[str, Preview | None] = {}
        self._fresh = False
        self.reading = Reading(session, changed)
        if about.workload is not None and about.workload.uid:
            self.reading.workload(about.workload)

    def close(self) -> None:
        """Give the feeds back."""
        self.reading.close()

    # What is known

    def renew(self, *, trying: bool) -> None:
        """Make it anew with what has come; `trying`: on the server, too."""
        self._settle_on()
        self.reading.want(self.about, self.choice.mode, self.namespace)
        self._point_at()
        self.trial = tried(self.choice, self.about, self.reading)
        self._forget_silence()
        mutation = self.trial.mutation
        if trying and mutation is not None and mutation.request.digest not in self._tries:
            while len(self._tries) >= _TRIES:
                del self._tries[next(iter(self._tries))]
            self._tries[mutation.request.digest] = None
            self._spawn(self._tried(mutation), "trying a debug pod")

    def _forget_silence(self) -> None:
        """The server answers again: what could not be tried meanwhile is tried now."""
        fresh, before = isinstance(self.reading.state, Live | Polling), self._fresh
        self._fresh = fresh
        if fresh and not before:
            self._tries = {key: each for key, each in self._tries.items() if each is None or not each.unknown}

    def _settle_on(self) -> None:
        """Of a workload the pod that needs it most, until another one is chosen."""
        pods = self.reading.pods
        if self.about.workload is None or self.about.pod is not None or not pods or not self.reading.settled:
            return
        self.about = self.about.of(pods[0])
        if len(pods) > 1:
            why = f": {pods[0].why}" if pods[0].why else ""
            self.remark = f"{pods[0].ref.name} is taken, one of {len(pods)} pods{why}. o chooses another one"

    def _point_at(self) -> None:
        """Until somebody chooses: the container that kubectl would take, where it runs. One that the pod does not have
        is not exchanged for another: the form says so."""
        pod = self.pod
        if pod is not None and self.choice.mode == EPHEMERAL and "target" not in self.chosen:
            self.choice = self.choice.having(target=drafting.target(pod))

    async def _tried(self, mutation: Mutation) -> None:
        self._tries[mutation.request.digest] = await self._preview(mutation)
        self._changed()

    @property
    def answer(self) -> Preview | None:
        """Of the server to the request as it is now; None: it has not come."""
        mutation = self.trial.mutation
        return self._tries.get(mutation.request.digest) if mutation is not None else None

    @property
    def digest(self) -> str:
        """Of the request; "": there is none."""
        return self.trial.mutation.request.digest if self.trial.mutation is not None else ""

    @property
    def namespace(self) -> str:
        """Where it is made."""
        return place(self.choice, self.about)

    @property
    def pod(self) -> Object | None:
        """The pod that it is about, once it has come."""
        ref = self.about.pod
        row = self.reading.row(PODS, ref.name, ref.namespace) if ref is not None else None
        try:
            return row.tree() if row is not None else None
        except TooDeepError:
            return None

    @property
    def running(self) -> list[str]:
        """Debug containers with a terminal that run in the pod: one can attach to them again."""
        pod = self.pod
        if pod is None:
            return []
        terminals = {
            tree.text(each, "name")
            for each in tree.rows(pod, "spec", "ephemeralContainers")
            if each.get("tty") is True and each.get("stdin") is True
        }
        statuses = tree.rows(pod, "status", "ephemeralContainerStatuses")
        up = [tree.text(each, "name") for each in statuses if tree.value(each, "state", "running") is not None]
        return [name for name in up if name in terminals]

    def retry(self) -> None:
        """Try it on the server once more."""
        self._tries.clear()
        self._changed()

    # What is chosen

    def choose(self, choice: Choice, field: str) -> None:
        """With another value in a row."""
        self.choice, self.refused = choice, ""
        self.chosen.add(field)
        self._changed()

    def turn_to(self, mode: str) -> None:
        """Debug in another way; what was chosen stays, as far as that way has it."""
        if mode != self.choice.mode:
            self.choose(self.choice.having(mode=mode, container=""), "mode")

    def turn_on(self, about: Subject) -> None:
        """About another pod or node."""
        if about.pod != self.about.pod:
            self.chosen.discard("target")
            self.choice = self.choice.having(container="", target="")
        self.about, self.remark, self.refused = about, "", ""
        self._changed()

    def again(self, suffix: str, at: str) -> None:
        """The same once more, under another name."""
        options = self.choice.options
        self.choice = self.choice.having(
            suffix=suffix, at=at, container="" if options.mode == EPHEMERAL else options.container
        )
        self._changed()
