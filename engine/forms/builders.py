"""How form-js spells each type of component: one function a type, from its JSON object to our component.

The keys that all fields share are read in ``schema.py``. A key that no function here asks
for is refused there, so nothing is dropped in silence.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import Any

from .dates import SUBTYPES, DateTimeField, Subtype
from .fields import Checkbox, NumberField, OneChoice, Option, SeveralChoices, TextField
from .files import FileField, read_accept
from .parts import Component, Image, Separator, Spacer, Text
from .pattern import Pattern, compile_pattern
from .regex import NestedRepetition, PatternError
from .source import Source
from .text import read_text

MAX_OPTIONS = 500
_VALUE = re.compile(r"(?=.*\S)[^\t\r\n]{1,1000}")
_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,([A-Za-z0-9+/]+={0,2})")

Builder = Callable[[Source, dict[str, Any]], Component | None]


def _text_field(source: Source, common: dict[str, Any]) -> Component:
    validate, looks = source.inner("validate"), source.inner("appearance")
    field = TextField(
        **common,
        lines=common["type"] == "textarea",
        required=validate.flag("required"),
        least=validate.count("minLength"),
        most=validate.count("maxLength"),
        pattern=_pattern(validate) if common["type"] == "textfield" else None,
        pattern_message=validate.text("patternErrorMessage") if common["type"] == "textfield" else "",
        email=common["type"] == "textfield" and _email(validate),
        prefix=looks.text("prefixAdorner"),
        suffix=looks.text("suffixAdorner"),
    )
    validate.finish("validate.")
    looks.finish("appearance.")
    return field


def _pattern(validate: Source) -> Pattern | None:
    text = validate.take("pattern")
    if text in (None, ""):
        return None
    try:
        return compile_pattern(text if isinstance(text, str) else str(text))
    except NestedRepetition as error:
        validate.refuse("form-nested-repetition", f"Pola {text!r:.80}: {error}.")
    except PatternError as error:
        validate.refuse("form-bad-pattern", f"Pola {text!r:.80}: {error}.")
    return None


def _email(validate: Source) -> bool:
    wanted = validate.take("validationType")
    if wanted == "phone":
        validate.refuse(
            "form-phone", r'Validasi "phone" menolak nomor 08…. Pakai pola sendiri, misalnya ^(\+62|0)[0-9]{8,13}$.'
        )
    elif wanted not in (None, "", "custom", "email"):
        validate.refuse("form-unknown-key", f"Jenis validasi {wanted!r:.60} tidak dikenal; yang dikenal: email.")
    return bool(wanted == "email")


def _number_field(source: Source, common: dict[str, Any]) -> Component:
    validate, looks = source.inner("validate"), source.inner("appearance")
    source.flag("serializeToString")  # we always store decimal text
    field = NumberField(
        **common,
        required=validate.flag("required"),
        least=validate.number("min"),
        most=validate.number("max"),
        digits=source.count("decimalDigits"),
        increment=source.number("increment"),
        prefix=looks.text("prefixAdorner"),
        suffix=looks.text("suffixAdorner"),
    )
    if field.increment is not None and field.increment <= 0:
        source.refuse("form-contradiction", '"increment" harus lebih besar dari 0.')
    validate.finish("validate.")
    looks.finish("appearance.")
    return field


def _datetime_field(source: Source, common: dict[str, Any]) -> Component:
    validate = source.inner("validate")
    wanted = source.take("subtype") or "date"
    subtype: Subtype = next((each for each in SUBTYPES if each == wanted), "date")
    if subtype != wanted:
        source.refuse("form-wrong-kind", f'"subtype" harus date, time, atau datetime, bukan {wanted!r:.60}.')
    spelling = source.take("timeSerializingFormat")  # we always store one form, so any of theirs will do
    if spelling not in (None, "", "utc_offset", "utc_normalized", "no_timezone"):
        source.refuse("form-wrong-kind", f'"timeSerializingFormat" {spelling!r:.60} tidak dikenal.')
    interval = source.count("timeInterval") or 1
    if interval > 720:
        source.refuse("form-contradiction", '"timeInterval" paling besar 720 menit.')
    required, no_past = validate.flag("required"), source.flag("disallowPassedDates")
    validate.finish("validate.")
    return DateTimeField(
        **common, subtype=subtype, required=required, no_past=no_past and subtype != "time", interval=interval
    )


def _checkbox(source: Source, common: dict[str, Any]) -> Component:
    return Checkbox(**common, required=_required(source))


def _required(source: Source) -> bool:
    validate = source.inner("validate")
    required = validate.flag("required")
    validate.finish("validate.")
    return required


def _one_choice(source: Source, common: dict[str, Any]) -> Component:
    return OneChoice(**common, required=_required(source), options=_options(source))


def _several_choices(source: Source, common: dict[str, Any]) -> Component:
    return SeveralChoices(**common, required=_required(source), options=_options(source))


def _options(source: Source) -> tuple[Option, ...]:
    for key in ("valuesExpression", "valuesKey"):
        if source.take(key):
            source.refuse("form-dynamic-options", f'Pilihan dari "{key}" tidak didukung. Tulis pilihannya di formulir.')
            return ()
    options = tuple(_read_options(source))
    if len(options) < len(source.items("values")):
        return ()
    if not options or len(options) > MAX_OPTIONS or len({option.value for option in options}) < len(options):
        source.refuse("form-bad-options", f"Beri 1 sampai {MAX_OPTIONS} pilihan dengan nilai yang berbeda-beda.")
    return options


def _read_options(source: Source) -> Iterator[Option]:
    for item in source.items("values"):
        value = item.get("value") if isinstance(item, dict) else item
        label = item.get("label") if isinstance(item, dict) else item
        # A browser changes line ends on their way, so a value of several lines would never come back.
        if isinstance(value, str) and _VALUE.fullmatch(value) and (not label or isinstance(label, str)):
            yield Option(value, label or value)
        else:
            source.refuse("form-bad-options", f"Pilihan {item!r:.80} tidak dapat dipakai: nilainya harus teks sebaris.")


def _file_field(source: Source, common: dict[str, Any]) -> Component:
    text = source.plain("accept")
    try:
        accept = read_accept(text)
    except ValueError:
        accept = ()
        source.refuse("form-bad-accept", f'"accept" ditulis seperti .pdf,.jpg atau image/*, bukan {text!r:.80}.')
    return FileField(**common, required=_required(source), accept=accept, multiple=source.flag("multiple"))


def _display_text(source: Source, common: dict[str, Any]) -> Component:
    return Text(**common, blocks=read_text(source.text("text")))


def _image(source: Source, common: dict[str, Any]) -> Component:
    address, alt = source.text("source"), source.text("alt")
    found = _IMAGE.fullmatch(address)
    try:
        base64.b64decode(found[1] if found else "!", validate=True)
    except binascii.Error:
        source.refuse("form-bad-image", "Gambar harus tertanam: data:image/png;base64,… (PNG, JPEG, GIF, atau WebP).")
    return Image(**common, source=address, alt=alt)


def _button(source: Source, common: dict[str, Any]) -> None:
    """Every page has its own button: whatever the modeler drew is read and left out."""
    for key in ("key", "label"):
        source.take(key)
    if source.take("action") not in (None, "submit", "reset"):
        source.refuse("form-unknown-key", "Tombol hanya untuk mengirim (submit) atau mengosongkan (reset).")


def _spacer(source: Source, common: dict[str, Any]) -> Component:
    source.number("height")
    return Spacer(**common)


FIELDS: dict[str, Builder] = {
    "textfield": _text_field,
    "textarea": _text_field,
    "number": _number_field,
    "datetime": _datetime_field,
    "checkbox": _checkbox,
    "select": _one_choice,
    "radio": _one_choice,
    "checklist": _several_choices,
    "taglist": _several_choices,
    "filepicker": _file_field,
}
SHOWN: dict[str, Builder] = {
    "text": _display_text,
    "image": _image,
    "separator": lambda source, common: Separator(**common),
    "spacer": _spacer,
    "button": _button,
}
