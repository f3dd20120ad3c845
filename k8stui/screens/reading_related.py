"""What an object hangs together with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from k8stui.model import related
from k8stui.model.document import Line, Subject, Want

if TYPE_CHECKING:
    from k8stui.cluster.session import Session


class Related:
    """What it hangs together with."""

    tab = "related"

    def wants(self, subject: Subject) -> Iterable[Want]:
        """Everything that may point at it."""
        return related.wants(subject.kind, subject.object, subject.around)

    async def lines(self, subject: Subject, session: Session, zone: tzinfo) -> Sequence[Line]:
        """Relations in groups, each a place to go."""
        return related.lines(related.related(subject))
