"""How a diagram is drawn and how its file is written: what the engine never looks at, compared all the same.

Only what :func:`engine.diagram.xml.parse_xml` has accepted comes here; nothing is resolved or fetched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

_DRAWING: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DRAWN: Final = frozenset({f"{_DRAWING}BPMNShape", f"{_DRAWING}BPMNEdge"})


@dataclass(frozen=True)
class Drawing:
    """``shapes``: what is drawn for each element id; ``rest``: everything else of the drawing.

    ``order``: ids in the order in which they are drawn over each other. ``writing``: what an XML file says beside
    its elements, by what it is.
    """

    shapes: Mapping[str, str]
    rest: str
    order: tuple[str, ...]
    writing: Mapping[str, str]


def drawing_of(data: bytes) -> Drawing:
    """Return the drawing in a file that was read before."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    shapes: dict[str, list[str]] = defaultdict(list)
    rest: list[str] = []
    for diagram in _outermost(root):
        for element in diagram.iter(etree.Element):
            if element.tag in _DRAWN:
                shapes[element.get("bpmnElement", "")].append(_written(element, whole=True))
            elif not any(above.tag in _DRAWN for above in element.iterancestors()):
                rest.append(_written(element, whole=False))
    tree = root.getroottree()
    comments = [str(comment.text) for comment in tree.iter(etree.Comment)]
    writing = {
        "komentar XML": "\n".join(comments),
        "awalan namespace": " ".join(sorted(f"{prefix}={uri}" for prefix, uri in root.nsmap.items())),
        "pengodean huruf": str(tree.docinfo.encoding or ""),
        "yang ditulis sesudah gambar": " ".join(_behind_the_drawing(root)),
    }
    return Drawing({each: "\n".join(drawn) for each, drawn in shapes.items()}, "\n".join(rest), tuple(shapes), writing)


def _behind_the_drawing(root: etree._Element) -> Iterator[str]:
    drawn = False
    for child in root.iterchildren(etree.Element):
        if drawn and not child.tag.startswith(_DRAWING):
            yield etree.QName(child).localname
        drawn = drawn or child.tag.startswith(_DRAWING)


def _outermost(root: etree._Element) -> list[etree._Element]:
    found = [element for element in root.iter(etree.Element) if element.tag.startswith(_DRAWING)]
    return [each for each in found if not any(above.tag.startswith(_DRAWING) for above in each.iterancestors())]


def _written(element: etree._Element, *, whole: bool) -> str:
    """Return an element's tag, attributes and text in one form, with all that stands in it if ``whole``."""
    attributes = " ".join(f"{name}={value!r}" for name, value in sorted(dict(element.attrib).items()))
    own = f"<{element.tag} {attributes}>{(element.text or '').strip()}"
    tails = "".join((child.tail or "").strip() for child in element)
    inside = "".join(_written(child, whole=True) for child in element if isinstance(child.tag, str)) if whole else ""
    return f"{own}{tails}{inside}</>"
