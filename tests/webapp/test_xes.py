"""XES: of the standard's shape, and process mining finds in it what the SOP says."""

from __future__ import annotations

import warnings
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text

from engine import Actor, CaseRecord, Engine, sweep
from tests.casework import Casework
from tests.clock import Clock
from tests.engine.small_office import ADMIN, AUDITOR, CHECKER, CLERK, HEAD, LETTER, OWNER, TWO_STEPS, deploy, hire
from tests.engine.small_office import open_office as open_small_office
from tests.engine.test_records import full_rights
from tests.office import open_office
from tests.small_bpmn import Task, Timer, diagram
from tests.webapp.exports_shape import NAMESPACE, TRANSITIONS, events, read_log, values
from webapp.exports.xes import xes

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pm4py


def log_of(engine: Engine, *cases: str, by: Actor = AUDITOR) -> bytes:
    """Return the log of these cases."""
    return b"".join(xes((engine.record(case, by=by) for case in cases), "Uji"))


def mined(folder: Path, data: bytes) -> object:
    """Return the log as pm4py reads it: a table of events, completions alone."""
    file = folder / "log.xes"
    file.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = pm4py.read_xes(str(file))
    return table[table["lifecycle:transition"] == "complete"]


def test_process_mining_finds_the_nine_steps_of_the_sop_in_order(engine: Engine, clock: Clock, tmp_path: Path) -> None:
    open_office(engine)
    work, cases = Casework(engine), []
    for _ in range(3):
        cases.append(work.start_at(9))
        work.complete(cases[-1].case)
        clock.advance(timedelta(hours=1))
    numbers = [item.case for item in cases]
    steps = [step.name for step in engine.steps(numbers[0], by=work.person("auditor"))]

    table = mined(tmp_path, log_of(engine, *numbers, by=work.person("auditor")))

    assert len(steps) == 9
    graph, begin, end = pm4py.discover_dfg(table)
    assert begin == {steps[0]: 3}
    assert end == {steps[-1]: 3}
    assert graph == dict.fromkeys(pairwise(steps), 3)
    tree = pm4py.discover_process_tree_inductive(table)
    assert tree.operator is not None
    assert tree.operator.name == "SEQUENCE"
    assert [child.label for child in tree.children] == steps


def test_a_step_that_is_done_again_is_a_loop_to_process_mining(engine: Engine, tmp_path: Path) -> None:
    hire(engine)
    tasks = {name: Task(name=name.title()) for name in ("satu", "dua", "tiga")}
    flows = "mulai > satu > temu > dua > pilih > tiga > selesai | pilih > temu"
    loop = diagram(
        "ulang",
        flows,
        tasks | {"dua": Task(name="Dua", form="dua")},
        gateways={"pilih": "exclusive", "temu": "exclusive"},
        conditions={"pilih > temu": "${lagi}"},
        default={"pilih": "tiga"},
    )
    form = b'{"type":"default","id":"dua","components":[{"id":"a","type":"checkbox","key":"lagi","label":"Lagi"}]}'
    deploy(engine, {"ulang.bpmn": loop, "dua.form": form})
    case = engine.start("ulang", {}, by=CLERK).number
    for again, key in ((True, "dua:1"), (True, "dua:2"), (False, "dua:3")):
        engine.complete(case, key, {"lagi": again}, by=CLERK)
    engine.complete(case, "tiga:1", {}, by=CLERK)

    data = log_of(engine, case)

    table = mined(tmp_path, data)
    graph, _, _ = pm4py.discover_dfg(table)
    assert graph == {("Satu", "Dua"): 1, ("Dua", "Dua"): 2, ("Dua", "Tiga"): 1}
    instances = [each["concept:instance"] for each in events(read_log(data)) if each["concept:name"] == "Dua"]
    assert list(dict.fromkeys(instances)) == ["dua:1", "dua:2", "dua:3"]


def test_a_moved_case_tells_each_step_once_under_its_own_name(engine: Engine, tmp_path: Path) -> None:
    hire(engine)
    tasks = {"catat": Task(name="Mencatat"), "periksa": Task(name="Memeriksa", timers={"batas": Timer("P1D")})}
    deploy(engine, {"surat.bpmn": diagram("surat", "mulai > catat > periksa > selesai", tasks)})
    case = engine.start("surat", {}, by=CLERK).number
    engine.claim(case, "periksa:1", by=CLERK)
    redrawn = {"catat": tasks["catat"], "cek": Task(name="Memeriksa", timers={"batas2": Timer("P1D")})}
    redrawn["tutup"] = Task(name="Menutup")
    deploy(engine, {"surat.bpmn": diagram("surat", "mulai > catat > cek > tutup > selesai", redrawn)})
    engine.move(case, 2, "Digambar ulang", by=OWNER)
    engine.complete(case, "cek:1", {}, by=CLERK)
    engine.complete(case, "tutup:1", {}, by=CLERK)

    data = log_of(engine, case)

    told = [(each["concept:name"], each["lifecycle:transition"]) for each in events(read_log(data))]
    assert told == [
        ("Mencatat", "schedule"),
        ("Mencatat", "complete"),
        ("Memeriksa", "schedule"),
        ("Memeriksa", "start"),
        ("Memeriksa", "complete"),
        ("Menutup", "schedule"),
        ("Menutup", "complete"),
    ]
    assert [each["elemen"] for each in events(read_log(data))][2:5] == ["cek"] * 3
    assert list(mined(tmp_path, data)["concept:name"]) == ["Mencatat", "Memeriksa", "Menutup"]


def test_a_step_that_a_move_gave_to_another_lane_waits_there_anew(engine: Engine, clock: Clock) -> None:
    hire(engine)
    tasks = {"catat": Task(name="Mencatat"), "periksa": Task(name="Memeriksa"), "tutup": Task(lane="Pemeriksa")}
    flows = "mulai > catat > periksa > tutup > selesai"
    deploy(engine, {"surat.bpmn": diagram("surat", flows, tasks)})
    case = engine.start("surat", {}, by=CLERK).number
    engine.claim(case, "periksa:1", by=CLERK)
    elsewhere = tasks | {"periksa": Task(name="Memeriksa", lane="Pemeriksa")}
    deploy(engine, {"surat.bpmn": diagram("surat", flows, elsewhere)})
    clock.advance(timedelta(hours=1))
    engine.move(case, 2, "Diperiksa lajur lain", by=OWNER)
    engine.claim(case, "periksa:1", by=CHECKER)

    record = engine.record(case, by=AUDITOR)
    found = [each for each in events(read_log(log_of(engine, case))) if each["concept:name"] == "Memeriksa"]

    assert [moment.kind for moment in record.moments][2:] == ["opened", "claimed", "relocated", "claimed"]
    assert [(each["lifecycle:transition"], each["org:role"], each.get("org:resource")) for each in found] == [
        ("schedule", "Petugas", None),
        ("start", "Petugas", "petugas"),
        ("schedule", "Pemeriksa", None),
        ("start", "Pemeriksa", "pemeriksa"),
    ]
    assert found[2]["time:timestamp"] == "2026-11-24T10:00:00.000+07:00"


def test_every_moment_of_a_step_is_a_transition_of_the_standard(engine: Engine, clock: Clock) -> None:
    open_small_office(engine)
    second = engine.add_person("pemeriksa3", "Tiga", lanes=["Pemeriksa"], groups=["timur"], by=ADMIN)
    case = engine.start("surat", LETTER, by=CLERK).number
    clock.advance(timedelta(hours=1))
    engine.claim(case, "periksa:1", by=CHECKER)
    engine.release(case, "periksa:1", by=CHECKER)
    engine.reassign(case, "periksa:1", second.name, "Pemeriksa cuti", by=HEAD)
    engine.release(case, "periksa:1", by=second)
    engine.claim(case, "periksa:1", by=CHECKER)
    engine.cancel(case, "Salah alamat", by=HEAD)

    found = events(read_log(log_of(engine, case)))

    assert {each["lifecycle:transition"] for each in found} <= TRANSITIONS
    check = [each for each in found if each["concept:name"] == "Memeriksa"]
    assert [(each["lifecycle:transition"], each.get("org:resource")) for each in check] == [
        ("schedule", None),
        ("start", "pemeriksa"),
        ("suspend", "pemeriksa"),
        ("reassign", "pemeriksa3"),
        ("suspend", "pemeriksa3"),
        ("resume", "pemeriksa"),
        ("withdraw", None),
    ]
    assert check[3]["alasan"] == "Pemeriksa cuti"
    assert {(each["org:role"], each["org:group"]) for each in check} == {("Pemeriksa", "timur")}
    assert check[1]["time:timestamp"] == "2026-11-24T10:00:00.000+07:00"
    assert check[1]["time:timestamp"] > check[0]["time:timestamp"]
    aborted = [
        (each["concept:name"], each["org:resource"]) for each in found if each["lifecycle:transition"] == "pi_abort"
    ]
    assert aborted == [("Perkara dibatalkan", "kepala")]


def test_a_step_that_its_timer_withdrew_is_dated_and_marked_late(engine: Engine, clock: Clock) -> None:
    hire(engine)
    tasks = {
        "catat": Task(),
        "isi": Task(name="Mengisi", timers={"habis": Timer("P1D", interrupts=True)}),
        "telat": Task(),
    }
    flows = "mulai > catat > isi > selesai | habis > telat > selesai"
    deploy(engine, {"tarik.bpmn": diagram("tarik", flows, tasks)})
    case = engine.start("tarik", {}, by=CLERK).number
    clock.advance(timedelta(days=2))
    sweep(engine)

    withdrawn = events(read_log(log_of(engine, case)))[-2]

    assert (withdrawn["concept:name"], withdrawn["lifecycle:transition"]) == ("Mengisi", "withdraw")
    assert withdrawn["time:timestamp"] == withdrawn["batas_waktu"] == "2026-11-25T09:00:00.000+07:00"
    assert withdrawn["terlambat"] == "true"


def test_what_is_done_for_another_lane_says_so(engine: Engine) -> None:
    open_office(engine)
    work = Casework(engine)
    case = work.start()

    first = events(read_log(log_of(engine, case, by=work.person("auditor"))))[1]

    assert (first["org:resource"], first["org:role"], first["atas_nama"]) == ("petugas1", "Pemohon", "Pemohon")


def test_no_answer_and_no_remark_stands_in_a_log(engine: Engine) -> None:
    open_small_office(engine)
    case = engine.start("surat", {**LETTER, "nama": "Siti Aminah", "kisah": "Kisahnya"}, by=CLERK).number
    engine.comment(case, "Catatan rahasia", by=CHECKER)

    data = log_of(engine, case, by=CLERK).decode()

    assert [word for word in ("Siti", "Kisahnya", "Antrean", "Catatan rahasia") if word in data] == []


@pytest.mark.parametrize(
    "reason", ["<b> & \"kutip\" 'satu' ]]>", "lonceng \x07 dan \x0b lagi", "baris\nbaru\ttab", "文字 🙂"]
)
def test_whatever_somebody_typed_leaves_the_log_well_formed(engine: Engine, reason: str) -> None:
    open_small_office(engine)
    second = engine.add_person("pemeriksa3", "Tiga", lanes=["Pemeriksa"], groups=["timur"], by=ADMIN)
    case = engine.start("surat", LETTER, by=CLERK).number
    engine.reassign(case, "periksa:1", second.name, reason, by=HEAD)

    (told,) = [each["alasan"] for each in events(read_log(log_of(engine, case))) if "alasan" in each]

    assert told == reason.replace("\x07", "\ufffd").replace("\x0b", "\ufffd")


def test_a_damaged_case_is_a_trace_that_says_so(engine: Engine) -> None:
    open_small_office(engine)
    sound, damaged = (engine.start("surat", LETTER, by=CLERK).number for _ in range(2))
    newest = "instance_id = (SELECT max(id) FROM process_instance)"
    with full_rights(engine) as connection:
        connection.execute(text(f"UPDATE history_event SET payload = 'x' WHERE seq = 4 AND {newest}"))

    traces = list(read_log(log_of(engine, sound, damaged)).iter(f"{NAMESPACE}trace"))

    assert "riwayat_rusak" not in values(traces[0])
    assert "Peristiwa 4" in values(traces[1])["riwayat_rusak"]
    assert [len(list(trace.iter(f"{NAMESPACE}event"))) for trace in traces] == [3, 0]


def test_a_log_is_written_case_by_case(engine: Engine) -> None:
    open_small_office(engine)
    record, taken = engine.record(engine.start("surat", LETTER, by=CLERK).number, by=AUDITOR), []

    def records() -> list[CaseRecord]:
        for number in range(3):
            taken.append(number)
            yield record

    chunks = xes(records(), "Uji")
    next(chunks)

    assert taken == []
    assert next(chunks).startswith(b"<trace>")
    assert taken == [0]


def test_two_versions_of_one_sop_stand_in_one_log(engine: Engine) -> None:
    open_small_office(engine)
    first = engine.start("surat", LETTER, by=CLERK).number
    deploy(engine, {**TWO_STEPS, "surat.bpmn": TWO_STEPS["surat.bpmn"].replace(b"P3D", b"P5D")})
    second = engine.start("surat", LETTER, by=CLERK).number

    traces = [values(trace) for trace in read_log(log_of(engine, first, second)).iter(f"{NAMESPACE}trace")]

    assert [(each["concept:name"], each["versi"], each["keadaan"]) for each in traces] == [
        (first, "1", "running"),
        (second, "2", "running"),
    ]
