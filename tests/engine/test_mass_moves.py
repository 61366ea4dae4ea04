"""Moving many cases by one order: previewed, carried out case by case, told case by case, and taken back."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from engine import (
    Actor,
    Engine,
    InvalidRequest,
    MassMove,
    MoveSelection,
    NotAllowed,
    NotFound,
    run_forever,
    sweep,
)
from engine.move import carrying_on
from tests.clock import Clock
from tests.engine.revisions import (
    CLERK,
    EARLIER_STEP,
    FIRST,
    LATER_STEP,
    LONGER,
    OTHER_LANE,
    OWNER,
    REDRAWN,
    WITHOUT_CHECK,
    deploy,
)
from tests.engine.test_effect import HEAD, SECRET, numbers

EVERY = MoveSelection()


@pytest.fixture
def office(engine: Engine, clock: Clock) -> Engine:
    """Five cases: three wait at the check, two at the decision."""
    engine.deploy(FIRST.files(), by=OWNER)
    engine.add_person("petugas", "Petugas", lanes=["Petugas"], by=OWNER)
    for _ in range(5):
        engine.start("surat", {"perihal": "uji", "jenis": "berat"}, by=CLERK)
        clock.advance(timedelta(minutes=5))
    for number in numbers(4, 5):
        engine.complete(number, "periksa:1", {}, by=CLERK)
    return engine


def carry_on(engine: Engine) -> None:
    """Carry out whatever is ordered."""
    while engine.carry_on_moves():
        pass


def moved(engine: Engine, to: int, chosen: MoveSelection = EVERY, **how: Any) -> MassMove:
    """Order a move and carry it out."""
    order = engine.begin_moves("surat", to, chosen, "diagram direvisi", by=OWNER, **how)
    carry_on(engine)
    return engine.mass_move(order.number, by=OWNER)


def outcomes(engine: Engine, number: int) -> dict[str | None, str]:
    """Return what became of each case."""
    return {each.case: each.outcome for each in engine.moved_cases(number, by=OWNER)}


def test_an_order_moves_every_chosen_case_and_says_so(office: Engine) -> None:
    version = deploy(office, LONGER)

    order = office.begin_moves("surat", version, EVERY, "diagram direvisi", by=OWNER)
    assert (order.total, order.waiting, order.finished_at) == (5, 5, None)
    carry_on(office)

    order = office.mass_move(order.number, by=OWNER)
    assert (order.counts, order.finished_at) == ({"moved": 5}, office.now())
    assert {office.case(number, by=OWNER).version for number in numbers(1, 2, 3, 4, 5)} == {2}
    assert all(found.sound for found in office.verify_all())
    assert office.rebuild() == 0
    (event,) = [each for each in office.history(numbers(1)[0], by=OWNER) if each.type == "InstanceMigrated"]
    assert f'"move":{order.number}' in event.payload


@pytest.mark.parametrize(
    ("chosen", "which"),
    [
        pytest.param(MoveSelection(numbers=numbers(1, 4)), (1, 4), id="by number"),
        pytest.param(MoveSelection(step="putuskan"), (4, 5), id="by step"),
        pytest.param(MoveSelection(numbers=numbers(1, 4), step="putuskan"), (4,), id="by number and step"),
        pytest.param(MoveSelection(step="putus_an"), (), id="a step is no pattern"),
        pytest.param(MoveSelection(versions=(1,), without=numbers(2)), (1, 3, 4, 5), id="by version, less one"),
        pytest.param(MoveSelection(versions=(7,)), (), id="of a version that none is on"),
    ],
)
def test_the_preview_and_the_order_take_exactly_the_chosen_cases(
    office: Engine, chosen: MoveSelection, which: tuple[int, ...]
) -> None:
    version = deploy(office, LONGER)

    preview = office.plan_moves("surat", version, chosen, by=OWNER)
    assert [row.case for row in preview.rows] == list(numbers(*which))
    assert preview.total == len(which)
    if not which:
        with pytest.raises(InvalidRequest, match="Tidak ada"):
            office.begin_moves("surat", version, chosen, "coba", by=OWNER)
        return

    order = moved(office, version, chosen)

    assert outcomes(office, order.number) == dict.fromkeys(numbers(*which), "moved")


@pytest.mark.parametrize("policy", ["keep", "recompute", "restart"])
def test_a_row_of_the_preview_is_what_the_move_then_does(office: Engine, clock: Clock, policy: Any) -> None:
    version = deploy(office, LONGER)
    clock.advance(timedelta(hours=2))
    preview = office.plan_moves("surat", version, EVERY, policy=policy, by=OWNER)

    moved(office, version, policy=policy)

    for row in preview.rows:
        assert row.case is not None
        (item,) = [item for item in office.steps(row.case, by=OWNER) if item.state == "open"]
        (change,) = row.changes
        assert (change.key, change.new_due_at) == (item.key, item.due_at)


def test_the_preview_comes_in_pages(office: Engine) -> None:
    version, found, after = deploy(office, LONGER), [], 0
    while True:
        page = office.plan_moves("surat", version, EVERY, by=OWNER, after=after, limit=2)
        found += [row.case for row in page.rows]
        if page.after is None:
            break
        after = page.after

    assert found == list(numbers(1, 2, 3, 4, 5))


def test_the_preview_says_who_would_be_late(office: Engine, clock: Clock) -> None:
    clock.advance(timedelta(days=3))
    sweep(office)
    version = deploy(office, REDRAWN)

    rows = office.plan_moves("surat", version, EVERY, by=OWNER).rows

    assert [(row.late, row.newly_late) for row in rows] == [(True, False)] * 3 + [(False, False)] * 2


def test_only_steps_that_were_agreed_to_are_passed(office: Engine) -> None:
    version = deploy(office, EARLIER_STEP)
    preview = office.plan_moves("surat", version, EVERY, by=OWNER)
    assert preview.passed == ("telaah:1",)
    assert not any(row.fits for row in office.plan_moves("surat", version, EVERY, by=OWNER, passed=()).rows)

    refused = moved(office, version)
    agreed = moved(office, version, passed=["telaah"])

    assert (refused.counts, agreed.counts) == ({"does_not_fit": 5}, {"moved": 5})
    told = office.moved_cases(refused.number, by=OWNER)[0].told
    assert told is not None
    assert "telaah:1" in told


def test_a_mapping_that_an_owner_edits_is_what_counts(office: Engine) -> None:
    version = deploy(office, REDRAWN)
    mapping = {"periksa": "cek"}

    preview = office.plan_moves("surat", version, EVERY, renamed=mapping, by=OWNER)
    assert preview.renamed == {1: mapping}
    moved(office, version, renamed=mapping)

    event = next(each for each in office.history(numbers(1)[0], by=OWNER) if each.type == "InstanceMigrated")
    assert '"renamed":{"periksa":"cek"}' in event.payload


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        pytest.param({"periksa": "hilang"}, "hilang", id="to what is not there"),
        pytest.param({"catat": "cek", "periksa": "cek"}, "keduanya", id="two to one"),
        pytest.param({"periksa": "putuskan"}, "keduanya", id="to one that stays"),
    ],
)
def test_an_impossible_mapping_is_refused_before_anything_moves(
    office: Engine, mapping: dict[str, str], told: str
) -> None:
    version = deploy(office, REDRAWN)

    for ask in (
        lambda: office.plan_moves("surat", version, EVERY, renamed=mapping, by=OWNER),
        lambda: office.begin_moves("surat", version, EVERY, "coba", renamed=mapping, by=OWNER),
        lambda: office.move(numbers(1)[0], version, "coba", renamed=mapping, by=OWNER),
        lambda: office.effect("surat", version, renamed=mapping, by=OWNER),
    ):
        with pytest.raises(InvalidRequest, match=told):
            ask()
    assert office.mass_moves(by=OWNER) == ()


def test_each_case_tells_what_became_of_it(office: Engine, clock: Clock) -> None:
    version = deploy(office, WITHOUT_CHECK)
    seen = office.plan_moves("surat", version, EVERY, by=OWNER).as_of
    clock.advance(timedelta(minutes=1))
    order = office.begin_moves("surat", version, EVERY, "diagram direvisi", as_of=seen, by=OWNER)
    office.complete(numbers(2)[0], "periksa:1", {}, by=CLERK)  # fits now, by the rules that were agreed to
    office.cancel(numbers(3)[0], "dicabut", by=OWNER)
    office.cancel(numbers(4)[0], "dicabut", by=OWNER)
    carry_on(office)

    assert outcomes(office, order.number) == dict(
        zip(numbers(1, 2, 3, 4, 5), ["does_not_fit", "moved", "ended", "ended", "moved"], strict=True)
    )


def test_a_case_that_went_on_so_that_it_does_not_fit_any_more_is_told_as_changed(office: Engine, clock: Clock) -> None:
    version = deploy(office, LATER_STEP)
    seen = office.plan_moves("surat", version, MoveSelection(step="periksa"), passed=(), by=OWNER)
    assert all(row.fits for row in seen.rows)
    clock.advance(timedelta(minutes=1))
    office.complete(numbers(1)[0], "periksa:1", {}, by=CLERK)

    order = moved(office, version, MoveSelection(numbers=numbers(1, 2)), as_of=seen.as_of)

    assert outcomes(office, order.number) == {numbers(1)[0]: "changed", numbers(2)[0]: "moved"}
    assert office.case(numbers(1)[0], by=OWNER).version == 1


def test_a_case_that_somebody_moved_meanwhile_is_told_as_changed(office: Engine) -> None:
    version = deploy(office, LONGER)
    order = office.begin_moves("surat", version, EVERY, "diagram direvisi", by=OWNER)
    office.move(numbers(2)[0], version, "satu ini dahulu", by=OWNER)
    carry_on(office)

    assert outcomes(office, order.number)[numbers(2)[0]] == "changed"


def test_a_case_that_began_after_the_preview_stays(office: Engine, clock: Clock) -> None:
    first = deploy(office, LONGER)
    seen = office.plan_moves("surat", 1, EVERY, by=OWNER).as_of
    clock.advance(timedelta(minutes=1))
    office.start("surat", {"jenis": "berat"}, by=CLERK)

    with pytest.raises(InvalidRequest):
        office.begin_moves("surat", 1, MoveSelection(versions=(first,)), "balik", as_of=seen, by=OWNER)


@pytest.mark.parametrize(
    "revision",
    [LONGER, REDRAWN, OTHER_LANE, EARLIER_STEP],
    ids=["longer", "redrawn", "another lane", "a step earlier"],
)
@pytest.mark.parametrize("policy", ["keep", "recompute", "restart"])
@pytest.mark.parametrize("late", [False, True], ids=["in time", "late"])
def test_an_undone_order_leaves_everything_as_staff_saw_it(
    office: Engine, clock: Clock, revision: Any, policy: Any, late: bool
) -> None:
    if late:
        clock.advance(timedelta(days=2))
        sweep(office)
    for number in numbers(1, 2):
        office.claim(number, "periksa:1", by=CLERK)
        office.save_draft(f"{number}/periksa:1", {"catatan": ["setengah"]}, by=CLERK)
    before = seen_by_staff(office)
    order = moved(office, deploy(office, revision), policy=policy, passed=["telaah"])
    assert order.counts == {"moved": 5}
    clock.advance(timedelta(minutes=20))
    sweep(office)

    back = office.undo_moves(order.number, "keliru", by=OWNER)
    carry_on(office)

    assert office.mass_move(back.number, by=OWNER).counts == {"moved": 5}
    assert seen_by_staff(office) == before
    assert sweep(office) == 0
    assert office.mass_move(order.number, by=OWNER).undone_by == back.number
    assert all(found.sound for found in office.verify_all())
    assert office.rebuild() == 0


def seen_by_staff(engine: Engine) -> list[Any]:
    """Return the open steps, timers and drafts of every case."""
    found: list[Any] = []
    for number in numbers(1, 2, 3, 4, 5):
        for item in engine.steps(number, by=OWNER):
            found.append((number, *(value for name, value in vars(item).items() if name != "version")))
            found.append(engine.draft(item.path, by=CLERK))
        found.append(engine.timers_of(number, by=CLERK))
    return found


def test_undoing_leaves_alone_what_went_on_so_that_it_does_not_fit_back(office: Engine) -> None:
    order = moved(office, deploy(office, LATER_STEP), MoveSelection(step="periksa"))
    office.complete(numbers(1)[0], "periksa:1", {}, by=CLERK)  # it waits at a step that version 1 lacks

    back = office.undo_moves(order.number, "keliru", by=OWNER)
    carry_on(office)

    assert outcomes(office, back.number) == dict(zip(numbers(1, 2, 3), ["does_not_fit", "moved", "moved"], strict=True))
    office.complete(numbers(1)[0], "arsipkan:1", {}, by=CLERK)
    again = office.undo_moves(order.number, "sisanya", by=OWNER)
    assert again.total == 1


def test_an_order_is_undone_once_and_only_when_it_is_finished(office: Engine) -> None:
    order = office.begin_moves("surat", deploy(office, LONGER), EVERY, "diagram direvisi", by=OWNER)
    with pytest.raises(InvalidRequest, match="belum selesai"):
        office.undo_moves(order.number, "terlalu cepat", by=OWNER)
    carry_on(office)
    office.undo_moves(order.number, "keliru", by=OWNER)
    with pytest.raises(InvalidRequest, match="belum selesai"):
        office.undo_moves(order.number, "dua kali", by=OWNER)
    carry_on(office)

    with pytest.raises(InvalidRequest, match="Tidak ada"):
        office.undo_moves(order.number, "dua kali", by=OWNER)


def test_an_undone_order_may_be_ordered_again(office: Engine) -> None:
    version = deploy(office, REDRAWN)
    order = moved(office, version)
    office.undo_moves(order.number, "keliru", by=OWNER)
    carry_on(office)

    assert moved(office, version).counts == {"moved": 5}
    assert all(found.sound for found in office.verify_all())


def test_a_secret_case_is_moved_and_named_only_to_who_may_see_it(engine: Engine) -> None:
    engine.deploy({**FIRST.files(), **SECRET}, by=OWNER)
    engine.add_person("petugas", "Petugas", lanes=["Petugas"], by=OWNER)
    engine.start("surat", {"rahasia": True}, by=CLERK)
    engine.start("surat", {}, by=CLERK)
    engine.deploy({**LONGER.files(), **SECRET}, by=OWNER)
    insider = Actor("kepala", "Kepala", lanes=frozenset({"Petugas"}), duties=frozenset({"head"}))

    preview = engine.plan_moves("surat", 2, EVERY, by=HEAD)
    assert [row.case for row in preview.rows] == [None, numbers(2)[0]]
    with pytest.raises(NotFound):
        engine.plan_moves("surat", 2, MoveSelection(numbers=numbers(1)), by=HEAD)
    with pytest.raises(NotFound):
        engine.begin_moves("surat", 2, MoveSelection(numbers=numbers(1)), "coba", by=HEAD)
    order = engine.begin_moves("surat", 2, EVERY, "diagram direvisi", by=HEAD)
    carry_on(engine)

    assert engine.mass_move(order.number, by=HEAD).counts == {"moved": 2}
    assert [each.case for each in engine.moved_cases(order.number, by=HEAD)] == [None, numbers(2)[0]]
    assert [each.case for each in engine.moved_cases(order.number, by=insider)] == list(numbers(1, 2))


def test_one_case_that_fails_never_stops_the_others(office: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    version = deploy(office, LONGER)
    order = office.begin_moves("surat", version, EVERY, "diagram direvisi", by=OWNER)
    carry = carrying_on.MassMoves._moved

    def failing(self: Any, flow: Any, *rest: Any) -> Any:
        if flow.file.number == numbers(3)[0]:
            raise RuntimeError("a mistake of ours")
        return carry(self, flow, *rest)

    monkeypatch.setattr(carrying_on.MassMoves, "_moved", failing)
    carry_on(office)

    assert office.mass_move(order.number, by=OWNER).counts == {"moved": 4, "failed": 1}
    assert outcomes(office, order.number)[numbers(3)[0]] == "failed"
    assert office.case(numbers(3)[0], by=OWNER).version == 1


def test_several_workers_move_each_case_once(office: Engine, database_url: str, clock: Clock) -> None:
    version = deploy(office, LONGER)
    order = office.begin_moves("surat", version, EVERY, "diagram direvisi", by=OWNER)
    others = [Engine(database_url, clock) for _ in range(3)]
    workers = [threading.Thread(target=carry_on, args=(each,)) for each in others]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert office.mass_move(order.number, by=OWNER).counts == {"moved": 5}
    for number in numbers(1, 2, 3, 4, 5):
        assert [event.type for event in office.history(number, by=OWNER)].count("InstanceMigrated") == 1
    for each in others:
        each.close()


def test_the_timer_worker_carries_orders_out(office: Engine) -> None:
    order = office.begin_moves("surat", deploy(office, LONGER), EVERY, "diagram direvisi", by=OWNER)
    stop = threading.Event()
    worker = threading.Thread(target=run_forever, args=(office, stop))
    worker.start()
    for _ in range(200):
        if office.mass_move(order.number, by=OWNER).finished_at:
            break
        stop.wait(0.05)
    stop.set()
    worker.join()

    assert office.mass_move(order.number, by=OWNER).counts == {"moved": 5}


def test_who_may_not_steer_may_neither_look_nor_order(office: Engine) -> None:
    version = deploy(office, LONGER)
    order = office.begin_moves("surat", version, EVERY, "diagram direvisi", by=HEAD)
    carry_on(office)

    for ask in (
        lambda: office.plan_moves("surat", version, EVERY, by=CLERK),
        lambda: office.begin_moves("surat", version, EVERY, "coba", by=CLERK),
        lambda: office.undo_moves(order.number, "coba", by=CLERK),
        lambda: office.mass_move(order.number, by=CLERK),
        lambda: office.mass_moves(by=CLERK),
        lambda: office.moved_cases(order.number, by=CLERK),
    ):
        with pytest.raises(NotAllowed):
            ask()


def test_an_order_needs_a_reason_a_policy_and_cases_of_its_own_sop(office: Engine) -> None:
    version = deploy(office, LONGER)

    with pytest.raises(InvalidRequest, match="Alasan"):
        office.begin_moves("surat", version, EVERY, " ", by=OWNER)
    with pytest.raises(InvalidRequest, match="Kebijakan"):
        office.begin_moves("surat", version, EVERY, "coba", policy="lain", by=OWNER)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="LAIN"):
        office.begin_moves("surat", version, MoveSelection(numbers=("LAIN-1",)), "coba", by=OWNER)
    with pytest.raises(NotFound):
        office.begin_moves("surat", 9, EVERY, "coba", by=OWNER)
    with pytest.raises(NotFound):
        office.mass_move(9, by=OWNER)
    with pytest.raises(InvalidRequest):
        MoveSelection(numbers=("\x00",))
    assert office.mass_moves(by=OWNER) == ()


def test_orders_are_listed_the_newest_first(office: Engine) -> None:
    version = deploy(office, LONGER)
    first = moved(office, version, MoveSelection(numbers=numbers(1)))
    second = moved(office, version, MoveSelection(numbers=numbers(2)))

    assert office.mass_moves("surat", by=OWNER) == (second, first)
    assert office.mass_moves("lain", by=OWNER) == ()
