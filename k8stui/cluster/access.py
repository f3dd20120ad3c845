"""What the user may do, as the server says it: asked once, remembered, corrected by every refusal."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from k8stui.cluster.listeners import Listeners
from k8stui.kube.errors import ApiError
from k8stui.model.kinds import Kind
from k8stui.model.text import clean

if TYPE_CHECKING:
    from k8stui.kube.connection import Connection

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
PAUSE = 10.0
"""Seconds before `known` asks again after an answer that could not be had."""


class Yes(Struct, frozen=True):
    """It is allowed."""


class No(Struct, frozen=True):
    """It is not."""

    reason: str
    """What the server said, one line; often empty."""


class Unknown(Struct, frozen=True):
    """Nobody knows: not asked yet, or the answer could not be had. Never to be shown as a refusal."""

    error: str
    """One sentence; empty: not asked yet."""


Verdict = Yes | No | Unknown


class _Ask(Struct, frozen=True):
    verb: str
    group: str
    plural: str
    namespace: str
    name: str
    subresource: str


class _Status(Struct):
    allowed: bool | None = None
    denied: bool | None = None
    reason: str | None = None
    evaluationError: str | None = None


class _Review(Struct):
    status: _Status | None = None


class Access:
    """The rights of one context's user. Only `Yes` and `No` are remembered, until `refresh` or a refusal."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._verdicts: dict[_Ask, Yes | No] = {}
        self._failed: dict[_Ask, tuple[float, Unknown]] = {}
        self._asking: dict[_Ask, asyncio.Task[Verdict]] = {}
        self._listeners: Listeners[Callable[[], None]] = Listeners()

    async def may(self, verb: str, kind: Kind, namespace: str | None, name: str = "", subresource: str = "") -> Verdict:
        """Whether the user may do this; asks where it is not remembered, once for all who want to know.

        Args:
            verb: an RBAC verb (`list`, `patch`).
            kind: of the object.
            namespace: None means in all.
            name: one object; empty: any.
            subresource: `eviction`, `log`.
        """
        ask = _Ask(verb, kind.group, kind.plural, namespace or "", name, subresource)
        known = self._verdicts.get(ask)
        return known if known is not None else await asyncio.shield(self._start(ask))

    def known(self, verb: str, kind: Kind, namespace: str | None, name: str = "", subresource: str = "") -> Verdict:
        """The same from memory; never waits: what is not known is asked, and listeners hear of the answer."""
        ask = _Ask(verb, kind.group, kind.plural, namespace or "", name, subresource)
        verdict = self._verdicts.get(ask)
        if verdict is not None:
            return verdict
        loop = asyncio.get_running_loop()
        at, unknown = self._failed.get(ask, (0.0, None))
        if unknown is not None and loop.time() < at + PAUSE:
            return unknown
        self._start(ask)
        return unknown or Unknown("")

    def refused(
        self, verb: str, kind: Kind, namespace: str | None, reason: str = "", name: str = "", subresource: str = ""
    ) -> None:
        """The server answered a request with 403: whatever a review said before, the answer is no."""
        ask = _Ask(verb, kind.group, kind.plural, namespace or "", name, subresource)
        self._learn(ask, No(clean(reason)))

    def refresh(self) -> None:
        """Forget everything; an answer still under way is not remembered either."""
        self._verdicts.clear()
        self._failed.clear()
        self._asking.clear()
        self._tell()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call this when an answer is another one now; the result ends it."""
        return self._listeners.add(listener)

    def _start(self, ask: _Ask) -> "asyncio.Task[Verdict]":
        """The one question under way."""
        task = self._asking.get(ask)
        if task is None:
            task = self._asking[ask] = asyncio.get_running_loop().create_task(self._question(ask))
        return task

    async def _question(self, ask: _Ask) -> Verdict:
        """Ask the server. An answer that came after a refresh or a refusal is given, but not remembered."""
        verdict = await self._asked(ask)
        if self._asking.get(ask) is asyncio.current_task():
            del self._asking[ask]
            self._learn(ask, verdict)
        return verdict

    def _learn(self, ask: _Ask, verdict: Verdict) -> None:
        before = self._verdicts.get(ask)
        self._asking.pop(ask, None)
        if isinstance(verdict, Unknown):
            self._failed[ask] = (asyncio.get_running_loop().time(), verdict)
        else:
            self._failed.pop(ask, None)
            self._verdicts[ask] = verdict
        if verdict != before:
            self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    async def _asked(self, ask: _Ask) -> Verdict:
        """One review. An error, or an answer that is not clear, is Unknown and never No."""
        attributes = {"verb": ask.verb, "group": ask.group, "resource": ask.plural}
        optional = {"namespace": ask.namespace, "name": ask.name, "subresource": ask.subresource}
        attributes |= {field: value for field, value in optional.items() if value}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        try:
            response = await self._connection.request("POST", REVIEWS, body=msgspec.json.encode(review))
            status = msgspec.json.decode(response.body, type=_Review).status or _Status()
        except ApiError as error:
            return Unknown(error.sentence)
        except msgspec.DecodeError:
            return Unknown("The server's answer about your rights cannot be read.")
        if status.allowed:
            return Yes()
        if status.allowed is None or (status.evaluationError and not status.denied):
            why = clean(status.evaluationError or "it gave no verdict")
            return Unknown(f"The server could not tell whether it is allowed: {why}.")
        return No(clean(status.reason or ""))
