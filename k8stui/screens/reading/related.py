"""What an object hangs together with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from k8stui.model import related
from k8stui.model.document import Line, Subject, Want
from k8stui.model.relations.base import USUAL

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.kube.kinds import Kinds


class Related:
    """What it hangs together with."""

    tab = "related"

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kinds: Kinds | None = None
        self._known: related.Known = USUAL

    def _knows(self) -> related.Known:
        """The server's kinds, custom ones too, as far as it has told them."""
        kinds = self._session.kinds
        if kinds is not None and kinds is not self._kinds:
            self._kinds, self._known = kinds, related.KnownKinds(kinds.preferred)
        return self._known

    def wants(self, subject: Subject) -> Iterable[Want]:
        """Everything that may point at it."""
        return related.wants(subject.kind, subject.object, subject.around, self._knows())

    async def lines(self, subject: Subject, session: Session, zone: tzinfo) -> Sequence[Line]:
        """Relations in groups, each a place to go."""
        return related.lines(related.related(subject, self._knows()), subject.missing.values())
