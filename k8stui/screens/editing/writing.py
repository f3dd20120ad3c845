"""What edit and apply share: a text in an editor of the user's or in ours, and the question over what was tried."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from k8stui.kube.errors import ConfigError
from k8stui.model.columns import Tone
from k8stui.operations.builders.editing import as_saved, with_header, without_header
from k8stui.operations.building import UnableError
from k8stui.operations.drafts import Draft
from k8stui.operations.gateway import Gateway
from k8stui.operations.mutation import Mutation
from k8stui.operations.previews import Preview
from k8stui.screens.questions.case import Case, Target
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.questions.choice import choose
from k8stui.screens.questions.surroundings import Surroundings
from k8stui.screens.terminal import NoEditorError, editor, run_editor

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.editing.page import Send
    from k8stui.screens.resource import ResourceScreen


NOT_YET: Final = "Nothing was sent yet"
"""What stands in the way where somebody has said no to the question: nothing is wrong with the text."""
HEADER: Final = 4
"""Lines of the comment on top of a text that was refused: what is said of its lines counts them."""


class Writing:
    """One kept text, in the editor of the user's choice, until it is sent or left.

    Args:
        screen: the table screen.
        session: the context that it is for.
        draft: the text.
        send: does with it what it was typed for, and ends the draft where that is over.
    """

    def __init__(self, screen: ResourceScreen, session: Session, draft: Draft, send: Send) -> None:
        self._screen = screen
        self._house = screen.house
        self._session = session
        self._draft = draft
        self._send = send
        self._title = draft.about.title
        self._nothing = f"nothing was {draft.about.deed.done}"
        self._instead = ""
        """Why it is not the user's own editor."""
        self._plain = bool(draft.about.key)
        """The text is no YAML: nothing may be put on top of it."""

    async def work(self) -> None:
        """Type and send until it is over. Whatever happens, the text is in its file, or sent."""
        try:
            if not await self._external():
                await self._built_in()
        except OSError as error:
            self._kept(f"The text cannot be read or written ({error.strerror}): {self._nothing}")
        finally:
            self._draft.leave()

    async def _external(self) -> bool:
        """In $KUBE_EDITOR or $EDITOR; False where there is none that could be started."""
        says = ""
        try:
            argv = editor(os.environ)
            while argv:
                await self._head(says)
                wrong = await run_editor(self._house, argv, self._draft.path)
                if wrong:
                    self._kept(f"{wrong}: {self._nothing}")
                    return True
                says = await self._sent()
                if not says or not await self._again(says):
                    return True
        except (NoEditorError, ConfigError) as error:
            said = error.sentence if isinstance(error, ConfigError) else str(error)
            self._instead = f"{said.rstrip('.')}. This is the built-in editor"
        return False

    async def _head(self, says: str) -> None:
        """Say on top of the text what it is and what was wrong with it."""
        if not self._plain:
            text = await asyncio.to_thread(self._draft.read)
            wrong = [says] if says not in ("", NOT_YET) else []
            headed = with_header(text, wrong, self._title, self._draft.about.deed.done)
            await asyncio.to_thread(self._draft.write, headed)

    async def _sent(self) -> str:
        """Send what an editor has written; what is in the way, or ""."""
        try:
            text = await asyncio.to_thread(self._draft.read)
        except UnableError as error:
            return str(error)
        if self._plain:
            return await self._send(as_saved(self._draft.about.original, text))
        return await self._send("\n" * HEADER + without_header(text))

    async def _again(self, says: str) -> bool:
        """Whether to go on with a text that was not sent."""
        answer = await choose(
            self._house,
            f"The edit of {self._title} was not {self._draft.about.deed.done}",
            [*([says] if says != NOT_YET else []), f"The text is kept in {self._draft.path}"],
            {"e": "Edit again", "n": "Give up", "d": "Drop the text"},
        )
        if answer == "d":
            await self._drop()
        elif answer != "e":
            self._kept(self._nothing.capitalize())
        return answer == "e"

    async def _built_in(self) -> None:
        from k8stui.screens.editing.page import EditScreen
        from k8stui.widgets.text_edit import holds

        try:
            text = await asyncio.to_thread(self._draft.read)
        except UnableError as error:
            self._kept(str(error))
            return
        text = text if self._plain else without_header(text)
        if not holds(text):
            self._kept(
                "The text has line breaks of several sorts, which the built-in editor would make one: set $EDITOR"
            )
            return
        page = EditScreen(self._session, self._draft, text, send=self._send, symbols=self._screen.signs)
        await self._screen.app.push_screen(page)
        if self._instead:
            self._house.note(self._instead, Tone.WARNING)
        await page.closed.wait()
        if page.left == "drop":
            await self._drop()
        elif not page.sent:
            self._kept(self._nothing.capitalize())

    async def _drop(self) -> None:
        await asyncio.to_thread(self._draft.end)
        self._house.note(f"{self._title}: {self._nothing}")

    def _kept(self, why: str) -> None:
        about = self._draft.about
        word = "e, or :edit" if about.kind is not None else ":apply"
        on = f"--custom={self._draft.path} behind :debug takes it" if about.what else f"{word} and that name, goes on"
        self._house.note(f"{why}. The text is kept in {self._draft.path}: {on}", Tone.WARNING)


async def agreed(
    screen: ResourceScreen,
    session: Session,
    gateway: Gateway,
    targets: Sequence[Target],
    previews: Mapping[str, Preview],
) -> bool:
    """Put the question of changes that were tried on the server already; the difference is unfolded in it.

    Args:
        screen: the table screen.
        session: whose objects they are.
        gateway: of the session.
        targets: at least one.
        previews: by the digest of the request.
    """

    async def known(mutation: Mutation) -> Preview:
        return previews[mutation.request.digest]

    case = Case(targets, Surroundings(session), gateway.check, name=session.context.name, protected=session.protected)
    question = ChangeQuestion(case, preview=known, symbols=screen.signs, wide=True)
    return await screen.house.push_screen_wait(question) is True
