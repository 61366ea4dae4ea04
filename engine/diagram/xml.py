"""From the bytes of an uploaded diagram to a plain tree, without trusting a single byte.

No DOCTYPE and so no entity, no processing instruction, no include, no file, no network; bounded
in size and depth. Names are told apart by their namespace, never by the prefix that the file
chose. The drawing (``bpmndi``) is left out: where a box stands changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

LARGEST: Final = 1_048_576
"""Bytes of one file."""
DEEPEST: Final = 100
"""Elements within each other."""
MOST_ELEMENTS: Final = 20_000
"""Elements outside the drawing."""
MOST_ATTRIBUTES: Final = 50
"""Attributes of one element."""
_DRAWING: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"

NAMESPACES: Final = {
    "http://www.omg.org/spec/BPMN/20100524/MODEL": "bpmn",
    "http://www.omg.org/spec/BPMN/20100524/DI": "bpmndi",
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://camunda.org/schema/modeler/1.0": "modeler",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi",
    "http://www.w3.org/2001/XInclude": "xi",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
"""Names of other namespaces stay whole (``{uri}name``), so that no prefix can pass for another."""


class XmlRefused(ValueError):
    """The bytes are no acceptable XML; ``rule`` names why, the message is fit to show."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(eq=False, slots=True)
class Xml:
    """One element: ``label`` such as ``bpmn:userTask``, attributes by name, its own text."""

    label: str
    attributes: dict[str, str]
    text: str = ""
    parent: Xml | None = field(default=None, repr=False)
    children: list[Xml] = field(default_factory=list, repr=False)

    @property
    def id(self) -> str:
        """Return the element's id, empty if it has none."""
        return self.attributes.get("id", "")

    @property
    def name(self) -> str:
        """Return the element's name, empty if it has none."""
        return self.attributes.get("name", "")

    @property
    def kind(self) -> str:
        """Return the name without its namespace: ``userTask``."""
        return self.label.rpartition("}" if self.label.startswith("{") else ":")[2]

    def all(self, label: str) -> list[Xml]:
        """Return the children of that label, in the order of the file."""
        return [child for child in self.children if child.label == label]

    def first(self, label: str) -> Xml | None:
        """Return the first child of that label."""
        return next((child for child in self.children if child.label == label), None)

    def extensions(self, label: str) -> list[Xml]:
        """Return the extension elements of that label."""
        return [child for each in self.all("bpmn:extensionElements") for child in each.all(label)]

    def walk(self) -> Iterator[Xml]:
        """Yield this element and everything below it, in the order of the file."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


def parse_xml(data: bytes) -> Xml:
    """Return the root of the tree that ``data`` holds; raise ``XmlRefused``."""
    if not data.strip():
        raise XmlRefused("empty", "Berkas ini kosong; unggah berkas BPMN yang disimpan dari modeler.")
    if len(data) > LARGEST:
        raise XmlRefused("too-large", f"Berkas paling besar 1 MB, yang ini {len(data):,} bita; perkecil diagramnya.")
    builder = _Builder()
    # "internal" because libxml2 would otherwise hand out "&amp;" in an attribute as "&#38;". There is
    # nothing else to resolve: the builder refuses a DOCTYPE before a single entity is declared.
    parser = etree.XMLParser(
        target=builder, resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        told = str(error.msg).split(chr(10))[0][:100]
        raise XmlRefused(
            "not-xml", f"Berkas ini bukan XML yang utuh (baris {error.lineno}: {told}); simpan ulang dari modeler."
        ) from None
    if builder.root is None:
        raise XmlRefused("not-bpmn", "Berkas ini hanya memuat gambar, tanpa proses; simpan ulang dari modeler.")
    return builder.root


class _Builder:
    """Takes the parser's events one by one, so that a refusal stops the parser where it stands."""

    def __init__(self) -> None:
        self.root: Xml | None = None
        self._open: list[Xml] = []
        self._texts: list[list[str]] = []
        self._elements = self._undrawn = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open an element."""
        self._undrawn += self._undrawn > 0 or tag.startswith(_DRAWING)
        if len(self._open) + self._undrawn >= DEEPEST:
            raise XmlRefused("xml-depth", f"Elemen bersarang lebih dari {DEEPEST} tingkat; ini bukan diagram modeler.")
        if self._undrawn:
            return
        self._elements += 1
        if self._elements > MOST_ELEMENTS or len(attributes) > MOST_ATTRIBUTES:
            raise XmlRefused(
                "too-many-elements",
                f"Diagram paling banyak memuat {MOST_ELEMENTS:,} elemen dan {MOST_ATTRIBUTES} atribut per elemen; "
                "pecah menjadi beberapa proses.",
            )
        parent = self._open[-1] if self._open else None
        element = Xml(_label(tag), {_label(name): value for name, value in attributes.items()}, parent=parent)
        if parent is None:
            self.root = element
        else:
            parent.children.append(element)
        self._open.append(element)
        self._texts.append([])

    def end(self, tag: str) -> None:
        """Close the element."""
        if self._undrawn:
            self._undrawn -= 1
        else:
            self._open.pop().text = "".join(self._texts.pop())

    def data(self, text: str) -> None:
        """Take text of the open element."""
        if self._texts and not self._undrawn:
            self._texts[-1].append(text)

    def comment(self, text: str) -> None:
        """Leave a comment out."""

    def pi(self, target: str, text: str | None = None) -> None:
        """Refuse a processing instruction."""
        raise XmlRefused(
            "processing-instruction", f"Instruksi <?{target[:60]} …?> tidak boleh ada dalam diagram; hapus dari berkas."
        )

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Refuse the document type before anything in it is read."""
        raise XmlRefused("doctype", "DOCTYPE tidak boleh ada dalam diagram; hapus <!DOCTYPE …> beserta isinya.")

    def close(self) -> None:
        """End of the file."""


def _label(name: str) -> str:
    if not name.startswith("{"):
        return name
    namespace, _, local = name[1:].partition("}")
    prefix = NAMESPACES.get(namespace)
    return f"{prefix}:{local}" if prefix else name
