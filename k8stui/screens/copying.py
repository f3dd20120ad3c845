"""`Y`: what can be copied of an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.kube.errors import ApiError
from k8stui.model import kubectl
from k8stui.model.columns import Tone
from k8stui.model.kinds import Ref
from k8stui.screens.pick import PickScreen
from k8stui.widgets.picker import Entry

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.screens.resource import ResourceScreen

NAME, FULL, YAML, CLEAN, LIST = "name", "full-name", "yaml", "clean-yaml", "list"
"""Ids of what is copied, besides commands, whose id is the command."""


class Copying:
    """Asks what to copy of one object, and copies it."""

    def __init__(self, screen: ResourceScreen, session: Session, ref: Ref) -> None:
        self._screen = screen
        self._session = session
        self._ref = ref

    def ask(self) -> None:
        """Open the choice."""
        title = f"Copy of {self._ref.kind.singular} {self._ref}"
        self._screen.app.push_screen(PickScreen(title, self._entries, self._screen.signs), self._chosen)

    def _entries(self) -> list[Entry]:
        ref = self._ref
        texts = [Entry(NAME, f"name: {ref.name}")]
        if ref.namespace:
            texts.append(Entry(FULL, f"namespace and name: {ref}"))
        texts.append(Entry(YAML, "YAML", "as it is now; values of a Secret are masked"))
        texts.append(Entry(CLEAN, "YAML to apply elsewhere", "without status and what the server fills in"))
        context = self._session.context.name
        commands = [Entry(each, each, "") for each in kubectl.for_object(ref, context)]
        place = self._screen.places.place
        kind = self._session.kind(place.view)
        if kind is not None:
            fields = f"spec.nodeName={place.node}" if place.node else ""
            text = kubectl.for_list(kind, place.namespace, context, labels=self._labels(), fields=fields)
            commands.append(Entry(text, text, "this view"))
        return texts + commands

    def _labels(self) -> str:
        pane = self._screen.pane
        selecting = pane is not None and pane.filter is not None and pane.filter.selector is not None
        return self._screen.places.place.filter.removeprefix("-l").strip() if selecting else ""

    def _chosen(self, identity: str | None) -> None:
        if identity in (YAML, CLEAN):
            self._screen.house.spawn(self._copy_yaml(clean=identity == CLEAN), "copying YAML")
        elif identity is not None:
            texts = {NAME: self._ref.name, FULL: str(self._ref)}
            text = texts.get(identity, identity)
            self._screen.house.copy(text, text)

    async def _copy_yaml(self, *, clean: bool) -> None:
        """Read the object and copy it. A Secret's values stay on the server."""
        from k8stui.model.objects import TooDeepError, row
        from k8stui.model.skeleton import skeleton
        from k8stui.model.yaml_document import yaml_text

        kind = self._session.kind(self._ref.kind.resource) or self._ref.kind
        try:
            answer = await self._session.connection.request("GET", kind.path(self._ref.namespace, self._ref.name))
        except ApiError as error:
            self._screen.house.note(f"Nothing was copied: {error.sentence}", Tone.WARNING)
            return
        try:
            found = row(kind, answer.body).exact()
        except TooDeepError as error:
            self._screen.house.note(f"Nothing was copied: {error}", Tone.WARNING)
            return
        self._screen.house.copy(yaml_text(skeleton(found) if clean else found, managed=False, masked=True))
