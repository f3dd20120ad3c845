"""`:apply`: objects from a file, or from a text that is typed or pasted; tried, asked about, sent one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from k8stui.kube.errors import ApiError
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.kinds import Kind, Ref
from k8stui.model.kubectl import named
from k8stui.model.objects import ObjectRow
from k8stui.model.sentences import counted
from k8stui.operations.builders.applying import Document, absent, apply, documents, target
from k8stui.operations.builders.typed_trees import LARGEST
from k8stui.operations.building import UnableError
from k8stui.operations.drafts import About, Draft
from k8stui.operations.gateway import Verdict
from k8stui.operations.mutation import Mutation
from k8stui.operations.outcomes import Outcome
from k8stui.operations.previews import Preview
from k8stui.screens.editing.writing import NOT_YET, Writing, agreed
from k8stui.screens.questions.case import Target
from k8stui.screens.questions.choice import choose
from k8stui.screens.texts import TextScreen

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen

AT_ONCE: Final = 10
"""Requests in flight while objects are read and tried."""
_FIRST: Final = frozenset({"Namespace", "CustomResourceDefinition"})
_CONFLICT: Final = "Apply failed with"


class _Tried(Struct):
    """One object, tried on the server."""

    document: Document
    found: ObjectRow
    mutation: Mutation
    preview: Preview
    doubt: str = ""

    @property
    def title(self) -> str:
        """`deployment.apps/web`."""
        return named(self.mutation.target)

    @property
    def unchanged(self) -> bool:
        """Whether it is so already."""
        preview = self.preview
        return bool(self.found.ref.uid) and not (preview.lines or preview.refused or preview.unknown)


class Applying:
    """One text, in the context that is open when it begins."""

    def __init__(self, screen: ResourceScreen) -> None:
        session = screen.session
        if session is None:
            raise UnableError("No context is open: there is nothing to apply it to")
        self._screen = screen
        self._house = screen.house
        self._session = session
        self._gateway = screen.changing.gateway
        self._namespace = screen.namespace or session.context.namespace or "default"

    async def type(self) -> None:
        """Type or paste the text first."""
        about = About(context=self._session.context.name, at=self._house.clock.now())
        try:
            draft = await asyncio.to_thread(Draft.begin, self._house.state, about)
        except OSError as error:
            self._house.warn(f"The text cannot be kept in {self._house.state} ({error.strerror}): nothing was begun")
            return

        async def send(text: str) -> str:
            problem = await self._applied(text)
            if not problem:
                await asyncio.to_thread(draft.end)
            return problem

        await Writing(self._screen, self._session, draft, send).work()

    async def file(self, path: str) -> None:
        """Apply what is in a file. Raises UnableError: it cannot be read, or not be sent as it is; nothing was."""
        text = await asyncio.to_thread(text_of, path)
        problem = await self._applied(text)
        if problem:
            raise UnableError(problem)

    async def _applied(self, text: str) -> str:
        """Try, ask and send; what is in the way in one sentence, or "" when it is over."""
        try:
            for stage in await self._stages(documents(text)):
                problem = await self._stage(stage)
                if problem:
                    return problem
        except UnableError as error:
            return str(error)
        except ApiError as error:
            return f"{error.sentence} Nothing was sent."
        return ""

    # What goes when

    async def _stages(self, found: Sequence[Document]) -> list[list[Document]]:
        """Namespaces and definitions by themselves where the others cannot be tried without them."""
        first = [each for each in found if each.kind in _FIRST]
        rest = [each for each in found if each.kind not in _FIRST]
        spaces = {each.name for each in first if each.kind == "Namespace"}
        unknown = [each for each in rest if self._kind(each) is None]
        if not first or not rest:
            return [list(found)]
        if unknown or any((each.namespace or self._namespace) in spaces for each in rest):
            return [first, rest]
        return [list(found)]

    def _kind(self, document: Document) -> Kind | None:
        kinds = self._session.kinds
        wanted = (document.group, document.version, document.kind)
        rows = kinds.all if kinds is not None else ()
        return next((each for each in rows if (each.group, each.version, each.kind) == wanted), None)

    async def _ref(self, document: Document) -> Ref:
        """Which object it is. Raises UnableError: the server has no such kind."""
        kind = self._kind(document)
        if kind is None:
            with suppress(ApiError):
                await self._session.learn()
            kind = self._kind(document)
        if kind is None:
            version = f"{document.group}/{document.version}" if document.group else document.version
            said = f"this server has no kind {document.kind} in {version}; apply its definition first"
            raise UnableError(f"Line {document.line}: {said}")
        return target(document, kind, self._namespace)

    # One stage

    async def _stage(self, found: Sequence[Document]) -> str:
        refs = [await self._ref(each) for each in found]
        tried = await self._all_tried(list(zip(found, refs, strict=True)), force=frozenset())
        conflicts = [each for each in tried if _CONFLICT in each.preview.refused]
        if conflicts:
            if not await self._takes_over(conflicts):
                return f"{counted(len(conflicts), 'object')} would conflict with other managers: nothing was sent"
            force = frozenset(each.mutation.target for each in conflicts)
            tried = await self._all_tried(list(zip(found, refs, strict=True)), force=force)
        refused = [each for each in tried if each.preview.refused]
        if refused:
            more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
            first = refused[0]
            return f"Line {first.document.line}: {first.title}: {first.preview.refused}{more} Nothing was sent."
        changed = [each for each in tried if not each.unchanged]
        told = [Line(f"{each.title} unchanged", Tone.MUTED) for each in tried if each.unchanged]
        if changed and not await self._agreed(changed):
            return NOT_YET
        outcomes = [await self._gateway.apply(each.mutation, Verdict(each.mutation).consent()) for each in changed]
        return self._tell(outcomes, told)

    async def _all_tried(self, pairs: Sequence[tuple[Document, Ref]], *, force: frozenset[Ref]) -> list[_Tried]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(document: Document, ref: Ref) -> _Tried:
            async with gate:
                return await self._tried(document, ref, force=any(_same(ref, each) for each in force))

        return list(await asyncio.gather(*(one(*pair) for pair in pairs)))

    async def _tried(self, document: Document, ref: Ref, *, force: bool) -> _Tried:
        """Raises UnableError where it may not be sent."""
        found = await self._gateway.read(ref) or absent(ref)
        mutation = apply(found, document=document.tree, force=force)
        verdict = await self._gateway.check(mutation)
        if verdict.refused:
            raise UnableError(f"Line {document.line}: {named(ref)}: {verdict.refused}. Nothing was sent.")
        return _Tried(document, found, mutation, await self._gateway.preview(mutation), verdict.doubt)

    async def _takes_over(self, conflicts: Sequence[_Tried]) -> bool:
        """Whether fields that others own are to be taken over: only when it is said so."""
        answer = await choose(
            self._house,
            "Others own fields of this text, and would lose them",
            [f"{each.title}: {each.preview.refused}" for each in conflicts[:8]],
            {"n": "Leave it", "f": "Force: take the fields over"},
        )
        return answer == "f"

    async def _agreed(self, tried: Sequence[_Tried]) -> bool:
        targets = [
            Target(
                (each.mutation.builder, each.mutation.target, {}),
                {},
                each.found,
                each.found.tree(),
                each.mutation,
                doubt=each.doubt,
            )
            for each in tried
        ]
        previews = {each.mutation.request.digest: _headed(each, several=len(tried) > 1) for each in tried}
        return await agreed(self._screen, self._session, self._gateway, targets, previews)

    def _tell(self, outcomes: Sequence[Outcome], told: Sequence[Line]) -> str:
        """A line for each object; what failed is in the way."""
        lines = [*told, *(Line(each.says, Tone.OK if each.done else Tone.BAD) for each in outcomes)]
        for line in lines:
            self._house.note(line.text, line.tone, toast=line.tone is Tone.BAD)
        failed = [each for each in outcomes if not each.done]
        if len(lines) > 1:
            title = f"Applied {len(outcomes) - len(failed)} of {counted(len(lines), 'object')}"
            self._screen.app.push_screen(TextScreen(title, lines, self._screen.signs))
        return failed[0].says if failed else ""


def _headed(each: _Tried, *, several: bool) -> Preview:
    """Its difference under its name, where there are several."""
    preview = each.preview
    if not several:
        return preview
    head = Line(each.title, Tone.CHANGING)
    return Preview(
        [head, *preview.lines], [head, *preview.bare] if preview.bare else (), preview.refused, preview.unknown
    )


def _same(left: Ref, right: Ref) -> bool:
    return (left.kind.resource, left.namespace, left.name) == (right.kind.resource, right.namespace, right.name)


def text_of(path: str) -> str:
    """What is in a file. Blocks. Raises UnableError: in one sentence why it cannot be read."""
    file = Path(path).expanduser()
    try:
        if file.is_dir():
            raise UnableError(f"{path} is a directory: name one file")
        if file.stat().st_size > 4 * LARGEST:
            raise UnableError(f"{path} is far too large to be applied")
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise UnableError(f"There is no file {path}") from None
    except OSError as error:
        raise UnableError(f"{path} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as bad:
        raise UnableError(f"{path} is not UTF-8 text (byte {bad.start})") from None
