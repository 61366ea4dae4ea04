"""Conformance: the verdict on a case, in facts and in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from engine import Actor, CalendarEdit, CaseBecameIncident, Engine, Holiday, NotFound, sweep
from engine import history as h
from tests.clock import TUESDAY_9AM, Clock
from tests.engine.small_office import (
    ADMIN,
    AUDITOR,
    CHECKER,
    CLERK,
    COLLEAGUE,
    HEAD,
    LETTER,
    OTHER_CHECKER,
    OWNER,
    TWO_STEPS,
    deploy,
    hire,
    open_office,
)
from tests.engine.test_records import full_rights
from tests.small_bpmn import Task, Timer, diagram

HOUR = timedelta(hours=1)
EVERYWHERE = Actor("rangkap", "Rangkap Jabatan", lanes=frozenset({"Petugas", "Pemeriksa"}), groups=frozenset({"timur"}))


def started(engine: Engine) -> str:
    """Open the office and start a case whose check waits."""
    open_office(engine)
    return engine.start("surat", LETTER, by=CLERK).number


def said(engine: Engine, case: str) -> str:
    """Return the verdict's sentences as one text."""
    return "\n".join(engine.conformance(case, by=AUDITOR).words)


def test_a_case_that_nobody_bent_followed_its_diagram(engine: Engine) -> None:
    case = started(engine)
    engine.claim(case, "periksa:1", by=CHECKER)
    engine.release(case, "periksa:1", by=CHECKER)

    running = engine.conformance(case, by=AUDITOR)
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    ended = engine.conformance(case, by=CLERK)

    assert (ended.followed, ended.deviation) == (True, None)
    assert (ended.interventions, ended.separation, ended.late_steps) == ((), (), ())
    assert running.words[0] == "Sejauh ini perkara berjalan mengikuti diagramnya, tanpa campur tangan."
    assert ended.words == (
        "Perkara ini berjalan mengikuti diagramnya, tanpa campur tangan.",
        "Pemisahan tugas terjaga: tidak ada orang yang menyelesaikan langkah di dua lajur.",
        "Tidak ada langkah yang melewati batas waktunya.",
    )


def test_a_step_given_to_somebody_else_is_told_with_who_when_and_why(engine: Engine) -> None:
    case = started(engine)
    engine.claim(case, "periksa:1", by=CHECKER)
    second = Actor("pemeriksa3", "Pemeriksa Tiga", lanes=frozenset({"Pemeriksa"}), groups=frozenset({"timur"}))
    engine.add_person(
        second.name, second.full_name, lanes=second.lanes, groups=second.groups, by=Actor("a", duties={"admin"})
    )
    engine.reassign(case, "periksa:1", "pemeriksa3", "Pemeriksa cuti.", by=HEAD)
    engine.release(case, "periksa:1", by=HEAD)

    verdict = engine.conformance(case, by=AUDITOR)

    given, taken = verdict.interventions
    assert (given.kind, given.by, given.holder, given.to) == ("reassigned", "kepala", "pemeriksa", "pemeriksa3")
    assert (given.reason, given.at, given.step and given.step.key) == ("Pemeriksa cuti.", TUESDAY_9AM, "periksa:1")
    assert (taken.kind, taken.by, taken.holder, taken.to) == ("released", "kepala", "pemeriksa3", None)
    assert not verdict.followed
    assert verdict.words[:3] == (
        "Sejauh ini perkara berjalan menurut diagramnya, tetapi dengan 2 campur tangan.",
        (
            '24 Nov 2026 09.00 WIB: Kepala Kantor mengalihkan langkah "Memeriksa" dari Pemeriksa kepada Pemeriksa Tiga.'
            ' Alasan: "Pemeriksa cuti."'
        ),
        '24 Nov 2026 09.00 WIB: Kepala Kantor melepas langkah "Memeriksa" dari Pemeriksa Tiga.',
    )


def test_a_cancellation_is_an_intervention(engine: Engine) -> None:
    case = started(engine)
    engine.cancel(case, "Salah alamat.\nDua baris", by=HEAD)

    verdict = engine.conformance(case, by=AUDITOR)

    assert [(each.kind, each.by, each.reason) for each in verdict.interventions] == [
        ("cancelled", "kepala", "Salah alamat.\nDua baris")
    ]
    assert verdict.words[1].endswith('Kepala Kantor membatalkan perkara. Alasan: "Salah alamat. Dua baris"')


@pytest.mark.parametrize("policy", ["keep", "recompute", "restart"])
def test_a_move_is_one_intervention_with_its_dates(engine: Engine, clock: Clock, policy: str) -> None:
    case = started(engine)
    longer = TWO_STEPS["surat.bpmn"].replace(b"P3D", b"P5D")
    deploy(engine, {**TWO_STEPS, "surat.bpmn": longer})
    clock.advance(HOUR)
    engine.move(case, 2, "Waktu baku diperbaiki", by=OWNER, policy=policy)

    verdict = engine.conformance(case, by=AUDITOR)

    assert [(each.kind, each.from_version, each.to_version, each.reason) for each in verdict.interventions] == [
        ("moved", 1, 2, "Waktu baku diperbaiki")
    ]
    assert "Pemilik Proses memindahkan perkara dari versi 1 ke versi 2." in verdict.words[1]


def test_a_changed_due_date_is_an_intervention_with_both_instants(engine: Engine, clock: Clock) -> None:
    case = started(engine)
    (timer,) = (each for each in engine.timers_of(case, by=AUDITOR) if each.role == "deadline")
    later = timer.due_at + timedelta(days=1)
    clock.advance(HOUR)
    with engine.advance(case) as flow:
        moved = h.DueDateSet({timer.key: h.instant(later)}, "2026-lain", "Cuti bersama ditetapkan")
        flow.note(moved, at=engine.now(), actor="admin")

    (change,) = engine.conformance(case, by=AUDITOR).interventions

    assert (change.kind, change.by, change.reason) == ("due_date_changed", "admin", "Cuti bersama ditetapkan")
    (date,) = change.due_dates
    assert (date.old_due_at, date.new_due_at, date.step and date.step.key) == (timer.due_at, later, "periksa:1")
    assert 'Admin mengubah batas waktu atau pengingat langkah "Memeriksa".' in said(engine, case)


def test_a_change_of_the_office_calendar_is_told_and_bends_no_case(engine: Engine) -> None:
    case = started(engine)
    closed = Holiday(date(2026, 11, 25), "Pilkada", "kantor", "Surat Kepala Kantor 7")
    engine.change_calendar(CalendarEdit("Surat Kepala Kantor 7", days=(closed,)), by=ADMIN)
    while engine.redate():
        pass

    verdict = engine.conformance(case, by=AUDITOR)

    (change,) = verdict.interventions
    assert (change.kind, change.by, len(change.due_dates)) == ("calendar_changed", "admin", 2)
    assert verdict.followed
    assert verdict.words[0].endswith("tanpa campur tangan.")
    assert "Admin mengubah kalender kantor; batas waktu atau pengingat" in verdict.words[1]
    assert "Surat Kepala Kantor 7" in verdict.words[1]


def test_an_incident_and_its_end_are_told(engine: Engine) -> None:
    hire(engine)
    tasks = {"awal": Task(name="Membuka"), "tugas": Task(name="Mencatat"), "a": Task(), "b": Task()}
    stuck = diagram(
        "macet",
        "mulai > awal > tugas > pilih > a > selesai | pilih > b > selesai",
        tasks,
        gateways={"pilih": "exclusive"},
        conditions={"pilih > a": "${1 == 2}", "pilih > b": "${2 == 3}"},
    )
    deploy(engine, {"macet.bpmn": stuck})
    case = engine.start("macet", {}, by=CLERK).number
    with pytest.raises(CaseBecameIncident):
        engine.complete(case, "tugas:1", {}, by=CLERK)
    mended = diagram("macet", "mulai > awal > tugas > selesai", {key: tasks[key] for key in ("awal", "tugas")})
    deploy(engine, {"macet.bpmn": mended})
    engine.move(case, 2, "Cabang yang macet dihapus", by=OWNER)
    with engine.advance(case) as flow:  # as a retry that succeeds records it
        flow.note(h.IncidentResolved(), at=engine.now(), actor="pemilik")

    verdict = engine.conformance(case, by=AUDITOR)

    assert [(each.kind, each.by) for each in verdict.interventions] == [
        ("incident", "sistem"),
        ("moved", "pemilik"),
        ("incident_resolved", "pemilik"),
    ]
    assert "perkara menjadi insiden karena diagram tidak dapat dilanjutkan." in verdict.words[1]
    assert "Pemilik Proses mencoba ulang setelah insiden" in verdict.words[3]


def test_one_person_in_two_lanes_breaks_the_separation_of_duties(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=EVERYWHERE).number
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=EVERYWHERE)

    verdict = engine.conformance(case, by=AUDITOR)

    (breach,) = verdict.separation
    assert (breach.person, breach.lanes) == ("rangkap", ("Petugas", "Pemeriksa"))
    assert [step.key for step in breach.steps] == ["catat:1", "periksa:1"]
    assert verdict.followed  # the diagram was followed all the same
    assert (
        'Pemisahan tugas tidak terjaga: rangkap menyelesaikan langkah di 2 lajur: Petugas (langkah "Mencatat"); '
        'Pemeriksa (langkah "Memeriksa").'
    ) in verdict.words


def test_what_is_done_on_behalf_of_a_lane_does_not_count(engine: Engine) -> None:
    hire(engine)
    tasks = {"lapor": Task(lane="Pemohon", name="Melapor"), "catat": Task(name="Mencatat")}
    written = diagram("wakil", "mulai > lapor > catat > selesai", tasks).replace(
        b'name="Pemohon">',
        b'name="Pemohon"><extensionElements><camunda:properties>'
        b'<camunda:property name="diwakili" value="Petugas"/></camunda:properties></extensionElements>',
    )
    deploy(engine, {"wakil.bpmn": written})
    case = engine.start("wakil", {}, by=CLERK).number
    engine.complete(case, "catat:1", {}, by=CLERK)

    assert [step.on_behalf_of for step in engine.steps(case, by=CLERK)] == ["Pemohon", None]
    assert engine.conformance(case, by=AUDITOR).separation == ()


def test_two_people_in_two_lanes_and_one_in_one_lane_are_well_apart(engine: Engine) -> None:
    case = started(engine)
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)

    assert engine.conformance(case, by=AUDITOR).separation == ()


def test_a_late_step_tells_waiting_and_handling_apart(engine: Engine, clock: Clock) -> None:
    case = started(engine)  # Tuesday 09.00; the check is due after three office days
    clock.advance(timedelta(days=2))
    engine.claim(case, "periksa:1", by=CHECKER)
    clock.set(at("2026-11-30 10:00"))
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)

    (late,) = engine.conformance(case, by=AUDITOR).late_steps

    assert (late.step.key, late.over) == ("periksa:1", 8 * HOUR)  # due Friday 09.00, done Monday 10.00
    assert (late.waiting, late.handling) == (14 * HOUR, 15 * HOUR)
    assert (
        'Langkah "Memeriksa" melewati batas waktunya 1 hari 1 jam kerja: menunggu diambil 2 hari kerja, '
        "dikerjakan 2 hari 1 jam kerja."
    ) in said(engine, case)


def test_a_late_step_that_is_open_still_is_measured_until_now(engine: Engine, clock: Clock) -> None:
    case = started(engine)
    clock.set(at("2026-11-27 09:00"))
    assert engine.conformance(case, by=AUDITOR).late_steps == ()  # due at this very instant

    clock.set(at("2026-11-27 10:00"))

    (late,) = engine.conformance(case, by=AUDITOR).late_steps
    assert (late.over, late.waiting, late.handling) == (HOUR, 22 * HOUR, timedelta(0))
    assert "masih terbuka dan sudah melewati batas waktunya 1 jam kerja" in said(engine, case)
    assert "tidak pernah diambil" in said(engine, case)


def test_a_step_that_its_deadline_withdrew_was_late_too(engine: Engine, clock: Clock) -> None:
    hire(engine)
    tasks = {
        "catat": Task(name="Mencatat"),
        "periksa": Task(lane="Pemeriksa", name="Memeriksa", timers={"habis": Timer("P1D", interrupts=True)}),
        "tutup": Task(name="Menutup"),
    }
    flows = "mulai > catat > periksa > selesai | habis > tutup > selesai_tutup"
    deploy(engine, {"tarik.bpmn": diagram("tarik", flows, tasks)})
    case = engine.start("tarik", {}, by=CLERK).number
    clock.advance(timedelta(days=3))
    sweep(engine)
    engine.complete(case, "tutup:1", {}, by=COLLEAGUE)

    verdict = engine.conformance(case, by=AUDITOR)

    (late,) = verdict.late_steps
    assert (late.step.state, late.over, late.waiting) == ("withdrawn", timedelta(0), 7 * HOUR)
    assert verdict.followed
    assert 'Langkah "Memeriksa" ditarik tepat saat batas waktunya habis' in said(engine, case)


def test_a_history_that_the_diagram_does_not_make_is_no_conformance(engine: Engine, database_url: str) -> None:
    case = started(engine)
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    with full_rights(engine) as connection:
        connection.execute(text('UPDATE history_event SET payload = \'{"flows":["lain"]}\' WHERE seq = 2'))

    verdict = engine.conformance(case, by=AUDITOR)

    assert not verdict.followed
    assert verdict.deviation is not None
    assert "Peristiwa 2" in verdict.deviation
    assert verdict.words[0].startswith("Perkara ini tidak sesuai dengan diagramnya. Peristiwa 2")


def test_a_history_that_cannot_be_read_is_a_verdict_too(engine: Engine) -> None:
    case = started(engine)
    with full_rights(engine) as connection:
        connection.execute(text("UPDATE history_event SET payload = 'bukan JSON' WHERE seq = 4"))

    verdict = engine.conformance(case, by=AUDITOR)

    assert (verdict.followed, verdict.interventions) == (False, ())
    assert verdict.deviation is not None
    assert "Peristiwa 4 tidak dapat dibaca" in verdict.deviation


def test_a_verdict_is_for_who_may_see_the_case(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", {**LETTER, "rahasia": True}, by=CLERK).number

    assert engine.conformance(case, by=AUDITOR).followed
    for stranger in (OTHER_CHECKER, HEAD, OWNER):
        with pytest.raises(NotFound):
            engine.conformance(case, by=stranger)


def at(local: str) -> datetime:
    """Return the instant at which the clock of the office shows that."""
    return datetime.fromisoformat(f"{local}:00+07:00")
