"""What a form says around its fields: limits, who sees the answer, when a field needs none.

Words only, and the few data that the script in ``static/forms.js`` reads. Nothing here checks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from engine import FILE_BYTES, WIB, Checkbox, DateTimeField, Field, FileField, Group, Hide, NumberField, TextField

from .uploads import KINDS, KINDS_IN_WORDS

_MEGABYTE = 1024 * 1024


def hint(field: Field) -> str:
    """Return what helps to fill a field in: the form's own description, and the limits that hold."""
    return " ".join(part for part in (field.description.strip(), *_limits(field)) if part)


def _limits(field: Field) -> Iterator[str]:
    if isinstance(field, TextField):
        yield _length(field.least, field.most)
    elif isinstance(field, NumberField):
        yield _span(field.display(field.least), field.display(field.most))
        yield "Bilangan bulat." if field.digits == 0 else ""
    elif isinstance(field, DateTimeField) and field.subtype != "date":
        yield "Waktu Indonesia Barat (WIB)."
        yield f"Per {field.interval} menit." if field.interval > 1 else ""
    elif isinstance(field, FileField):
        yield f"Diterima: {', '.join(field.accept) or KINDS_IN_WORDS}."
        yield f"{'Setiap berkas' if field.multiple else 'Satu berkas,'} paling besar {FILE_BYTES // _MEGABYTE} MB."


def _length(least: int | None, most: int | None) -> str:
    if least and most:
        return f"{least} karakter." if least == most else f"{_count(least)} sampai {_count(most)} karakter."
    if most:
        return f"Paling banyak {_count(most)} karakter."
    return f"Paling sedikit {_count(least)} karakter." if least else ""


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _span(least: str, most: str) -> str:
    if least and most:
        return f"Dari {least} sampai {most}."
    if most:
        return f"Paling besar {most}."
    return f"Paling kecil {least}." if least else ""


def privacy(lanes: tuple[str, ...] | None) -> str:
    """Return who will see a personal answer; an empty text where it is not personal."""
    if lanes is None:
        return ""
    if not lanes:
        return "Data pribadi: hanya terlihat oleh lajur yang mengisi langkah ini."
    return f"Data pribadi: hanya terlihat oleh {', '.join(lanes)}."


def common_privacy(group: Group) -> str:
    """Return the one note that holds for every field of a group, to be said once at its head."""
    notes = set(_privacies(group))
    return notes.pop() if len(notes) == 1 else ""


def _privacies(group: Group) -> Iterator[str]:
    for component in group.components:
        if isinstance(component, Group):
            yield from _privacies(component)
        elif isinstance(component, Field):
            yield privacy(component.personal)


def hide_data(hide: Hide, reads: Field) -> str:
    """Return the condition as JSON for the script: which field, of which kind, equal or not, to what."""
    kinds = {Checkbox: "boolean", NumberField: "number", DateTimeField: "datetime"}
    kind = next((name for type_, name in kinds.items() if isinstance(reads, type_)), "text")
    if isinstance(reads, DateTimeField) and reads.subtype != "datetime":
        kind = "text"
    value = hide.value if isinstance(hide.value, bool) or hide.value is None else str(hide.value)
    # An empty text is stored as no answer, so the script compares both with "nothing".
    value = None if value == "" else value
    return json.dumps({"key": hide.name, "kind": kind, "equal": hide.equal, "value": value})


def hide_words(hide: Hide, reads: Field) -> str:
    """Say when a component needs no answer, for readers whose browser runs no script."""
    if isinstance(hide.value, bool):
        state = "dicentang" if hide.value is hide.equal else "tidak dicentang"
    elif hide.value is None or hide.value == "":
        state = "kosong" if hide.equal else "terisi"
    else:
        state = f"{'adalah' if hide.equal else 'bukan'} “{reads.display(str(hide.value))}”"
    return f"Tidak perlu diisi bila “{reads.label}” {state}."


def earliest(field: Field, now: datetime) -> str:
    """Return the first day that a date field offers, as its HTML wants it; an empty text if there is none."""
    if not isinstance(field, DateTimeField) or not field.no_past:
        return ""
    today = now.astimezone(WIB).date().isoformat()
    return today if field.subtype == "date" else f"{today}T00:00"


def accept(field: Field) -> str:
    """Return what a browser's file dialogue should offer."""
    if not isinstance(field, FileField):
        return ""
    return ",".join(field.accept or (ending for kind in KINDS for ending in kind.endings))


def file_size(size: int) -> str:
    """Return a file's size: ``120 kB``, ``2,4 MB``."""
    if size < _MEGABYTE:
        return f"{max(1, size // 1024)} kB"
    return f"{size / _MEGABYTE:.1f} MB".replace(".", ",")
