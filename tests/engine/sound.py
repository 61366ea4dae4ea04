"""A diagram in which every kind of node stands once, and how a test reads a sound file."""

from __future__ import annotations

from engine.diagram import Diagram, read_diagram
from tests.engine.diagrams import call, chain, end, flow, gateway, process, start, sub_process, task, timer, wait


def only(data: bytes) -> Diagram:
    """Return the only diagram of a file in which nothing is wrong."""
    reading = read_diagram(data, "uji.bpmn")

    assert reading.errors == ()
    assert len(reading.diagrams) == 1
    return reading.diagrams[0]


def everything() -> bytes:
    """Return a process in which every kind of node stands once."""
    inner = sub_process(
        "s", start("s_mulai"), task("b"), end("s_selesai", "terminate"), *chain("s_mulai", "b", "s_selesai")
    )
    return process(
        *(
            start(),
            task("a", form="aduan", groups="${seksi}", times=3, sequential=True),
            timer("a", "P1D", id_="ingat"),
        ),
        *(timer("a", "P3D", id_="batas", interrupting=True, to="g2"), gateway("exclusive", "g", default="lain")),
        *(inner, call("c", "dua"), wait("jeda", "PT5H"), gateway("inclusive", "g2"), gateway("parallel", "p"), end()),
        *(*chain("mulai", "a", "g"), flow("g", "s", "${hasil == 'a' && !ulang}"), flow("g", "c", id_="lain")),
        *(flow("s", "g2"), flow("c", "jeda"), flow("jeda", "g2"), *chain("g2", "p", "selesai")),
        properties={"nomor_perkara": "PB-{tahun}-{urut:05}", "kalender": "kantor", "batas_hukum": "P14D"},
    )
