"""What the user may do, as the server says it: asked when it matters, remembered, corrected by every answer.

What is asked is, for a namespace, its rules (SelfSubjectRulesReview): one request for everything in it. What those
cannot tell is asked by itself (SelfSubjectAccessReview). The rules of a namespace hold those of the whole cluster and
more: what they lack is lacking in the whole cluster as well, but what they allow may be allowed there only.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from k8stui.cluster import reviews
from k8stui.cluster.asks import EVERYTHING, Ask, ask, of_request
from k8stui.cluster.listeners import Listeners
from k8stui.cluster.rules import Rules
from k8stui.cluster.verdicts import No, Unknown, Verdict, Yes
from k8stui.kube.errors import ApiError, Failure
from k8stui.model.kinds import Kind
from k8stui.model.text import clean

if TYPE_CHECKING:
    from k8stui.kube.connection import Connection

__all__ = ["Access", "No", "Unknown", "Verdict", "Yes"]

PAUSE: Final = 10.0
"""Seconds before `known` asks again after an answer that could not be had; doubled with each failure in a row."""
PAUSE_MOST: Final = 300.0
AT_ONCE: Final = 4
"""Questions under way; what else is on the screen is asked when one of them has been answered."""
MOST_NAMESPACES: Final = 512
"""Whose rules are remembered, equal ones once; those learnt first go first."""
MOST_ANSWERS: Final = 4096

_READS: Final = frozenset({"get", "list", "watch"})
_REVIEWS: Final = ("authorization.k8s.io", "authentication.k8s.io")


class _Who:
    """The key of the question who the user is."""


_Key = Ask | str | type[_Who]
"""A single question, the rules of a namespace, or who one is."""
_Answer = Verdict | Rules | str


class _Failed(Struct, frozen=True):
    """A question that could not be answered."""

    times: int
    """How often in a row."""
    until: float
    """When it may be asked again, by the loop's clock."""
    answer: Unknown


class Access:
    """The rights of one context's user.

    Only clear answers are remembered, until `refresh` or until a request is answered otherwise. Nothing is asked by
    itself: `known` asks for what is on the screen, `may` for what somebody waits for.
    """

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._answers: dict[Ask, Yes | No] = {}
        self._rules: dict[str, Rules] = {}
        self._name = ""
        self._judged: dict[Ask, Yes | No | None] = {}
        """What follows from the above, until something else is learnt."""
        self._learnt: dict[_Key, float] = {}
        """When what is remembered was learnt, by the loop's clock."""
        self._failed: dict[_Key, _Failed] = {}
        self._asking: dict[_Key, asyncio.Task[_Answer]] = {}
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._listeners: Listeners[Callable[[], None]] = Listeners()

    # Asking

    async def may(self, verb: str, kind: Kind, namespace: str | None, name: str = "", subresource: str = "") -> Verdict:
        """Whether the user may do this; asks where it is not remembered, once for all who want to know.

        Args:
            verb: an RBAC verb (`list`, `patch`).
            kind: of the object.
            namespace: None means in all.
            name: one object; empty: any.
            subresource: `eviction`, `log`.
        """
        wanted = ask(verb, kind, namespace, name, subresource)
        verdict = self._judge(wanted)
        if verdict is None and wanted.namespace and wanted.namespace not in self._rules:
            rules = await asyncio.shield(self._start(wanted.namespace))
            if isinstance(rules, Rules):  # perhaps not remembered any more
                verdict = self._answers.get(wanted) or _verdict(rules.judge(wanted))
        if verdict is None:
            answer = await asyncio.shield(self._start(wanted))
            assert isinstance(answer, Yes | No | Unknown)
            return answer
        return verdict

    def known(self, verb: str, kind: Kind, namespace: str | None, name: str = "", subresource: str = "") -> Verdict:
        """The same from memory; never waits: what is not known is asked, and listeners hear of the answer.

        For what is on the screen: some questions are under way at most, so ask again when listeners are told.
        """
        wanted = ask(verb, kind, namespace, name, subresource)
        verdict = self._judge(wanted)
        if verdict is not None:
            return verdict
        if EVERYTHING not in self._answers and not self._paused(EVERYTHING):
            self._ask(EVERYTHING)  # of whoever may, nothing else needs to be asked
        elif wanted.namespace and wanted.namespace not in self._rules and not self._paused(wanted.namespace):
            self._ask(wanted.namespace)
        elif not self._paused(wanted):
            self._ask(wanted)
        failed = self._failed.get(wanted) or self._failed.get(wanted.namespace)
        return failed.answer if failed is not None else Unknown()

    def remembered(
        self, verb: str, kind: Kind, namespace: str | None, name: str = "", subresource: str = ""
    ) -> Verdict:
        """The same from memory alone: asks nothing."""
        return self._judge(ask(verb, kind, namespace, name, subresource)) or Unknown()

    async def still(self, verb: str, kind: Kind, namespace: str | None, seconds: float) -> Verdict:
        """What is remembered, but a No that is older than so many seconds is asked about anew."""
        wanted = ask(verb, kind, namespace)
        verdict = self._judge(wanted)
        if isinstance(verdict, No) and asyncio.get_running_loop().time() - self._since(wanted) >= seconds:
            answer = await asyncio.shield(self._start(wanted))
            assert isinstance(answer, Yes | No | Unknown)
            return answer
        return verdict or Unknown()

    @property
    def user(self) -> str:
        """The user's name as the server knows it; asked when first wanted, until then the kubeconfig's."""
        if not self._name and not self._paused(_Who):
            self._ask(_Who)
        return self._name or self._connection.context.user

    @property
    def namespaces(self) -> Sequence[str]:
        """Those whose rules are remembered."""
        return tuple(self._rules)

    # Learning

    def refused(
        self, verb: str, kind: Kind, namespace: str | None, reason: str = "", name: str = "", subresource: str = ""
    ) -> None:
        """The server answered a request with 403: whatever a review said before, the answer is no."""
        self._refused(ask(verb, kind, namespace, name, subresource), reason)

    def answered(self, method: str, path: str, query: Sequence[tuple[str, str]], error: ApiError | None) -> None:
        """A request of this connection was answered (None: with success): a proof of what the user may.

        A 403 of a write counts only when the authorizer gave it: a quota or a webhook that refuses one object takes
        no right away.
        """
        wanted = of_request(method, path, query)
        if wanted is None or wanted.group in _REVIEWS:
            return
        if error is None:
            if isinstance(self._judge(wanted), No):
                self._learn(wanted, Yes())
        elif error.failure is Failure.FORBIDDEN and (error.lacks_right or wanted.verb in _READS):
            self._refused(wanted, error.message)

    def refresh(self) -> None:
        """Forget everything; an answer still under way is not remembered either."""
        for each in (self._answers, self._rules, self._learnt, self._failed, self._asking):
            each.clear()
        self._name = ""
        self._tell()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call this when an answer is another one now; the result ends it."""
        return self._listeners.add(listener)

    # Memory

    def _judge(self, wanted: Ask) -> Yes | No | None:
        """What is remembered of it, or follows from what is."""
        if wanted not in self._judged:
            if len(self._judged) > MOST_ANSWERS:
                self._judged.clear()
            self._judged[wanted] = self._deduced(wanted)
        return self._judged[wanted]

    def _deduced(self, wanted: Ask) -> Yes | No | None:
        answer = self._answers.get(wanted)
        if answer is None and self._answers.get(EVERYTHING) == Yes():
            answer = Yes()
        if answer is None and wanted.namespace in self._rules:
            answer = _verdict(self._rules[wanted.namespace].judge(wanted))
        if answer is None and not wanted.namespace:
            lacking = any(rules.judge(wanted) is False for rules in self._rules.values())
            answer = No() if lacking else None
        return answer

    def _refused(self, wanted: Ask, reason: str) -> None:
        if self._answers.get(EVERYTHING) == Yes():
            del self._answers[EVERYTHING]
        if wanted.name and isinstance(self._deduced(wanted.any_object), Yes):
            self._distrust(wanted.any_object)  # of this object we know; of the others the server has to tell anew
        self._learn(wanted, No(clean(reason)))

    def _distrust(self, wanted: Ask) -> None:
        """What was concluded is not so: forget what it was concluded from, also where it is under way."""
        self._answers.pop(wanted, None)
        for namespace in [wanted.namespace] if wanted.namespace else tuple(self._rules):
            self._rules.pop(namespace, None)
            self._asking.pop(namespace, None)
        self._judged.clear()

    def _since(self, wanted: Ask) -> float:
        """When the answer that is remembered was learnt."""
        if wanted in self._answers:
            return self._learnt.get(wanted, 0.0)
        if wanted.namespace:
            return self._learnt.get(wanted.namespace, 0.0)
        return max((self._learnt.get(namespace, 0.0) for namespace in self._rules), default=0.0)

    def _learn(self, key: _Key, answer: _Answer) -> None:
        self._asking.pop(key, None)
        if isinstance(key, Ask) and isinstance(answer, Yes) and isinstance(self._judge(key), No):
            self._distrust(key)
        if isinstance(answer, Unknown):
            before = self._failed.pop(key, None)
            times = before.times if before is not None else 0
            pause = min(PAUSE * 2 ** min(times, 8), PAUSE_MOST)
            self._failed[key] = _Failed(times + 1, asyncio.get_running_loop().time() + pause, answer)
            _cap(self._failed, MOST_ANSWERS)
        else:
            self._failed.pop(key, None)
            self._keep(key, answer)
        self._tell()

    def _keep(self, key: _Key, answer: Yes | No | Rules | str) -> None:
        self._learnt.pop(key, None)
        self._learnt[key] = asyncio.get_running_loop().time()
        _cap(self._learnt, MOST_ANSWERS)
        if isinstance(key, Ask) and isinstance(answer, Yes | No):
            self._answers[key] = answer
            _cap(self._answers, MOST_ANSWERS)
        elif isinstance(key, str) and isinstance(answer, Rules):
            self._rules[key] = next((rules for rules in self._rules.values() if rules == answer), answer)
            _cap(self._rules, MOST_NAMESPACES)
        elif isinstance(answer, str):
            self._name = answer

    def _tell(self) -> None:
        self._judged.clear()
        for listener in self._listeners:
            listener()

    # Questions under way

    def _paused(self, key: _Key) -> bool:
        """Whether its failure is still too young to ask again."""
        failed = self._failed.get(key)
        return failed is not None and asyncio.get_running_loop().time() < failed.until

    def _ask(self, key: _Key) -> None:
        """Start it, unless so many are under way that it has to wait for the next telling."""
        if key in self._asking or len(self._asking) < AT_ONCE:
            self._start(key)

    def _start(self, key: _Key) -> "asyncio.Task[_Answer]":
        """The one question under way."""
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.get_running_loop().create_task(self._question(key))
        return task

    async def _question(self, key: _Key) -> _Answer:
        """Ask the server. An answer that came after a refresh or a refusal is given, but not remembered."""
        async with self._gate:
            answer = await self._asked(key)
        if self._asking.get(key) is asyncio.current_task():
            self._learn(key, answer)
        return answer

    async def _asked(self, key: _Key) -> _Answer:
        if isinstance(key, Ask):
            return await reviews.access(self._connection, key)
        if isinstance(key, str):
            return await reviews.rules(self._connection, key)
        return await reviews.identity(self._connection)


def _verdict(allowed: bool | None) -> Yes | No | None:
    return None if allowed is None else Yes() if allowed else No()


def _cap(memory: dict[Any, Any], most: int) -> None:
    """Forget what was learnt first."""
    while len(memory) > most:
        del memory[next(iter(memory))]
