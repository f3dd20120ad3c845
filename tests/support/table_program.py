"""A program with nothing but a live table, for tests that count the bytes it writes to a terminal.

Keys: `c` changes the status in a row in sight, `o` one out of sight, `i` inserts a row below all, `t` lets a
minute pass, `r` paints all anew.
"""

import sys
from typing import Any, ClassVar

import msgspec
from textual.binding import Binding

from tests.support.tables import Item, TableApp, item, items


class TableProgram(TableApp):
    BINDINGS: ClassVar[list[Any]] = [
        Binding("c", "change(3)"),
        Binding("o", "change(900)"),
        Binding("i", "insert"),
        Binding("t", "time"),
        Binding("r", "renew"),
    ]

    def change(self, line: int, **fields: Any) -> None:
        rows: list[Item] = self.source.rows
        rows[line] = msgspec.structs.replace(rows[line], **fields)
        self.table.changed()

    def action_change(self, line: int) -> None:
        failed = self.source.rows[line].status == "Failed"
        self.change(line, status="Running" if failed else "Failed")

    def action_insert(self) -> None:
        self.source.fill([*self.source.rows, item(f"zzz-{len(self.source)}")])
        self.table.changed()

    def action_time(self) -> None:
        self.time += 60
        self.table.tick()

    def action_renew(self) -> None:
        self.table.notify_style_update()
        self.screen.refresh(layout=True)


if __name__ == "__main__":
    TableProgram(items(int(sys.argv[1]), namespace="production", old=40 * 86400.0)).run()
