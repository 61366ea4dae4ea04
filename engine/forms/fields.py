"""Fields for text, numbers, yes or no, and choices: what fits, how it is stored, how it reads.

Stored are text, a number as decimal text, true/false, a list of text. Nothing here knows how a
schema spells these fields, or draws them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal
from typing import Any, ClassVar

from .parts import Field, keepable, kind
from .pattern import MAX_TEXT, Pattern
from .problems import Unfit

# As in form-js and HTML; no part can be read in two ways, so it cannot be made slow.
_EMAIL = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*",
    re.ASCII,
)
_DECIMAL = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?", re.ASCII)
_TYPED_NUMBER = re.compile(r"(?P<sign>[-\u2212]?)(?P<whole>[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,(?P<part>[0-9]+))?")
_TYPED_WITH_POINT = re.compile(r"[-\u2212]?[0-9]+\.[0-9]+")
_PLACES = 20
_EXACT = Context(prec=4 * _PLACES)


@dataclass(frozen=True, kw_only=True)
class TextField(Field):
    """A text of one line or of several. Lengths count characters, without spaces around."""

    lines: bool = False
    least: int | None = None
    most: int | None = None
    pattern: Pattern | None = None
    pattern_message: str = ""
    email: bool = False
    prefix: str = ""
    suffix: str = ""

    def _fit(self, value: Any, now: datetime) -> str:
        # A browser posts line ends as CRLF; documents paste page and line breaks of their own.
        text = keepable(re.sub(r"\r\n|[\r\v\f]", "\n", value) if isinstance(value, str) else value)
        if not self.lines:
            text = re.sub(r"[\n\t]", " ", text)
        length = len(text.strip())
        if self.least is not None and length < self.least:
            raise Unfit(f"Isi paling sedikit {self.least} karakter; sekarang {length}.")
        if self.most is not None and length > self.most:
            raise Unfit(f"Isi paling banyak {self.most} karakter; sekarang {length}.")
        if self.email and not (len(text) <= 254 and _EMAIL.fullmatch(text.strip())):
            raise Unfit("Tulis alamat email seperti nama@contoh.go.id.")
        if self.pattern:
            self._match(self.pattern, text)
        return text

    def _match(self, pattern: Pattern, text: str) -> None:
        if len(text) > MAX_TEXT:
            raise Unfit(f"Isi paling banyak {MAX_TEXT} karakter; sekarang {len(text)}.")
        if not pattern.found_in(text):
            raise Unfit(self.pattern_message or f"Isian tidak sesuai pola yang diminta: {pattern.text}")


@dataclass(frozen=True, kw_only=True)
class NumberField(Field):
    """A number, kept as decimal text: never rounded, never a float."""

    least: Decimal | None = None
    most: Decimal | None = None
    digits: int | None = None
    increment: Decimal | None = None
    prefix: str = ""
    suffix: str = ""

    def read(self, texts: Sequence[str]) -> Any:
        text = super().read(texts)
        return None if text is None else self._typed_number(text.strip())

    def _typed_number(self, text: str) -> Decimal:
        """Read a number as people here write it: 1.250.000 or 12,5. What can be read in two ways is asked back."""
        text = text.replace(" ", "").replace("\u00a0", "") if re.fullmatch(r"[0-9 \u00a0]{1,40}", text) else text
        grouped = _TYPED_NUMBER.fullmatch(text)
        if len(text) > 62 or not (grouped or _TYPED_WITH_POINT.fullmatch(text)):
            raise Unfit("Tulis angka saja, misalnya 1250000 atau 12,5.")
        one_point = text.count(".") == 1 and "," not in text
        if grouped and one_point and self.digits != 0:
            plain, decimal = text.replace(".", ""), text.replace(".", ",")
            raise Unfit(f"{text} dapat berarti {plain} atau {decimal}. Tulis {plain} atau {decimal}.")
        if grouped:
            sign = "-" if grouped["sign"] else ""
            text = f"{sign}{grouped['whole'].replace('.', '')}.{grouped['part'] or '0'}"
        return Decimal(text.replace("\u2212", "-"))

    def _fit(self, value: Any, now: datetime) -> str:
        number = _decimal(value)
        size = number.adjusted()  # looked at first: written out, it could fill the memory
        if not -_PLACES <= size < _PLACES or len(decimal_text(number).partition(".")[2]) > _PLACES:
            raise Unfit(f"Angka ini terlalu panjang: paling banyak {_PLACES} angka di tiap sisi koma.")
        if self.least is not None and number < self.least:
            raise Unfit(f"Isi paling kecil {_spoken(self.least)}.")
        if self.most is not None and number > self.most:
            raise Unfit(f"Isi paling besar {_spoken(self.most)}.")
        self._check_places(number)
        self._check_increment(number)
        return decimal_text(number)

    def _check_places(self, number: Decimal) -> None:
        text = decimal_text(number)
        places = len(text.partition(".")[2])
        if self.digits is None or places <= self.digits:
            return
        if self.digits == 0:
            raise Unfit("Isi bilangan bulat, tanpa koma.")
        raise Unfit(f"Isi paling banyak {self.digits} angka di belakang koma; sekarang {places}.")

    def _check_increment(self, number: Decimal) -> None:
        if self.increment is None:
            return
        offset = _EXACT.remainder(number, self.increment)
        if offset:
            lower = _EXACT.subtract(number, offset if offset > 0 else _EXACT.add(offset, self.increment))
            upper = _EXACT.add(lower, self.increment)
            near = f"{_spoken(lower)} dan {_spoken(upper)}"
            raise Unfit(f"Isi kelipatan {_spoken(self.increment)}; yang terdekat {near}.")

    def display(self, value: Any) -> str:
        if value is None:
            return ""
        number = _spoken(Decimal(value), grouped=True)
        return " ".join(part for part in (self.prefix, number, self.suffix) if part)

    def typed(self, value: Any) -> tuple[str, ...]:
        return () if value is None else (_spoken(Decimal(value)),)


@dataclass(frozen=True, kw_only=True)
class Checkbox(Field):
    """Yes or no. Where it is required, only yes fits."""

    empty: ClassVar[Any] = False

    def read(self, texts: Sequence[str]) -> Any:
        text = super().read(texts)
        if text is None or text in ("true", "on"):
            return text is not None
        if text == "false":
            return False
        raise Unfit("Kotak ini hanya dapat dicentang atau dikosongkan.")

    def fit(self, value: Any, now: datetime) -> Any:
        if value is not None and not isinstance(value, bool):
            raise Unfit(f"Di sini diharapkan ya atau tidak, bukan {kind(value)}.")
        if self.required and not value:
            raise Unfit("Kotak ini harus dicentang untuk melanjutkan.")
        return bool(value)

    def display(self, value: Any) -> str:
        return "Ya" if value else "Tidak"

    def typed(self, value: Any) -> tuple[str, ...]:
        return ("true",) if value else ()


@dataclass(frozen=True)
class Option:
    """One thing to choose: what is stored, and what is read."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class OneChoice(Field):
    """One of the options, from a list (``select``) or side by side (``radio``)."""

    options: tuple[Option, ...] = ()

    def _fit(self, value: Any, now: datetime) -> str:
        if not isinstance(value, str) or value not in {option.value for option in self.options}:
            raise Unfit("Pilih salah satu dari pilihan yang ada.")
        return value

    def display(self, value: Any) -> str:
        return _label(self.options, value)


@dataclass(frozen=True, kw_only=True)
class SeveralChoices(Field):
    """Any of the options (``checklist``, ``taglist``), stored in the form's order."""

    options: tuple[Option, ...] = ()
    one_value: ClassVar[bool] = False

    def read(self, texts: Sequence[str]) -> Any:
        return [text for text in texts if text]

    def fit(self, value: Any, now: datetime) -> Any:
        chosen = [] if value is None else value
        known = [option.value for option in self.options]
        if not isinstance(chosen, list | tuple) or not all(isinstance(each, str) and each in known for each in chosen):
            raise Unfit("Pilih hanya dari pilihan yang ada.")
        if self.required and not chosen:
            raise Unfit("Pilih paling sedikit satu.")
        return [each for each in known if each in chosen]

    def display(self, value: Any) -> str:
        return ", ".join(_label(self.options, each) for each in value or ())

    def typed(self, value: Any) -> tuple[str, ...]:
        return tuple(value or ())


def _label(options: tuple[Option, ...], value: Any) -> str:
    return next((option.label for option in options if option.value == value), "" if value is None else str(value))


def _decimal(value: Any) -> Decimal:
    """Return the number that a typed value or a decimal text stands for."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**_PLACES:
        value = Decimal(repr(value))
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value.strip()):
        raise Unfit("Di sini diharapkan angka, misalnya 1250000 atau 12.5.")
    return Decimal(value.strip())


def decimal_text(number: Decimal) -> str:
    """Return the one text for a number: no exponent, no zeros at the end, no negative zero."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _spoken(number: Decimal, *, grouped: bool = False) -> str:
    """Return a number as people here write it: a comma before the decimals."""
    whole, _, part = decimal_text(number).partition(".")
    if grouped:
        whole = f"{int(whole):,}".replace(",", ".") if whole != "-0" else whole
    return f"{whole},{part}" if part else whole
