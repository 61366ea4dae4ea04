"""Diagrams that a flow table copes with: decisions, ways back, branches, parts, timers that lead on, many pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.engine.diagrams import (
    call,
    chain,
    definitions,
    end,
    flow,
    gateway,
    one_process,
    process,
    start,
    sub_process,
    task,
    timer,
    wait,
)

LONG = "memeriksa kelengkapan berkas permohonan beserta lampirannya dan mencatat hasilnya dalam buku register"


def numbered(id_: str, no: int, name: str = "", **more: object) -> str:
    """Return a user task with its number in the SOP."""
    return task(id_, name or f"Langkah {id_}", properties={"no": str(no), "waktu": "-"}, **more)  # type: ignore[arg-type]


def named(kind: str, id_: str, name: str, *, default: str = "") -> str:
    """Return a gateway with the question that it asks."""
    return gateway(kind, id_, default=default).replace(f'id="{id_}"', f'id="{id_}" name="{name}"', 1)


def labelled(source: str, target: str, label: str, condition: str | None = None) -> str:
    """Return a flow with a name."""
    drawn = flow(source, target, condition)
    return drawn.replace("<bpmn:sequenceFlow ", f'<bpmn:sequenceFlow name="{label}" ', 1)


def correction() -> bytes:
    """A decision with a question and a way back over two steps."""
    return process(
        start(),
        *(numbered("catat", 1), numbered("periksa", 2), numbered("jawab", 3)),
        *(named("exclusive", "sesuai", "Jawaban sesuai?", default="sesuai__periksa"), numbered("kirim", 4), end()),
        *chain("mulai", "catat", "periksa", "jawab", "sesuai"),
        *(labelled("sesuai", "kirim", "Ya", "${putusan == 'ya'}"), labelled("sesuai", "periksa", "Tidak")),
        *chain("kirim", "selesai"),
        lanes={
            "Pemohon": ["mulai", "catat"],
            "Petugas": ["periksa", "kirim", "selesai"],
            "Koordinator": ["jawab", "sesuai"],
        },
    )


def refusal() -> bytes:
    """A decision without words, drawn with its step; two ends with names of their own."""
    return process(
        start(),
        *(numbered("terima", 1), gateway("exclusive", "g", default="g__tolak"), numbered("garap", 2)),
        *(numbered("tolak", 3), end("selesai").replace("<bpmn:endEvent", '<bpmn:endEvent name="Selesai"')),
        end("ditolak").replace("<bpmn:endEvent", '<bpmn:endEvent name="Ditolak"'),
        *(*chain("mulai", "terima", "g"), flow("g", "garap", "${hasil == 'lengkap' && !ulang}"), flow("g", "tolak")),
        *(*chain("garap", "selesai"), *chain("tolak", "ditolak")),
        lanes={"Pemohon": ["mulai"], "Petugas": ["terima", "g", "tolak", "ditolak"], "Seksi": ["garap", "selesai"]},
    )


def together() -> bytes:
    """Two branches at once, which meet again."""
    return process(
        start(),
        *(numbered("a", 1), gateway("parallel", "pisah"), numbered("b", 2), numbered("c", 3), numbered("d", 4)),
        *(gateway("parallel", "temu"), numbered("e", 5), end()),
        *chain("mulai", "a", "pisah", "b", "d", "temu", "e", "selesai"),
        *chain("pisah", "c", "temu"),
        lanes={"Petugas": ["a", "e", "mulai", "selesai"], "Seksi A": ["b", "d"], "Seksi B": ["c"]},
    )


def parts() -> bytes:
    """A sub-process with a deadline, a call, a pause, a timer that withdraws its step and leads on."""
    inner = sub_process(
        "bagian",
        *(start("s_mulai"), numbered("b1", 2), numbered("b2", 3), end("s_selesai")),
        *chain("s_mulai", "b1", "b2", "s_selesai"),
    ).replace("<bpmn:subProcess", '<bpmn:subProcess name="Pemeriksaan lapangan"', 1)
    called = one_process(
        *(start("m2"), task("l2"), end("s2"), *chain("m2", "l2", "s2")), key="dua", name="SOP Pengiriman surat"
    )
    main = one_process(
        *(start(), numbered("a", 1), inner, timer("bagian", "P3D"), wait("jeda", "PT5H"), call("kirim", "dua")),
        *(
            timer("a", "P2D", id_="batas", interrupting=True, to="ambil"),
            numbered("ambil", 4, "Pimpinan mengambil alih"),
        ),
        *(gateway("exclusive", "temu"), end(), *chain("mulai", "a", "bagian", "jeda", "temu", "kirim", "selesai")),
        *chain("ambil", "temu"),
        key="satu",
        lanes={
            "Petugas": ["mulai", "a", "jeda", "kirim", "selesai"],
            "Seksi": ["bagian", "b1", "b2"],
            "Pimpinan": ["ambil"],
        },
    )
    return definitions(main, called)


def choices() -> bytes:
    """An inclusive split with long conditions, and four ways out of one decision."""
    return process(
        start(),
        *(numbered("a", 1), named("inclusive", "mana", "Seksi mana yang terkait?", default="mana__d")),
        *(numbered("b", 2), numbered("c", 3), numbered("d", 4), gateway("inclusive", "temu"), numbered("e", 5)),
        *(named("exclusive", "putus", "Putusan pimpinan", default="putus__a"), numbered("f", 6), end()),
        *(*chain("mulai", "a", "mana"), flow("mana", "b", "${seksi_terkait in ['tikim','lalintalkim']}")),
        *(flow("mana", "c", "${nilai >= 10}"), flow("mana", "d"), *chain("b", "temu"), *chain("c", "temu")),
        *(*chain("d", "temu", "e", "putus"), labelled("putus", "f", "Setuju", "${p == 's'}")),
        *(labelled("putus", "c", "Ulangi dari seksi", "${p == 'u'}"), labelled("putus", "a", "Tolak")),
        *(labelled("putus", "b", "Lengkapi", "${p == 'l'}"), *chain("f", "selesai")),
        lanes={"Petugas": ["a", "mulai"], "Tikim": ["b", "c"], "Lalintalkim": ["d"], "Pimpinan": ["e", "putus", "f"]},
    )


def long(steps: int = 40) -> bytes:
    """Many steps on many pages, with ways back and ahead across them."""
    lanes: dict[str, list[str]] = {"Pemohon": ["mulai"], "Petugas": [], "Seksi": [], "Pimpinan": []}
    nodes = []
    for no in range(1, steps + 1):
        nodes.append(numbered(f"t{no}", no, f"Petugas {LONG} ke-{no}" if no % 3 else f"Menandatangani surat ke-{no}"))
        lanes[list(lanes)[(no * no // 3) % 4]].append(f"t{no}")
    ahead, back = steps // 6, steps * 3 // 4
    gates = [
        named("exclusive", "maju", "Sudah lengkap?", default=f"maju__t{ahead + 1}"),
        named("exclusive", "mundur", "Perlu diperbaiki?", default=f"mundur__t{back + 1}"),
    ]
    lanes["Petugas"] += ["maju", "mundur"]
    before, middle, after = range(1, ahead + 1), range(ahead + 1, back + 1), range(back + 1, steps + 1)
    flows = [
        *chain("mulai", *(f"t{no}" for no in before), "maju"),
        *(labelled("maju", f"t{ahead + 1}", "Tidak"), labelled("maju", f"t{back - 2}", "Ya", "${x == 'ya'}")),
        *chain(*(f"t{no}" for no in middle), "mundur"),
        *(labelled("mundur", f"t{back + 1}", "Tidak"), labelled("mundur", "t2", "Ya", "${y == 'ya'}")),
        *chain(*(f"t{no}" for no in after), "selesai"),
    ]
    return process(start(), *nodes, *gates, end(), *flows, lanes=lanes)


def many_lanes(count: int = 14) -> bytes:
    """One step in each of many lanes, and back to the first."""
    tasks = [numbered(f"t{no}", no) for no in range(1, count + 1)]
    lanes = {f"Seksi urusan yang ke-{no}": [f"t{no}"] for no in range(1, count + 1)}
    return process(
        *(start(), *tasks, named("exclusive", "g", "Ulang?", default="g__selesai"), end()),
        *(*chain("mulai", *(f"t{no}" for no in range(1, count + 1)), "g"), labelled("g", "selesai", "Tidak")),
        labelled("g", "t1", "Ya", "${x == 'ya'}"),
        lanes=lanes,
    )


def tangled(ways: int = 9) -> bytes:
    """Every second step may go back to any earlier one: more ways than fit side by side in one gutter."""
    parts = [start(), end()]
    flows = chain("mulai", "t1")
    for no in range(1, ways + 1):
        last = "selesai" if no == ways else f"t{no + 1}"
        parts += [numbered(f"t{no}", no), gateway("exclusive", f"g{no}", default=f"g{no}__{last}")]
        flows += [*chain(f"t{no}", f"g{no}"), flow(f"g{no}", last)]
        flows += [flow(f"g{no}", f"t{back}", f"${{x == '{back}'}}") for back in range(1, no)]
    return process(
        *parts,
        *flows,
        lanes={
            "Petugas": [f"t{no}" for no in range(1, ways + 1, 2)],
            "Seksi": [f"t{no}" for no in range(2, ways + 1, 2)],
        },
    )


def wordy(steps: int = 14) -> bytes:
    """Rows whose height their texts make, in every column."""
    nodes = []
    for no in range(1, steps + 1):
        written = {"no": str(no), "waktu": "-", "persyaratan": f"Surat {(LONG * 3)[: 24 * no]}"}
        written |= {"output": (LONG * 3)[: 20 * no], "keterangan": f"W{'i' * no} {LONG[: 20 * (no % 5)]}"}
        nodes.append(task(f"t{no}", f"{LONG} {LONG[: 9 * no]}".capitalize(), properties=written))
    return process(start(), *nodes, end(), *chain("mulai", *(f"t{no}" for no in range(1, steps + 1)), "selesai"))


DRAWINGS: Mapping[str, Callable[[], bytes]] = {
    each.__name__: each for each in (correction, refusal, together, parts, choices, long, many_lanes, tangled, wordy)
}
