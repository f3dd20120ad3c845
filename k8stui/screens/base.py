"""What every screen of ours shares: frames that wait for the terminal, and faults that become messages."""

import time
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.binding import Binding
from textual.errors import NoWidget
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget

from k8stui.actions import REGISTRY
from k8stui.display.composition import Composition
from k8stui.display.driver import PacedDriver
from k8stui.widgets.selecting import Selectable
from k8stui.widgets.steady import Steady

if TYPE_CHECKING:
    from k8stui.app import K8sTui

T = TypeVar("T")


def bindings() -> list[Binding]:
    """One binding for each key of the registry: which action it is depends on what is shown."""
    keys = dict.fromkeys(action.key for action in REGISTRY if action.key)
    return [
        *(Binding(key, f"key({key!r})", show=False) for key in keys),
        Binding("escape", "escape", "Back", show=False),
    ]


class BaseScreen(Steady, Screen[T]):
    """A screen that makes no frame while one is unfinished and survives an exception in one of its handlers.

    Leans on private names of Textual 8.2.8: `_compositor` and its `_dirty_regions`, `_compositor_refresh`,
    `_dirty_widgets`, `_on_timer_update`, `_update_timer`, `_driver`.
    """

    _late = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._compositor = Composition()

    @property
    def house(self) -> "K8sTui":
        """The app, by its own type."""
        return cast("K8sTui", self.app)

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """Where a selection begins or ends: our own widgets know it without marks in what they paint."""
        try:
            widget, region = self.get_widget_at(x, y)
        except NoWidget:
            return None, None
        if isinstance(widget, Selectable):
            return widget, widget.place_at(max(0, x - region.x), max(0, y - region.y))
        return super().get_widget_and_offset_at(x, y)

    def painted(self, at: float) -> None:
        """A frame is on its way to the terminal, and could be read there from that monotonic second on."""

    @property
    def covered(self) -> bool:
        """Whether a screen that nothing shines through lies over this one."""
        stack = self.app.screen_stack
        above = stack[stack.index(self) + 1 :] if self in stack else []
        return any(screen.styles.background.a == 1 for screen in above)

    def _compositor_refresh(self) -> None:
        if self.covered:
            # Textual would paint what lies above anew. Seen again, all of this screen is painted.
            self._compositor._dirty_regions.clear()
            self._dirty_widgets.clear()
        elif self.house.output_ready():
            self._paint_frame()
        else:
            self._late = True
            self._update_timer.resume()

    def _paint_frame(self) -> None:
        begun = time.monotonic()
        super()._compositor_refresh()
        driver = self.house._driver
        handed = driver.handed_at if isinstance(driver, PacedDriver) else begun
        # Not the time it is now: by that a quick answer to the frame would look as if it had come before it.
        self.painted(handed if handed > begun else time.monotonic())

    def _on_timer_update(self) -> None:
        if not self.house.output_ready():
            return  # the timer goes on until the terminal has taken the last frame: the newest state wins
        try:
            if self._late:
                self._late = False
                # The frame forgets which widgets are dirty: those since the held back one belong into it.
                self._compositor.update_widgets(self._dirty_widgets)
                self._paint_frame()
            super()._on_timer_update()
        except Exception as error:  # painting fails again at the next frame: there is nothing to go on with
            self.house._handle_exception(error)


class Dialog(BaseScreen[T]):
    """A screen over another one, closed by `esc` and `q`."""

    BINDINGS: ClassVar[list[Any]] = [("escape,q", "close", "Close")]

    def action_close(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
