"""Linking a step of a drawing to a form: one attribute is written, everything else stays as it was drawn.

Nothing here checks the drawing or stores it.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from ..errors import InvalidRequest, NotFound

_BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_CAMUNDA: Final = "{http://camunda.org/schema/1.0/bpmn}"
_ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"


def with_form(xml: bytes, element: str, form_id: str) -> bytes:
    """Return ``xml`` with the user task ``element`` linked to a form, in place of the form that it had.

    Raises ``NotFound`` if there is no such user task, ``InvalidRequest`` if the drawing cannot be read.
    """
    root = _read(xml)
    task = next((each for each in root.iter(f"{_BPMN}userTask") if each.get("id") == element), None)
    if task is None:
        raise NotFound("Langkah", element)
    for name in ("formKey", "formRefVersion"):
        task.attrib.pop(f"{_CAMUNDA}{name}", None)
    for linked in list(task.iterfind(f"{_BPMN}extensionElements/{_ZEEBE}formDefinition")):
        linked.getparent().remove(linked)
    task.set(f"{_CAMUNDA}formRef", form_id)
    task.set(f"{_CAMUNDA}formRefBinding", "latest")
    return bytes(etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True))


def _read(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        raise InvalidRequest("Diagram draf ini tidak dapat dibaca; perbaiki dahulu diagramnya.") from None
    if root.getroottree().docinfo.doctype:
        raise InvalidRequest("Diagram draf ini memuat DOCTYPE; hapus dahulu dari berkasnya.")
    return root
