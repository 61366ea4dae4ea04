"""From the JSON of a form-js schema to the form's components, with every problem by component.

Types, keys and spellings of form-js (to version 1.23) stand here and nowhere else. What we
cannot draw or check is refused by name; nothing is dropped in silence.
"""

from __future__ import annotations

import re
from typing import Any

from .builders import FIELDS, SHOWN
from .feel import Hide, parse_hide
from .parts import Component, Group
from .problems import FormProblem
from .source import Source

MAX_COMPONENTS = 200
_ID = re.compile(r"(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,100}", re.ASCII)
_ID_HINT = "Pakai huruf, angka, garis bawah, titik, atau tanda hubung; paling panjang 100 karakter."
_ABOUT_THE_FILE = ("schemaVersion", "exporter", "executionPlatform", "executionPlatformVersion", "versionTag")
# Words of the diagram's conditions, and the one name that every page posts besides the form's own.
_CONDITION_WORDS = ("and", "or", "not", "in", "true", "false", "null", "eq", "ne", "lt", "le", "gt", "ge")
RESERVED = frozenset({*_CONDITION_WORDS, "csrf_token"})
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}(?:\.[A-Za-z][A-Za-z0-9_]{0,63}){0,5}")
_OUT_OF_REACH = {
    "expression": "Hitung nilainya di luar formulir, atau minta petugas mengisinya.",
    "iframe": "Tulis isinya sebagai teks, atau beri tautan di dalam teks.",
    "html": 'Pakai komponen "Text view" dengan Markdown.',
    "table": "Tulis isinya sebagai teks.",
    "documentPreview": "Berkas langkah sebelumnya sudah tampil di halaman tugas.",
    "dynamiclist": "Pakai beberapa kolom biasa, atau satu kolom teks panjang.",
}


def is_form_id(text: object) -> bool:
    """Return whether ``text`` may name a form: no path, nothing that climbs out of a folder."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


class SchemaReader:
    """Builds components, and collects ``problems`` on the way."""

    def __init__(self) -> None:
        self.problems: list[FormProblem] = []
        self._ids: set[str] = set()
        self._count = 0

    def read(self, form: Source) -> tuple[str, tuple[Component, ...]]:
        """Return the form's id and its components."""
        form_id = form.take("id")
        if not is_form_id(form_id):
            form.refuse("form-bad-id", f"Id formulir {form_id!r:.120} tidak dapat dipakai. {_ID_HINT}")
        if form.take("type") not in (None, "default") or not isinstance(form.take("components"), list):
            form.refuse("form-not-a-form", 'Formulir harus punya "type": "default" dan daftar "components".')
            return "", ()
        for key in _ABOUT_THE_FILE:
            form.take(key)
        components = self.components(form)
        form.finish()
        return str(form_id), components

    def components(
        self, parent: Source, path: str = "", personal: tuple[str, ...] | None = None
    ) -> tuple[Component, ...]:
        """Return the components under a form or a group; ``path`` stands before their keys."""
        return tuple(
            component
            for place, value in enumerate(parent.items("components"), 1)
            if (component := self._component(value, f"{parent.id}#{place}", path, personal))
        )

    def _component(self, value: Any, place: str, path: str, personal: tuple[str, ...] | None) -> Component | None:
        self._count += 1
        if self._count > MAX_COMPONENTS:
            if self._count == MAX_COMPONENTS + 1:
                self._note(place, "form-too-many-components", f"Satu formulir paling banyak {MAX_COMPONENTS} komponen.")
            return None
        if not isinstance(value, dict):
            self._note(place, "form-wrong-kind", "Setiap komponen harus objek JSON.")
            return None
        return self._build(self._source(value, place), path, personal)

    def _note(self, place: str, rule: str, message: str) -> None:
        self.problems.append(FormProblem(place, "", rule, message))

    def _source(self, value: dict[str, Any], place: str) -> Source:
        texts = [value.get(key) for key in ("id", "key", "label", "type")]
        own, key, label, type_ = (text if isinstance(text, str) else "" for text in texts)
        source = Source(value, own or key or place, label or key or type_, self.problems.append)
        if own and own in self._ids:
            source.refuse("form-duplicate-id", f'Id "{own}" dipakai lebih dari satu kali. Beri id lain.')
        self._ids.add(own)
        source.take("id")
        return source

    def _build(self, source: Source, path: str, personal: tuple[str, ...] | None) -> Component | None:
        type_ = source.take("type")
        if not isinstance(type_, str) or type_ not in {"group", *FIELDS, *SHOWN}:
            self._refuse_type(source, type_)
            return None
        common: dict[str, Any] = {"id": source.id, "type": type_, "path": path, "hide": _hide(source)}
        component: Component | None
        if type_ == "group":
            component = self._group(source, common, path, personal)
        elif type_ in FIELDS:
            component = FIELDS[type_](source, common | _field(source, path, personal))
        else:
            _properties(source, ())
            component = SHOWN[type_](source, common)
        source.finish()
        return component

    def _refuse_type(self, source: Source, type_: Any) -> None:
        if isinstance(type_, str) and type_ in _OUT_OF_REACH:
            hint = _OUT_OF_REACH[type_]
            source.refuse("form-unsupported-type", f'Komponen "{type_}" tidak didukung. {hint}')
            return
        known = ", ".join(sorted({"group", *FIELDS, *SHOWN}))
        source.refuse("form-unknown-type", f"Jenis komponen {type_!r:.60} tidak dikenal. Yang dikenal: {known}.")

    def _group(self, source: Source, common: dict[str, Any], path: str, personal: tuple[str, ...] | None) -> Component:
        own = source.text("path")
        if own and not _KEY.fullmatch(own):
            source.refuse("form-bad-key", f"Path {own!r:.80} hanya boleh huruf, angka, garis bawah, dan titik.")
        lanes = _lanes(_properties(source, ("pribadi",)))
        label, outline = source.text("label"), source.flag("showOutline")
        inside = self.components(source, f"{path}{own}." if own else path, personal if lanes is None else lanes)
        return Group(**common, label=label, outline=outline, components=inside)


def _hide(source: Source) -> Hide | None:
    conditional = source.inner("conditional")
    text = conditional.take("hide")
    conditional.finish("conditional.")
    if text in (None, ""):
        return None
    try:
        return parse_hide(f"={text}".lower() if isinstance(text, bool) else str(text))
    except ValueError:
        message = 'Syarat sembunyi harus seperti =kanal = "email", =kanal != "email", =anonim = true, atau =true;'
        source.refuse("form-feel", f"{message} bukan {text!r:.80}.")
        return None


def _field(source: Source, path: str, personal: tuple[str, ...] | None) -> dict[str, Any]:
    key = source.take("key")
    full = f"{path}{key}"
    if not isinstance(key, str) or not key.strip():
        source.refuse("form-missing-key", "Kolom isian ini belum punya key. Isi key di panel General.")
        key = full = ""
    elif not _KEY.fullmatch(full):
        source.refuse("form-bad-key", f"Key {full!r:.80} tidak dapat dipakai. {_KEY_HINT}")
    elif reserved := RESERVED.intersection(full.split(".")):
        source.refuse("form-reserved-key", f'Key "{min(reserved)}" sudah punya arti sendiri. Beri nama lain.')
    labels = [source.text(each) for each in ("label", "dateLabel", "timeLabel")]
    properties = _properties(source, ("pribadi", "peran"))
    lanes, role = _lanes(properties), properties.get("peran", "").strip() or None
    if role not in (None, "anonim", "rahasia", "identitas"):
        source.refuse("form-bad-role", f'Peran "{role:.60}" tidak dikenal. Pilih anonim, rahasia, atau identitas.')
    if role in ("anonim", "rahasia") and source.take("type") != "checkbox":
        source.refuse("form-bad-role", f'Peran "{role}" adalah sakelar: pakai kotak centang (checkbox).')
    if lanes is None:
        # Who somebody is always is personal, even where the form forgot to say so.
        lanes = () if role == "identitas" and personal is None else personal
    return {
        "key": full,
        "label": next((label.strip() for label in labels if label.strip()), full),
        "description": source.text("description"),
        "personal": lanes,
        "role": role,
        "disabled": source.flag("disabled"),
        "readonly": source.flag("readonly"),
        "default": source.take("defaultValue"),
    }


_KEY_HINT = "Pakai huruf tanpa aksen, angka, dan garis bawah, diawali huruf, paling panjang 64 karakter."


def _properties(source: Source, known: tuple[str, ...]) -> dict[str, str]:
    inner = source.inner("properties")
    found = {name: inner.text(name) for name in known if inner.has(name)}
    if strange := inner.unasked():
        names = ", ".join(known) or "tidak ada"
        source.refuse(
            "form-unknown-property",
            f'Properti khusus "{strange[0]:.60}" tidak dikenal di komponen ini. Yang dikenal: {names}.',
        )
    return found


def _lanes(properties: dict[str, str]) -> tuple[str, ...] | None:
    if "pribadi" not in properties:
        return None
    text = properties["pribadi"].strip()
    return () if text.lower() in ("", "ya", "true") else tuple(lane.strip() for lane in text.split(";") if lane.strip())
