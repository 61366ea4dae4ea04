"""Two forms compared field by field, in the words of the form editor."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from .changes import reordered
from .form_parts import INSIDE, OF_OPTION, Component, FormParts
from .told import NOTHING, change, listed

TYPES: Final[Mapping[str, str]] = {
    "textfield": "isian teks",
    "textarea": "isian teks panjang",
    "number": "isian angka",
    "checkbox": "kotak centang",
    "radio": "pilihan (radio)",
    "select": "pilihan (daftar)",
    "checklist": "pilihan boleh beberapa",
    "taglist": "pilihan boleh beberapa (label)",
    "datetime": "isian tanggal/waktu",
    "filepicker": "isian berkas",
    "text": "tulisan",
    "group": "kelompok",
    "image": "gambar",
    "separator": "garis pemisah",
    "spacer": "jarak kosong",
}
_WORDS: Final[Mapping[str, str]] = {
    "label": "label",
    "dateLabel": "label tanggal",
    "timeLabel": "label jam",
    "description": "keterangan",
    "key": "kunci",
    "id": "id",
    "path": "awalan kunci (path)",
    "text": "tulisan",
    "defaultValue": "isi awal",
    "validate.min": "nilai terkecil",
    "validate.max": "nilai terbesar",
    "validate.minLength": "panjang terkecil",
    "validate.maxLength": "panjang terbesar",
    "validate.pattern": "pola isian",
    "validate.patternErrorMessage": "pesan bila pola tidak cocok",
    "validate.validationType": "jenis pemeriksaan",
    "decimalDigits": "angka di belakang koma",
    "increment": "kelipatan",
    "appearance.prefixAdorner": "awalan",
    "appearance.suffixAdorner": "akhiran",
    "subtype": "jenis tanggal/waktu",
    "timeInterval": "selang menit",
    "timeSerializingFormat": "penyimpanan jam",
    "accept": "jenis berkas yang diterima",
    "properties.pribadi": "data pribadi, terlihat oleh",
    "properties.peran": "peran",
    "conditional.hide": "disembunyikan bila",
    "source": "sumber gambar",
    "alt": "teks pengganti gambar",
    "height": "tinggi",
}
_FLAGS: Final[Mapping[str, tuple[str, str]]] = {
    "validate.required": ("kini wajib diisi", "kini tidak wajib diisi"),
    "disabled": ("kini tidak dapat diisi (disabled)", "kini dapat diisi"),
    "readonly": ("kini hanya dibaca", "kini dapat diubah"),
    "multiple": ("kini boleh beberapa berkas", "kini hanya satu berkas"),
    "showOutline": ("kini berbingkai", "kini tanpa bingkai"),
    "disallowPassedDates": ("kini menolak tanggal yang lewat", "kini menerima tanggal yang lewat"),
}
_FILE: Final = "keterangan berkas formulir"


def compare_forms(old: FormParts, new: FormParts) -> list[str]:
    """Return everything in which two forms differ, a sentence each."""
    pairs = _paired(old.components, new.components)
    back = {after: before for before, after in pairs.items()}
    told: list[str] = []
    for component in new.components.values():
        before = back.get(component.id)
        if before is None:
            told.append(f"{_name(component)} ditambahkan{_described(component)}")
        else:
            said = list(_changed(old.components[before], component, pairs))
            told += [f"{_name(old.components[before])}: {'; '.join(said)}"] if said else []
    told += [f"{_name(each)} dihapus" for each in old.components.values() if each.id not in pairs]
    if reordered([pairs.get(each, each) for each in old.components], tuple(new.components)):
        told.append(f"urutan isian kini: {listed(_short(each) for each in new.components.values())}")
    return told + [
        f"{_FILE}, {path}: {_values(old.facts.get(path), new.facts.get(path))}"
        for path in dict.fromkeys((*old.facts, *new.facts))
        if old.facts.get(path) != new.facts.get(path)
    ]


def _paired(old: Mapping[str, Component], new: Mapping[str, Component]) -> dict[str, str]:
    pairs = {each: each for each in old if each in new and _fits(old[each], new[each])}
    marks: Iterable[Callable[[Component], object]] = (
        lambda each: each.key or None,
        lambda each: (each.type, each.label) if each.label else None,
    )
    for mark in marks:
        left: dict[object, list[str]] = defaultdict(list)
        right: dict[object, list[str]] = defaultdict(list)
        for components, taken, found in ((old, pairs.keys(), left), (new, set(pairs.values()), right)):
            for each in components.values():
                if each.id not in taken and mark(each) is not None:
                    found[mark(each)].append(each.id)
        for seen, ids in left.items():
            if len(ids) == 1 and len(right.get(seen, ())) == 1:
                pairs[ids[0]] = right[seen][0]
    return pairs


def _fits(one: Component, other: Component) -> bool:
    """Return whether equal ids mean the same component: not by the mere place of one without an id."""
    return bool(one.own_id) == bool(other.own_id) and (bool(one.own_id) or one.type == other.type)


def _changed(before: Component, after: Component, pairs: Mapping[str, str]) -> Iterator[str]:
    old = {**before.facts, INSIDE: pairs.get(before.facts[INSIDE], before.facts[INSIDE])}
    for path in dict.fromkeys((*old, *after.facts)):
        values = old.get(path), after.facts.get(path)
        if values[0] == values[1] or path.startswith("values:"):
            continue
        yield _sentence(path, *values)
    yield from _options(before, after)


def _sentence(path: str, before: str | None, after: str | None) -> str:
    if path == "type":
        return f"jenis {' → '.join(TYPES.get(_text(each) or '', _text(each) or NOTHING) for each in (before, after))}"
    if path == INSIDE:
        return f"pindah kelompok: {before or '(tanpa kelompok)'} → {after or '(tanpa kelompok)'}"
    if path in _FLAGS and {before, after} <= {"true", "false", None} and (before == "true") != (after == "true"):
        return _FLAGS[path][0 if after == "true" else 1]
    if path == "properties.pribadi" and (before is None or after is None):
        return "bukan lagi data pribadi" if after is None else f"kini data pribadi{_seen_by(_text(after))}"
    words = _WORDS.get(path)
    if words is None:
        words = f"tata letak ({path.removeprefix('layout.')})" if path.startswith("layout.") else f"atribut lain {path}"
    return f"{words} {_values(before, after)}"


def _seen_by(lanes: str | None) -> str:
    return f", terlihat oleh {lanes}" if lanes and lanes.strip() else ""


def _options(before: Component, after: Component) -> Iterator[str]:
    old, new = set(before.options), set(after.options)
    for option in after.options:
        if option not in old:
            yield f"pilihan baru {_option(after, option)}"
    for option in before.options:
        if option not in new:
            yield f"pilihan {_option(before, option)} dihapus"
    for option in after.options:
        prefix = f"values:{option}{OF_OPTION}"
        for path in dict.fromkeys((*before.facts, *after.facts)):
            values = before.facts.get(path), after.facts.get(path)
            if option in old and path.startswith(prefix) and values[0] != values[1]:
                rest = path.removeprefix(prefix)
                words = "label" if rest == "label" else f"atribut lain {rest} dari"
                yield f"{words} pilihan “{option}” {_values(*values)}"
    if reordered(list(before.options), after.options):
        yield f"urutan pilihan kini: {listed(after.options)}"


def _option(component: Component, option: str) -> str:
    label = _text(component.facts.get(f"values:{option}{OF_OPTION}label"))
    return f"“{label}”" + (f" ({option})" if label != option else "") if label else f"“{option}”"


def _name(component: Component) -> str:
    return f"{TYPES.get(component.type, component.type or 'komponen')} {_short(component)}"


def _short(component: Component) -> str:
    text = component.label or _text(component.facts.get("text")) or component.key or component.own_id or component.id
    line = " ".join(text.split())
    return f"“{line if len(line) <= 60 else line[:60].rstrip() + '…'}”"


def _described(component: Component) -> str:
    said = [f"kunci {component.key}"] if component.key else []
    said += ["wajib diisi"] if component.facts.get("validate.required") == "true" else []
    said += ["data pribadi"] if "properties.pribadi" in component.facts else []
    said += [f"pilihan: {listed(component.options)}"] if component.options else []
    return f" ({'; '.join(said)})" if said else ""


def _values(before: str | None, after: str | None) -> str:
    texts = _text(before), _text(after)
    if None not in texts or ((before is None) != (after is None) and any(texts)):
        return change(*texts)
    shown = [NOTHING if each is None else each for each in (before, after)]
    return " → ".join({"true": "ya", "false": "tidak"}.get(each, each) for each in shown)


def _text(value: str | None) -> str | None:
    """Return the text that a JSON value is; None if it is no text."""
    if value is None or not value.startswith('"'):
        return None
    found = json.loads(value)
    return found if isinstance(found, str) else None
