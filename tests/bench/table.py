"""The table of budgets: what was measured, against the floor of the same run, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line. ``floor`` is the floor's step in the unit of ``measured``, where the budget is a multiple of it;
    ``at_least``: the budget is a lower bound.
    """

    what: str
    measured: float
    unit: str
    budget: float
    floor: float | None = None
    note: str = ""
    at_least: bool = False

    @property
    def value(self) -> float:
        """Return what the budget limits: the multiple of the floor, or the measured figure itself."""
        return self.measured / self.floor if self.floor else self.measured

    @property
    def within(self) -> bool:
        """Return whether the budget holds."""
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def cells(self) -> tuple[str, ...]:
        """Return the row as texts, in the order of ``HEAD``."""
        unit = "x floor" if self.floor else self.unit
        multiple = f"{self.value:.2f} x" if self.floor else "-"
        return (
            self.what,
            f"{_figure(self.measured)} {self.unit}",
            multiple,
            f"{'at least ' * self.at_least}{_figure(self.budget)} {unit}",
            "ok" if self.within else "OVER",
            self.note,
        )


HEAD = ("what", "measured", "of the floor", "budget", "verdict", "note")


def lines(rows: list[Row]) -> list[str]:
    """Return the table as lines of Markdown, columns aligned."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    written = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    written.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return written


def _figure(value: float) -> str:
    return f"{value:.0f}" if value == int(value) or value >= 100 else f"{value:.2f}"
