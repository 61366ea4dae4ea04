"""Every use case of the engine once, those that ask in several ways in each of them, in an office that has grown.

``Noted`` is an engine that knows which of its use cases were asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice, product
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from engine import (
    Actor,
    CalendarEdit,
    CaseBecameIncident,
    CaseSearch,
    Engine,
    Holiday,
    MoveSelection,
    SealKey,
    Upload,
    sweep,
)
from engine.tables import DraftRow
from tests.bench.bulk import copy_cases
from tests.clock import Clock
from tests.engine import small_office as people
from tests.engine.small_office import ADMIN, AUDITOR, CHECKER, CLERK, COLLEAGUE, HEAD, LETTER, OWNER, TWO_STEPS
from tests.small_bpmn import Task, choice, diagram, form
from tests.website import PASSWORD
from webapp.access_tokens import AccessTokens
from webapp.accounts import Accounts

OTHER_OWNER = Actor("pemilik2", "Pemilik Dua", duties=frozenset({"process_owner"}))
PROOF = Upload("bukti.pdf", "application/pdf", b"%PDF-1.4 bukti")
FULL_LETTER = {**LETTER, "nama": "Siti Aminah", "kisah": "Pegawai itu meminta uang", "bukti": [PROOF]}
FASTER = {**TWO_STEPS, "surat.bpmn": TWO_STEPS["surat.bpmn"].replace(b"P3D", b"P2D")}
STUCK = {
    "macet.bpmn": diagram(
        "macet",
        "mulai > catat > pilih > selesai | pilih > selesai_lain",
        {"catat": Task(form="jenis")},
        gateways={"pilih": "exclusive"},
        conditions={"pilih > selesai": "${jenis == 'a'}", "pilih > selesai_lain": "${jenis == 'b'}"},
    ),
    "jenis.form": form("jenis", choice("jenis", ["a", "b", "c"])),
}
KEY = SealKey(bytes(range(32)))
DRAFTS = 1_000
DAYS = 20
KINDS = 6
"""How many SOPs there are: with one alone, every index that begins with its key would hold all cases as one."""


class Noted(Engine):
    """An engine that knows which of its public names were asked for, by callers or by itself."""

    asked: set[str] = set()  # noqa: RUF012  (one for all: the whole point)

    def __getattribute__(self, name: str) -> Any:
        """Return the attribute, and note that it was asked for."""
        if not name.startswith("_"):
            Noted.asked.add(name)
        return super().__getattribute__(name)


def grow(engine: Engine, clock: Clock, cases: int, days: int = DAYS) -> None:
    """Fill the office with cases at every step, many of them ended, late, stuck, confidential or with a file."""
    people.open_office(engine)
    for kind in range(1, KINDS):
        engine.deploy(_letter(kind), by=OWNER)
    engine.deploy(STUCK, by=OWNER)
    engine.add_person(OTHER_OWNER.name, OTHER_OWNER.full_name, duties=OTHER_OWNER.duties, by=ADMIN)
    copy_cases(engine, list(_templates(engine, clock, days)), cases)
    engine.seal(KEY)
    with engine.database.write() as connection:
        rows = [
            {"person": f"orang{each}", "scope": "start:surat", "values": "{}", "saved_at": clock()}
            for each in range(DRAFTS)
        ]
        connection.execute(insert(DraftRow), rows)


def settle(engine: Engine) -> None:
    """Let the database know its tables."""
    with engine.database.write() as connection:
        connection.exec_driver_sql("ANALYZE")


def _templates(engine: Engine, clock: Clock, days: int) -> Iterable[str]:
    """Make cases of every SOP day by day: the first and the last ones are open, those between have ended."""
    for day, kind in product(range(days), range(KINDS)):
        if kind == 0:
            clock.advance(timedelta(days=1))
            sweep(engine)
        key, lanes = _named("surat", kind), (_named("Petugas", kind), _named("Pemeriksa", kind))
        clerk, checker = replace(CLERK, lanes=frozenset(lanes[:1])), replace(CHECKER, lanes=frozenset(lanes[1:]))
        own = {"rahasia": True} if day == 5 else {"anonim": True} if day == 6 else {}
        number = engine.start(key, {**FULL_LETTER, **own}, by=clerk).number
        if day == 1:
            engine.claim(number, "periksa:1", by=replace(checker, name=f"pemeriksa-{kind}"))
        if day == 2:
            engine.cancel(number, "salah catat", by=HEAD)
        if day == 3:
            clock.advance(timedelta(days=8))
        if 2 < day < days - 3:
            engine.complete(number, "periksa:1", {"hasil": "benar"}, by=checker)
        yield number


def _named(name: str, kind: int) -> str:
    return f"{name}{kind}" if kind else name


def _letter(kind: int) -> dict[str, bytes]:
    """Return one of several SOPs that are alike, with lanes of its own."""
    drawn = TWO_STEPS["surat.bpmn"]
    for old, new in ((b'"surat"', _named("surat", kind)), (b"SURAT", _named("SURAT", kind)),
                     (b'"Petugas"', _named("Petugas", kind)), (b'"Pemeriksa"', _named("Pemeriksa", kind))):  # fmt: skip
        quoted = f'"{new}"' if old.startswith(b'"') else new
        drawn = drawn.replace(old, quoted.encode())
    return {**TWO_STEPS, "surat.bpmn": drawn}


def act(engine: Engine, clock: Clock) -> None:
    """Do what staff do: every command."""
    number = engine.start("surat", FULL_LETTER, by=CLERK).number
    engine.claim(number, "periksa:1", by=CHECKER)
    engine.release(number, "periksa:1", by=CHECKER)
    engine.reassign(number, "periksa:1", CHECKER.name, "sedang cuti", by=HEAD)
    engine.comment(number, "Hubungi pelapor lebih dahulu.", by=CHECKER)
    draft = engine.save_draft(f"{number}/periksa:1", {"hasil": ["benar"]}, {"hasil": [PROOF]}, by=CHECKER)
    engine.draft(draft.scope, by=CHECKER)
    engine.draft_file(draft.scope, draft.files[0].id, by=CHECKER)
    engine.drop_draft(draft.scope, by=CHECKER)
    engine.complete(number, "periksa:1", {"hasil": "benar"}, by=CHECKER)
    opened = engine.open_case("surat", by=OWNER).number
    engine.cancel(opened, "salah catat", by=HEAD)
    with suppress(CaseBecameIncident):
        stuck = engine.open_case("macet", by=OWNER).number
        engine.complete(stuck, "catat:1", {"jenis": "c"}, by=CLERK)
    with suppress(CaseBecameIncident):
        engine.retry(stuck, by=OWNER)
    clock.advance(timedelta(minutes=5))


def look(engine: Engine) -> None:
    """Open what staff open: lists, a case with all its parts, a search by number, the pages of a start."""
    for who in (CLERK, CHECKER, HEAD, OWNER):
        for show in ("all", "mine", "free", "overdue"):
            for search in ("", "17", "SURAT-2026-000"):
                page = engine.work_list(by=who, show=show, search=search, limit=3)
                if page.next_cursor:
                    engine.work_list(by=who, show=show, search=search, cursor=page.next_cursor, limit=3)
        done = engine.done_by(by=who, limit=2)
        engine.done_by(by=who, search="17", limit=2)
        if done.next_cursor:
            engine.done_by(by=who, cursor=done.next_cursor, limit=2)
        engine.unstaffed(by=who)
        engine.startable(by=who)
    for search in ("17", "SURAT-2026-00017", "SURAT-2026-000", "tidak ada"):
        engine.find_cases(search, by=CLERK)
    engine.start_form("surat", by=CLERK)
    number = _number(engine)
    for ask in (engine.case, engine.case_rights, engine.steps, engine.answers, engine.remarks, engine.timers_of,
                engine.history, engine.erasures, engine.timeline, engine.replay):  # fmt: skip
        ask(number, by=CLERK if ask != engine.replay else AUDITOR)
    (item,) = (step for step in engine.steps(number, by=CHECKER) if step.state == "open")
    for of_step in (engine.work_item, engine.item_rights, engine.form):
        of_step(number, item.key, by=CHECKER)
    engine.attachment(number, _file(engine, number), by=CLERK)


def audit(engine: Engine, folder: Path) -> None:
    """Ask what auditors ask: search by each criterion and by pairs of them, ledger, replay, proofs, exports, seals."""
    for criteria in searches():
        page = engine.search(criteria, by=AUDITOR, limit=2)
        if page.next_cursor:
            engine.search(criteria, by=AUDITOR, cursor=page.next_cursor, limit=2)
    engine.lanes_ever(by=AUDITOR)
    engine.searchable_steps("surat", 1, by=AUDITOR)
    kept = engine.save_search("lewat", CaseSearch(overrun=True), by=AUDITOR)
    engine.saved_search(kept.name, by=AUDITOR)
    engine.saved_searches(by=AUDITOR)
    engine.forget_search(kept.name, by=AUDITOR)
    now, number = engine.now(), _number(engine)
    for show in ("all", "fired", "late", "armed", "dropped"):
        book = engine.ledger(now - timedelta(days=60), now, by=AUDITOR, show=show, limit=2)
        if book.next_cursor:
            engine.ledger(now - timedelta(days=60), now, by=AUDITOR, show=show, cursor=book.next_cursor, limit=2)
    engine.ledger_of(number, by=AUDITOR)
    engine.ledger_summary(now - timedelta(days=60), now, by=AUDITOR)
    record = engine.record(number, by=AUDITOR)
    list(engine.contents(engine.reveal_record(number, "pemeriksaan", by=AUDITOR)))
    engine.conformance(number, by=AUDITOR)
    engine.conformance_of(record, engine.full_names())
    for key in (None, "surat"):
        list(islice(engine.records_between(now - timedelta(days=60), now, by=AUDITOR, key=key), 2))
    engine.reveal(number, "catat:1", "pemeriksaan", by=AUDITOR)
    engine.reveal_attachment(number, _file(engine, number), "pemeriksaan", by=AUDITOR)
    engine.erase_personal(number, "permintaan", by=HEAD, planned=engine.plan_erasure(number, by=HEAD).events)
    engine.seal(KEY, folder / "seals")
    engine.last_seal()
    engine.unsealed_since()
    list(engine.seals())
    engine.seal_proofs(number, by=AUDITOR)
    engine.case_proof(number, by=AUDITOR)
    engine.verify(number)
    list(islice(engine.verify_all(), 2))
    list(islice(engine.verify_all(after=number), 2))


def searches() -> Iterable[CaseSearch]:
    """Yield a search by each criterion, and by each with those that change how it is asked."""
    month = {"begun_from": date(2026, 11, 1), "begun_to": date(2026, 11, 30)}
    alone: tuple[dict[str, Any], ...] = (
        {}, {"number": "17"}, {"number": "SURAT-2026-0001"}, {"state": "running"}, {"state": "completed"},
        {"state": "cancelled"}, {"state": "incident"}, {"key": "surat"}, {"key": "surat", "version": 1},
        {"lane": "Pemeriksa"}, {"lane": "Tidak Ada"}, {"person": CHECKER.name}, {"person": COLLEAGUE.name},
        {"key": "surat", "step": "periksa"}, month, {"begun_from": date(2026, 11, 20)},
        {"begun_to": date(2026, 11, 30)}, {"overrun": True},
    )  # fmt: skip
    for first in alone:
        for second in (
            {},
            month,
            {"overrun": True},
            {"person": COLLEAGUE.name},
            {"lane": "Pemeriksa"},
            {"key": "surat"},
        ):
            yield CaseSearch(**{**first, **second})


def revise(engine: Engine, approving: Engine) -> None:
    """Do what process owners and heads do: drafts, versions, decisions, effect, moves."""
    engine.begin_diagram_draft("surat", 1, by=OWNER)
    engine.add_draft_form("surat", "tambahan", form("tambahan").decode(), element=None, by=OWNER)
    engine.draft_outline("surat", by=OWNER)
    engine.deployed_forms(["catat"])
    engine.drawn_key(TWO_STEPS["surat.bpmn"])
    engine.check_draft("surat", by=OWNER)
    engine.diagram_drafts(by=OWNER)
    draft = engine.diagram_draft("surat", by=OWNER)
    assert draft is not None
    engine.effect("surat", "draft", by=OWNER, limit=20)
    engine.differences("surat", 1, "draft", by=OWNER)
    engine.forecast("surat", at=engine.now(), by=OWNER)
    engine.sop_document("surat", by=OWNER)
    draft = engine.save_diagram_draft("surat", xml=FASTER["surat.bpmn"], expected_revision=draft.revision, by=OWNER)
    engine.deploy_draft("surat", "dua hari", expected_revision=draft.revision, by=OWNER)
    engine.begin_diagram_draft("surat", 1, by=OWNER)
    engine.discard_diagram_draft("surat", by=OWNER)
    engine.check(FASTER)
    engine.differences_to("surat", 1, FASTER)
    engine.import_drawing(FASTER["surat.bpmn"])
    for version in (3, 4, 5):
        files = {**FASTER, "surat.bpmn": FASTER["surat.bpmn"].replace(b"P2D", f"P{version}D".encode())}
        approving.deploy(files, by=OWNER, note="diajukan")
    approving.reject("surat", 3, "belum lengkap", by=HEAD)
    approving.activate("surat", 4, by=HEAD, effective_from=(engine.now() + timedelta(days=5)).date())
    approving.cancel_activation("surat", 4, "ditunda", by=HEAD)
    approving.activate("surat", 5, by=HEAD)
    approving.activations_ahead("surat")
    approving.version_decisions("surat")
    for version in (None, 1, 2):
        engine.definition("surat", version)
    engine.definitions()
    engine.diagram_xml("surat", 1)
    engine.versions()
    engine.versions("surat")
    engine.version("surat", 2)
    engine.version_page("surat", 2)
    move(engine)


def measure(engine: Engine) -> None:
    """Ask where an SOP is slow, and what another standard would have meant."""
    engine.standards("surat", by=OWNER)
    month = {"start": date(2026, 11, 1), "end": date(2027, 3, 31), "by": OWNER, "seconds": 0.0}
    heat = engine.heat("surat", 1, **month)
    engine.heat("surat", 1, **month, so_far=heat.progress)
    trial = engine.try_standards("surat", durations={"periksa": None}, **month)
    engine.try_standards("surat", durations={"periksa": None}, **month, so_far=trial.progress)


def sign_in(engine: Engine) -> None:
    """Do what the web keeps in tables of its own: signing in, also with a wrong password, and tokens."""
    accounts, tokens = Accounts(engine), AccessTokens(engine)
    accounts.set_password(CLERK.name, PASSWORD)
    accounts.sign_in(CLERK.name, PASSWORD, "127.0.0.1")
    assert not accounts.password_is_right(CLERK.name, "salah sekali", "127.0.0.1")
    accounts.find(CLERK.name)
    accounts.end_sessions(CLERK.name)
    token = tokens.make(CLERK.name, "modeler", 90)
    assert tokens.person_of(token) is not None
    tokens.revoke(CLERK.name, tokens.of(CLERK.name)[0].id)


def move(engine: Engine) -> None:
    """Move one case, and many."""
    engine.moving_from("surat", by=OWNER)
    part = engine.effect("surat", 2, by=OWNER, limit=20)
    engine.effect("surat", 2, by=OWNER, after=part.after or 0, limit=20)
    engine.propose_renames("surat", 1, 2, by=OWNER)
    one, *some = (_number(engine, at) for at in (-1, -2, -3, -4))
    engine.plan_move(one, 2, by=OWNER)
    engine.move(one, 2, "revisi", by=OWNER)
    chosen = (
        MoveSelection(),
        MoveSelection(versions=(1,), step="periksa", without=(one,)),
        MoveSelection(numbers=tuple(some)),
    )
    for selection in chosen:
        engine.plan_moves("surat", 2, selection, by=OWNER, limit=3)
    order = engine.begin_moves("surat", 2, chosen[-1], "revisi", by=OWNER)
    while engine.carry_on_moves():
        pass
    engine.mass_move(order.number, by=OWNER)
    engine.mass_moves(by=OWNER)
    engine.mass_moves("surat", by=OWNER)
    for outcome in (None, "moved"):
        engine.moved_cases(order.number, by=OWNER, outcome=outcome, limit=2)
    engine.undo_moves(order.number, "keliru", by=OWNER)
    engine.carry_on_moves()
    engine.begin_moves("surat", 2, MoveSelection(), "revisi", by=OWNER)
    engine.carry_on_moves(0.01)


def keep_office(engine: Engine, clock: Clock) -> None:
    """Do what admins and the worker do: people, calendar, dating anew, the sweep, the figures of an operator."""
    engine.add_person("baru", "Orang Baru", lanes=["Petugas"], by=ADMIN)
    engine.assign("baru", lanes=["Pemeriksa"], groups=["timur"], by=ADMIN)
    engine.people()
    ground = "Surat Kepala Kantor"
    edit = CalendarEdit(ground, days=(Holiday(date(2026, 12, 9), "Listrik padam", "kantor", ground),))
    engine.plan_calendar(edit, by=ADMIN, shown=3)
    engine.change_calendar(edit, by=ADMIN)
    engine.calendar_changes(before=9)
    engine.calendar_is_recorded()
    engine.calendar_outlook()
    engine.published_days(2027)
    engine.may_change_calendar(by=ADMIN)
    engine.almanac()
    engine.redating()
    engine.redate(0.01)
    engine.redate_again()
    engine.redating()
    engine.check_database()
    engine.vital_signs()
    engine.missing_triggers()
    engine.follow_others(0)
    engine.next_due_at({3})
    clock.advance(timedelta(days=1))
    engine.fire_next(set())
    engine.fire_next({3, 4})
    engine.next_due_at()


def read_all(engine: Engine) -> None:
    """Do what must read everything, in an office that is small."""
    list(engine.verify_office())
    engine.rebuild()


def _number(engine: Engine, at: int = -1) -> str:
    """Return the number of one of the last letters whose check is open."""
    items = engine.search(CaseSearch(state="running", key="surat"), by=AUDITOR, limit=20).found
    cases = [found.case.number for found in items if any(step.key == "periksa:1" for step in found.open_steps)]
    return cases[at]


def _file(engine: Engine, number: str) -> int:
    """Return the id of the case's file."""
    fields = [field for step in engine.answers(number, by=CLERK) for field in step.fields]
    return next(field.attachments[0].id for field in fields if field.attachments)
