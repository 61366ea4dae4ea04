"""What a form consists of: the base of every component and of every field, and what is only shown.

A component knows how it is drawn in words, never in HTML. Fields come in ``fields.py``,
``dates.py`` and ``files.py``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from .feel import Hide
from .problems import Unfit
from .text import Block

MAX_BYTES = 100_000
REQUIRED = "Isian ini wajib diisi."
_KINDS: Mapping[type, str] = {
    bool: "ya/tidak",
    int: "angka",
    float: "angka",
    str: "teks",
    list: "daftar",
    dict: "objek",
    type(None): "kosong",
}

# What a database, an XML export or a terminal cannot keep: control characters, halves of a pair, non-characters.
_UNKEEPABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True)
class Component:
    """One component of a form, as drawn.

    ``path`` is what the groups around it put before a key; ``hide``: when it is not there.
    """

    id: str
    type: str
    path: str = ""
    hide: Hide | None = None


@dataclass(frozen=True, kw_only=True)
class Group(Component):
    """Components under one heading."""

    label: str = ""
    outline: bool = True
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Text(Component):
    """Words between the fields."""

    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Image(Component):
    """A picture that lies in the form itself, as a ``data:`` address."""

    source: str = ""
    alt: str = ""


@dataclass(frozen=True, kw_only=True)
class Separator(Component):
    """A line across."""


@dataclass(frozen=True, kw_only=True)
class Spacer(Component):
    """Empty room."""


@dataclass(frozen=True, kw_only=True)
class Field(Component):
    """A component that takes an answer.

    ``personal``: None if it is not; else the lanes that may see it, none meaning only the lane
    that fills it. ``role``: ``anonim``, ``rahasia``, ``identitas`` or None. ``scalar``: whether a
    condition of the diagram may name it. ``readonly`` answers with its default, ``disabled``
    does not answer; what is posted for either is ignored.
    """

    key: str
    label: str
    description: str = ""
    required: bool = False
    personal: tuple[str, ...] | None = None
    role: str | None = None
    disabled: bool = False
    readonly: bool = False
    default: Any = None

    one_value: ClassVar[bool] = True
    empty: ClassVar[Any] = None

    @property
    def scalar(self) -> bool:
        """Return whether conditions may name it: one value, and a name without a path."""
        return self.one_value and "." not in self.key

    def read(self, texts: Sequence[str]) -> Any:
        """Return the typed value of what a browser posted. Raises ``Unfit``."""
        if len(texts) > 1:
            raise Unfit("Isian ini terkirim lebih dari satu kali. Muat ulang halaman, lalu isi sekali saja.")
        return texts[0] if texts and not is_blank(texts[0]) else None

    def fit(self, value: Any, now: datetime) -> Any:
        """Return ``value`` in its normal form; ``empty`` stands for no answer. Raises ``Unfit``."""
        if value is None or (isinstance(value, str) and is_blank(value)):
            if self.required:
                raise Unfit(REQUIRED)
            return self.empty
        return self._fit(value, now)

    def _fit(self, value: Any, now: datetime) -> Any:
        raise NotImplementedError

    def display(self, value: Any) -> str:
        """Return how an answer in normal form reads."""
        return "" if value is None else str(value)

    def typed(self, value: Any) -> tuple[str, ...]:
        """Return the texts that a browser would post for an answer in normal form."""
        return () if value is None else (str(value),)


def is_blank(text: str) -> bool:
    """Return whether nothing in ``text`` can be seen: spaces, line ends, characters without width."""
    return all(unicodedata.category(char) in ("Zs", "Zl", "Zp", "Cc", "Cf") for char in text) and "\0" not in text


def keepable(value: Any) -> str:
    """Return ``value`` if it is a text that can be stored. Raises ``Unfit``."""
    if not isinstance(value, str):
        raise Unfit(f"Di sini diharapkan teks, bukan {kind(value)}.")
    found = _UNKEEPABLE.search(value)
    if found:
        raise Unfit(
            f"Isian memuat karakter yang tidak dapat disimpan (U+{ord(found[0]):04X}, urutan ke-{found.start() + 1}). "
            "Hapus karakter itu, atau ketik ulang bagian tersebut."
        )
    size = len(value.encode())
    if size > MAX_BYTES:
        raise Unfit(f"Isian terlalu panjang: {size:,} bita, paling banyak {MAX_BYTES:,}.".replace(",", "."))
    return value


def kind(value: Any) -> str:
    """Return what ``value`` is, in words."""
    return _KINDS.get(type(value), type(value).__name__)
