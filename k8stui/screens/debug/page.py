"""The launcher: what is chosen, what it comes to, and from `y` on what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, on
from textual.binding import Binding
from textual.containers import Container
from textual.widget import Widget

from k8stui.actions import Action, Rows, Where
from k8stui.actions.debug import FIELDS
from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.operations.builders.debug_options import EPHEMERAL
from k8stui.screens.debug import keys, preview
from k8stui.screens.debug.asks import Asks
from k8stui.screens.debug.considering import Considering
from k8stui.screens.debug.doing import Doing
from k8stui.screens.debug.drafting import Choice
from k8stui.screens.debug.entries import entries
from k8stui.screens.debug.made import Made
from k8stui.screens.debug.subject import Subject
from k8stui.screens.debug.text import LauncherText
from k8stui.screens.freshness import words
from k8stui.screens.pace import Pacer
from k8stui.screens.page import PageScreen
from k8stui.widgets.form import Form
from k8stui.widgets.status_line import Status
from k8stui.widgets.symbols import Symbols

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.settings import Preset

WIDE: Final = 110
"""From so many cells on the form stands beside what it comes to."""
_FORM: Final = 50
"""Cells of the form beside it."""


class DebugScreen(PageScreen):
    """The page is its own question: `y` agrees to the request that is to be seen on it, and to no other.

    Args:
        session: of the open context.
        about: whom it is about.
        choice: what stands there at first.
        presets: the images to choose from.
        symbols: of the terminal.
        chosen: fields that somebody has chosen already.
    """

    AUTO_FOCUS = "Form"
    WHERE: ClassVar[Where] = Where.DEBUG
    BINDINGS: ClassVar[list[Any]] = [
        Binding("pagedown", "pages(1)", show=False),
        Binding("pageup", "pages(-1)", show=False),
    ]
    DEFAULT_CSS = """
    DebugScreen > #launcher { height: 1fr; layout: vertical; background: $background; }
    DebugScreen > #launcher.-wide { layout: horizontal; }
    """

    def __init__(
        self,
        session: Session,
        about: Subject,
        choice: Choice,
        presets: Sequence[Preset],
        symbols: Symbols,
        *,
        chosen: Iterable[str] = (),
    ) -> None:
        super().__init__(session, symbols)
        self.presets = presets
        self.form = Form(symbols=symbols)
        self.text = LauncherText(symbols)
        self.made: Made | None = None
        """What was launched here, until the form is gone back to."""
        self.whole = False
        """A copy is shown whole, not as what changes."""
        self.asks = Asks(self)
        self.doing = Doing(self)
        self._first = (about, choice, tuple(chosen))
        self.considering: Considering | None = None
        self._pointed = 0.0
        self._shown, self._seen, self._seen_at = "", "", float("inf")
        timing = session.settings.timing
        self._pacer = Pacer(self.flush, quiet=timing.paint_quiet, every=timing.paint_every)

    def body(self) -> Iterable[Widget]:
        """The form, and what it comes to."""
        yield Container(self.form, self.text, id="launcher")

    @property
    def plan(self) -> Considering:
        """What is being chosen. Raises LookupError before the page is open."""
        if self.considering is None:
            raise LookupError("the page is not open")
        return self.considering

    def on_mount(self) -> None:
        """Begin to read."""
        about, choice, chosen = self._first
        self.considering = Considering(
            self.session,
            about,
            choice,
            chosen=chosen,
            preview=self.house.home.changing.gateway.preview,
            spawn=self.house.spawn,
            changed=self.poke,
        )
        self.flush()
        self._lay_out()

    def on_unmount(self) -> None:
        """Give the feeds back; what was made goes on without its page."""
        self._pacer.stop()
        if self.considering is not None:
            self.considering.close()
        if self.made is not None:
            self.made.close()

    def on_resize(self, event: events.Resize) -> None:
        """Side by side, or one above the other."""
        self.call_after_refresh(self._lay_out)

    def on_screen_resume(self) -> None:
        """Seen again: seconds have passed."""
        self.poke()

    def _lay_out(self) -> None:
        if self.gone:
            return
        wide, alone = self.size.width >= WIDE, self.made is not None
        self.query_one("#launcher").set_class(wide, "-wide")
        hidden, self.form.display = not self.form.display, not alone
        rows, height = len(self.form.entries), max(1, self.size.height - 3)
        self.form.styles.width = _FORM if wide else self.size.width
        self.form.styles.height = height if wide else max(3, min(rows + 1, height // 2))
        self.text.styles.width = self.size.width - (_FORM if wide and not alone else 0)
        if alone and self.focused is self.form:
            self.set_focus(self.text)
        elif not alone and (hidden or self.focused is None):
            self.set_focus(self.form)
        self.poke()

    # Shown

    def poke(self) -> None:
        """Something came: show it soon."""
        if self.is_attached:
            self._pacer.poke()

    def flush(self) -> None:
        """Show everything that has arrived."""
        plan = self.considering
        if plan is None or self.gone:
            return
        if self.made is None:
            plan.renew(trying=not self.session.read_only)
            self._shown = plan.digest
            self.doing.go_straight()
        before = (len(self.form.entries), self.form.display)
        self.form.show(entries(plan.choice, plan.about, plan.pod, tuple(plan.chosen)))
        if before != (len(self.form.entries), self.made is None):
            self._lay_out()
        lines = self.made.lines() if self.made is not None else self._lines(plan)
        self.text.read(lines)
        self.refresh_lines()

    def _lines(self, plan: Considering) -> list[Line]:
        lacks = self.doing.lack()
        found = preview.lines(plan.trial, plan.answer, whole=self.whole, lacks=lacks, refused=plan.refused)
        if plan.running and plan.choice.mode == EPHEMERAL:
            found.insert(0, Line(f" ▲ {plan.running[-1]} runs in this pod already: A attaches to it", Tone.WARNING))
        if plan.remark:
            found.insert(0, Line(f" {plan.remark}", Tone.CHANGING, flows=True))
        return found

    def painted(self, at: float) -> None:
        """From this frame on the request in it is one that somebody can agree to."""
        if self.made is None and self.text.region and self._shown != self._seen:
            self._seen, self._seen_at = self._shown, at

    @property
    def agreed(self) -> bool:
        """Whether the key or the click that is handled came when the very request was to be seen."""
        at = max(self.house.typed_at, self._pointed)
        return bool(self._seen) and self._seen == self.plan.digest and at >= self._seen_at

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """When somebody clicked last."""
        self._pointed = event.time

    # The fixed rows

    def heading(self) -> Status:
        """Whom it is about, and how fresh that is; then how far it is."""
        plan = self.considering
        if plan is None:
            return self.status_of("debug", "", Tone.MUTED)
        ref = plan.about.ref(plan.choice.mode) or plan.about.workload
        title = f"debug {ref.name}" if ref is not None else "debug"
        if self.made is not None:
            return self.status_of(title, *self.made.words(), plan.namespace)
        state = plan.reading.state
        fresh = words(state, self.session.now()) if state is not None else ("", Tone.MUTED)
        return self.status_of(title, *fresh, plan.namespace)

    def actions(self) -> tuple[Action, ...]:
        """Its own as it is now first."""
        plan = self.considering
        return keys.actions(plan.choice.mode, self.made) if plan is not None else ()

    def shown(self) -> Sequence[Action]:
        """What means something now."""
        plan = self.considering
        if plan is None:
            return ()
        return keys.shown(plan.choice.mode, self.made, plan.trial, running=bool(plan.running))

    def remark(self) -> tuple[str, Tone]:
        """What the row under the cursor means."""
        entry = self.form.current
        if self.made is not None or entry is None:
            return "", Tone.PLAIN
        about = entry.about or FIELDS[entry.field].help
        return f"{entry.label}: {about}", Tone.MUTED

    def rows(self) -> Rows:
        """What rights are asked about."""
        plan = self.considering
        return keys.rows(plan.choice.mode, plan.about, plan.namespace, self.made) if plan is not None else []

    def rights_changed(self) -> None:
        """More is known of what the user may do: the usual way may not be theirs."""
        self.doing.best_mode()
        self.poke()

    def retry(self) -> None:
        """Ask the server now."""
        self.plan.retry()

    # Keys

    def change(self, what: str) -> None:
        """Change a row, or do what the page is for."""
        if self.considering is None:
            return
        if what == "change":
            self.form.action_open()
        elif what in FIELDS:
            self.form.go(what)
            self._open(what)
        elif what == "read":
            self.text.focus()
        else:
            self.doing.do(what)

    def _open(self, field: str) -> None:
        if field == "custom":
            self.doing.do(field)
        else:
            self.asks.ask(field)

    @on(Form.Opened)
    def _opened(self, event: Form.Opened) -> None:
        self._open(event.field)

    @on(Form.Moved)
    def _moved(self) -> None:
        self._note = None
        self._show_line()

    def action_pages(self, pages: int) -> None:
        """Read on in what it comes to."""
        self.text.action_pages(pages)

    def step(self, by: int) -> bool:
        """Back: what is being waited for is not left without a word."""
        if by < 0 and self.made is not None and self.made.under_way:
            self.doing.leave()
            return True
        return super().step(by)
