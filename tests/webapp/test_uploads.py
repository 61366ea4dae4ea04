"""Uploads: known by their first bytes, never by their name; what can act or hide is refused with advice."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

from engine import FILE_BYTES
from webapp.uploads import KINDS, NotTaken, clean_name, kind_of, take

WORD = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
MACRO = b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'


def packed(**members: bytes) -> bytes:
    """Return a ZIP file; ``__`` in a name stands for a slash, ``_`` for a point."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            path = name.replace("__", "/").replace("_", ".")
            archive.writestr("[Content_Types].xml" if path == "types" else path, content)
    return target.getvalue()


def upload(name: str, content: bytes) -> FileStorage:
    return FileStorage(BytesIO(content), filename=name)


TAKEN = [
    pytest.param("surat.pdf", b"%PDF-1.7\n", "application/pdf", id="PDF"),
    pytest.param("foto.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg", id="JPEG"),
    pytest.param("layar.png", b"\x89PNG\r\n\x1a\n", "image/png", id="PNG"),
    pytest.param("a.gif", b"GIF89a", "image/gif", id="GIF"),
    pytest.param("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp", id="WebP"),
    pytest.param("IMG_1.HEIC", b"\0\0\0\x18ftypheic", "image/heic", id="HEIC of a telephone"),
    pytest.param("a.mp4", b"\0\0\0\x18ftypisom", "video/mp4", id="MP4"),
    pytest.param("a.mov", b"\0\0\0\x14ftypqt  ", "video/quicktime", id="MOV"),
    pytest.param("a.3gp", b"\0\0\0\x18ftyp3gp4", "video/3gpp", id="3GP"),
    pytest.param("a.m4a", b"\0\0\0\x18ftypM4A ", "audio/mp4", id="M4A"),
    pytest.param("a.mp3", b"ID3\x04", "audio/mpeg", id="MP3"),
    pytest.param("PTT-1.opus", b"OggS\0", "audio/ogg", id="voice message"),
    pytest.param("a.wav", b"RIFF\x10\0\0\0WAVEfmt ", "audio/wav", id="WAV"),
    pytest.param("a.docx", packed(types=WORD, word__document_xml=b"<a/>"), KINDS[13].media_type, id="DOCX"),
    pytest.param("a.xlsx", packed(types=WORD, xl__workbook_xml=b"<a/>"), KINDS[14].media_type, id="XLSX"),
    pytest.param("a.odt", packed(mimetype=b"application/vnd.oasis.opendocument.text"), KINDS[15].media_type, id="ODT"),
    pytest.param("catatan.txt", b"Ditelepon pukul 09.00.\n", "text/plain", id="text"),
]

REFUSED = [
    pytest.param("a.pdf", b"MZ\x90\0", "program Windows", id="a program named PDF"),
    pytest.param("a.jpg", b"\x7fELF", "program Linux", id="a program named JPG"),
    pytest.param("a.txt", b"#!/bin/sh\n", "skrip", id="a script"),
    pytest.param("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office lama", id="an old office file"),
    pytest.param("a.docx", packed(types=MACRO, word__document_xml=b""), "makro", id="macros by type"),
    pytest.param(
        "a.xlsx", packed(types=WORD, xl__workbook_xml=b"", xl__vbaProject_bin=b""), "makro", id="macros inside"
    ),
    pytest.param(
        "a.xlsx", packed(types=WORD, xl__workbook_xml=b"", xl__macrosheets__a_xml=b""), "makro", id="old macros"
    ),
    pytest.param(
        "a.ods",
        packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", Basic__a_xml=b""),
        "makro",
        id="macros of LibreOffice",
    ),
    pytest.param("a.zip", packed(a_exe=b"MZ"), "arsip", id="an archive"),
    pytest.param("a.docx", packed(types=WORD, word__document_xml=b"<a/>")[:-30], "rusak", id="a torn office file"),
    pytest.param("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg">', "SVG", id="SVG"),
    pytest.param("a.txt", b"\n\n  <!DOCTYPE html>", "halaman web", id="a web page named text"),
    pytest.param("a.txt", "\ufeff<html>".encode(), "halaman web", id="a web page behind a mark"),
    pytest.param("a.txt", b"a\0b", "tidak diterima", id="bytes named text"),
    pytest.param("a.csv", b"a;b", "tidak diterima", id="a table as text"),
    pytest.param("pesan.eml", b"From: a@b\nSubject: c\n", "tidak diterima", id="saved mail"),
    pytest.param("a.mp4", b"\0\0\0\x18ftypavif", "tidak dikenal", id="an unknown brand"),
    pytest.param("a", b"\x01\x02\x03", "tidak diterima", id="anything"),
]


@pytest.mark.parametrize(("name", "content", "media_type"), TAKEN)
def test_a_file_is_known_by_its_bytes(name, content, media_type):
    taken = take(upload(name, content))

    assert (taken.filename, taken.media_type, taken.content) == (name, media_type, content)


@pytest.mark.parametrize(("name", "content", "words"), REFUSED)
def test_what_can_act_or_hide_is_refused_by_name(name, content, words):
    with pytest.raises(NotTaken) as refused:
        take(upload(name, content))

    assert words in str(refused.value)
    assert name in str(refused.value)


def test_size_is_limited_before_anything_is_looked_at():
    most = b"%PDF-" + bytes(FILE_BYTES - 5)

    assert len(take(upload("a.pdf", most)).content) == FILE_BYTES
    with pytest.raises(NotTaken, match="lebih besar dari 10 MB"):
        take(upload("a.pdf", most + b"\0"))
    with pytest.raises(NotTaken, match="kosong"):
        take(upload("a.pdf", b""))


def test_an_archive_that_unpacks_without_end_is_not_unpacked():
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", bytes(200_000_000))
        archive.writestr("word/document.xml", "")

    assert take(upload("a.docx", bomb.getvalue())).filename == "a.docx"


@pytest.mark.parametrize(
    ("given_name", "kept_name"),
    [
        pytest.param("surat kuasa.pdf", "surat kuasa.pdf", id="as it is"),
        pytest.param(r"C:\fakepath\surat.pdf", "surat.pdf", id="a folder of Windows"),
        pytest.param("../../etc/passwd.pdf", "passwd.pdf", id="a way out of the folder"),
        pytest.param("a\0\r\nb.pdf", "ab.pdf", id="control signs"),
        pytest.param("foto\u202efdp.exe", "fotofdp.exe.pdf", id="a name that runs backwards"),
        pytest.param("surat.pdf.exe", "surat.pdf.exe.pdf", id="an ending that lies about a program"),
        pytest.param("foto.jpg", "foto.pdf", id="an ending that lies about a picture"),
        pytest.param("tanpa akhiran", "tanpa akhiran.pdf", id="no ending"),
        pytest.param(".htaccess", "htaccess.pdf", id="a hidden file"),
        pytest.param('a<b>:"c|d?.pdf', "a_b___c_d_.pdf", id="signs that computers mind"),
        pytest.param("///", "berkas.pdf", id="nothing left"),
        pytest.param("x" * 300 + ".pdf", "x" * 139 + ".pdf", id="a name without end"),
        pytest.param("Pengaduan Pe\u0301tugas.pdf", "Pengaduan P\u00e9tugas.pdf", id="an accent apart"),
    ],
)
def test_a_name_is_made_harmless_and_its_ending_true(given_name, kept_name):
    assert take(upload(given_name, b"%PDF-1.7")).filename == kept_name


@given(st.text(max_size=40), st.binary(max_size=60))
def test_whatever_comes_is_taken_or_refused_in_words(name, content):
    clean = clean_name(name)
    try:
        kind = kind_of(clean, content)
    except NotTaken as refused:
        kind, words = None, str(refused)

    assert kind in KINDS if kind else words
    assert clean
    assert not set(clean) & set("/\\\0\n")
