"""Revisions of the shipped SOP, as an owner would upload them: shorter, with another lane, with steps come and gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.office import sop_files
from tests.sop_diagram import FILE

Change = Callable[[str], str]
NEW_STEP = "Petugas menelaah kelengkapan berkas"


def revised(*changes: Change) -> dict[str, bytes]:
    """Return the shipped SOP with the changes, as an upload."""
    files: Mapping[str, bytes] = sop_files()
    text = files[FILE.name].decode()
    for change in changes:
        text = change(text)
    return {**files, FILE.name: text.encode()}


def shorter(text: str) -> str:
    """Give step 5 two days instead of three."""
    return _exchanged(text, ">P3D<", ">P2D<")


def other_lane(text: str) -> str:
    """Move step 6 to the lane of the secretary."""
    nodes = [f"        <bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>\n" for each in ("langkah_6", "batas_6", "lewat_6")]
    for node in nodes:
        text = _exchanged(text, node, "")
    at = "        <bpmn:flowNodeRef>langkah_7</bpmn:flowNodeRef>\n"
    text = _exchanged(text, at, "".join(nodes) + at)
    # A group of the coordinators narrows nothing in the other lane.
    start = text.index('<bpmn:userTask id="langkah_6"')
    group = text.index(" camunda:candidateGroups=", start)
    end = text.index('"', text.index('"', group) + 1) + 1
    return text[:group] + text[end:]


def other_id(text: str) -> str:
    """Give step 6 an id of its own; its timer keeps its."""
    return _exchanged(text, "langkah_6", "penyerahan")


def new_step(text: str) -> str:
    """Put a step between 3 and 4."""
    task = (
        f'    <bpmn:userTask id="telaah" name="{NEW_STEP}" camunda:formRef="pengaduan-3-penerusan">'
        "<bpmn:incoming>alur_3_telaah</bpmn:incoming><bpmn:outgoing>alur_3_4</bpmn:outgoing></bpmn:userTask>\n"
        '    <bpmn:sequenceFlow id="alur_3_telaah" sourceRef="langkah_3" targetRef="telaah" />\n'
    )
    flow = '    <bpmn:sequenceFlow id="alur_3_4" sourceRef="langkah_3" targetRef="langkah_4" />\n'
    text = _exchanged(text, flow, task + flow.replace("langkah_3", "telaah"))
    start = text.index('<bpmn:userTask id="langkah_3"')
    end = text.index("</bpmn:userTask>", start)
    step = text[start:end].replace("<bpmn:outgoing>alur_3_4<", "<bpmn:outgoing>alur_3_telaah<")
    text = text[:start] + step + text[end:]
    node = "        <bpmn:flowNodeRef>langkah_3</bpmn:flowNodeRef>\n"
    return _exchanged(text, node, node + node.replace("langkah_3", "telaah"))


def _exchanged(text: str, old: str, new: str) -> str:
    """Return the text with another part. Raises ``AssertionError`` where the part is not there: the SOP is another."""
    assert old in text, old
    return text.replace(old, new)
