"""A drawing as another tool saves it: plain tasks, a question without conditions, a lane without a name, no layout.

Knows nothing of the engine. Each part that needs a repair is named by its id.
"""

from __future__ import annotations

KEY = "izin_cuti"
MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
LANES = {"pegawai": ("Pegawai", ("s", "ajukan")), "tanpa_nama": ("", ("periksa", "g", "terbit"))}
NODES = (
    '<b:startEvent id="s"/><b:task id="ajukan" name="Mengajukan cuti"/>'
    '<b:manualTask id="periksa" name="Memeriksa permohonan café"/><b:exclusiveGateway id="g" name="Disetujui?"/>'
    '<b:task id="terbit" name="Menerbitkan surat"/><b:task id="tolak" name="Memberi tahu"/><b:endEvent id="e"/>'
)
FLOWS = (
    *(("s", "ajukan", ""), ("ajukan", "periksa", ""), ("periksa", "g", "")),
    *(("g", "terbit", "ya"), ("g", "tolak", "tidak"), ("terbit", "e", "")),
)


def foreign(encoding: str = "ISO-8859-1", key: str = KEY) -> bytes:
    """Return the drawing in the given encoding, declared as such."""
    lanes = "".join(
        f'<b:lane id="{lane}" name="{name}">{_nodes(nodes)}</b:lane>' for lane, (name, nodes) in LANES.items()
    )
    flows = "".join(
        f'<b:sequenceFlow id="f{number}" name="{name}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target, name) in enumerate(FLOWS, 1)
    )
    process = f'<b:process id="{key}" name="Izin cuti"><b:laneSet id="l">{lanes}</b:laneSet>{NODES}{flows}</b:process>'
    head = (
        f'<?xml version="1.0" encoding="{encoding}"?><b:definitions xmlns:b="{MODEL}" id="d" targetNamespace="urn:x">'
    )
    return f"{head}{process}</b:definitions>".encode(encoding)


def _nodes(nodes: tuple[str, ...]) -> str:
    return "".join(f"<b:flowNodeRef>{node}</b:flowNodeRef>" for node in nodes)
