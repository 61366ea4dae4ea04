"""Problems of a diagram as rows of a page: a label for the element, and where it stands on the drawing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine import Problem


@dataclass(frozen=True)
class ProblemRow:
    """One problem. ``mark``: how it is marked on the drawing; ``label``: the element's name, else its id."""

    mark: Literal["error", "warning"]
    element: str
    label: str
    message: str
    file: str


def rows_of(problems: Iterable[Problem], severity: Literal["error", "warning"]) -> list[ProblemRow]:
    """Return the problems of one severity, each of them once."""
    rows = [
        ProblemRow(severity, each.element, each.name or each.element, each.message, each.file)
        for each in problems
        if each.severity == severity
    ]
    return list(dict.fromkeys(rows))
