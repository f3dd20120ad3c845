"""The ways to read an object: which neighbours each wants, and the lines it makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.model.document import Line, Subject, Want


class Reader(Protocol):
    """One way to read an object."""

    tab: str

    def wants(self, subject: Subject) -> Iterable[Want]:
        """The neighbours it needs, going by what is there already."""
        ...

    async def lines(self, subject: Subject, session: Session, zone: tzinfo) -> Sequence[Line]:
        """The text."""
        ...


def reader(tab: str, session: Session) -> Reader:
    """A reader by its name; its rules are loaded now. Raises KeyError for one that there is not."""
    if tab == "describe":
        from k8stui.screens.reading.words import Describe

        return Describe()
    if tab == "yaml":
        from k8stui.screens.reading.yaml import Yaml

        return Yaml()
    if tab == "related":
        from k8stui.screens.reading.related import Related

        return Related(session)
    raise KeyError(tab)
