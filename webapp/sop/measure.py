"""How much room a text takes in print, before any browser has seen it: so that pages can be filled beforehand.

Reckoned with the widths of the common sans serif (Arial and its equals) and a margin for wider substitutes.
It rather promises too many lines than too few.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

TEXT_SIZE: Final = 11
"""Pixels of the letters in the flow table."""
LINE: Final = 14
"""Pixels from line to line."""
_MARGIN: Final = 1.15
"""A substitute such as DejaVu Sans is so much wider at most."""
_BOLD: Final = 1.08
_WIDE: Final = 1000
_ARIAL: Final = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 "
    "556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 "
    "722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 "
    "500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584 "
)
"""Widths of the letters from the blank to the tilde, in thousandths of their size."""
_WIDTHS: Final = dict(zip(map(chr, range(32, 127)), map(int, _ARIAL.split()), strict=True))


def width(text: str, *, size: float = TEXT_SIZE, bold: bool = False) -> float:
    """Return how many pixels a line of text takes at most."""
    return sum(_WIDTHS.get(letter, _WIDE) for letter in text) * size / 1000 * _MARGIN * (_BOLD if bold else 1)


def lines(text: str, room: float, *, size: float = TEXT_SIZE, bold: bool = False) -> int:
    """Return into how many lines a text breaks in a column of ``room`` pixels; a long word breaks anywhere."""
    count, used = 0, 0.0
    space = width(" ", size=size, bold=bold)
    for word in text.split():
        needed = width(word, size=size, bold=bold)
        if count and used + space + needed <= room:
            used += space + needed
            continue
        rows = max(1, -(-needed // room))
        count += int(rows)
        # What a broken word leaves on its last line is not counted on: the next word may not fit beside it.
        used = needed if rows == 1 else room
    return count


def height(texts: Iterable[str], room: float) -> int:
    """Return the pixels of paragraphs that stand below each other."""
    return LINE * sum(lines(text, room) for text in texts)
