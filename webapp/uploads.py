"""What somebody uploads: its kind by its first bytes, a harmless name, a limit of size.

Taken are papers, pictures, sound and moving pictures, as a complaint brings them as proof. Not
taken is what can act when it is opened (programs, macros, web pages, SVG), and what hides other
files from this look (archives, saved mail). Nothing here stores or opens a file.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from werkzeug.datastructures import FileStorage

from engine import FILE_BYTES, Upload

KINDS_IN_WORDS = "PDF, foto (JPG, PNG, WebP, HEIC, GIF), rekaman suara atau video, DOCX, XLSX, ODT, ODS, atau TXT"
_LONGEST_NAME = 150


class NotTaken(ValueError):
    """The file is refused; the Indonesian message says why and what to do, and names the file."""


@dataclass(frozen=True)
class Kind:
    """A kind of file that we take: its media type and the endings that its name may have, the first preferred."""

    media_type: str
    endings: tuple[str, ...]


PDF = Kind("application/pdf", (".pdf",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg", ".jfif"))
PNG = Kind("image/png", (".png",))
GIF = Kind("image/gif", (".gif",))
WEBP = Kind("image/webp", (".webp",))
HEIC = Kind("image/heic", (".heic", ".heif"))
MP4 = Kind("video/mp4", (".mp4", ".m4v"))
MOV = Kind("video/quicktime", (".mov",))
THREE_GP = Kind("video/3gpp", (".3gp", ".3gpp"))
M4A = Kind("audio/mp4", (".m4a",))
MP3 = Kind("audio/mpeg", (".mp3",))
OGG = Kind("audio/ogg", (".ogg", ".oga", ".opus"))
WAV = Kind("audio/wav", (".wav",))
DOCX = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",))
ODT = Kind("application/vnd.oasis.opendocument.text", (".odt",))
ODS = Kind("application/vnd.oasis.opendocument.spreadsheet", (".ods",))
TXT = Kind("text/plain", (".txt",))

KINDS = (PDF, JPEG, PNG, GIF, WEBP, HEIC, MP4, MOV, THREE_GP, M4A, MP3, OGG, WAV, DOCX, XLSX, ODT, ODS, TXT)

_BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"OggS", OGG),
    (b"ID3", MP3),
    (b"\xff\xfb", MP3),
    (b"\xff\xf3", MP3),
    (b"\xff\xf2", MP3),
)
# The brand behind "ftyp" in the ISO media format; MP4 is what is left.
_BRANDS: tuple[tuple[bytes, Kind], ...] = (
    *((brand, HEIC) for brand in (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")),
    *(
        (brand, MP4)
        for brand in (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"MSNV", b"M4V ")
    ),
    *((brand, THREE_GP) for brand in (b"3gp4", b"3gp5", b"3gp6", b"3gr6", b"3gs6")),
    (b"qt  ", MOV),
    (b"M4A ", M4A),
)
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "program Windows"),
    (b"\x7fELF", "program Linux"),
    (b"\xcf\xfa\xed\xfe", "program macOS"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"#!", "skrip program"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "dokumen Office lama (.doc, .xls) yang dapat memuat makro"),
    (b"{\\rtf", "dokumen RTF"),
    (b"Rar!", "arsip RAR"),
    (b"7z\xbc\xaf\x27\x1c", "arsip 7-Zip"),
    (b"\x1f\x8b", "arsip GZIP"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "pintasan Windows"),
)
_MARKUP = re.compile(rb"<\s*(?:!doctype|\?xml|html|head|body|script|svg|iframe|!--)", re.IGNORECASE)
_INSTEAD = "Simpan sebagai PDF atau foto, lalu lampirkan lagi."
_MANY_ENTRIES, _MUCH_TEXT = 5_000, 1_000_000


def take(storage: FileStorage) -> Upload:
    """Return an uploaded file under a harmless name. Raises ``NotTaken``."""
    name = clean_name(storage.filename or "")
    content = storage.stream.read(FILE_BYTES + 1)
    if not content:
        raise NotTaken(f"Berkas {name} kosong. Pilih berkas yang berisi.")
    if len(content) > FILE_BYTES:
        most = FILE_BYTES // 1024 // 1024
        raise NotTaken(f"Berkas {name} lebih besar dari {most} MB. Perkecil, atau bagi menjadi beberapa.")
    kind = kind_of(name, content)
    return Upload(_with_ending(name, kind), kind.media_type, content)


def kind_of(name: str, content: bytes) -> Kind:
    """Return what a file is, by its bytes. Raises ``NotTaken``."""
    for beginning, words in _REFUSED:
        if content.startswith(beginning):
            raise NotTaken(f"Berkas {name} adalah {words}, yang tidak diterima. {_INSTEAD}")
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] in (b"WEBP", b"WAVE"):
        return WEBP if content[8:12] == b"WEBP" else WAV
    if content[4:8] == b"ftyp":
        return _branded(name, content[8:12])
    if content.startswith(b"PK\x03\x04"):
        return _packed(name, content)
    return _plain_text(name, content)


def _branded(name: str, brand: bytes) -> Kind:
    for known, kind in _BRANDS:
        if brand == known:
            return kind
    raise NotTaken(f"Berkas {name} adalah jenis video atau gambar yang tidak dikenal. Simpan sebagai MP4 atau JPG.")


def _packed(name: str, content: bytes) -> Kind:
    """Tell office documents, which are ZIP files inside, from other archives; refuse those with macros."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) > _MANY_ENTRIES:
                raise NotTaken(f"Berkas {name} adalah arsip dengan terlalu banyak isi. {_INSTEAD}")
            types = _inside(archive, "[Content_Types].xml")
            flavour = _inside(archive, "mimetype").decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise NotTaken(f"Berkas {name} rusak atau terkunci kata sandi. {_INSTEAD}") from error
    acts = re.compile(r"vbaProject|macrosheets/|activeX/|^Basic/|^Scripts/", re.IGNORECASE)
    if b"macroEnabled" in types or b"vbaProject" in types or any(acts.search(each) for each in names):
        raise NotTaken(f"Berkas {name} memuat makro. Simpan tanpa makro (.docx atau .xlsx), lalu lampirkan lagi.")
    if types and "word/document.xml" in names:
        return DOCX
    if types and "xl/workbook.xml" in names:
        return XLSX
    for kind in (ODT, ODS):
        if flavour == kind.media_type:
            return kind
    raise NotTaken(f"Berkas {name} adalah arsip (ZIP), yang tidak diterima. Lampirkan isinya satu per satu.")


def _inside(archive: zipfile.ZipFile, member: str) -> bytes:
    try:
        with archive.open(member) as stream:
            return stream.read(_MUCH_TEXT)
    except KeyError:
        return b""


def _plain_text(name: str, content: bytes) -> Kind:
    if _MARKUP.search(content[:2_000]):
        raise NotTaken(f"Berkas {name} adalah halaman web, SVG, atau XML, yang tidak diterima. {_INSTEAD}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if not name.lower().endswith(TXT.endings) or re.search("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", text):
        raise NotTaken(f"Jenis berkas {name} tidak diterima. Yang diterima: {KINDS_IN_WORDS}.")
    return TXT


def clean_name(text: str) -> str:
    """Return the name of an uploaded file without folders, control signs, or signs that a computer minds."""
    base = unicodedata.normalize("NFC", re.split(r"[/\\]", text)[-1])
    kept = "".join(char for char in base if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    name = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "_", kept)).strip(" .")
    if len(name) > _LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: _LONGEST_NAME - 11]}{dot}{ending[:10]}" if dot else name[:_LONGEST_NAME]
    return name or "berkas"


def _with_ending(name: str, kind: Kind) -> str:
    """Return the name with an ending that tells the truth: whoever opens the file trusts it."""
    lower = name.lower()
    if lower.endswith(kind.endings):
        return name
    others = tuple(ending for other in KINDS for ending in other.endings)
    wrong = next((ending for ending in others if lower.endswith(ending)), "")
    return name[: len(name) - len(wrong)] + kind.endings[0]
