"""The one door for writes: rights, the very object, consent, the request, the journal."""

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec
from msgspec import Struct

from k8stui.cluster.verdicts import No
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.permits import ReadOnlyError
from k8stui.model.codec import ObjectCodec
from k8stui.model.diff import differences
from k8stui.model.document import Line
from k8stui.model.kinds import Kind, Ref
from k8stui.model.objects import Object, ObjectRow, row
from k8stui.model.secret_values import is_secret
from k8stui.operations.mutation import JSON, Mutation, Request

if TYPE_CHECKING:
    from k8stui.cluster.access import Access
    from k8stui.kube.connection import Connection, Response

DRY_RUN: Final = 5.0
"""Seconds a dry run may take: a dead webhook must not hold up the question for half a minute."""


REFUSALS: Final = frozenset({Failure.INVALID, Failure.FORBIDDEN, Failure.CONFLICT, Failure.NOT_FOUND})
"""What a dry run may end with that the change itself would end with, too."""


class Result(Enum):
    """What became of a change."""

    DONE = "done"
    REFUSED = "refused"
    """Nothing was changed."""
    GONE = "gone"
    """The object was not there any more, or another one had its name: nothing was changed."""
    CONFLICT = "conflict"
    """Somebody else changed it meanwhile: nothing was changed."""
    UNKNOWN = "unknown"
    """The answer never came, and the object could not be read again."""


class Outcome(Struct, frozen=True):
    """What became of one change."""

    mutation: Mutation
    result: Result
    says: str
    """One sentence: what was done, or why not and what that means."""
    after: Object | None = None
    """The server's answer."""
    error: ApiError | None = None
    """The server's refusal, or why none came; None where nothing was sent."""

    @property
    def done(self) -> bool:
        """Whether the cluster is as the change wanted it."""
        return self.result is Result.DONE


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


class Preview(Struct, frozen=True):
    """What a dry run on the server says."""

    lines: Sequence[Line] = ()
    """The difference; empty: it changes nothing (`same`), `refused` or `unknown` says why there is none, or it is of
    what has no text to compare."""
    bare: Sequence[Line] = ()
    """The same of a Secret with its values, for whoever asks to see them."""
    refused: str = ""
    """The server would refuse it."""
    unknown: str = ""
    """Why it could not be tried; the write stays possible."""
    same: bool = False
    """It was tried, and the object would be afterwards what it is now."""


class Journal(Protocol):
    """Keeps what was meant before it is sent, and what became of it."""

    def intend(self, mutation: Mutation) -> int:
        """Keep that it is going to be sent; returns the entry's number. Never raises."""
        ...

    def outcome(self, entry: int, outcome: Outcome) -> None:
        """Keep what became of it. Never raises."""
        ...


class ConsentError(RuntimeError):
    """A change was to be sent that nobody has agreed to: a bug of the program."""


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
        target = mutation.target
        answer = await self._access.may(
            mutation.verb, target.kind, target.namespace or None, target.name, mutation.subresource
        )
        if isinstance(answer, No):
            resource = target.kind.resource + (f"/{mutation.subresource}" if mutation.subresource else "")
            where = f" in {target.namespace}" if target.namespace else ""
            return Verdict(mutation, refused=f"You may not {mutation.verb} {resource}{where}")
        return Verdict(mutation, doubt=getattr(answer, "error", ""))

    async def preview(self, mutation: Mutation) -> Preview:
        """Try it on the server without doing it, and tell the difference. Never raises."""
        request = dry(mutation.request)
        try:
            before = await self.read(mutation.target)
            answer = await self._send(request, timeout=DRY_RUN)
        except ApiError as error:
            if error.failure in REFUSALS or (error.status == 429 and mutation.request.path.endswith("/eviction")):
                return Preview(refused=error.sentence)
            return Preview(unknown=f"It could not be tried beforehand: {error.sentence}")
        after = msgspec.json.decode(answer.body) if answer.body else {}
        is_object = after.get("kind") not in (None, "Status", "Scale", "Eviction")
        if not is_object or (before is None and mutation.target.uid):
            return Preview()
        old = before.exact() if before is not None else {}
        new = {"apiVersion": mutation.target.kind.api_version} | after
        lines = differences(old, new)
        return Preview(
            lines,
            differences(old, new, masked=False) if is_secret(new) else (),
            same=not lines and mutation.verb != "delete",
        )

    async def apply(self, mutation: Mutation, consent: Consent) -> Outcome:
        """Send it: once, to the object that was agreed on and to no other.

        Raises ConsentError where the consent is for something else.
        """
        if (consent.uid, consent.digest) != (mutation.target.uid, mutation.request.digest):
            raise ConsentError(f"{mutation.says}: nobody has agreed to this request")
        verdict = await self.check(mutation)
        if verdict.refused:
            return Outcome(mutation, Result.REFUSED, f"{verdict.refused}: nothing was changed")
        entry = self._journal.intend(mutation)
        outcome = await self._applied(mutation)
        self._journal.outcome(entry, outcome)
        return outcome

    async def _applied(self, mutation: Mutation) -> Outcome:
        try:
            answer = await self._send(mutation.request)
        except ReadOnlyError as error:
            return Outcome(mutation, Result.REFUSED, error.sentence)
        except ApiError as error:
            return msgspec.structs.replace(await self._failed(mutation, error), error=error)
        after: Any = msgspec.json.decode(answer.body) if answer.body else None
        return Outcome(mutation, Result.DONE, mutation.done, after if isinstance(after, dict) else None)

    async def _failed(self, mutation: Mutation, error: ApiError) -> Outcome:
        """What a failure means: 404, another uid and a conflict are answers; a lost connection is read up."""
        name = f"{mutation.target.kind.singular or mutation.target.kind.plural} {mutation.target}"
        if error.status == 409 and error.message.startswith("Apply failed"):
            return Outcome(mutation, Result.CONFLICT, f"{error.sentence} Nothing was changed.")
        if error.status and not mutation.target.uid:
            return Outcome(mutation, Result.REFUSED, f"{error.sentence} Nothing was created.")
        if error.failure is Failure.NOT_FOUND:
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
        except ApiError:
            return Outcome(
                mutation,
                Result.UNKNOWN,
                f"{error.sentence} Whether {name} was changed is not known: look at it when the server answers",
            )
        if now is None and not mutation.target.uid:
            return Outcome(mutation, Result.REFUSED, f"{error.sentence} {name} was not created")
        if now is None:
            return Outcome(mutation, Result.GONE, f"{name} is gone")
        tree = now.exact()
        if mutation.inverse is not None and mutation.inverse.expects:
            took = all(at(tree, pointer) == value for pointer, value in mutation.inverse.expects.items())
            said = "it was done all the same" if took else "nothing was changed"
            return Outcome(mutation, Result.DONE if took else Result.REFUSED, f"{error.sentence} {name}: {said}")
        return Outcome(mutation, Result.UNKNOWN, f"{error.sentence} Look whether {name} was changed")

    async def _lost_track(self, target: Ref) -> str:
        """What became of an object that refuses a change; empty where it is still there, or nobody knows."""
        try:
            now = await self.read(target)
        except ApiError:
            return ""
        if now is None:
            return "is gone: nothing was changed"
        return "" if now.ref.uid == target.uid else "was replaced by another one: that was not touched"

    async def read(self, target: Ref) -> ObjectRow | None:
        """The object of that name as it is now; None where there is none. Raises ApiError."""
        kind: Kind = target.kind
        try:
            answer = await self._connection.request("GET", target.path)
        except ApiError as error:
            if error.failure is Failure.NOT_FOUND:
                return None
            raise
        return row(kind, answer.body)

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


def dry(request: Request) -> Request:
    """The same as a dry run: in the query, but in the body of a DELETE and of an Eviction."""
    if request.method == "DELETE" or request.path.endswith("/eviction"):
        body = request.decoded() or {}
        if request.path.endswith("/eviction"):
            body = body | {"deleteOptions": (body.get("deleteOptions") or {}) | {"dryRun": ["All"]}}
            query = (*request.query, ("dryRun", "All"))
            return Request(request.method, request.path, msgspec.json.encode(body), request.content_type, query)
        body = body | {"dryRun": ["All"]}
        return Request(request.method, request.path, msgspec.json.encode(body), JSON, request.query)
    query = (*request.query, ("dryRun", "All"))
    return Request(request.method, request.path, request.body, request.content_type, query)


def at(tree: Any, pointer: str) -> Any:
    """The value at a JSON pointer; None where there is none."""
    for part in pointer.strip("/").split("/") if pointer.strip("/") else ():
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(tree, dict):
            tree = tree.get(key)
        elif isinstance(tree, list) and key.isdigit() and int(key) < len(tree):
            tree = tree[int(key)]
        else:
            return None
    return tree
