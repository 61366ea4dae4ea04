"""Approval: an owner submits, a head who did not upload it activates, at once or from a day ahead; or rejects."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import insert, select, text

from engine import (
    Actor,
    Database,
    Deployment,
    Engine,
    EngineError,
    InvalidRequest,
    MoveSelection,
    NotAllowed,
    NotFound,
    VersionDecided,
    schema,
)
from engine.tables import ProcessDefinitionRow
from tests.clock import Clock
from tests.engine.small_office import AUDITOR, CLERK, HEAD, LETTER, OWNER, TWO_STEPS, hire, open_office
from tests.small_bpmn import Task, diagram

OWNER_AND_HEAD = Actor("rangkap", "Rangkap", duties=frozenset({"process_owner", "head"}))
SECOND_HEAD = Actor("wakil", "Wakil Kepala", duties=frozenset({"head"}))
DECEMBER_1 = date(2026, 12, 1)
DECEMBER_1_BEGINS = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
"""00.00 WIB."""


@pytest.fixture
def office(database_url: str, clock: Clock) -> Iterator[Engine]:
    """An office with approval switched on, whose first version of the letter is in force."""
    opened = Engine(database_url, clock, approval=True)
    hire(opened)
    submit(opened, 3)
    opened.activate("surat", 1, by=HEAD)
    yield opened
    opened.close()


def submit(engine: Engine, days: int, by: Actor = OWNER) -> Deployment:
    """Hand in the letter's diagram with a deadline of so many days."""
    revised = TWO_STEPS["surat.bpmn"].replace(b"P3D", f"P{days}D".encode())
    return engine.deploy({**TWO_STEPS, "surat.bpmn": revised}, by=by, note=f"{days} hari")


def states(engine: Engine) -> list[str]:
    """Return the states of the letter's versions, the first version first."""
    return [each.state for each in reversed(engine.versions("surat"))]


def started_on(engine: Engine) -> int:
    """Start a case and return the version that it began on."""
    return engine.start("surat", LETTER, by=CLERK).version


def test_without_approval_deploying_is_the_decision(engine: Engine, clock: Clock) -> None:
    open_office(engine)

    told = engine.version("surat", 1)

    assert (told.state, told.decided_by, told.decided_at, told.effective_from) == (
        "in_force",
        "pemilik",
        clock(),
        clock(),
    )
    assert [each.verdict for each in engine.version_decisions("surat")] == ["activated"]


def test_what_is_submitted_is_not_in_force(office: Engine) -> None:
    deployed = submit(office, 5)

    assert [each.version for each in deployed.definitions] == [2]
    assert states(office) == ["in_force", "submitted"]
    assert (office.version("surat", 2).decided_by, office.version("surat", 2).effective_from) == (None, None)
    assert started_on(office) == 1
    assert office.definition("surat").version == 1
    assert [each.version for each in office.definitions()] == [1]


def test_an_sop_whose_first_version_waits_cannot_be_started(database_url: str, clock: Clock) -> None:
    engine = Engine(database_url, clock, approval=True)
    hire(engine)
    submit(engine, 3)

    assert engine.definitions() == ()
    assert engine.startable(by=CLERK) == ()
    assert engine.work_list(by=CLERK).items == ()
    for start in (lambda: engine.start("surat", LETTER, by=CLERK), lambda: engine.open_case("surat", by=OWNER)):
        with pytest.raises(NotFound):
            start()
    engine.close()


def test_a_head_puts_it_in_force_at_once(office: Engine, clock: Clock) -> None:
    submit(office, 5)
    now = clock.advance(timedelta(hours=1))

    decision = office.activate("surat", 2, by=HEAD, note="Rapat 24 November")

    assert (decision.decided_by, decision.decided_at, decision.effective_from) == ("kepala", now, now)
    told = office.version("surat", 2)
    assert (told.state, told.decided_by, told.decision_note) == ("in_force", "kepala", "Rapat 24 November")
    assert states(office) == ["replaced", "in_force"]
    assert started_on(office) == 2


def test_open_cases_stay_where_they_are(office: Engine) -> None:
    case = office.start("surat", LETTER, by=CLERK).number
    submit(office, 5)
    office.activate("surat", 2, by=HEAD)

    assert office.case(case, by=CLERK).version == 1


def test_a_day_ahead_comes_true_by_itself_as_it_begins_in_the_office(office: Engine, clock: Clock) -> None:
    submit(office, 5)
    office.activate("surat", 2, by=HEAD, effective_from=DECEMBER_1)

    assert states(office) == ["in_force", "scheduled"]
    assert office.version("surat", 2).effective_from == DECEMBER_1_BEGINS
    assert [each.version for each in office.activations_ahead("surat")] == [2]
    clock.set(DECEMBER_1_BEGINS - timedelta(microseconds=1))
    assert (states(office), started_on(office)) == (["in_force", "scheduled"], 1)
    clock.set(DECEMBER_1_BEGINS)
    assert (states(office), started_on(office)) == (["replaced", "in_force"], 2)
    assert office.activations_ahead("surat") == ()


def test_an_activation_that_lies_ahead_can_be_taken_back_with_a_reason(office: Engine, clock: Clock) -> None:
    submit(office, 5)
    office.activate("surat", 2, by=HEAD, effective_from=DECEMBER_1)
    with pytest.raises(InvalidRequest, match="alasan"):
        office.cancel_activation("surat", 2, "  ", by=HEAD)

    office.cancel_activation("surat", 2, "Belum disosialisasikan", by=SECOND_HEAD)

    assert states(office) == ["in_force", "submitted"]
    clock.set(DECEMBER_1_BEGINS)
    assert started_on(office) == 1
    office.activate("surat", 2, by=HEAD)
    assert states(office) == ["replaced", "in_force"]


def test_what_is_in_force_cannot_be_taken_back(office: Engine, clock: Clock) -> None:
    submit(office, 5)
    office.activate("surat", 2, by=HEAD, effective_from=DECEMBER_1)
    clock.set(DECEMBER_1_BEGINS)

    with pytest.raises(VersionDecided, match="sudah berlaku"):
        office.cancel_activation("surat", 2, "Terlambat", by=HEAD)


def test_today_means_at_once_so_that_it_replaces_what_was_activated_this_morning(office: Engine, clock: Clock) -> None:
    submit(office, 5)
    clock.advance(timedelta(hours=1))

    office.activate("surat", 2, by=HEAD, effective_from=date(2026, 11, 24))

    assert states(office) == ["replaced", "in_force"]


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(1, 1, 1), date(2206, 12, 1), date(9999, 12, 31)])
def test_a_day_that_is_gone_or_mistyped_is_refused(office: Engine, day: date) -> None:
    submit(office, 5)

    with pytest.raises(InvalidRequest, match="Tanggal berlaku"):
        office.activate("surat", 2, by=HEAD, effective_from=day)
    assert states(office) == ["in_force", "submitted"]


def test_the_later_day_holds_and_of_two_equal_days_the_later_decision(office: Engine, clock: Clock) -> None:
    submit(office, 5)
    office.activate("surat", 2, by=HEAD, effective_from=DECEMBER_1)
    submit(office, 7)
    office.activate("surat", 3, by=HEAD)
    assert states(office) == ["replaced", "scheduled", "in_force"]
    submit(office, 9)
    office.activate("surat", 4, by=HEAD, effective_from=DECEMBER_1)

    clock.set(DECEMBER_1_BEGINS)

    assert states(office) == ["replaced", "replaced", "replaced", "in_force"]


def test_nobody_activates_what_they_uploaded_themselves(office: Engine) -> None:
    submit(office, 5, by=OWNER_AND_HEAD)

    with pytest.raises(NotAllowed, match="Anda unggah sendiri"):
        office.activate("surat", 2, by=OWNER_AND_HEAD)
    office.activate("surat", 2, by=HEAD)


@pytest.mark.parametrize("by", [OWNER, CLERK, AUDITOR, Actor("bekas", duties=frozenset({"head"}), active=False)])
def test_only_a_head_who_still_works_here_decides(office: Engine, by: Actor) -> None:
    submit(office, 5, by=OWNER_AND_HEAD)
    office_decides = (
        lambda: office.activate("surat", 2, by=by),
        lambda: office.reject("surat", 2, "Tidak", by=by),
        lambda: office.cancel_activation("surat", 2, "Tidak", by=by),
    )

    for decide in office_decides:
        with pytest.raises(NotAllowed):
            decide()
    assert states(office) == ["in_force", "submitted"]


def test_a_rejected_version_never_comes_in_force_and_its_content_may_be_submitted_anew(office: Engine) -> None:
    submit(office, 5)

    office.reject("surat", 2, "Lima hari terlalu lama", by=HEAD)

    told = office.version("surat", 2)
    assert (told.state, told.decided_by, told.decision_note) == ("rejected", "kepala", "Lima hari terlalu lama")
    with pytest.raises(VersionDecided, match=r"sudah ditolak.*kepala"):
        office.activate("surat", 2, by=SECOND_HEAD)
    assert [each.version for each in submit(office, 5).definitions] == [3]
    assert states(office) == ["in_force", "rejected", "submitted"]


def test_a_rejection_needs_a_reason(office: Engine) -> None:
    submit(office, 5)

    with pytest.raises(InvalidRequest, match="alasan"):
        office.reject("surat", 2, " \n", by=HEAD)


def test_who_uploaded_a_version_may_take_it_back(office: Engine) -> None:
    submit(office, 5)

    office.reject("surat", 2, "Salah berkas", by=OWNER)

    assert (office.version("surat", 2).state, office.version("surat", 2).decided_by) == ("rejected", "pemilik")


def test_forms_of_a_rejected_version_are_not_taken_for_the_next(office: Engine) -> None:
    changed = TWO_STEPS["catat.form"].replace(b"Bukti", b"Lampiran")
    office.deploy({**TWO_STEPS, "catat.form": changed}, by=OWNER)
    office.reject("surat", 2, "Label keliru", by=HEAD)

    office.deploy({"surat.bpmn": TWO_STEPS["surat.bpmn"].replace(b"P3D", b"P5D")}, by=OWNER)

    (form,) = [each for each in office.version_page("surat", 3).forms if each.id == "catat"]
    assert "Lampiran" not in form.text


def test_content_that_was_submitted_last_is_not_submitted_twice(office: Engine) -> None:
    submit(office, 5)

    again = submit(office, 5)

    assert (again.definitions, [each.version for each in again.unchanged]) == ((), [2])
    assert states(office) == ["in_force", "submitted"]


def test_a_head_goes_back_to_a_version_that_was_replaced(office: Engine) -> None:
    submit(office, 5)
    office.activate("surat", 2, by=HEAD)

    office.activate("surat", 1, by=HEAD, note="Kembali ke tiga hari")

    assert (states(office), started_on(office)) == (["in_force", "replaced"], 1)
    assert [each.version for each in submit(office, 7).definitions] == [3]


def test_with_approval_switched_off_again_deploying_the_same_puts_it_in_force(
    office: Engine, database_url: str, clock: Clock
) -> None:
    submit(office, 5)
    plain = Engine(database_url, clock)

    again = submit(plain, 5)

    assert (again.definitions, [each.version for each in again.unchanged]) == ((), [2])
    assert states(plain) == ["replaced", "in_force"]
    plain.close()


def test_an_activated_or_rejected_version_is_decided_once(office: Engine) -> None:
    submit(office, 5)
    office.activate("surat", 2, by=HEAD)

    with pytest.raises(VersionDecided, match=r"sudah berlaku.*kepala"):
        office.activate("surat", 2, by=SECOND_HEAD)
    with pytest.raises(VersionDecided):
        office.reject("surat", 2, "Terlambat", by=SECOND_HEAD)


def test_no_open_case_is_moved_to_a_version_that_was_never_in_force(office: Engine) -> None:
    case = office.start("surat", LETTER, by=CLERK).number
    submit(office, 5)

    assert office.plan_move(case, 2, by=HEAD).fits
    with pytest.raises(InvalidRequest, match="masih diajukan"):
        office.move(case, 2, "Lebih lama", by=HEAD)
    with pytest.raises(InvalidRequest, match="masih diajukan"):
        office.begin_moves("surat", 2, MoveSelection(), "Lebih lama", by=HEAD)
    office.activate("surat", 2, by=HEAD)
    office.move(case, 2, "Lebih lama", by=HEAD)
    office.move(case, 1, "Kembali", by=HEAD)


def test_two_heads_at_once_make_one_decision(office: Engine, database_url: str, clock: Clock) -> None:
    submit(office, 5)
    gate, told = threading.Barrier(2), list[str]()

    def decide(by: Actor, activates: bool) -> None:
        own = Engine(database_url, clock, approval=True)
        gate.wait(10)
        try:
            if activates:
                own.activate("surat", 2, by=by)
            else:
                own.reject("surat", 2, "Tidak perlu", by=by)
            told.append("decided")
        except VersionDecided:
            told.append("too late")
        finally:
            own.close()

    threads = [threading.Thread(target=decide, args=each) for each in ((HEAD, True), (SECOND_HEAD, False))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(told) == ["decided", "too late"]
    decided = [each for each in office.version_decisions("surat") if each.version == 2]
    assert [each.verdict for each in decided][:1] == ["submitted"]
    assert len(decided) == 2


def with_call(tasks: str) -> dict[str, bytes]:
    """Return a process that calls another, whose steps stand in ``tasks``."""
    outer = diagram("luar", "mulai > catat > panggil > selesai", {"catat": Task()})
    outer = outer.replace(b'<endEvent id="panggil"/>', b'<callActivity id="panggil" calledElement="dalam"/>')
    steps = {name: Task() for name in tasks.split(" > ")}
    return {"luar.bpmn": outer, "dalam.bpmn": diagram("dalam", f"mulai > {tasks} > selesai", steps)}


def test_a_version_comes_in_force_only_after_what_it_calls(office: Engine) -> None:
    office.deploy(with_call("cek"), by=OWNER)

    with pytest.raises(InvalidRequest, match="Aktifkan dahulu dalam versi 1"):
        office.activate("luar", 1, by=HEAD)
    office.activate("dalam", 1, by=HEAD, effective_from=DECEMBER_1)
    with pytest.raises(InvalidRequest, match="Aktifkan dahulu dalam versi 1"):
        office.activate("luar", 1, by=HEAD)
    office.activate("luar", 1, by=HEAD, effective_from=DECEMBER_1)


def test_a_call_is_bound_to_the_version_in_force_not_to_one_that_waits(office: Engine) -> None:
    office.deploy(with_call("cek"), by=OWNER)
    office.activate("dalam", 1, by=HEAD)
    office.deploy({"dalam.bpmn": with_call("cek > lagi")["dalam.bpmn"]}, by=OWNER)

    office.deploy({"luar.bpmn": with_call("cek")["luar.bpmn"].replace(b"catat", b"tulis")}, by=OWNER)

    assert office.version_page("luar", 2).calls == {"dalam": 1}


def test_a_version_that_was_never_deployed_cannot_be_decided_on(office: Engine) -> None:
    for key, version in (("surat", 9), ("surat", 0), ("tak_ada", 1), ("a\x00b", 1), ("surat", 2**40)):
        with pytest.raises(NotFound):
            office.activate(key, version, by=HEAD)


def test_decisions_are_only_ever_added_to(office: Engine) -> None:
    changes = (
        "UPDATE version_decision SET decided_by = 'lain'",
        "DELETE FROM version_decision",
        "INSERT INTO version_decision SELECT * FROM version_decision",
    )
    for change in changes:
        refused = pytest.raises(Exception, match=r"hanya boleh ditambah|duplicate key")
        with refused, office.database.write() as connection:
            connection.execute(text(change))


def test_a_clock_that_went_back_never_lets_the_older_version_hold(engine: Engine, clock: Clock) -> None:
    open_office(engine)
    clock.advance(timedelta(seconds=-30))
    submit(engine, 5)
    clock.advance(timedelta(seconds=30))

    assert states(engine) == ["replaced", "in_force"]


def test_the_office_s_proof_finds_nothing_after_every_kind_of_decision(office: Engine, clock: Clock) -> None:
    started_on(office)
    submit(office, 5)
    office.activate("surat", 2, by=HEAD, effective_from=DECEMBER_1)
    office.cancel_activation("surat", 2, "Nanti saja", by=HEAD)
    office.activate("surat", 2, by=HEAD)
    started_on(office)
    submit(office, 7)
    office.reject("surat", 3, "Tidak", by=HEAD)
    clock.advance(timedelta(days=1))
    office.activate("surat", 1, by=HEAD)
    started_on(office)

    assert list(office.verify_office()) == []


def _unguarded(engine: Engine, *statements: str) -> None:
    with engine.database.write() as connection:
        on = " ON version_decision" if engine.database.url.get_backend_name() == "postgresql" else ""
        for moment in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER version_decision_no_{moment}{on}"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM version_decision WHERE number = 2", "tidak berurutan"),
        ("DELETE FROM version_decision WHERE version = 2", "tidak punya catatan"),
        ("UPDATE version_decision SET decided_by = 'lain' WHERE number = 1", "tidak punya catatan"),
        ("UPDATE version_decision SET version = 9 WHERE number = 2", "tidak tersimpan"),
        (
            "UPDATE version_decision SET version = 2 WHERE version = 1 AND verdict = 'activated'",
            "saat itu tidak berlaku",
        ),
    ],
)
def test_the_office_s_proof_finds_decisions_that_were_altered(
    office: Engine, clock: Clock, statement: str, told: str
) -> None:
    started_on(office)
    clock.advance(timedelta(hours=1))
    submit(office, 5)

    _unguarded(office, statement)

    found = [each.message for each in office.verify_office()]
    assert any(told in each for each in found), found
    assert sum("Pengaman version_decision" in each for each in found) == 2


def test_an_office_from_before_there_were_decisions_keeps_its_versions_in_force(
    empty_database_url: str, office: Engine, clock: Clock
) -> None:
    clock.advance(timedelta(hours=1))
    submit(office, 5)
    old = Database(empty_database_url)
    with office.database.read() as here, old.write() as there:
        command.upgrade(schema._config(there), "0005")
        for row in here.execute(select(ProcessDefinitionRow.__table__).order_by(text("id"))).mappings():
            there.execute(insert(ProcessDefinitionRow), dict(row))
    old.close()

    Engine.upgrade(empty_database_url)

    engine = Engine(empty_database_url, clock)
    hire(engine)
    assert states(engine) == ["replaced", "in_force"]
    second, first = engine.versions("surat")
    assert [(each.decided_by, each.effective_from) for each in (first, second)] == [
        ("pemilik", first.deployed_at),
        ("pemilik", second.deployed_at),
    ]
    assert started_on(engine) == 2
    assert list(engine.verify_office()) == []
    engine.close()


def test_every_refusal_changes_nothing(office: Engine) -> None:
    submit(office, 5)
    before = office.version_decisions("surat")

    for decide in (
        lambda: office.activate("surat", 2, by=HEAD, note="x" * 2001),
        lambda: office.activate("surat", 2, by=HEAD, note="\x00"),
        lambda: office.reject("surat", 2, "x" * 2001, by=HEAD),
        lambda: office.cancel_activation("surat", 2, "Belum dijadwalkan", by=HEAD),
    ):
        with pytest.raises(EngineError):
            decide()
    assert office.version_decisions("surat") == before
