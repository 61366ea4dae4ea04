"""Drafts: a person's own, until the step is handed in."""

from __future__ import annotations

import pytest

from engine import Engine, InvalidRequest, NotFound, Upload, WorkItemClosed
from tests.clock import TUESDAY_9AM
from tests.engine.small_office import CHECKER, CLERK, COLLEAGUE, LETTER, open_office

PHOTO = Upload("foto.png", "image/png", b"\x89PNG gambar")


def test_a_draft_is_kept_with_its_files_for_its_owner_alone(engine: Engine) -> None:
    open_office(engine)

    engine.save_draft("start/surat", {"perihal": ["antre"]}, by=CLERK)
    saved = engine.save_draft("start/surat", {"perihal": ["antrean"]}, {"bukti": [PHOTO]}, by=CLERK)

    (file,) = saved.files
    assert engine.draft("start/surat", by=CLERK) == saved
    assert (dict(saved.values), saved.saved_at) == ({"perihal": ("antrean",)}, TUESDAY_9AM)
    assert engine.draft_file("start/surat", file.id, by=CLERK) == PHOTO
    assert engine.draft("start/surat", by=COLLEAGUE) is None
    with pytest.raises(NotFound):
        engine.draft_file("start/surat", file.id, by=COLLEAGUE)


def test_files_of_a_draft_can_be_taken_out_one_by_one(engine: Engine) -> None:
    open_office(engine)
    saved = engine.save_draft("start/surat", {}, {"bukti": [PHOTO, PHOTO]}, by=CLERK)

    left = engine.save_draft("start/surat", {}, remove=[saved.files[0].id], by=CLERK)

    assert left.files == saved.files[1:]


def test_handing_in_ends_the_draft(engine: Engine) -> None:
    open_office(engine)
    engine.save_draft("start/surat", {"perihal": ["antre"]}, by=CLERK)

    case = engine.start("surat", LETTER, by=CLERK).number
    engine.save_draft(f"{case}/periksa:1", {"hasil": ["ya"]}, by=CHECKER)
    engine.complete(case, "periksa:1", {"hasil": "ya"}, by=CHECKER)

    assert engine.draft("start/surat", by=CLERK) is None
    assert engine.draft(f"{case}/periksa:1", by=CHECKER) is None


def test_a_lost_race_keeps_what_was_typed(engine: Engine) -> None:
    open_office(engine)
    case = engine.start("surat", LETTER, by=CLERK).number
    scope = f"{case}/periksa:1"
    engine.complete(case, "periksa:1", {"hasil": "ya"}, by=CHECKER)

    engine.save_draft(scope, {"hasil": ["terlambat"]}, by=CHECKER)
    with pytest.raises(WorkItemClosed):
        engine.complete(case, "periksa:1", {"hasil": "terlambat"}, by=CHECKER)

    draft = engine.draft(scope, by=CHECKER)
    assert draft is not None
    assert draft.values["hasil"] == ("terlambat",)


@pytest.mark.parametrize("typed", ["\x00", "\ud800", "a" * 1_000_001])
def test_what_no_database_can_keep_is_refused(engine: Engine, typed: str) -> None:
    open_office(engine)

    with pytest.raises(InvalidRequest):
        engine.save_draft("start/surat", {"perihal": [typed]}, by=CLERK)

    assert engine.draft("start/surat", by=CLERK) is None


def test_backslashes_are_ordinary_text(engine: Engine) -> None:
    open_office(engine)

    saved = engine.save_draft("start/surat", {"perihal": ["\\u0000"]}, by=CLERK)

    assert saved.values["perihal"] == ("\\u0000",)
