"""An object as YAML."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from k8stui.model import yaml_document
from k8stui.model.document import Line, Subject, Want
from k8stui.model.secret_values import ALL, NONE

if TYPE_CHECKING:
    from k8stui.cluster.session import Session


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
        # A ConfigMap of a megabyte takes longer to write down than a frame may wait.
        return await asyncio.to_thread(
            yaml_document.yaml_document, subject.object, managed=self.managed, revealed=self.revealed
        )
