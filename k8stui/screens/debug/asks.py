"""How a row of the launcher's form is changed: turned, chosen from a list, or typed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from k8stui.actions.debug import FIELDS
from k8stui.actions.desk import Asking
from k8stui.cluster.queries import Query
from k8stui.model.duration import whole
from k8stui.model.kinds import NODES, PODS, Ref, Row
from k8stui.model.pods import Pod
from k8stui.operations.builders.debug_options import ALONE, COPY, EPHEMERAL, NODE
from k8stui.screens.debug import drafting
from k8stui.screens.debug.entries import MODE_ABOUT, MODE_NAMES, PROFILE_ABOUT, next_share
from k8stui.screens.debug.subject import Subject, urgent
from k8stui.screens.pick import PickScreen
from k8stui.settings import PROFILES
from k8stui.widgets.picker import Entry

if TYPE_CHECKING:
    from k8stui.screens.debug.page import DebugScreen

NEW = "\0new"
"""The id of what is no name: no container is called so."""
TYPED = frozenset({"command", "flags", "name", "lifetime"})
TURNED = frozenset({"host_network", "same_node", "share", "leave"})
_HINTS = {
    "command": "what runs, as in a shell; empty: the image's own",
    "flags": "as kubectl's: --env A=b --image-pull-policy Always --keep-labels --set-image app=app:2 --tty=false",
    "name": "letters, digits and -; empty: one is made up",
    "lifetime": "like 30m, 4h; empty: the cluster never ends it",
}


class Asks:
    """Of one page."""

    def __init__(self, page: DebugScreen) -> None:
        self._page = page

    def ask(self, field: str) -> None:
        """Change a row; what is typed or chosen comes later."""
        if field in TURNED:
            self._turn(field)
        elif field in TYPED:
            asked = self._page.house.home.desk.expect()  # what is typed behind the key is meant for the question
            self._page.house.spawn(self._type(field, asked), f"asking for the {field}")
        else:
            {
                "mode": self._mode,
                "on": self._on,
                "namespace": self._namespace,
                "target": self._target,
                "image": self._image,
                "profile": self._profile,
            }[field]()

    # Turned

    def _turn(self, field: str) -> None:
        page, options = self._page, self._page.plan.choice.options
        if field == "leave":
            at = drafting.LEAVES.index(page.plan.choice.leave)
            page.doing.remember_leave(drafting.LEAVES[(at + 1) % len(drafting.LEAVES)])
        elif field == "share":
            page.plan.choose(page.plan.choice.having(share_processes=next_share(options.share_processes)), field)
        else:
            page.plan.choose(page.plan.choice.having(**{field: not getattr(options, field)}), field)

    # Typed

    async def _type(self, field: str, asked: asyncio.Event) -> None:
        page = self._page
        asking = Asking(
            title=f"{FIELDS[field].label.capitalize()} of the debug {self._what}",
            hint=_HINTS[field],
            judge=lambda typed: self._judge(field, typed),
            initial=self._text(field),
        )
        try:
            text = await page.house.home.desk.put(asking)
        finally:
            asked.set()
        if text is not None and not page.gone:
            page.plan.choose(self._taken(field, text), field)

    @property
    def _what(self) -> str:
        return "container" if self._page.plan.choice.mode == EPHEMERAL else "pod"

    def _text(self, field: str) -> str:
        options = self._page.plan.choice.options
        if field == "command":
            return drafting.words(options)
        if field == "flags":
            return drafting.flags(options)
        if field == "lifetime":
            return whole(options.lifetime) if options.lifetime else ""
        return options.container if options.mode == EPHEMERAL else options.name

    def _judge(self, field: str, text: str) -> str:
        try:
            self._taken(field, text)
        except ValueError as error:
            return str(error)
        return ""

    def _taken(self, field: str, text: str) -> drafting.Choice:
        """The choice with what was typed. Raises ValueError: one sentence."""
        choice = self._page.plan.choice
        if field == "command":
            return choice.having(command=drafting.commanded(text), args=())
        if field == "flags":
            return structs.replace(choice, options=drafting.flagged(choice.options, text))
        if field == "lifetime":
            return choice.having(lifetime=drafting.lasting(text))
        return choice.having(**{"container" if choice.mode == EPHEMERAL else "name": text.strip()})

    # Chosen

    def _pick(
        self,
        title: str,
        entries: Callable[[], Sequence[Entry]],
        chosen: Callable[[str], None],
        *,
        current: str = "",
        typed: Callable[[str], Entry | None] = lambda text: None,
        follow: Callable[[Callable[[], None]], Callable[[], None]] | None = None,
    ) -> None:
        page = self._page

        def done(identity: str | None) -> None:
            if identity is not None and not page.gone:
                chosen(identity)

        screen = PickScreen(title, entries, page.signs, current=current, typed=typed, follow=follow)
        page.app.push_screen(screen, done)

    def _mode(self) -> None:
        page = self._page

        def entries() -> list[Entry]:
            return [
                Entry(mode, MODE_NAMES[mode], MODE_ABOUT[mode], page.doing.lacks(mode))
                for mode in page.plan.about.modes
            ]

        self._pick("How to debug", entries, page.plan.turn_to, current=page.plan.choice.mode)

    def _profile(self) -> None:
        page = self._page
        passing, refused = page.plan.trial.predicted.passing, bool(page.plan.trial.predicted.refused)

        def entries() -> list[Entry]:
            return [
                Entry(
                    each, each, ("passes here; " if refused and each in passing else "") + PROFILE_ABOUT.get(each, "")
                )
                for each in PROFILES
            ]

        self._pick(
            "What it may do", entries, lambda name: page.plan.choose(page.plan.choice.of_profile(name), "profile"),
            current=page.plan.choice.options.profile,
        )  # fmt: skip

    def _image(self) -> None:
        page, presets = self._page, self._page.presets

        def entries() -> list[Entry]:
            return [Entry(each.name, each.name, each.image) for each in presets]

        def typed(text: str) -> Entry | None:
            known = text in [each.name for each in presets]
            return None if known or not text.strip() else Entry(text.strip(), text.strip(), "this image, as typed")

        def chosen(name: str) -> None:
            preset = next((each for each in presets if each.name == name), None)
            usual = page.session.settings.debug.profile
            now = page.plan.choice
            found = now.of_preset(preset, usual) if preset is not None else now.of_image(name, usual)
            page.plan.choose(found.keeping(now, page.plan.chosen), "image")

        self._pick("Image: a preset, or type any image", entries, chosen, current=page.plan.choice.preset, typed=typed)

    def _target(self) -> None:
        page, pod = self._page, self._page.plan.pod
        if pod is None:
            page.house.note("The pod has not come yet: its containers are not known")
            return
        copying = page.plan.choice.mode == COPY
        none = (
            Entry(NEW, "a new one", "beside those of the pod")
            if copying
            else Entry(NEW, "no container", "its own processes only")
        )

        def about(name: str) -> str:
            if copying:
                return "its image and command are replaced"
            return "sees its processes" if drafting.running(pod, name) else "does not run: nothing to share"

        def chosen(name: str) -> None:
            field = "container" if copying else "target"
            page.plan.choose(page.plan.choice.having(**{field: "" if name == NEW else name}), "target")

        options = page.plan.choice.options
        self._pick(
            "Which container is changed" if copying else "Whose processes are shared",
            lambda: [*(Entry(name, name, about(name)) for name in drafting.containers(pod)), none],
            chosen,
            current=(options.container if copying else options.target) or NEW,
        )

    def _namespace(self) -> None:
        page = self._page
        namespaces = page.house.home.dialogs.namespaces

        def typed(text: str) -> Entry | None:
            known = namespaces.complete or text in namespaces.names
            return None if known or not text else Entry(text, text, "as typed: namespaces cannot be listed")

        self._pick(
            "Namespace of the debug pod",
            lambda: [Entry(name, name) for name in namespaces.names],
            lambda name: page.plan.choose(page.plan.choice.having(namespace=name), "namespace"),
            current=page.plan.choice.options.namespace or page.plan.about.namespace,
            typed=typed,
            follow=namespaces.follow,
        )

    # The pod or the node

    def _on(self) -> None:
        page = self._page
        if page.plan.choice.mode == NODE:
            self._of_kind("Which node", Query(NODES), self._nodes, page.plan.about.node)
        elif page.plan.choice.mode != ALONE:
            self._of_kind("Which pod", Query(PODS, page.plan.about.namespace), self._pods, page.plan.about.pod)

    def _of_kind(
        self, title: str, query: Query, listed: Callable[[Sequence[Row]], list[Entry]], current: Ref | None
    ) -> None:
        """One of the live rows of a query; the feed is shared with the tables."""
        page = self._page
        lease = page.session.feeds.open(query)

        def rows() -> list[Entry]:
            return listed(list(lease.store.rows.values()))

        def follow(changed: Callable[[], None]) -> Callable[[], None]:
            def wake() -> None:
                changes.take()
                page.app.call_later(changed)

            changes = lease.store.subscribe(wake)

            def end() -> None:
                changes.close()
                lease.close()

            return end

        def chosen(uid: str) -> None:
            row = next((each for each in lease.store.rows.values() if each.ref.uid == uid), None)
            if row is not None:
                page.plan.turn_on(_about(page.plan.about, row))

        self._pick(title, rows, chosen, current=current.uid if current is not None else "", follow=follow)

    def _pods(self, rows: Sequence[Row]) -> list[Entry]:
        """Of a workload its own alone."""
        page = self._page
        pods = page.plan.reading.pods if page.plan.about.workload is not None else None
        shown = pods if pods is not None else sorted([row for row in rows if isinstance(row, Pod)], key=urgent)
        return [Entry(pod.ref.uid, pod.ref.name, f"{pod.word} {pod.ready}/{pod.total} {pod.node}") for pod in shown]

    def _nodes(self, rows: Sequence[Row]) -> list[Entry]:
        return [Entry(row.ref.uid, row.ref.name) for row in sorted(rows, key=lambda row: row.ref.name)]


def _about(about: Subject, row: Row) -> Subject:
    """The same about another pod or node."""
    return about.of(row) if isinstance(row, Pod) else structs.replace(about, node=row.ref)
