"""What can be wrong with a form or with an answer, and under which stable name.

Nothing here reads a schema. A *problem* speaks to the process owner who drew the form; an
``Unfit`` value speaks to the person who typed it. Both are Indonesian.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..errors import EngineError

FORM_RULES: Mapping[str, str] = {
    "form-too-large": "Berkas formulir paling besar 256 kB.",
    "form-invalid-json": "Berkas formulir harus JSON yang sah (UTF-8, tanpa NaN, tanpa kunci kembar).",
    "form-too-deep": "Susunan JSON paling dalam 30 tingkat.",
    "form-too-many-components": "Satu formulir paling banyak 200 komponen.",
    "form-bad-text": "Teks tidak boleh memuat karakter yang tidak dapat disimpan, dan paling panjang 20.000 karakter.",
    "form-not-a-form": 'Isinya harus formulir form-js: objek dengan "type": "default", "id", dan "components".',
    "form-bad-id": "Id formulir hanya huruf, angka, garis bawah, titik, dan tanda hubung.",
    "form-unknown-type": "Jenis komponen harus dikenal.",
    "form-unsupported-type": "Jenis komponen form-js ini tidak dipakai di sini (expression, iframe, html, table, …).",
    "form-unknown-key": "Setiap kunci komponen harus dikenal; yang tidak dikenal bisa mengubah arti.",
    "form-wrong-kind": "Nilai sebuah kunci harus dari jenis yang benar (teks, angka, ya/tidak, daftar).",
    "form-missing-key": "Setiap kolom isian harus punya key.",
    "form-bad-key": "Key hanya huruf tanpa aksen, angka, dan garis bawah, diawali huruf, paling panjang 64 karakter.",
    "form-reserved-key": "Key tidak boleh kata yang dipakai syarat di diagram atau halaman web.",
    "form-duplicate-key": "Setiap key hanya boleh dipakai satu kali, dan tidak boleh sekaligus menjadi kelompok.",
    "form-duplicate-id": "Setiap id komponen hanya boleh dipakai satu kali.",
    "form-contradiction": "Batas-batas sebuah kolom tidak boleh saling meniadakan.",
    "form-feel": "FEEL hanya sebatas =kolom = nilai, =kolom != nilai, =true, =false; tanpa pola {{…}}.",
    "form-hide-field": "Syarat sembunyi harus menyebut kolom formulir yang sama yang dapat dibandingkan.",
    "form-hide-value": "Nilai pada syarat sembunyi harus cocok dengan jenis dan pilihan kolomnya.",
    "form-hide-cycle": "Syarat sembunyi tidak boleh saling menunggu.",
    "form-dynamic-options": "Pilihan harus ditulis di formulir, bukan diambil dari variabel atau ekspresi.",
    "form-bad-options": "Pilihan harus daftar teks yang tidak kosong, berbeda-beda, paling banyak 500.",
    "form-bad-default": "Nilai awal harus sah untuk kolomnya.",
    "form-bad-pattern": "Pola (pattern) hanya memakai bagian ekspresi reguler yang pasti cepat.",
    "form-nested-repetition": "Pola tidak boleh memuat pengulangan di dalam pengulangan.",
    "form-phone": "Jenis validasi telepon form-js menolak nomor 08…; pakai pola sendiri.",
    "form-bad-accept": "Jenis berkas yang diterima ditulis sebagai daftar seperti .pdf,.jpg atau image/*.",
    "form-bad-image": "Gambar harus tertanam sebagai data:image (PNG, JPEG, GIF, atau WebP).",
    "form-unknown-property": "Properti khusus yang dikenal hanya pribadi dan peran.",
    "form-bad-role": "Properti peran hanya anonim, rahasia (kotak centang, masing-masing satu), atau identitas.",
}
"""Rule name → what it asks for, in one Indonesian line."""


@dataclass(frozen=True)
class FormProblem:
    """One reason why a form cannot be deployed: at which component, by which rule, and what to do."""

    component: str
    name: str
    rule: str
    message: str

    def sentence(self) -> str:
        """Return the problem as one line for a person."""
        label = f'{self.component} "{self.name}"' if self.name and self.name != self.component else self.component
        return f"{label}: {self.message}" if label else self.message


class FormRefused(EngineError, ValueError):
    """A form breaks the rules; ``problems`` names each bad component."""

    def __init__(self, problems: Iterable[FormProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("Formulir tidak dapat dipakai. " + " ".join(each.sentence() for each in self.problems))


class Unfit(ValueError):
    """A value does not fit its field. The message says what to do, fit to show at the field."""
