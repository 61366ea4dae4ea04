"""From the bytes of somebody else's drawing to a tree: whatever its encoding, prefix or wrapping.

As safe as the reader of diagrams: no DOCTYPE, no entity, no file, no network; bounded in size and
depth. What is no BPMN is refused with the advice how its tool exports BPMN.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.entities import html5
from typing import Final

from lxml import etree

from ..diagram.xml import DEEPEST, LARGEST, MOST_ATTRIBUTES, XmlRefused
from .tags import STANDARD, Tag

MOST_ELEMENTS: Final = 15_000
"""Elements of a file, the drawing included."""

_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_OLDER: Final = {
    "http://schema.omg.org/spec/BPMN/2.0": "bpmn",
    "http://www.omg.org/spec/BPMN/2.0": "bpmn",
    "http://www.omg.org/spec/BPMN/2.0/MODEL": "bpmn",
    "http://www.omg.org/spec/BPMN/20100501/Semantic.xsd": "bpmn",
    "http://www.omg.org/bpmn20": "bpmn",
    f"{_BPMN}/": "bpmn",
    "http://bpmndi.org": "bpmndi",
    "http://www.omg.org/spec/BPMN/2.0/DI": "bpmndi",
    "http://www.omg.org/spec/DD/2010-05-24/DC": "dc",
    "http://www.omg.org/spec/DD/2010-05-24/DI": "di",
}
_SIGNATURES: Final = (
    (b"PK\x03\x04", "Berkas ini arsip ZIP (misalnya .vsdx dari Visio, .bpm dari Bizagi, .docx)"),
    (b"PK\x05\x06", "Berkas ini arsip ZIP yang kosong"),
    (b"%PDF", "Berkas ini PDF"),
    (b"\x89PNG", "Berkas ini gambar PNG"),
    (b"\xff\xd8\xff", "Berkas ini gambar JPEG"),
    (b"GIF8", "Berkas ini gambar GIF"),
    (b"\xd0\xcf\x11\xe0", "Berkas ini dokumen Office lama (misalnya .vsd dari Visio)"),
    (b"\x1f\x8b", "Berkas ini arsip gzip"),
    (b"7z\xbc\xaf", "Berkas ini arsip 7z"),
    (b"Rar!", "Berkas ini arsip RAR"),
)
_EXPORT = "buka di alat gambarnya, ekspor sebagai BPMN 2.0 (.bpmn), lalu unggah berkas itu"
_OTHER_ROOTS: Final = {
    "mxfile": "draw.io menyimpan gambar, bukan proses; gambar ulang di modeler BPMN",
    "mxGraphModel": "draw.io menyimpan gambar, bukan proses; gambar ulang di modeler BPMN",
    "Package": f"ini XPDL; {_EXPORT}",
    "XMI": f"ini XMI (UML); {_EXPORT}",
    "AML": f"ini AML dari ARIS; {_EXPORT}",
    "VisioDocument": f"ini gambar Visio; {_EXPORT}",
    "svg": f"ini gambar SVG; {_EXPORT}",
    "html": "ini halaman web; unduh berkas .bpmn-nya sendiri, bukan halamannya",
    "graphml": f"ini GraphML; {_EXPORT}",
}
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,30})["']""")
_DECLARATION: Final = re.compile(r"^\s*<\?xml\b[^>]{0,300}\?>")
_KNOWN: Final = re.compile(
    r"utf-?(8|16|16-?le|16-?be|32)|(iso-?8859-?|latin-?|cp-?125|windows-125)[0-9]{1,2}|us-ascii|ascii"
)
_ENTITY: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]|&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));"
)


@dataclass
class Read:
    """The tree of a file, and what had to be done to read it: (kind, sentence)."""

    root: Tag
    notes: list[tuple[str, str]] = field(default_factory=list)


def read_drawing(data: bytes) -> Read:
    """Return the ``definitions`` of a drawing; raise ``XmlRefused``."""
    if not data.strip():
        raise XmlRefused("empty", "Berkas ini kosong; unggah berkas BPMN yang disimpan dari modeler.")
    if len(data) > LARGEST:
        raise XmlRefused("too-large", f"Berkas paling besar 1 MB, yang ini {len(data):,} bita; perkecil diagramnya.")
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise XmlRefused("not-xml", f"{what}, bukan diagram BPMN; {_EXPORT}.")
    notes: list[tuple[str, str]] = []
    text = _without_strange_signs(_decoded(data, notes), notes)
    builder = _Builder()
    parser = etree.XMLParser(
        target=builder, resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    try:
        etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        told = str(error.msg).split(chr(10))[0][:100]
        raise XmlRefused(
            "not-xml", f"Berkas ini bukan XML yang utuh (baris {error.lineno}: {told}); simpan ulang dari modeler."
        ) from None
    if builder.root is None:
        raise XmlRefused("not-xml", "Berkas ini tidak memuat satu elemen pun; simpan ulang dari modeler.")
    notes += builder.notes()
    return Read(_definitions(builder.root, notes), notes)


def _decoded(data: bytes, notes: list[tuple[str, str]]) -> str:
    """Return the text of a file, from its byte order mark, its declaration, or what its bytes can only be."""
    for mark, codec in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _by(data[3:] if codec == "utf-8" else data, codec, notes, mark=True)
    if data[:2] in (b"<\x00", b"\x00<"):
        return _by(data, "utf-16-le" if data[:1] == b"<" else "utf-16-be", notes)
    declared = _DECLARED.match(data[:300])
    codec = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    # A program that writes text first and bytes later declares UTF-16 over bytes that are UTF-8.
    if codec.startswith(("utf-16", "utf16", "utf-32", "utf32")) or not _KNOWN.fullmatch(codec):
        notes.append(("encoding", f"Berkas mengaku berhuruf {codec}, tetapi isinya bukan itu; dibaca apa adanya."))
        codec = "utf-8"
    return _by(data, codec, notes)


def _by(data: bytes, codec: str, notes: list[tuple[str, str]], *, mark: bool = False) -> str:
    try:
        text = data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        if codec.startswith(("utf-16", "utf-32")):
            raise XmlRefused("not-xml", "Huruf berkas ini rusak (UTF-16 yang terpotong); simpan ulang.") from None
        text = data.decode("cp1252", "replace")
        told = f"Isi berkas bukan {codec.upper()} yang sah; dibaca sebagai Windows-1252 lalu ditulis sebagai UTF-8."
        notes.append(("encoding", f"{told} Periksa huruf beraksen."))
        return text
    if codec not in ("utf-8", "utf8", "us-ascii", "ascii"):
        notes.append(("encoding", f"Berkas berhuruf {codec.upper()}; ditulis ulang sebagai UTF-8."))
    return text.removeprefix("\ufeff") if mark else text


def _without_strange_signs(text: str, notes: list[tuple[str, str]]) -> str:
    """Return the text without its declaration, HTML entities as letters, control characters left out."""
    text = _DECLARATION.sub("", text, count=1).strip("\ufeff \t\r\n")
    if not text.startswith("<"):
        at = text.find("<")
        if at < 0 or text[:1] in "{[":
            raise XmlRefused("not-xml", f"Berkas ini bukan XML; {_EXPORT}.")
        notes.append(("wrapping", f"Sebelum XML ada {at} huruf lain; dihilangkan."))
        text = _DECLARATION.sub("", text[at:], count=1)
    if "<!DOCTYPE" not in text:
        found = {
            name
            for name in _ENTITY.findall(text)
            if name not in ("amp", "lt", "gt", "quot", "apos") and f"{name};" in html5
        }
        if found:
            listed = ", ".join(f"&{name};" for name in sorted(found)[:10])
            notes.append(("characters", f"Tanda HTML yang tidak dikenal XML ({listed}) diganti dengan hurufnya."))
            text = _ENTITY.sub(lambda match: html5[f"{match[1]};"] if match[1] in found else match[0], text)
    cleaned, count = _CONTROL.subn("", text)
    if count:
        notes.append(("characters", f"{count} tanda kendali yang tidak boleh ada dalam XML dihilangkan."))
    return cleaned


def _definitions(root: Tag, notes: list[tuple[str, str]]) -> Tag:
    if root.label == "bpmn:definitions":
        return root
    inner = next((tag for tag in root.walk() if tag.label == "bpmn:definitions"), None)
    if inner is not None:
        notes.append(("wrapping", f"Diagram berada di dalam elemen {root.kind[:60]}; pembungkus itu dilepas."))
        inner.leave()
        return inner
    if root.label in ("bpmn:process", "bpmn:collaboration"):
        notes.append(("wrapping", "Akar berkas bukan definitions; ditambahkan di luarnya."))
        outer = Tag("bpmn:definitions", {"id": "definitions"})
        outer.take(root)
        return outer
    advice = _OTHER_ROOTS.get(root.kind, _EXPORT)
    raise XmlRefused(
        "not-bpmn", f"Akar berkas adalah {root.kind[:60]!r}, seharusnya definitions dari BPMN 2.0: {advice}."
    )


class _Builder:
    """Takes the parser's events one by one, so that a refusal stops the parser where it stands."""

    def __init__(self) -> None:
        self.root: Tag | None = None
        self._open: list[Tag] = []
        self._texts: list[list[str]] = []
        self._elements = 0
        self._older: set[str] = set()
        self._instructions: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open an element."""
        self._elements += 1
        if len(self._open) >= DEEPEST:
            raise XmlRefused("xml-depth", f"Elemen bersarang lebih dari {DEEPEST} tingkat; ini bukan diagram modeler.")
        if self._elements > MOST_ELEMENTS or len(attributes) > MOST_ATTRIBUTES:
            raise XmlRefused(
                "too-many-elements", f"Berkas memuat lebih dari {MOST_ELEMENTS:,} elemen; pecah diagramnya."
            )
        element = Tag(
            self._label(tag), {self._label(name, attribute=True): value for name, value in attributes.items()}
        )
        if self._open:
            element.parent = self._open[-1]
            self._open[-1].children.append(element)
        elif self.root is None:
            self.root = element
        self._open.append(element)
        self._texts.append([])

    def end(self, tag: str) -> None:
        """Close the element."""
        self._open.pop().text = "".join(self._texts.pop())

    def data(self, text: str) -> None:
        """Take text of the open element."""
        if self._texts:
            self._texts[-1].append(text)

    def comment(self, text: str) -> None:
        """Leave a comment out."""

    def pi(self, target: str, text: str | None = None) -> None:
        """Leave a processing instruction out, and remember it."""
        self._instructions.append(target[:60])

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Refuse the document type before anything in it is read."""
        raise XmlRefused("doctype", "DOCTYPE tidak boleh ada dalam diagram; hapus <!DOCTYPE …> beserta isinya.")

    def close(self) -> None:
        """End of the file."""

    def notes(self) -> list[tuple[str, str]]:
        """Return what was put right while reading."""
        found = []
        if self._older:
            listed = ", ".join(sorted(self._older))
            found.append(("namespace", f"Ruang nama {listed} diganti dengan yang baku dari BPMN 2.0."))
        if self._instructions:
            listed = ", ".join(sorted(set(self._instructions))[:5])
            found.append(("wrapping", f"Instruksi pemrosesan XML ({listed}) dihilangkan."))
        return found

    def _label(self, name: str, *, attribute: bool = False) -> str:
        if not name.startswith("{"):
            return name if attribute else self._without_namespace(name)
        namespace, _, local = name[1:].partition("}")
        prefix = STANDARD.get(namespace)
        if prefix is None and namespace in _OLDER:
            prefix = _OLDER[namespace]
            self._older.add(namespace)
        if prefix is None:
            return name
        # Some tools put the model's own attributes into its namespace; they mean the plain ones.
        return local if attribute and prefix in ("bpmn", "bpmndi", "dc", "di") else f"{prefix}:{local}"

    def _without_namespace(self, local: str) -> str:
        plain = self.root is not None and "(kosong)" in self._older
        if not plain and not (self.root is None and local in ("definitions", "process")):
            return local
        self._older.add("(kosong)")
        if local in ("Bounds", "Font"):
            return f"dc:{local}"
        return (
            f"di:{local}" if local == "waypoint" else f"bpmndi:{local}" if local.startswith("BPMN") else f"bpmn:{local}"
        )
