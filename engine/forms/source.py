"""Reads the JSON of a form, one object at a time, and notices every key that nobody asked for.

Bounded in size, depth and number before anything is looked at. Nothing here knows which
component has which key.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from .parts import kind
from .problems import FormProblem, FormRefused
from .text import MAX_TEXT

MAX_SIZE = 256 * 1024
MAX_NESTING = 30
# Wishes about looks, which change nothing of who, what and when.
_LOOKS = frozenset({"layout", "verticalAlignment", "searchable", "dateLabel", "timeLabel", "use24h"})


def read_json(text: str | bytes) -> dict[str, Any]:
    """Return the object that a form file holds. Raises ``FormRefused``."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > MAX_SIZE:
        raise _refused("form-too-large", f"Berkas formulir {len(data):,} bita, paling besar {MAX_SIZE:,}.")
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_twins)
    except RecursionError:
        raise _refused("form-too-deep", f"Susunan JSON paling dalam {MAX_NESTING} tingkat.") from None
    except ValueError as error:
        raise _refused("form-invalid-json", f"Berkas ini bukan JSON yang sah: {error}.") from None
    for depth, part in _walk(value):
        if depth > MAX_NESTING:
            raise _refused("form-too-deep", f"Susunan JSON paling dalam {MAX_NESTING} tingkat.")
        if isinstance(part, float) and not math.isfinite(part):
            raise _refused("form-invalid-json", "Formulir memuat NaN, Infinity, atau angka yang terlalu besar.")
        if isinstance(part, str) and (bad := _bad_text(part)):
            raise _refused("form-bad-text", bad)
    if not isinstance(value, dict):
        raise _refused("form-not-a-form", f"Isi berkas harus objek JSON, bukan {kind(value)}.")
    return value


def _refused(rule: str, message: str) -> FormRefused:
    return FormRefused([FormProblem("", "", rule, message)])


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"kunci {next(key for key in keys if keys.count(key) > 1)!r} tertulis dua kali")
    return found


def _walk(value: Any) -> Iterator[tuple[int, Any]]:
    todo: list[tuple[int, Any]] = [(1, value)]
    while todo:
        depth, part = todo.pop()
        yield depth, part
        if depth > MAX_NESTING:
            continue
        if isinstance(part, dict):
            todo.extend((depth + 1, each) for pair in part.items() for each in pair)
        elif isinstance(part, list):
            todo.extend((depth + 1, each) for each in part)


def _bad_text(text: str) -> str:
    odd = next((char for char in text if (ord(char) < 32 and char not in "\t\n\r") or 0xD800 <= ord(char) < 0xE000), "")
    return f"Teks di dalam formulir memuat karakter U+{ord(odd):04X} yang tidak dapat disimpan." if odd else ""


class Source:
    """One JSON object of the form. Ask it for its keys; what nobody asked for is a problem."""

    def __init__(
        self, values: dict[str, Any], component: str, name: str, report: Callable[[FormProblem], None]
    ) -> None:
        self._values = {key: value for key, value in values.items() if value is not None}
        self.id, self.name, self._report = component, name, report
        self._asked: set[str] = set()

    def refuse(self, rule: str, message: str) -> None:
        """Note a problem of this component."""
        self._report(FormProblem(self.id, self.name, rule, message))

    def has(self, key: str) -> bool:
        """Return whether the key is there."""
        return key in self._values

    def take(self, key: str) -> Any:
        """Return the key's value as it stands, None if it is not there."""
        self._asked.add(key)
        return self._values.get(key)

    def plain(self, key: str) -> str:
        """Return a text as it stands."""
        return str(self._kind(key, str, "teks", ""))

    def text(self, key: str) -> str:
        """Return a text that is shown: no FEEL, no template."""
        value = self.plain(key)
        if value.startswith("=") or "{{" in value:
            self.refuse("form-feel", f'"{key}" memuat FEEL atau pola {{{{…}}}}; tulis teks biasa.')
        if len(value) > MAX_TEXT and not value.startswith("data:"):
            self.refuse("form-bad-text", f'"{key}" paling panjang {MAX_TEXT:,} karakter.'.replace(",", "."))
            return ""
        return value

    def flag(self, key: str) -> bool:
        """Return a yes or no, which the modeler may write as ``=true``."""
        value = self.take(key)
        if isinstance(value, bool) or value in (None, ""):
            return bool(value)
        if value in ("=true", "=false"):
            return bool(value == "=true")
        if isinstance(value, str) and value.startswith("="):
            self.refuse("form-feel", f'"{key}": {value} tidak didukung; pilih ya atau tidak.')
        else:
            self.refuse("form-wrong-kind", f'"{key}" harus ya/tidak (true/false), bukan {kind(value)}.')
        return False

    def number(self, key: str) -> Decimal | None:
        """Return a number, which the modeler may write as a text or as ``=5``."""
        value = self.take(key)
        if value in (None, ""):
            return None
        text = repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        plain = text.removeprefix("=").strip() if isinstance(text, str) else ""
        try:
            number = Decimal(plain) if len(plain) <= 40 and plain.isascii() and "_" not in plain else Decimal("nan")
        except ArithmeticError:
            number = Decimal("nan")
        if number.is_finite() and abs(number) < Decimal(10) ** 20:
            return number
        feel = isinstance(value, str) and value.startswith("=")
        self.refuse("form-feel" if feel else "form-wrong-kind", f'"{key}" harus angka biasa, bukan {value!r:.60}.')
        return None

    def count(self, key: str) -> int | None:
        """Return a whole number of at least zero."""
        number = self.number(key)
        if number is None or (number == number.to_integral_value() and 0 <= number <= 1_000_000):
            return None if number is None else int(number)
        self.refuse("form-wrong-kind", f'"{key}" harus bilangan bulat, paling kecil 0, bukan {number}.')
        return None

    def inner(self, key: str) -> Source:
        """Return the object under the key as a source of its own."""
        return Source(self._kind(key, dict, "objek", {}), self.id, self.name, self._report)

    def items(self, key: str) -> list[Any]:
        """Return the list under the key."""
        return list(self._kind(key, list, "daftar", []))

    def _kind(self, key: str, wanted: type, word: str, otherwise: Any) -> Any:
        value = self.take(key)
        if value is None or isinstance(value, wanted):
            return otherwise if value is None else value
        self.refuse("form-wrong-kind", f'"{key}" harus {word}, bukan {kind(value)}.')
        return otherwise

    def unasked(self) -> list[str]:
        """Return the keys that nobody asked for."""
        return sorted(self._values.keys() - self._asked)

    def finish(self, where: str = "") -> None:
        """Refuse every key that nobody asked for, save those of looks alone."""
        for key in [key for key in self.unasked() if key not in _LOOKS]:
            self.refuse("form-unknown-key", f'Kunci "{where}{key}" tidak dikenal untuk komponen ini. Hapus kunci itu.')
