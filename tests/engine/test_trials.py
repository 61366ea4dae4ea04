"""A new standard tried on history, held against a recomputation that goes from case to case and from mark to mark."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest

from engine import (
    DeploymentRefused,
    Duration,
    Engine,
    InvalidRequest,
    NotAllowed,
    NotFound,
    Progress,
    Trial,
    TrialStep,
    WorkItem,
    read_duration,
)
from engine.standards import passages
from tests.clock import Clock
from tests.engine.past_office import CLERK, MARK, NOBODY, OWNER, drawn, office_time, open_past, percentile, steps_begun
from tests.engine.small_office import ADMIN, AUDITOR, HEAD

MARCH = (date(2026, 3, 3), date(2026, 3, 31))


def days(text: str) -> Duration:
    return Duration.parse(text)


def tried(engine: Engine, *, start: date = MARCH[0], end: date = MARCH[1], **durations: str) -> Trial:
    """Try deadlines, by step, on the cases of March."""
    wanted = {path: Duration.parse(text) for path, text in durations.items()}
    return engine.try_standards("surat", durations=wanted, start=start, end=end, by=OWNER)


def step(trial: Trial, path: str) -> TrialStep:
    return next(each for each in trial.steps if each.path == path)


@pytest.fixture
def past(engine: Engine, clock: Clock) -> Engine:
    """The office with its past."""
    return open_past(engine, clock).engine


def late(item: WorkItem, until: datetime, due_at: datetime | None) -> bool:
    return due_at is not None and (until > due_at or (until == due_at and item.state == "withdrawn"))


def allowed_until(engine: Engine, opened_at: datetime, allowed: timedelta) -> datetime:
    """Return when so much office time has passed, one mark after the other."""
    at, left = opened_at, allowed
    while left:
        left -= office_time(engine.calendar(), at, at + MARK)
        at += MARK
    return at


@pytest.mark.parametrize("limit", ["PT1H", "PT7H", "P1D", "P2D", "P4D", "P30D"])
def test_a_trial_counts_what_a_slow_recomputation_counts(past: Engine, limit: str) -> None:
    trial = tried(past, cek=limit, simpan="P1D", putuskan="PT4H")
    now, calendar, ids = past.now(), past.calendar(), {"periksa": "cek"}
    items: dict[str, list[WorkItem]] = {}
    for of_case in steps_begun(past, *MARCH).values():
        for item in of_case:
            items.setdefault(ids.get(item.element_id, item.element_id), []).append(item)

    assert trial.progress.cases == trial.progress.total == 7
    assert {path: len(found) for path, found in items.items()} == {each.path: each.passed for each in trial.steps}
    assert len(items["cek"]) > len(items["catat"]) > len(items["putuskan"]) >= 2
    for path, found in items.items():
        told, until = step(trial, path), [item.closed_at or now for item in found]
        lengths = [office_time(calendar, item.opened_at, end) for item, end in zip(found, until, strict=True)]
        assert told.late == sum(late(item, end, item.due_at) for item, end in zip(found, until, strict=True)), path
        assert (told.median, told.p90) == (percentile(lengths, 50), percentile(lengths, 90)), path
        assert (told.open, told.withdrawn) == tuple(_states(found, state) for state in ("open", "withdrawn"))
        if not told.changed:
            assert told.would_be_late == told.late
            continue
        assert told.proposed
        allowed = calendar.length(told.proposed)
        would = [
            late(item, end, allowed_until(past, item.opened_at, allowed))
            for item, end in zip(found, until, strict=True)
        ]
        assert told.would_be_late == sum(would), path
        assert told.undecided == sum(
            not each and item.state != "completed" for each, item in zip(would, found, strict=True)
        )


def _states(items: Iterable[WorkItem], state: str) -> int:
    return sum(item.state == state for item in items)


def test_the_past_has_everything_that_a_trial_must_tell_apart(past: Engine) -> None:
    """What the comparison above rests on: no kind of opening is missing from the past."""
    trial = tried(past, cek="P1D")
    check, keep = step(trial, "cek"), step(trial, "simpan")

    assert 0 < check.late < check.passed
    assert check.open
    assert check.withdrawn
    assert keep.withdrawn
    assert keep.late >= keep.withdrawn
    assert set(check.had) == {"P1D", "P3D"}
    assert check.median is not None
    assert timedelta(0) < check.median < timedelta(days=3)


def test_the_standard_that_is_in_force_judges_cases_of_older_versions_too(past: Engine) -> None:
    shorter, longer = step(tried(past, cek="PT5M"), "cek"), step(tried(past, cek="P3650D"), "cek")

    assert step(tried(past), "cek").would_be_late == step(tried(past), "cek").late > longer.would_be_late == 0
    assert shorter.would_be_late == shorter.passed - 1  # one check was done at once
    assert longer.undecided == longer.open + longer.withdrawn
    assert shorter.would_be_late_share == 8 / 9


def test_a_deadline_taken_away_makes_nobody_late(past: Engine) -> None:
    trial = past.try_standards("surat", durations={"cek": None}, start=MARCH[0], end=MARCH[1], by=OWNER)

    assert step(trial, "cek").late > 0
    assert (step(trial, "cek").would_be_late, step(trial, "cek").proposed) == (0, None)


def test_only_cases_that_began_in_the_period_count_both_days_included_as_the_office_reckons_days(past, clock) -> None:
    def cases(first: tuple[int, int], last: tuple[int, int]) -> int:
        return tried(past, start=date(2026, *first), end=date(2026, *last)).progress.total

    assert cases((3, 2), (3, 2)) == 1
    assert cases((3, 3), (3, 12)) == 0
    assert cases((3, 13), (3, 13)) == 3
    assert cases((3, 1), (4, 30)) == 9
    clock.set(datetime.fromisoformat("2026-05-04T23:30:00+07:00"))  # 16.30 the same day in UTC
    past.start("surat", {"perihal": "malam"}, by=CLERK)
    clock.set(datetime.fromisoformat("2026-05-05T00:30:00+07:00"))  # the day before in UTC
    past.start("surat", {"perihal": "dini hari"}, by=CLERK)
    assert cases((5, 4), (5, 4)) == cases((5, 5), (5, 5)) == 1


def test_a_case_that_began_outside_the_period_does_not_count_wherever_its_number_lies(past, clock) -> None:
    for begun in ("2026-03-20", "2026-03-10", "2026-03-21"):  # as a clock that was set back would have it
        clock.set(datetime.fromisoformat(f"{begun}T10:00:00+07:00"))
        past.start("surat", {"perihal": begun}, by=CLERK)
    trial = tried(past, end=date(2026, 3, 22), start=date(2026, 3, 18))

    assert trial.progress.total == trial.progress.cases == step(trial, "catat").passed == 2


def test_parts_add_up_to_the_whole_whatever_their_size_and_survive_being_written(past, monkeypatch) -> None:
    whole = tried(past, cek="P1D")
    monkeypatch.setattr(passages, "BATCH", 2)
    progress, parts = None, 0
    while progress is None or not progress.finished:
        part = past.try_standards(
            "surat",
            durations={"cek": days("P1D")},
            start=MARCH[0],
            end=MARCH[1],
            by=OWNER,
            so_far=progress,
            seconds=0,
        )
        progress, parts = Progress.read(part.progress.written()), parts + 1

    assert parts >= 4
    assert part.steps == whole.steps
    assert part.progress.cases == whole.progress.cases == 7


def test_a_case_that_begins_while_the_parts_are_read_is_not_counted(past, clock, monkeypatch) -> None:
    monkeypatch.setattr(passages, "BATCH", 2)
    asked = {"durations": {}, "start": MARCH[0], "end": date(2026, 12, 31), "by": OWNER}
    part = past.try_standards("surat", **asked, seconds=0)
    past.start("surat", {"perihal": "baru"}, by=CLERK)
    clock.advance(timedelta(days=7))
    part = past.try_standards("surat", **asked, so_far=part.progress)

    assert part.progress.cases == part.progress.total == 8
    assert part.progress.asked_at < past.now()


def test_the_owner_s_draft_gives_the_durations_and_only_what_it_changes(past: Engine) -> None:
    draft = past.begin_diagram_draft("surat", 2, by=OWNER)
    past.save_diagram_draft(
        "surat", xml=drawn("telaah", "P2D")["surat.bpmn"], expected_revision=draft.revision, by=OWNER
    )
    standards = past.standards("surat", by=OWNER)
    trial = past.try_standards("surat", durations="draft", start=MARCH[0], end=MARCH[1], by=OWNER)

    assert (standards.version, standards.draft, standards.unreadable) == (2, True, "")
    assert standards.changes == {"cek": days("P2D")}
    assert [each.path for each in trial.changed] == ["cek"]
    assert trial.steps == tried(past, cek="P2D").steps


def test_a_draft_that_breaks_the_rules_is_told_and_nobody_sees_another_s(past: Engine) -> None:
    draft = past.begin_diagram_draft("surat", 2, by=OWNER)
    past.save_diagram_draft("surat", xml=b"<bukan", expected_revision=draft.revision, by=OWNER)

    assert past.standards("surat", by=OWNER).unreadable
    assert not past.standards("surat", by=OWNER).draft
    assert past.standards("surat", by=HEAD).unreadable == ""
    with pytest.raises(DeploymentRefused):
        past.try_standards("surat", durations="draft", start=MARCH[0], end=MARCH[1], by=OWNER)
    with pytest.raises(NotAllowed):
        past.try_standards("surat", durations="draft", start=MARCH[0], end=MARCH[1], by=HEAD)


def test_a_step_that_the_version_in_force_lacks_is_told_last(past: Engine) -> None:
    files = drawn("cek", "P3D")
    files["surat.bpmn"] = (
        files["surat.bpmn"].replace(b'name="Memutuskan"', b'name="Menutup"').replace(b"putuskan", b"tutup")
    )
    past.deploy(files, by=OWNER)
    trial = tried(past)

    assert [each.path for each in trial.steps] == ["catat", "cek", "simpan", "tutup", "putuskan"]
    assert (trial.steps[-1].gone, trial.steps[-1].name, trial.steps[-2].passed) == (True, "Memutuskan", 0)
    assert trial.steps[-1].passed > 0


def test_who_neither_sets_nor_audits_standards_is_refused(past: Engine) -> None:
    for person in (CLERK, ADMIN, NOBODY):
        with pytest.raises(NotAllowed):
            past.standards("surat", by=person)
        with pytest.raises(NotAllowed):
            past.try_standards("surat", durations={}, start=MARCH[0], end=MARCH[1], by=person)
    for person in (HEAD, AUDITOR):
        assert past.standards("surat", by=person).version == 2
        assert past.try_standards("surat", durations={}, start=MARCH[0], end=MARCH[1], by=person).progress.cases == 7


def test_what_makes_no_sense_is_refused_in_words(past: Engine) -> None:
    with pytest.raises(InvalidRequest, match="tukar keduanya"):
        tried(past, start=MARCH[1], end=MARCH[0])
    with pytest.raises(InvalidRequest, match="'periksa' tidak ada pada versi 2; pilih salah satu dari catat, cek"):
        tried(past, periksa="P1D")
    for year in (1, 1969, 9999):
        with pytest.raises(InvalidRequest, match="tahun"):
            tried(past, start=date(year, 1, 1), end=date(9999, 12, 31))
    for key in ("lain", "", "\0", "x" * 5000):
        with pytest.raises(NotFound):
            past.standards(key, by=OWNER)
        with pytest.raises(NotFound):
            past.try_standards(key, durations={}, start=MARCH[0], end=MARCH[1], by=OWNER)


def test_an_office_without_cases_has_an_empty_trial(engine: Engine) -> None:
    engine.deploy(drawn(), by=OWNER)
    trial = tried(engine, periksa="P2D")

    assert (trial.progress.total, trial.progress.finished) == (0, True)
    assert [(each.passed, each.median, each.late_share) for each in trial.steps] == [(0, None, 0.0)] * 4


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2 hari", "P2D"),
        (" 90 Menit kerja", "PT90M"),
        ("5jam", "PT5H"),
        ("p2d", "P2D"),
        ("PT2M", "PT2M"),
        ("02 hari", "P2D"),
    ],
)
def test_a_duration_is_read_as_it_is_said_or_written(typed: str, read: str) -> None:
    assert read_duration(typed) == Duration.parse(read)


@pytest.mark.parametrize("typed", ["", "dua hari", "0 hari", "P1DT2H", "2", "9999 hari", "2 minggu", "١ hari"])
def test_what_is_no_duration_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(ValueError, match="seperti “2 hari”"):
        read_duration(typed)
