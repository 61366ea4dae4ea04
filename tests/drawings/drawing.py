"""One drawing of the collection: its bytes, and its repairs by id and in order (``expected.json``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.drawings.sketch import Sketch, Tool


@cache
def _expected() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(Path(__file__).with_name("expected.json").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Drawing:
    """A drawing, and the forms that come with it."""

    name: str
    data: bytes
    forms: Mapping[str, str] = field(default_factory=dict)

    @property
    def repairs(self) -> list[str]:
        """Return the ids of the repairs that it must get, in their order."""
        return _expected()[self.name]


def drawn(
    name: str,
    tool: Tool,
    text: str,
    *,
    forms: Mapping[str, str] | None = None,
    change: Callable[[str], str] = str,
    encoding: str = "utf-8",
) -> Drawing:
    """Return a drawing in a tool's handwriting; ``change`` is what a person did to the text afterwards."""
    written = change(Sketch(text, tool).xml()).encode(encoding)
    return Drawing(f"{tool.name}: {name}", written, forms or {})
