"""Questions for a line of text: opened at once, so that keys typed behind the action's key go into the field; what the
objects have is read meanwhile, and what was typed is kept until it has been done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from k8stui.actions import Rows
from k8stui.actions.desk import TAB, Asking
from k8stui.kube.errors import ApiError
from k8stui.model.kinds import Ref
from k8stui.model.objects import ObjectRow, TooDeepError
from k8stui.model.present import Present
from k8stui.screens.questions.ask import AskScreen

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen

AT_ONCE = 10
"""Objects that are read at the same time."""
MOST = 100
"""Objects that are read: of more marked ones the rest is not looked at."""

_Key = tuple[str, tuple[str, ...]]
"""A question and the uids that it is about."""


class Questions:
    """Opens them over the table screen."""

    def __init__(self, screen: ResourceScreen) -> None:
        self._screen = screen
        self._drafts: dict[_Key, str] = {}
        self._asked: _Key | None = None

    async def put(self, asking: Asking, opened: Callable[[], None]) -> str | None:
        """Ask; None when it was left. `opened` is called when the question takes the keys."""
        key = (asking.title.split(" of ")[0], tuple(sorted(row.ref.uid for row in asking.about)))
        draft = "" if asking.error else self._drafts.get(key, "")
        if draft:
            asking = structs.replace(asking, initial=draft)
        question = AskScreen(asking, self._screen.signs)
        if asking.learn is not None:
            self._screen.house.spawn(self._learn(question, asking.learn, draft), "reading what there is")
        asyncio.get_running_loop().call_soon(opened)  # when the question is on the stack
        answer: str | None = await self._screen.house.push_screen_wait(question)
        if answer is None or answer == TAB:
            self._keep(key, question.typed if question.touched else draft)
        else:  # what is about objects is kept until it has been done to them
            self._keep(key, answer if asking.about else "")
            self._asked = key
        return answer

    def _keep(self, key: _Key, text: str) -> None:
        if text.strip():
            self._drafts[key] = text
        else:
            self._drafts.pop(key, None)

    def done(self) -> None:
        """What was asked last has been done: its text is not needed any more."""
        if self._asked is not None:
            self._drafts.pop(self._asked, None)
            self._asked = None

    async def _learn(self, question: AskScreen, learn: Callable[[], Awaitable[Present]], draft: str) -> None:
        present = await learn()
        question.learnt(structs.replace(present, initial="") if draft else present)

    async def present(self, builder: str, rows: Rows) -> Present:
        """What the objects have of what a builder changes."""
        from k8stui.operations.effects.present import present

        session = self._screen.session
        if session is None:
            return Present()
        found = await self._read([row.ref for row in rows[:MOST]])
        good = [each for each in found if isinstance(each, ObjectRow)]
        bad = list(dict.fromkeys(each for each in found if isinstance(each, str)))
        if len(rows) > MOST:
            bad.append(f"what the first {MOST} have:")
        known = await asyncio.to_thread(present, builder, good, session.now())
        return structs.replace(known, lines=(*bad, *known.lines))

    async def _read(self, refs: Sequence[Ref]) -> list[ObjectRow | str]:
        """Each as it is now, or a sentence on why not."""
        gateway = self._screen.changing.gateway
        gate = asyncio.Semaphore(AT_ONCE)

        async def read(ref: Ref) -> ObjectRow | str:
            async with gate:
                try:
                    found = await gateway.read(ref)
                except (ApiError, TooDeepError) as error:
                    return f"{ref}: what it has could not be read: {getattr(error, 'sentence', error)}"
            if found is None or (ref.uid and found.ref.uid != ref.uid):
                return f"{ref} is gone" if found is None else f"{ref} was replaced by another one"
            return found

        return list(await asyncio.gather(*(read(ref) for ref in refs)))

    async def before_zero(self, ref: Ref) -> int | None:
        """How many replicas it had before we scaled it to 0, also in an earlier run."""
        from k8stui.operations.builders.scaling import before_zero
        from k8stui.operations.journal.journal import earlier

        session = self._screen.session
        if session is None:
            return None
        journals = self._screen.house.journals
        entries = await asyncio.to_thread(earlier, journals.directory)
        return before_zero([*entries, *journals.entries], session.context.name, ref)
