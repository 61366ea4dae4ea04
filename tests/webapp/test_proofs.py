"""The pages that prove: one case, and the whole office in parts; what they say, and what nobody can make them say."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from engine import Actor, Engine, SealKey, Verification
from tests.clock import Clock
from tests.full_rights import full_rights
from tests.webapp.sop_office import SopOffice, squeezed
from tests.website import Browser, Website
from webapp import rounds
from webapp.rounds import Round


@pytest.fixture
def office(engine: Engine, website: Website) -> SopOffice:
    return SopOffice(website, engine)


@pytest.fixture
def auditor(office: SopOffice) -> Browser:
    return office.browser("auditor")


@pytest.fixture
def key(website: Website) -> SealKey:
    """The office's key of seals, where the website looks for its public half."""
    return SealKey.make(website.app.extensions["alur.settings"].seal_key_file)


def tampered(engine: Engine, case: str) -> None:
    """Change who completed the first step."""
    with full_rights(engine) as connection:
        connection.execute(
            text(
                "UPDATE history_event SET actor = 'orang lain' WHERE type = 'WorkItemCompleted' AND instance_id = "
                "(SELECT id FROM process_instance WHERE number = :case)"
            ),
            {"case": case},
        )


def next_part(page: str) -> str | None:
    """Return where a round goes on."""
    found = re.search(r'href="(/audit/proof/run\?at=[^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else None


def whole_round(browser: Browser) -> list[str]:
    """Follow a round from its beginning to its end; return what each page says."""
    pages, address = [], "/audit/proof/run"
    while address:
        answer = browser.get(address)
        assert answer.status_code == 200
        pages.append(squeezed(answer.text))
        address = next_part(answer.text) or ""
    return pages


def test_a_sound_case_shows_every_check_its_head_and_its_seals(office, auditor, key):
    case = office.start_at(3).case
    office.engine.seal(key)

    page = squeezed(auditor.get(f"/cases/{case}/proof").text)

    events = office.engine.history(case, by=office.person("auditor"))
    assert f"Utuh. {len(events)} peristiwa diperiksa Sel 24 Nov 2026 09.00 WIB" in page
    assert page.count(" cocok ") == 7
    assert events[-1].chain.hex() in page
    assert f"peristiwa 1 sampai {len(events)}" in page
    assert "Kesesuaian dengan SOP" in page
    assert "belum disegel" not in page


def test_what_no_seal_covers_is_said(office, auditor, key):
    case = office.start_at(3).case
    assert "Belum ada segel yang memuat perkara ini" in auditor.get(f"/cases/{case}/proof").text
    assert "tidak diperiksa" in auditor.get(f"/cases/{case}/proof").text
    office.engine.seal(key)
    sealed = len(office.engine.history(case, by=office.person("auditor")))

    office.complete(case)

    assert f"Peristiwa {sealed + 1} sampai" in squeezed(auditor.get(f"/cases/{case}/proof").text)


def test_a_damaged_case_says_which_event_and_how(office, auditor):
    case = office.start_at(3).case
    tampered(office.engine, case)

    page = auditor.get(f"/cases/{case}/proof")

    assert page.status_code == 200
    assert "Tidak utuh: " in squeezed(page.text)
    assert "isinya telah diubah" in page.text
    assert f'href="/cases/{case}/replay?event=4"' in page.text


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE history_event SET payload = 'bukan JSON'",
        "UPDATE history_event SET type = 'Tidak ada'",
        "UPDATE process_instance SET version = 99",
        "UPDATE process_definition SET xml = ''",
        "DELETE FROM history_event",
        "UPDATE work_item SET key = 'x'",
    ],
)
def test_no_damage_takes_the_page_away(office, auditor, damage):
    case = office.start_at(3).case
    with full_rights(office.engine) as connection:
        connection.execute(text(damage))
    office.engine.catalog.__init__()

    page = auditor.get(f"/cases/{case}/proof")

    assert page.status_code == 200
    assert "Tidak utuh" in page.text


def test_a_seal_that_a_strange_key_signed_is_not_called_good(office, auditor, key, tmp_path):
    case = office.start_at(3).case
    office.engine.seal(SealKey.make(tmp_path / "kunci-lain"))

    page = squeezed(auditor.get(f"/cases/{case}/proof").text)

    assert "ditandatangani kunci yang tidak tepercaya" in page


def test_what_was_erased_stands_beside_the_proof(office, auditor):
    case = office.start_at(3, nama_pengadu="Zubaidah").case
    office.engine.erase_personal(case, "permintaan, surat 12/2026", by=office.person("kepala"))

    page = squeezed(auditor.get(f"/cases/{case}/proof").text)

    assert "Utuh." in page
    assert "Data pribadi yang dihapus" in page
    assert "permintaan, surat 12/2026" in page


def test_the_page_of_the_office_says_how_far_it_is_sealed(office, auditor, key, clock: Clock):
    case = office.start_at(3).case
    assert "Belum ada segel" in auditor.get("/audit/proof").text
    seal = office.engine.seal(key)
    assert seal is not None

    sealed = squeezed(auditor.get("/audit/proof").text)
    office.complete(case)
    behind = squeezed(auditor.get("/audit/proof").text)

    assert "nomor 1, Sel 24 Nov 2026 09.00 WIB" in sealed
    assert seal.root in sealed
    assert key.public in sealed
    assert "semua peristiwa sudah disegel" in sealed
    assert "ada peristiwa sejak Sel 24 Nov 2026 09.00 WIB" in behind


def test_a_number_goes_to_its_case(office, auditor):
    case = office.start_at(3).case

    answer = auditor.get(f"/audit/proof?case=+{case}+")

    assert (answer.status_code, answer.location) == (303, f"/cases/{case}/proof")


def test_a_round_through_the_office_goes_on_by_its_links_and_adds_up(office, auditor, monkeypatch):
    monkeypatch.setattr(rounds, "PART_SECONDS", -1.0)  # one case a part
    cases = [office.start_at(3).case for _ in range(3)]
    tampered(office.engine, cases[1])

    pages = whole_round(auditor)

    assert "0 perkara sejauh ini, semuanya utuh" in pages[0]
    assert "1 perkara sejauh ini, semuanya utuh" in pages[1]
    assert "2 perkara sejauh ini, 1 perkara tidak utuh" in pages[2]
    assert "isinya telah diubah" in pages[2]
    assert "Tidak utuh: 0 temuan kantor, 1 perkara. 3 perkara diperiksa sejak Sel 24 Nov 2026" in pages[-1]
    assert f"Perkara yang tidak utuh: {cases[1]}" in pages[-1]


def test_a_sound_office_says_so_in_one_part(office, auditor):
    for _ in range(3):
        office.start_at(3)

    pages = whole_round(auditor)

    assert len(pages) == 2
    assert "Seluruh kantor utuh. 3 perkara diperiksa" in pages[-1]


def test_a_finding_about_the_office_is_carried_to_the_end(office, auditor):
    case = office.start_at(3).case
    with office.engine.database.write() as connection:
        connection.execute(text("UPDATE counter SET value = value + 1"))

    pages = whole_round(auditor)

    assert "Kantor: 1 temuan" in pages[0]
    assert "PB-2026-00002 pernah ada, dan tidak ada lagi di tempatnya" in pages[0]
    assert "Tidak utuh: 1 temuan kantor, 0 perkara." in pages[-1]
    assert case not in pages[0]


def test_the_script_asks_for_the_part_alone(office, auditor):
    office.start_at(3)

    part = auditor.client.get("/audit/proof/run", headers={"HX-Request": "true"}).text

    assert "<html" not in part
    assert 'hx-get="/audit/proof/run?at=' in part


@pytest.mark.parametrize("forged", ["x", "WyJ4Il0.sig", ""])
def test_a_link_that_was_made_up_is_not_believed(office, auditor, forged):
    address = next_part(auditor.get("/audit/proof/run").text)
    assert address is not None
    changed = address.replace("at=", "at=A", 1)

    assert auditor.get(f"/audit/proof/run?at={forged}").status_code == 400
    assert auditor.get(changed).status_code == 400


def test_who_may_not_see_a_damaged_case_learns_its_number_and_no_more(office):
    secret = office.start_at(3, rahasia=True).case
    tampered(office.engine, secret)

    for name in ("kepala", "admin"):
        last = whole_round(office.browser(name))[-1]
        assert "Tidak utuh menurut pemeriksaan: Rantai riwayat" in last
        assert "orang lain" not in last
        assert "isinya telah diubah" not in last


def test_a_round_that_lost_its_place_says_so(office, auditor, monkeypatch):
    monkeypatch.setattr(rounds, "PART_SECONDS", -1.0)
    case = office.start_at(3).case
    first = next_part(auditor.get("/audit/proof/run").text)
    second = next_part(auditor.get(first).text)
    with full_rights(office.engine) as connection:
        for table in ("work_item", "timer_job", "snapshot", "answers", "attachment", "history_event"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("DELETE FROM process_instance"))

    answer = auditor.get(second)

    assert answer.status_code == 404
    assert case in answer.text


def test_a_round_travels_unchanged_in_its_link():
    began = Clock().now
    round_ = Round(began, office=2, checked=7, failed=1, failed_cases=("PB-2026-00003",), after="PB-2026-00007")

    assert Round.read(round_.written()) == round_


def test_a_link_stays_short_however_many_cases_are_damaged(office, engine, monkeypatch):
    by = Actor("auditor", duties=frozenset({"auditor"}))
    damaged = [_damaged(f"PB-2026-{each:05}") for each in range(500)]
    monkeypatch.setattr(engine, "verify_all", lambda after: iter(damaged))

    part = Round(Clock().now).cases(engine, by=by)

    assert (part.round.failed, len(part.round.failed_cases)) == (500, rounds.MOST_REMEMBERED)


def _damaged(case: str) -> Verification:
    from engine import Finding

    return Verification(case, 3, (Finding("chain", 2, "rusak"),))
