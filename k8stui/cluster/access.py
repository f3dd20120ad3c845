"""What the user may do, as the server says it: asked when it matters, remembered, corrected by every answer.

What is asked is, for a namespace, its rules (SelfSubjectRulesReview): one request for everything in it. What those
cannot tell is asked by itself (SelfSubjectAccessReview). The rules of a namespace hold those of the whole cluster and
more: what they lack is lacking in the whole cluster as well, but what they allow may be allowed there only.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from k8stui.cluster.asks import EVERYTHING, SESSIONS, Ask, ask, of_request, of_session
from k8stui.cluster.listeners import Listeners
from k8stui.cluster.questions import Answer, Key, Questions, Who
from k8stui.cluster.rules import Rules
from k8stui.cluster.verdicts import No, Unknown, Verdict, Yes
from k8stui.kube.errors import ApiError, Failure
from k8stui.model.kinds import Kind
from k8stui.model.text import clean

if TYPE_CHECKING:
    from k8stui.kube.connection import Connection

__all__ = ["Access", "No", "Unknown", "Verdict", "Yes"]

MOST_NAMESPACES: Final = 512
"""Whose rules are remembered, equal ones once; those learnt first go first."""
MOST_ANSWERS: Final = 4096

_READS: Final = frozenset({"get", "list", "watch"})
_REVIEWS: Final = ("authorization.k8s.io", "authentication.k8s.io")


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
        self._learnt: dict[Key, float] = {}
        """When what is remembered was learnt, by the loop's clock."""
        self._questions = Questions(connection, self._keep, self._tell)
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
            rules = await asyncio.shield(self._questions.start(wanted.namespace))
            if isinstance(rules, Rules):  # perhaps not remembered any more
                verdict = self._answers.get(wanted) or _verdict(rules.judge(wanted))
        if verdict is None:
            answer = await asyncio.shield(self._questions.start(wanted))
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
        questions = self._questions
        if EVERYTHING not in self._answers and not questions.paused(EVERYTHING):
            questions.want(EVERYTHING)  # of whoever may, nothing else needs to be asked
        elif wanted.namespace and wanted.namespace not in self._rules and not questions.paused(wanted.namespace):
            questions.want(wanted.namespace)
        elif not questions.paused(wanted):
            questions.want(wanted)
        failed = questions.failed.get(wanted) or questions.failed.get(wanted.namespace)
        return failed.why if failed is not None else Unknown()

    def remembered(
        self, verb: str, kind: Kind, namespace: str | None, name: str = "", subresource: str = ""
    ) -> Verdict:
        """The same from memory alone: asks nothing."""
        return self._judge(ask(verb, kind, namespace, name, subresource)) or Unknown()

    def sessions(self, verb: str, kind: Kind, namespace: str | None, subresource: str) -> str:
        """What to add to a refusal of `get` on a way into a pod where `create` is allowed: why that is not enough.

        From memory alone; empty for everything else. Begins with a semicolon.
        """
        if verb != "get" or subresource not in SESSIONS:
            return ""
        if not isinstance(self.remembered("create", kind, namespace, "", subresource), Yes):
            return ""
        what = f"get {kind.plural}/{subresource}"
        return f"; k8stui opens sessions over WebSocket, which this server allows with {what}"

    async def still(self, verb: str, kind: Kind, namespace: str | None, seconds: float) -> Verdict:
        """What is remembered, but a No that is older than so many seconds is asked about anew."""
        wanted = ask(verb, kind, namespace)
        verdict = self._judge(wanted)
        if isinstance(verdict, No) and asyncio.get_running_loop().time() - self._since(wanted) >= seconds:
            answer = await asyncio.shield(self._questions.start(wanted))
            assert isinstance(answer, Yes | No | Unknown)
            return answer
        return verdict or Unknown()

    @property
    def user(self) -> str:
        """The user's name as the server knows it; asked when first wanted, until then the kubeconfig's."""
        if not self._name and not self._questions.paused(Who):
            self._questions.want(Who)
        return self.user_remembered

    @property
    def user_remembered(self) -> str:
        """The same from memory alone: asks nothing."""
        target = self._connection.target
        return self._name or target.impersonation.user or target.context.user

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
                self._proven(wanted, Yes())
        elif error.failure is Failure.FORBIDDEN and (error.lacks_right or wanted.verb in _READS):
            self._refused(of_session(wanted, error.message), error.message)

    def refresh(self) -> None:
        """Forget everything; an answer still under way is not remembered either."""
        for each in (self._answers, self._rules, self._learnt, self._questions):
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
        self._proven(wanted, No(clean(reason)))

    def _proven(self, wanted: Ask, verdict: Yes | No) -> None:
        """An answer that needs no question; one under way is older."""
        self._questions.drop(wanted)
        self._keep(wanted, verdict)
        self._tell()

    def _distrust(self, wanted: Ask) -> None:
        """What was concluded is not so: forget what it was concluded from, also where it is under way."""
        self._answers.pop(wanted, None)
        for namespace in [wanted.namespace] if wanted.namespace else tuple(self._rules):
            self._rules.pop(namespace, None)
            self._questions.drop(namespace)
        self._judged.clear()

    def _since(self, wanted: Ask) -> float:
        """When the answer that is remembered was learnt."""
        if wanted in self._answers:
            return self._learnt.get(wanted, 0.0)
        if wanted.namespace:
            return self._learnt.get(wanted.namespace, 0.0)
        return max((self._learnt.get(namespace, 0.0) for namespace in self._rules), default=0.0)

    def _keep(self, key: Key, answer: Answer) -> None:
        if isinstance(key, Ask) and isinstance(answer, Yes) and isinstance(self._judge(key), No):
            self._distrust(key)
        self._learnt.pop(key, None)
        self._learnt[key] = asyncio.get_running_loop().time()
        _cap(self._learnt, MOST_ANSWERS)
        if isinstance(key, Ask) and isinstance(answer, Yes | No):
            self._answers[key] = answer
            if key == EVERYTHING and isinstance(answer, No):
                self._questions.want(Who)  # soon something is going to be told that they may not
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


def _verdict(allowed: bool | None) -> Yes | No | None:
    return None if allowed is None else Yes() if allowed else No()


def _cap(memory: dict[Any, Any], most: int) -> None:
    """Forget what was learnt first."""
    while len(memory) > most:
        del memory[next(iter(memory))]
