"""The pickers of namespaces and contexts, and which namespaces are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from k8stui.actions import Place
from k8stui.cluster.queries import Query
from k8stui.cluster.states import Live
from k8stui.kube.errors import ConfigError
from k8stui.model.kinds import NAMESPACES
from k8stui.screens.pick import PickScreen
from k8stui.widgets.picker import Entry

if TYPE_CHECKING:
    from k8stui.cluster.feeds import Lease
    from k8stui.screens.resource import ResourceScreen

ALL = "\0all"
"""The id of the entry for all namespaces: no namespace is called so."""
_LABEL = re.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?")


class Namespaces:
    """The namespaces of the open context, as far as they are known, and the list to choose one."""

    def __init__(self, screen: ResourceScreen) -> None:
        self._screen = screen
        self._lease: Lease[Any] | None = None
        self._opened: list[str] = []
        """Those that were opened, for whoever may not list them."""

    @property
    def names(self) -> tuple[str, ...]:
        """Those known now: listed, or the context's and those opened before."""
        session = self._screen.session
        if session is None:
            return ()
        if self._lease is None:
            self._lease = session.feeds.open(Query(NAMESPACES))
        names = {row.ref.name for row in self._lease.store.rows.values()}
        names |= {name for name in (session.context.namespace, *self._opened) if name}
        return tuple(sorted(names))

    @property
    def complete(self) -> bool:
        """Whether there are no others: they were listed."""
        return self._lease is not None and isinstance(self._lease.state, Live)

    def remember(self, namespace: str) -> None:
        """It was opened: offer it, and feed it where the whole cluster is refused."""
        if self._screen.session is not None and namespace not in self._opened:
            self._opened.append(namespace)
            self._screen.session.feeds.also(namespace)

    def pick(self) -> None:
        """Open the list."""

        def entries() -> Sequence[Entry]:
            return [Entry(ALL, "all namespaces"), *(Entry(name, name) for name in self.names)]

        def chosen(identity: str | None) -> None:
            if identity is not None:
                self._go(None if identity == ALL else identity)

        screen = PickScreen(
            "Namespace",
            entries,
            self._screen.signs,
            current=self._screen.namespace or ALL,
            follow=self.follow,
            typed=self._typed,
        )
        self._screen.app.push_screen(screen, chosen)

    def follow(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call this when others are known; the result ends that."""
        if self._lease is None:
            return lambda: None

        def wake() -> None:
            self._screen.app.call_later(again)

        def again() -> None:
            changes.take()
            changed()

        changes = self._lease.store.subscribe(wake)
        return changes.close

    def _typed(self, text: str) -> Entry | None:
        """A namespace that was typed, where not all are known: its name has to be one."""
        if self.complete or len(text) > 63 or not _LABEL.fullmatch(text):
            return None
        return Entry(text, text, "as typed: namespaces cannot be listed")

    def _go(self, namespace: str | None) -> None:
        """Show the view that is open in another namespace (None: in all), or pods where it has none."""
        if self._screen.pending.hold("the namespace", lambda: self._go(namespace)):
            return
        pane, place = self._screen.pane, self._screen.places.place
        view = "pods" if pane is not None and not pane.namespaced else place.view
        self._screen.go(Place(view, namespace, mode=place.mode))

    def close(self) -> None:
        """Another context: nothing is known of its namespaces."""
        self._opened.clear()
        if self._lease is not None:
            self._lease.close()
            self._lease = None


class ContextPicker:
    """The list of contexts."""

    def __init__(self, screen: ResourceScreen) -> None:
        self._screen = screen

    def pick(self) -> None:
        """Open it; contexts that were added since are offered as soon as the file is read."""

        def entries() -> Sequence[Entry]:
            return [Entry(each.name, each.name, each.server) for each in self._screen.contexts.all]

        def follow(changed: Callable[[], None]) -> Callable[[], None]:
            self.reread(changed)
            return lambda: None

        def chosen(name: str | None) -> None:
            if name is not None:
                self._screen.switch.enter(name)

        current = self._screen.session.context.name if self._screen.session is not None else ""
        screen = PickScreen("Context", entries, self._screen.signs, current=current, follow=follow)
        self._screen.app.push_screen(screen, chosen)

    def reread(self, then: Callable[[], None] = lambda: None) -> None:
        """Learn of contexts that were added since; a file that is wrong now is told at the next switch."""

        async def read() -> None:
            with suppress(ConfigError):
                await self._screen.contexts.refresh()
                then()

        self._screen.house.spawn(read(), "reading the kubeconfig")
