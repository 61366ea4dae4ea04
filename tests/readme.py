"""The README as tests read it: its tables by their first heading, its words in code quotes."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def text() -> str:
    """Return the README."""
    return (ROOT / "README.md").read_text()


def table(first_heading: str) -> list[list[str]]:
    """Return the rows of every table whose first column is headed so; raise ``LookupError`` if there is none."""
    rows: list[list[str]] = []
    reading = False
    for line in text().splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]] if line.startswith("|") else []
        if not cells:
            reading = False
        elif reading and not set(cells[0]) <= set("-: "):
            rows.append(cells)
        elif cells[0].strip("`") == first_heading:
            reading = True
    if not rows:
        raise LookupError(f"README.md has no table headed {first_heading!r}")
    return rows


def quoted(part: str | None = None) -> list[str]:
    """Return what stands in code quotes, in the whole README or in ``part`` of it."""
    return re.findall(r"`([^`\n]+)`", text() if part is None else part)


def commands_shown() -> set[str]:
    """Return the sub-commands of every ``alur …`` in code quotes or in a code block, as ``people add``."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text(), re.MULTILINE | re.DOTALL)
    shown: set[str] = set()
    for code in [*blocks, *quoted()]:
        for line in code.splitlines():
            shown |= {
                " ".join(found) for found in re.findall(r"(?:^|[\s/])alur ([a-z]+(?:-[a-z]+)*)(?: ([a-z]+)\b)?", line)
            }
    return {name.strip() for name in shown}
