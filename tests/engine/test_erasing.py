"""Erasing personal data: what would go is shown first, then it is gone for good, and everything still verifies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from engine import ERASURE_GROUNDS, Engine, InvalidRequest, NotAllowed, NotFound, Upload, erasure_ground
from tests.clock import TUESDAY_9AM, Clock
from tests.engine.small_office import (
    AUDITOR,
    CHECKER,
    CLERK,
    COLLEAGUE,
    HEAD,
    LETTER,
    OWNER,
    open_office,
    types,
)

WORD = "SitiAminah"
PROOF = Upload(f"{WORD}.pdf", "application/pdf", f"%PDF-1.4 {WORD}".encode() + b"." * 9000)
LETTER_WITH_NAME = {**LETTER, "nama": WORD, "kisah": f"Pegawai itu meminta uang kepada {WORD}", "bukti": [PROOF]}


@pytest.fixture
def case(engine: Engine) -> str:
    """A letter with a name, a file and a remark, whose check two people have begun to type."""
    open_office(engine)
    number = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number
    engine.comment(number, f"Hubungi {WORD} lebih dahulu.", by=CHECKER)
    engine.save_draft(f"{number}/periksa:1", {"hasil": [f"{WORD} benar"]}, {"hasil": [PROOF]}, by=CHECKER)
    return number


def test_the_plan_names_what_would_go_and_changes_nothing(engine: Engine, case: str) -> None:
    before = types(engine, case)

    plan = engine.plan_erasure(case, by=HEAD)

    (step,) = plan.steps
    assert (step.item.name, step.labels, step.files) == ("Mencatat", ("Nama", "Kisah", "Bukti"), 1)
    assert (plan.remarks, plan.drafts, plan.draft_files) == (1, 1, 1)
    assert plan.events == (step.event, before.index("Commented") + 1)
    assert not plan.ended
    assert not plan.empty
    assert types(engine, case) == before
    assert engine.answers(case, by=CLERK)[0].fields[2].value == WORD


def test_what_the_plan_names_is_what_goes(engine: Engine, case: str) -> None:
    plan = engine.plan_erasure(case, by=HEAD)

    assert engine.erase_personal(case, "permintaan", by=HEAD, planned=plan.events) == plan.events

    left = engine.plan_erasure(case, by=HEAD)
    assert left.empty
    assert (left.steps, left.remarks, left.drafts, left.draft_files) == ((), 0, 0, 0)
    assert engine.verify(case).sound


def test_a_plan_that_is_out_of_date_is_not_carried_out(engine: Engine, case: str) -> None:
    plan = engine.plan_erasure(case, by=HEAD)
    engine.comment(case, "Catatan baru", by=CHECKER)

    with pytest.raises(InvalidRequest, match="berubah"):
        engine.erase_personal(case, "permintaan", by=HEAD, planned=plan.events)

    assert engine.plan_erasure(case, by=HEAD).events[:2] == plan.events


def test_the_history_tells_what_was_erased_when_by_whom_and_why(engine: Engine, clock: Clock, case: str) -> None:
    assert engine.erasures(case, by=AUDITOR) == ()
    clock.advance(timedelta(hours=1))

    events = engine.erase_personal(case, "permintaan, surat 12/2026", by=HEAD)

    (erasure,) = engine.erasures(case, by=AUDITOR)
    assert (erasure.erased_at, erasure.erased_by) == (TUESDAY_9AM + timedelta(hours=1), "kepala")
    assert (erasure.ground, erasure.answers_of) == ("permintaan, surat 12/2026", events)
    assert engine.answers(case, by=CLERK)[0].event in erasure.answers_of
    assert types(engine, case)[erasure.event - 1] == "PersonalDataErased"


def test_what_comes_in_after_an_erasure_takes_another(engine: Engine, case: str) -> None:
    engine.erase_personal(case, "permintaan", by=HEAD)
    engine.comment(case, "Catatan sesudahnya", by=CHECKER)

    (second,) = engine.erase_personal(case, "permintaan kedua", by=HEAD)

    assert [each.answers_of for each in engine.erasures(case, by=HEAD)][1] == (second,)
    assert engine.verify(case).sound
    with pytest.raises(InvalidRequest, match="tidak lagi"):
        engine.erase_personal(case, "permintaan ketiga", by=HEAD)
    assert types(engine, case).count("PersonalDataErased") == 2


@pytest.mark.parametrize("who", [CLERK, CHECKER, COLLEAGUE, AUDITOR, OWNER], ids=lambda actor: actor.name)
def test_only_the_head_of_office_plans_and_erases(engine: Engine, case: str, who: object) -> None:
    before = types(engine, case)

    with pytest.raises(NotAllowed):
        engine.plan_erasure(case, by=who)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        engine.erase_personal(case, "permintaan", by=who)  # type: ignore[arg-type]

    assert types(engine, case) == before


def test_a_confidential_case_stays_unknown_to_a_head_who_does_not_hold_it(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", {**LETTER_WITH_NAME, "rahasia": True}, by=CLERK).number

    for ask in (engine.plan_erasure, engine.erasures):
        with pytest.raises(NotFound):
            ask(case, by=HEAD)
    with pytest.raises(NotFound):
        engine.erase_personal(case, "permintaan", by=HEAD)


def test_an_ended_case_is_erased_the_same_way(engine: Engine, case: str) -> None:
    engine.complete(case, "periksa:1", {"hasil": "benar"}, by=CHECKER)

    assert engine.plan_erasure(case, by=HEAD).ended
    engine.erase_personal(case, "permintaan", by=HEAD)

    assert engine.case(case, by=HEAD).state == "completed"
    assert engine.verify(case).sound


def test_another_case_whose_number_begins_alike_keeps_everything(engine: Engine, case: str) -> None:
    engine.save_draft(f"{case}0/periksa:1", {"hasil": ["lain"]}, by=CHECKER)
    other = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number

    engine.erase_personal(case, "permintaan", by=HEAD)

    assert engine.draft(f"{case}0/periksa:1", by=CHECKER) is not None
    assert engine.plan_erasure(other, by=HEAD).steps[0].labels == ("Nama", "Kisah", "Bukti")


def test_no_byte_of_it_stays_in_the_files_of_sqlite(sqlite_url: str, clock: Clock) -> None:
    engine = Engine(sqlite_url, clock)
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    open_office(engine)
    number = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number
    engine.save_draft(f"{number}/periksa:1", {"hasil": [WORD]}, {"hasil": [PROOF]}, by=CHECKER)
    assert _holding(folder)

    engine.erase_personal(number, "permintaan", by=HEAD)

    assert _holding(folder) == []
    engine.close()


def test_a_reader_in_the_way_does_not_undo_the_erasure(
    sqlite_url: str, clock: Clock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.erasing.CHECKPOINT_MILLISECONDS", 10)
    engine = Engine(sqlite_url, clock)
    open_office(engine)
    number = engine.start("surat", LETTER_WITH_NAME, by=CLERK).number

    with engine.database.read() as reader:
        reader.execute(text("SELECT count(*) FROM history_event"))
        engine.erase_personal(number, "permintaan", by=HEAD)

    assert "write-ahead log" in caplog.text
    assert engine.plan_erasure(number, by=HEAD).empty
    engine.close()


def test_a_power_cut_between_the_deletes_leaves_everything(engine: Engine, case: str) -> None:
    before = engine.plan_erasure(case, by=HEAD)

    with _dying_at(engine, "DELETE FROM draft_file"), pytest.raises(_PowerCut):
        engine.erase_personal(case, "permintaan", by=HEAD)

    assert engine.plan_erasure(case, by=HEAD) == before
    assert engine.verify(case).sound


@pytest.mark.parametrize("name", ERASURE_GROUNDS)
def test_a_ground_is_one_of_the_law_s_with_the_office_s_own_words(name: str) -> None:
    told = erasure_ground(name, "  surat 12/2026 ")

    assert "UU 27/2022 Pasal 4" in told or "Pasal 8" in told
    assert told.endswith(": surat 12/2026")


@pytest.mark.parametrize(("name", "note"), [("", "surat"), ("lain", "surat"), ("permintaan", " "), ("retensi", "a\0")])
def test_a_ground_that_the_law_does_not_know_or_that_says_nothing_is_refused(name: str, note: str) -> None:
    with pytest.raises(InvalidRequest):
        erasure_ground(name, note)


class _PowerCut(Exception):
    """The process dies."""


class _dying_at:
    """While the block runs, the database's next statement that begins so never returns."""

    def __init__(self, engine: Engine, beginning: str) -> None:
        self._sql, self._beginning = engine.database._writer, beginning
        self._hook: Callable[..., None] | None = None

    def __enter__(self) -> None:
        def die(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.startswith(self._beginning):
                raise _PowerCut

        self._hook = die
        event.listen(self._sql, "before_cursor_execute", die)

    def __exit__(self, *_error: object) -> None:
        event.remove(self._sql, "before_cursor_execute", self._hook)


def _holding(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if WORD.encode() in file.read_bytes())
