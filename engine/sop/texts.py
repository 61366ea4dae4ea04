"""The pages that are only text: identity and worksheet, out of the properties of a process.

A list is ``name.1``, ``name.2``, …; one that was written as a single property counts as a list of one.
Nothing is trimmed, joined or mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .values import SopIdentity, SopWorksheet

_HEADS: Final = ("kementerian", "kantor_wilayah", "kantor")
_NEEDED: Final = (
    "kantor",
    "seksi",
    "nomor_sop",
    "tgl_pembuatan",
    "tgl_efektif",
    "disahkan_oleh",
    "dasar_hukum",
    "kualifikasi_pelaksana",
    "keterkaitan",
    "peralatan_perlengkapan",
    "peringatan",
    "pencatatan_dan_pendataan",
)
"""What every SOP of the kind has on its first page; a revision's own date and number come with the first revision."""


def identity_of(properties: Mapping[str, str], title: str) -> SopIdentity:
    """Return the first page. ``title`` stands where the diagram gives no ``nama_sop``."""
    text = properties.get
    return SopIdentity(
        heads=tuple(properties[name] for name in _HEADS if properties.get(name)),
        unit=text("seksi", ""),
        number=text("nomor_sop", ""),
        created=text("tgl_pembuatan", ""),
        revised=text("tgl_revisi", ""),
        revision=text("revisi_ke", ""),
        effective=text("tgl_efektif", ""),
        approved=text("disahkan_oleh", ""),
        name=text("nama_sop") or title,
        legal_basis=listed(properties, "dasar_hukum"),
        qualifications=listed(properties, "kualifikasi_pelaksana"),
        related=listed(properties, "keterkaitan"),
        equipment=listed(properties, "peralatan_perlengkapan"),
        warning=text("peringatan", ""),
        records=text("pencatatan_dan_pendataan", ""),
    )


def worksheet_of(properties: Mapping[str, str]) -> SopWorksheet:
    """Return the worksheet."""

    def text(name: str) -> str:
        return properties.get(f"lembar_kerja.{name}", "")

    return SopWorksheet(
        institution=text("instansi"),
        unit=text("unit_pelaksana_teknis"),
        title=text("judul_sop"),
        kind=text("jenis_kegiatan"),
        product_owner=text("penanggung_jawab_produk"),
        activity_owner=text("penanggung_jawab_kegiatan"),
        scope=text("scope"),
        activity=text("judul_kegiatan"),
        first=text("langkah_awal"),
        main=listed(properties, "lembar_kerja.langkah_utama"),
        last=text("langkah_akhir"),
        reporting=text("pelaporan_dan_evaluasi"),
    )


def listed(properties: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return a list's texts in the order of their numbers, whatever order the file has."""
    numbered = [
        (int(number), value)
        for each, value in properties.items()
        if (number := each.removeprefix(f"{name}.")) != each and number.isdecimal() and len(number) < 10
    ]
    alone = [properties[name]] if properties.get(name) else []
    return (*alone, *(value for _, value in sorted(numbered, key=lambda each: each[0])))


def missing_properties(properties: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the properties without which the first page has gaps."""
    return tuple(name for name in _NEEDED if not any(listed(properties, name)))
