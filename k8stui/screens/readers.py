"""The ways to read an object: which neighbours each wants, and the lines it makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Protocol

from k8stui.kube.errors import ApiError
from k8stui.model import related, yaml_document
from k8stui.model.columns import Tone
from k8stui.model.describe import describers
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import PODS
from k8stui.model.objects import Object
from k8stui.model.reasons import pod_reasons, shortage
from k8stui.model.secret_values import ALL, NONE
from k8stui.model.text import clean
from k8stui.model.tree import name, namespace

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

TAIL = 10
"""Lines of a previous log that are shown."""


class Reader(Protocol):
    """One way to read an object."""

    tab: str

    def wants(self, subject: Subject) -> Iterable[Want]:
        """The neighbours it needs, going by what is there already."""
        ...

    async def lines(self, subject: Subject, session: Session, zone: tzinfo) -> Sequence[Line]:
        """The text."""
        ...


class Describe:
    """The object in kubectl's words, with what is not well on top."""

    tab = "describe"

    def __init__(self) -> None:
        self._logs: dict[tuple[str, int], list[str]] = {}

    def wants(self, subject: Subject) -> Iterable[Want]:
        """Those of the description and of the reasons."""
        more = pod_reasons.wants(subject.object) if _is_pod(subject) else _shortage_wants(subject)
        return (*describers.wants(subject.kind, subject.object), *more)

    async def lines(self, subject: Subject, session: Session, zone: tzinfo) -> Sequence[Line]:
        """Reasons, if there are any, then the description."""
        now = session.now()
        if _is_pod(subject):
            why = pod_reasons.reasons(subject, await self._previous(subject, session), now)
        else:
            why = shortage.reasons(subject, now)
        told = [Line("Why it is not well", Tone.CHANGING), *why, Line("")] if why else []
        return [*told, *describers.describe(subject, now, zone)]

    async def _previous(self, subject: Subject, session: Session) -> dict[str, Sequence[str]]:
        """The ends of the logs of the runs that failed, read once a run."""
        pod = subject.object
        found: dict[str, Sequence[str]] = {}
        for container in pod_reasons.previous_logs(pod):
            key = (container, _restarts(pod, container))
            if key not in self._logs:
                self._logs[key] = await _previous_log(session, pod, container)
            found[container] = self._logs[key]
        return found


class Yaml:
    """The whole object."""

    tab = "yaml"

    def __init__(self) -> None:
        self.managed = False
        """managedFields are shown."""
        self.revealed = NONE
        """Keys of a Secret whose values are shown."""

    def toggle(self) -> None:
        """Show what is masked, or mask it."""
        self.revealed = ALL if self.revealed == NONE else NONE

    def wants(self, subject: Subject) -> Iterable[Want]:
        """The object alone."""
        return ()

    async def lines(self, subject: Subject, session: Session, zone: tzinfo) -> Sequence[Line]:
        """Highlighted, managedFields folded, Secrets masked."""
        return yaml_document.yaml_document(subject.object, managed=self.managed, revealed=self.revealed)


class Related:
    """What it hangs together with."""

    tab = "related"

    def wants(self, subject: Subject) -> Iterable[Want]:
        """Everything that may point at it."""
        return related.wants(subject.kind, subject.object, subject.around)

    async def lines(self, subject: Subject, session: Session, zone: tzinfo) -> Sequence[Line]:
        """Relations in groups, each a place to go."""
        return related.lines(related.related(subject))


def reader(tab: str) -> Reader:
    """A reader by its name. Raises KeyError for one that there is not."""
    readers: dict[str, type[Describe] | type[Yaml] | type[Related]] = {
        each.tab: each for each in (Describe, Yaml, Related)
    }
    return readers[tab]()


def _is_pod(subject: Subject) -> bool:
    return subject.kind.resource == PODS.resource


def _shortage_wants(subject: Subject) -> Iterable[Want]:
    return shortage.wants(subject.kind, subject.object, subject.around)


def _restarts(pod: Object, container: str) -> int:
    statuses = (pod.get("status") or {}).get("containerStatuses") or []
    return next((each.get("restartCount", 0) for each in statuses if each.get("name") == container), 0)


async def _previous_log(session: Session, pod: Object, container: str) -> list[str]:
    """The last lines of the run before; a sentence where they cannot be had."""
    path = PODS.path(namespace(pod), name(pod), "log")
    query = (("container", container), ("previous", "true"), ("tailLines", str(TAIL)))
    try:
        answer = await session.connection.request("GET", path, query=query, accept="*/*")
    except ApiError as error:
        return [error.sentence]
    return [clean(line) for line in answer.body.decode("utf-8", "replace").splitlines()[-TAIL:]]
