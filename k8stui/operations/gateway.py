"""The one door for writes: rights, the very object, consent, the request, the journal."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec
from msgspec import Struct

from k8stui.cluster.verdicts import No
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.permits import ReadOnlyError
from k8stui.model.codec import ObjectCodec
from k8stui.model.kinds import Kind, Ref
from k8stui.model.kubectl import about
from k8stui.model.objects import ObjectRow, row
from k8stui.operations.absent import absent
from k8stui.operations.mutation import Mutation, Request, at, dry
from k8stui.operations.outcomes import Outcome, Result
from k8stui.operations.previews import Preview, compared

if TYPE_CHECKING:
    from k8stui.cluster.access import Access
    from k8stui.kube.connection import Connection, Response
    from k8stui.kube.sockets import Channels

DRY_RUN: Final = 5.0
"""Seconds a dry run may take: a dead webhook must not hold up the question for half a minute."""
REFUSALS: Final = frozenset({Failure.INVALID, Failure.FORBIDDEN, Failure.CONFLICT, Failure.NOT_FOUND})
"""What a dry run may end with that the change itself would end with, too."""


class Verdict(Struct, frozen=True):
    """Whether a change may be sent; its question names exactly this one."""

    mutation: Mutation
    refused: str = ""
    """Why not, in one sentence; empty: it may."""
    doubt: str = ""
    """What could not be found out, in one sentence."""

    def consent(self) -> "Consent":
        """What a question yields when it is answered with yes."""
        return Consent(self.mutation.target.uid, self.mutation.request.digest)


class Consent(Struct, frozen=True):
    """A yes to one request on one object."""

    uid: str
    digest: str


class Journal(Protocol):
    """Keeps what was meant before it is sent, and what became of it."""

    def intend(self, mutation: Mutation) -> int:
        """Keep that it is going to be sent; returns the entry's number. Never raises."""

    def outcome(self, entry: int, outcome: Outcome) -> None:
        """Keep what became of it. Never raises."""


class ConsentError(RuntimeError):
    """A change was to be sent that nobody has agreed to: a bug of the program."""


class Connected:
    """What became of a session that was asked for; whoever got `channels` closes them and says how it `ended`."""

    def __init__(
        self, outcome: Outcome, channels: "Channels | None" = None, keep: Callable[[Outcome], None] | None = None
    ) -> None:
        self.outcome = outcome
        """DONE: it is open."""
        self.channels = channels
        """None: it is not."""
        self._keep = keep

    def ended(self, result: Result, sentence: str) -> None:
        """Keep in the journal how it ended, with its exit code and how long it took; the first word counts."""
        keep, self._keep = self._keep, None
        if keep is not None:
            keep(msgspec.structs.replace(self.outcome, result=result, says=sentence))


class Gateway:
    """The writes of one context.

    Args:
        connection: sends.
        access: knows the rights.
        journal: keeps.
    """

    def __init__(self, connection: "Connection", access: "Access", journal: Journal) -> None:
        self._connection = connection
        self._access = access
        self._journal = journal
        self._permit: Final = object()

    async def check(self, mutation: Mutation) -> Verdict:
        """Whether it may be sent: read-only contexts and missing rights refuse; what cannot be found out is said."""
        if self._connection.read_only:
            return Verdict(mutation, refused=f"The context {self._connection.context.name} is read-only")
        target, verb, subresource = mutation.target, mutation.verb, mutation.subresource
        answer = await self._access.may(verb, target.kind, target.namespace or None, target.name, subresource)
        if isinstance(answer, No):
            resource = target.kind.resource + (f"/{subresource}" if subresource else "")
            where = f" in {target.namespace}" if target.namespace else ""
            why = self._access.sessions(verb, target.kind, target.namespace or None, subresource)
            return Verdict(mutation, refused=f"You may not {verb} {resource}{where}{why}")
        return Verdict(mutation, doubt=getattr(answer, "error", ""))

    async def preview(self, mutation: Mutation) -> Preview:
        """Try it on the server without doing it, and tell the difference. Never raises."""
        try:
            before = await self.read(mutation.target)
            answer = await self._send(dry(mutation.request), timeout=DRY_RUN)
            return compared(mutation, before, msgspec.json.decode(answer.body) if answer.body else {})
        except ApiError as error:
            if error.failure is Failure.NOT_FOUND and (why := await absent(mutation, error, self.read)):
                return Preview(refused=why)
            if error.failure in REFUSALS or (error.status == 429 and mutation.request.path.endswith("/eviction")):
                return Preview(refused=error.sentence)
            return Preview(unknown=f"It could not be tried beforehand: {error.sentence}")
        except (ValueError, RecursionError):
            return Preview(unknown="It could not be tried beforehand: what the server answered is no object")

    async def apply(self, mutation: Mutation, consent: Consent) -> Outcome:
        """Send it: once, to the object that was agreed on and to no other.

        Raises ConsentError where the consent is for something else.
        """
        _agreed(mutation, consent)
        verdict = await self.check(mutation)
        if verdict.refused:
            return Outcome(mutation, Result.REFUSED, f"{verdict.refused}: nothing was changed")
        entry = self._journal.intend(mutation)
        outcome = await self._applied(mutation)
        self._journal.outcome(entry, outcome)
        return outcome

    async def connect(self, mutation: Mutation, consent: Consent) -> Connected:
        """Open a session in the pod that was agreed on. Its end is told by whoever holds it (`Connected.ended`).

        Raises ConsentError where the consent is for something else.
        """
        _agreed(mutation, consent)
        verdict = await self.check(mutation)
        if verdict.refused:
            return Connected(Outcome(mutation, Result.REFUSED, f"{verdict.refused}: nothing was opened"))
        entry = self._journal.intend(mutation)
        try:
            outcome, channels = await self._opened(mutation)
        except asyncio.CancelledError:
            self._journal.outcome(entry, Outcome(mutation, Result.UNKNOWN, "It was given up before it was open"))
            raise
        if channels is None:
            self._journal.outcome(entry, outcome)
            return Connected(outcome)
        return Connected(outcome, channels, lambda told: self._journal.outcome(entry, told))

    async def _opened(self, mutation: Mutation) -> "tuple[Outcome, Channels | None]":
        if lost := await self._lost_track(mutation.target, "nothing was opened"):
            return Outcome(mutation, Result.GONE, f"{about(mutation.target)} {lost}"), None
        try:
            request = mutation.request
            channels = await self._connection.socket(request.path, query=request.query, permit=self._permit)
        except ReadOnlyError as error:
            return Outcome(mutation, Result.REFUSED, error.sentence), None
        except ApiError as error:
            result = Result.GONE if error.failure is Failure.NOT_FOUND else Result.REFUSED
            says = error.sentence
            if not error.status and error.failure in (Failure.BROKEN, Failure.TIMEOUT):
                result, says = Result.UNKNOWN, f"{says} Whether it ran is not known: look into the container"
            return Outcome(mutation, result, says, error=error), None
        return Outcome(mutation, Result.DONE, mutation.done), channels

    async def _applied(self, mutation: Mutation) -> Outcome:
        try:
            answer = await self._send(mutation.request)
        except ReadOnlyError as error:
            return Outcome(mutation, Result.REFUSED, error.sentence)
        except ApiError as error:
            return msgspec.structs.replace(await self._failed(mutation, error), error=error)
        try:
            after: Any = msgspec.json.decode(answer.body) if answer.body else None
        except (ValueError, RecursionError):  # it was done all the same
            after = None
        return Outcome(mutation, Result.DONE, mutation.done, after if isinstance(after, dict) else None)

    async def _failed(self, mutation: Mutation, error: ApiError) -> Outcome:
        """What a failure means: 404, another uid and a conflict are answers; a lost connection is read up."""
        name = f"{mutation.target.kind.singular or mutation.target.kind.plural} {mutation.target}"
        if error.status == 409 and error.message.startswith("Apply failed"):
            return Outcome(mutation, Result.CONFLICT, f"{error.sentence} Nothing was changed.")
        if error.status and not mutation.target.uid:
            return Outcome(mutation, Result.REFUSED, f"{error.sentence} Nothing was created.")
        if error.failure is Failure.NOT_FOUND:
            if why := await absent(mutation, error, self.read):
                return Outcome(mutation, Result.REFUSED, f"{why}: nothing was changed")
            return Outcome(mutation, Result.GONE, f"{name} is gone: nothing was changed")
        if error.status in (409, 422) and (lost := await self._lost_track(mutation.target)):
            return Outcome(mutation, Result.GONE, f"{name} {lost}")
        if error.status == 409:
            return Outcome(mutation, Result.CONFLICT, f"{name} was changed meanwhile: nothing was changed; try again")
        if 0 < error.status < 500:
            return Outcome(mutation, Result.REFUSED, f"{error.sentence} Nothing was changed.")
        return await self._lost(mutation, error, name)

    async def _lost(self, mutation: Mutation, error: ApiError, name: str) -> Outcome:
        """No answer: whether it was done shows only by reading the object again."""
        try:
            now = await self.read(mutation.target)
            tree = now.exact() if now is not None else {}
        except (ApiError, ValueError):  # ValueError: it is no object that can be read
            return Outcome(
                mutation,
                Result.UNKNOWN,
                f"{error.sentence} Whether {name} was changed is not known: look at it when the server answers",
            )
        if now is None and not mutation.target.uid:
            return Outcome(mutation, Result.REFUSED, f"{error.sentence} {name} was not created")
        if now is None:
            return Outcome(mutation, Result.GONE, f"{name} is gone")
        if mutation.inverse is not None and mutation.inverse.expects:
            took = all(at(tree, pointer) == value for pointer, value in mutation.inverse.expects.items())
            said = "it was done all the same" if took else "nothing was changed"
            return Outcome(mutation, Result.DONE if took else Result.REFUSED, f"{error.sentence} {name}: {said}")
        return Outcome(mutation, Result.UNKNOWN, f"{error.sentence} Look whether {name} was changed")

    async def _lost_track(self, target: Ref, done: str = "nothing was changed") -> str:
        """What became of an object that refuses a change; empty where it is still there, or nobody knows."""
        try:
            now = await self.read(target)
        except ApiError:
            return ""
        if now is None:
            return f"is gone: {done}"
        return "" if now.ref.uid == target.uid else "was replaced by another one: that was not touched"

    async def read(self, target: Ref) -> ObjectRow | None:
        """The object of that name as it is now; None where there is none. Raises ApiError."""
        try:
            answer = await self._connection.request("GET", target.path)
        except ApiError as error:
            if error.failure is Failure.NOT_FOUND:
                return None
            raise
        try:
            return row(target.kind, answer.body)
        except (ValueError, RecursionError):
            raise ApiError(Failure.OTHER, f"{about(target)}: the answer is no object that can be read") from None

    async def listed(self, kind: Kind, labels: str, namespace: str) -> list[ObjectRow]:
        """What a builder wants to know besides (`building.listing`). Raises ApiError."""
        answer = await self._connection.request("GET", kind.path(namespace or None), query=(("labelSelector", labels),))
        return ObjectCodec(kind).page(answer.body).rows

    async def _send(self, request: Request, timeout: float | None = None) -> "Response":
        return await self._connection.request(
            request.method,
            request.path,
            query=request.query,
            body=request.body or None,
            content_type=request.content_type,
            timeout=timeout,
            permit=self._permit,
        )


def _agreed(mutation: Mutation, consent: Consent) -> None:
    if (consent.uid, consent.digest) != (mutation.target.uid, mutation.request.digest):
        raise ConsentError(f"{mutation.says}: nobody has agreed to this request")
