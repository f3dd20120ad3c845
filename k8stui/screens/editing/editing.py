"""`e`: an object as text, in an editor of the user's or in ours, through the question to the cluster and back.

Whatever goes wrong, what was typed stays in a file, and the message says where.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from k8stui.kube.errors import ApiError
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Ref
from k8stui.model.objects import Object, ObjectRow, TooDeepError
from k8stui.model.times import clock_time
from k8stui.operations.builders.editing import (
    EmptyError,
    edit,
    has_values,
    own,
    text_of,
    tree_of,
    value_of,
    values,
    with_value,
)
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.drafts import About, Draft, left
from k8stui.operations.gateway import Verdict
from k8stui.operations.mutation import Mutation
from k8stui.operations.outcomes import Result
from k8stui.operations.previews import Preview, stands
from k8stui.screens.editing.writing import NOT_YET, Writing, agreed
from k8stui.screens.pick import PickScreen
from k8stui.screens.questions.case import Target
from k8stui.screens.questions.choice import choose
from k8stui.widgets.picker import Entry

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen

WHOLE = "\n"
"""Id of the whole object among the keys of a ConfigMap: no key is called so."""


class Editing:
    """One edit, in the context that is open when it begins."""

    def __init__(self, screen: ResourceScreen) -> None:
        session = screen.session
        assert session is not None, "an action has rows only where a context is open"
        self._screen = screen
        self._house = screen.house
        self._session = session
        self._gateway = screen.changing.gateway
        self._sent = False
        self._agreed: tuple[Mutation, ObjectRow] | None = None
        """What was agreed to and met a conflict, with the object as it was."""

    async def edit(self, ref: Ref) -> None:
        """Edit an object; a text of an earlier edit that was left is offered first."""
        draft = await asyncio.to_thread(left, self._house.state, self._session.context.name, ref)
        if draft is not None:
            at = clock_time(draft.about.at, self._screen.zone)
            answer = await choose(
                self._house,
                f"Go on with the edit of {draft.about.title} of {at}?",
                [f"It was not sent. Its text is kept in {draft.path}"],
                {"g": "Go on with it", "n": "Begin anew", "d": "Drop it, begin anew"},
            )
            if answer == "d":
                await asyncio.to_thread(draft.end)
            elif answer != "g":
                draft.leave()
            if not answer:
                return
            draft = draft if answer == "g" else None
        if draft is None:
            draft = await self._begun(ref)
        if draft is not None:
            await self._work(draft)

    async def go_on(self, path: str) -> None:
        """Go on with a text that was kept. Raises UnableError: there is none, or it is about another context."""
        draft = await asyncio.to_thread(lambda: Draft.opened(Path(path).expanduser().absolute()))
        about, context = draft.about, self._session.context.name
        if about.kind is None or about.context != context:
            draft.leave()
            if about.kind is None:
                raise UnableError(f"{path} is about no object in particular: :apply {path} sends it")
            where = f"go there first with :ctx {about.context}"
            raise UnableError(f"{path} is about {about.title} of the context {about.context}: {where}")
        await self._work(draft)

    # The text

    async def _begun(self, ref: Ref) -> Draft | None:
        """A new text of the object, or of one of its values; None where there is nothing to edit."""
        found = await self._read(ref)
        key = await self._part(found) if found is not None else None
        if found is None or key is None:
            return None
        base = own(found.ref.kind, found.exact())
        try:
            original = text_of(found) if key == WHOLE else value_of(found, key)
            about = About(
                context=self._session.context.name,
                at=self._house.clock.now(),
                kind=found.ref.kind,
                namespace=found.ref.namespace,
                name=found.ref.name,
                uid=found.ref.uid,
                key="" if key == WHOLE else key,
                base=tree_of(original) if key == WHOLE else base,
                original=original,
            )
            return await asyncio.to_thread(Draft.begin, self._house.state, about)
        except UnableError as error:
            self._house.note(str(error), Tone.WARNING)
        except OSError as error:
            self._house.warn(f"The text cannot be kept in {self._house.state} ({error.strerror}): nothing was begun")
        return None

    async def _read(self, ref: Ref) -> ObjectRow | None:
        """The object as it is now, or None and a sentence."""
        try:
            found = await self._gateway.read(ref)
            if found is not None and (not ref.uid or found.ref.uid == ref.uid):
                found.exact()
                return found
            gone = "is gone" if found is None else "was replaced by another one of that name; look at it first"
            self._house.note(f"{ref} {gone}: there is nothing to edit", Tone.WARNING)
        except (ApiError, TooDeepError) as error:
            said = error.sentence if isinstance(error, ApiError) else str(error)
            self._house.note(f"{ref} cannot be edited: {said}", Tone.BAD)
        return None

    async def _part(self, found: ObjectRow) -> str | None:
        """Which of its values, or `WHOLE`; None: none."""
        rows = values(found) if has_values(found.ref.kind) else []
        if not rows:
            return WHOLE
        entries = [Entry(WHOLE, "the whole object", "as YAML")]
        entries += [Entry(row.key, row.key, f"{row.bytes:,} bytes as plain text", row.why_not) for row in rows]
        kind = found.ref.kind
        screen = PickScreen(f"Edit of {kind.singular or kind.plural} {found.ref}", lambda: entries, self._screen.signs)
        return await self._house.push_screen_wait(screen)

    async def _work(self, draft: Draft) -> None:
        """Type and send until it is done or given up."""
        await Writing(self._screen, self._session, draft, lambda text: self._send(draft, text)).work()
        if self._sent:
            await self._afterwards(draft.about)

    # The way to the cluster

    async def _send(self, draft: Draft, text: str) -> str:
        """Ask and send; what is in the way, or "" when it is over."""
        about, kind = draft.about, draft.about.ref.kind
        try:
            edited = with_value(kind, about.base, about.key, text) if about.key else tree_of(text)
        except EmptyError as error:
            return await self._over(draft, str(error))
        except UnableError as error:
            return str(error)
        if edited == about.base:
            return await self._over(draft, f"{about.title} was not changed: nothing was sent")
        while True:
            try:
                problem = await self._proposed(draft, edited)
            except AlreadySoError as error:
                return await self._over(draft, str(error))
            except UnableError as error:
                return str(error)
            except ApiError as error:
                return f"{error.sentence} Nothing was sent."
            if problem is not None:
                return problem

    async def _proposed(self, draft: Draft, edited: Object) -> str | None:
        """One round of it: read, build, try, ask, send. None: somebody was faster, once more."""
        about = draft.about
        found = await self._gateway.read(about.ref)
        if found is None:
            return f"{about.title} is gone: nothing was sent"
        if found.ref.uid != about.uid:
            return f"{about.title} was replaced by another one of that name, which was not touched"
        mutation = edit(found, base=about.base, edited=edited)
        verdict = await self._gateway.check(mutation)
        if verdict.refused:
            return f"{verdict.refused}: nothing was sent"
        if self._agreed is None or not stands(*self._agreed, mutation, found):
            if self._agreed is not None:
                self._house.note(f"{about.title} was changed meanwhile: your change is put onto that", Tone.WARNING)
            preview = await self._gateway.preview(mutation)
            if preview.refused:
                now = await self._gateway.read(about.ref)
                return None if now is not None and now.version != found.version else preview.refused
            if not await self._agrees(mutation, found, verdict, preview):
                return NOT_YET
        outcome = await self._gateway.apply(mutation, verdict.consent())
        if outcome.result is Result.CONFLICT:
            self._agreed = mutation, found
            return None
        if not outcome.done:
            return outcome.says
        self._sent = True
        return await self._over(draft, outcome.says, Tone.OK)

    async def _agrees(self, mutation: Mutation, found: ObjectRow, verdict: Verdict, preview: Preview) -> bool:
        """Show the very change, and what became of the object meanwhile."""
        target = Target(
            (mutation.builder, mutation.target, {}),
            {},
            found,
            found.tree(),
            mutation,
            doubt=verdict.doubt,
            meanwhile=_remarks(mutation),
        )
        previews = {mutation.request.digest: preview}
        return await agreed(self._screen, self._session, self._gateway, [target], previews)

    async def _over(self, draft: Draft, says: str, tone: Tone = Tone.PLAIN) -> str:
        """The text is of no use any more."""
        await asyncio.to_thread(draft.end)
        self._house.note(says, tone)
        return ""

    async def _afterwards(self, about: About) -> None:
        """Whoever reads what was changed may have to be restarted."""
        from k8stui.operations.effects.readers import wanted
        from k8stui.screens.editing.restarting import offer

        if wanted(about.ref.kind):
            await offer(self._screen, self._gateway, about.ref, about.key)


def _remarks(mutation: Mutation) -> list[Line]:
    """What became of the object since its text was made."""
    overlaps = [f"Both changed {each}: yours counts" for each in mutation.before.get("overlaps", ())]
    rebased = mutation.before.get("rebased")
    first = ["It was changed by somebody since you began; your change is put onto that"] if rebased else []
    return [Line(text, Tone.WARNING) for text in (*first, *overlaps)]
