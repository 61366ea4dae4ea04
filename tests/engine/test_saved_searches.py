"""Searches that an auditor keeps: each their own, under a name that stands for the newest."""

from __future__ import annotations

from datetime import date

import pytest

from engine import Actor, CaseSearch, Engine, InvalidRequest, NotAllowed, NotFound
from engine.search.saved_searches import MOST_SAVED
from tests.clock import Clock
from tests.engine.small_office import AUDITOR, CLERK, HEAD

COLLEAGUE = Actor("auditor2", duties=frozenset({"auditor"}))
LATE = CaseSearch(key="surat", version=2, step="periksa", overrun=True, begun_from=date(2026, 11, 1))


def test_a_search_is_kept_opened_and_forgotten(engine: Engine, clock: Clock) -> None:
    kept = engine.save_search("  Terlambat   di pemeriksaan ", LATE, by=AUDITOR)

    assert (kept.name, kept.search, kept.saved_at) == ("Terlambat di pemeriksaan", LATE, clock.now)
    assert engine.saved_search("Terlambat di pemeriksaan", by=AUDITOR) == kept
    assert engine.saved_searches(by=AUDITOR) == (kept,)

    engine.forget_search(kept.name, by=AUDITOR)

    assert engine.saved_searches(by=AUDITOR) == ()
    with pytest.raises(NotFound):
        engine.saved_search(kept.name, by=AUDITOR)
    with pytest.raises(NotFound):
        engine.forget_search(kept.name, by=AUDITOR)


def test_the_same_name_replaces_what_it_meant(engine: Engine) -> None:
    engine.save_search("B", LATE, by=AUDITOR)
    engine.save_search("a", LATE, by=AUDITOR)
    engine.save_search("B", CaseSearch(state="incident"), by=AUDITOR)

    assert [(each.name, each.search) for each in engine.saved_searches(by=AUDITOR)] == [
        ("a", LATE),
        ("B", CaseSearch(state="incident")),
    ]


def test_each_sees_only_their_own(engine: Engine) -> None:
    engine.save_search("x", LATE, by=AUDITOR)
    engine.save_search("x", CaseSearch(), by=COLLEAGUE)
    engine.forget_search("x", by=COLLEAGUE)

    assert [each.search for each in engine.saved_searches(by=AUDITOR)] == [LATE]
    assert engine.saved_searches(by=COLLEAGUE) == ()


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b", "\udfff"])
def test_a_name_that_cannot_be_kept_is_refused(engine: Engine, name: str) -> None:
    with pytest.raises(InvalidRequest, match="nama"):
        engine.save_search(name, LATE, by=AUDITOR)


def test_nobody_keeps_very_many_but_replaces_at_will(sqlite_url: str) -> None:
    engine = Engine(sqlite_url)
    for number in range(MOST_SAVED):
        engine.save_search(str(number), LATE, by=AUDITOR)

    with pytest.raises(InvalidRequest, match="hapus dulu"):
        engine.save_search("satu lagi", LATE, by=AUDITOR)
    engine.save_search("7", CaseSearch(), by=AUDITOR)

    assert len(engine.saved_searches(by=AUDITOR)) == MOST_SAVED
    engine.close()


def test_only_auditors_keep_searches(engine: Engine) -> None:
    for person in (CLERK, HEAD):
        for ask in (
            lambda by: engine.save_search("x", LATE, by=by),
            lambda by: engine.saved_searches(by=by),
            lambda by: engine.saved_search("x", by=by),
            lambda by: engine.forget_search("x", by=by),
        ):
            with pytest.raises(NotAllowed):
                ask(person)
