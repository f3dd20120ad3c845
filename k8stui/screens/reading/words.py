"""An object in words: why it is not well, then kubectl's description."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from k8stui.kube.errors import ApiError
from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.describe import describers, taints_of_node
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import NODES
from k8stui.model.reasons import why
from k8stui.screens.log_tail import read_tail

if TYPE_CHECKING:
    from k8stui.cluster.session import Session

_Run = tuple[why.Log, int]
"""A log, and how often its container has been started: another run has another log."""


class Describe:
    """The object in kubectl's words, with what is not well on top."""

    tab = "describe"

    def __init__(self) -> None:
        self._tails: dict[_Run, list[str]] = {}

    def wants(self, subject: Subject) -> Iterable[Want]:
        """Those of the description and of the reasons."""
        described = describers.wants(subject.kind, subject.object)
        kept_off = taints_of_node.wants(subject.object) if _is_node(subject) else ()
        return (*described, *why.wants(subject.kind, subject.object, subject.around), *kept_off)

    async def lines(self, subject: Subject, session: Session, zone: tzinfo) -> Sequence[Line]:
        """Reasons, if there are any, what a node's taints mean for pods, then the description."""
        last = {log.container: await self._tail(subject, log, session) for log in why.logs(subject, session.now())}
        # A node with 500 pods takes longer to write down than a frame may wait.
        return await asyncio.to_thread(_written, subject, last, session.now(), zone)

    async def _tail(self, subject: Subject, log: why.Log, session: Session) -> Sequence[str]:
        """The end of a log, read once a run."""
        run = (log, _starts(subject, log))
        if run not in self._tails:
            self._tails[run] = await _read(session, log)
        return self._tails[run]


def _is_node(subject: Subject) -> bool:
    return subject.kind.resource == NODES.resource


def _written(subject: Subject, last: Mapping[str, Sequence[str]], now: float, zone: tzinfo) -> Sequence[Line]:
    """The whole text."""
    found = why.reasons(subject, last, now)
    told = [Line("Why it is not well", Tone.CHANGING), *found, Line("")] if found else []
    taints = taints_of_node.lines(subject, now) if _is_node(subject) else []
    return [*told, *taints, *([Line("")] if taints else []), *describers.describe(subject, now, zone)]


def _starts(subject: Subject, log: why.Log) -> int:
    """How often the containers of the log's pod were started, as far as they are read."""
    pods = [subject.object, *(each for found in subject.around.values() for each in found)]
    pod = next((each for each in pods if tree.uid(each) == log.pod.uid), {})
    return sum(tree.number(each, "restartCount") for each in tree.rows(pod, "status", "containerStatuses"))


async def _read(session: Session, log: why.Log) -> list[str]:
    """The last lines of a log; a sentence where they cannot be had."""
    try:
        return await read_tail(session, log.pod, log.container, previous=log.previous)
    except ApiError as error:
        return [error.sentence]
