"""Rows, a counting source and a small app for the tests of the live table."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from textual.app import App, ComposeResult
from textual.message import Message

from k8stui.model.columns import Column, Tone
from k8stui.model.duration import age
from k8stui.model.kinds import PODS, Ref
from k8stui.widgets.live_table import LiveTable
from k8stui.widgets.live_table_messages import TableMessage
from k8stui.widgets.symbols import UNICODE, Symbols

TONES = {"Running": Tone.OK, "Pending": Tone.CHANGING, "Terminating": Tone.WARNING, "Failed": Tone.BAD}
START = 1_000_000.0


class Item(Struct, frozen=True):
    ref: Ref
    status: str = "Running"
    restarts: int = 0
    created: float = START - 40 * 86400
    version: str = "1"
    labels: tuple[tuple[str, str], ...] = ()


def item(name: str, status: str = "Running", restarts: int = 0, *, namespace: str = "shop", old: float = 4e6) -> Item:
    return Item(Ref(PODS, namespace, name, f"uid-{namespace}-{name}"), status, restarts, START - old)


def items(count: int, **rest: Any) -> list[Item]:
    return [item(f"web-{index:06}", **rest) for index in range(count)]


COLUMNS: tuple[Column[Item], ...] = (
    Column(title="NAMESPACE", text=lambda row, now: row.ref.namespace, order=lambda row: row.ref.namespace, keep=4),
    Column(
        title="NAME", text=lambda row, now: row.ref.name, order=lambda row: row.ref.name, keep=9, middle=True, most=60
    ),
    Column(
        title="STATUS",
        text=lambda row, now: row.status,
        order=lambda row: row.status,
        tone=lambda row, now: TONES.get(row.status, Tone.PLAIN),
        keep=8,
        width=10,
    ),
    Column(
        title="RESTARTS", text=lambda row, now: str(row.restarts), order=lambda row: row.restarts, right=True, keep=6
    ),
    Column(
        title="AGE", text=lambda row, now: age(row.created, now), order=lambda row: -row.created, right=True, keep=7
    ),
    Column(title="NODE", text=lambda row, now: "worker-1", order=lambda row: "", keep=3, most=60),
    Column(title="IP", text=lambda row, now: "10.244.0.17", order=lambda row: "", keep=2, width=15),
    Column(title="UID", text=lambda row, now: row.ref.uid, order=lambda row: "", wide=True, most=60),
)


class Source:
    """Lines that count what is asked of them."""

    def __init__(self, rows: Sequence[Item] = ()) -> None:
        self.windows: list[int] = []
        self.finds = 0
        self.fill(rows)

    def fill(self, rows: Sequence[Item]) -> None:
        self.rows = list(rows)
        self.index = {row.ref.uid: line for line, row in enumerate(self.rows)}

    def __len__(self) -> int:
        return len(self.rows)

    def window(self, top: int, height: int) -> Sequence[Item]:
        self.windows.append(height)
        return self.rows[top : top + height]

    def find(self, uid: str) -> int | None:
        self.finds += 1
        return self.index.get(uid)


class CountingTable(LiveTable[Item]):
    """Counts what it paints and what it asks to be painted."""

    def __init__(self, **rest: Any) -> None:
        self.drawn: list[int] = []
        self.asked: list[tuple[int, int]] = []
        super().__init__(**rest)

    def render_line(self, y: int) -> Any:
        self.drawn.append(y)
        return super().render_line(y)

    def refresh(self, *regions: Any, **rest: Any) -> Any:
        self.asked += [(region.y, region.width) for region in regions] or [(-1, -1)]
        return super().refresh(*regions, **rest)

    def forget(self) -> None:
        self.drawn.clear()
        self.asked.clear()


class TableApp(App[None]):
    """A screen with nothing but a table, and the messages it posted."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { overflow: hidden; }"

    def __init__(self, rows: Sequence[Item] = (), *, symbols: Symbols = UNICODE, empty: str = "") -> None:
        super().__init__()
        self.time = START
        self.source = Source(rows)
        self.table = CountingTable(now=lambda: self.time, symbols=symbols, id="table")
        self.said: list[Message] = []
        self.sentence = empty

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.show(self.source, COLUMNS, (1, False), empty=self.sentence)
        self.table.focus()

    def on_live_table_opened(self, message: TableMessage) -> None:
        self.said.append(message)

    on_live_table_moved = on_live_table_opened
    on_live_table_marked = on_live_table_opened
    on_live_table_sort_requested = on_live_table_opened
    on_live_table_vanished = on_live_table_opened
    on_live_table_scrolled = on_live_table_opened

    def heard(self, kind: type[TableMessage]) -> list[Any]:
        return [message for message in self.said if isinstance(message, kind)]

    def lines(self) -> list[str]:
        """The screen as text."""
        return [
            "".join(segment.text for segment in strip).rstrip() for strip in self.screen._compositor.render_strips()
        ]
