"""Figures beside their limits, as a Markdown table."""

from msgspec import Struct


class Row(Struct, frozen=True):
    """One figure."""

    name: str
    figure: float
    limit: float | None
    unit: str
    note: str = ""
    least: bool = False
    """The limit is the least that will do, not the most."""

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"{self.limit:g} {self.unit}"
        verdict = "" if self.limit is None else "yes" if self._kept(self.limit) else "**no**"
        return f"| {self.name} | {_number(self.figure)} {self.unit} | {limit} | {verdict} | {self.note} |"

    def _kept(self, limit: float) -> bool:
        return self.figure >= limit if self.least else self.figure <= limit


class Table:
    """Prints each row as it is known."""

    def __init__(self, title: str) -> None:
        self.rows: list[Row] = []
        print(f"\n### {title}\n\n| measure | figure | limit | kept | note |\n|---|---|---|---|---|", flush=True)

    def add(self, row: Row) -> None:
        """One more."""
        self.rows.append(row)
        print(row, flush=True)


def _number(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.1f}" if figure >= 1 else f"{figure:.2f}"
