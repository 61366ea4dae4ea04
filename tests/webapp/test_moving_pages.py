"""The pages of effects and moves: what they say, what they carry out, and what nobody can make them do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine import Engine
from tests.clock import Clock
from tests.revised_sop import NEW_STEP, Change, new_step, other_id, other_lane, revised, shorter
from tests.webapp.sop_office import SopOffice, squeezed
from tests.website import Browser, Website, expect
from webapp.demo import OWNER
from webapp.moving import looking, previews

HOUR = timedelta(hours=1)


@pytest.fixture
def office(engine: Engine, website: Website) -> SopOffice:
    return SopOffice(website, engine)


@pytest.fixture
def owner(office: SopOffice) -> Browser:
    return office.browser("pemilik")


def revise(office: SopOffice, *changes: Change) -> None:
    """Deploy a revision as version 2."""
    (definition,) = office.engine.deploy(revised(*changes), by=OWNER).definitions
    assert definition.version == 2


def hidden(page: str, name: str) -> str:
    """Return what a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def preview(office: SopOffice, browser: Browser, **own: Any) -> TestResponse:
    """Ask for the preview of a move to version 2."""
    return browser.post(f"/processes/{office.key}/move", {"to": "2", "policy": "keep", **own})


def go(office: SopOffice, browser: Browser, page: str, **own: Any) -> TestResponse:
    """Order what a preview shows, every tick as it is."""
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    values: Mapping[str, Any] = {
        "order": hidden(page, "order"),
        "shown": shown,
        "take": shown,
        "reason": "SOP direvisi",
    }
    return browser.post(f"/processes/{office.key}/moves", {**values, **own})


def versions(office: SopOffice, *cases: str) -> list[int]:
    """Return the versions that cases run on."""
    return [office.engine.case(case, by=office.person("petugas1")).version for case in cases]


def due(office: SopOffice, case: str) -> str:
    """Return when the open step of a case is due."""
    return str(office.open_step(case).due_at)


# --- effect


def test_an_effect_says_in_words_by_which_rules_cases_fit_and_which_do_not(office, owner):
    at_3, at_4, at_6, at_7 = (office.start_at(step).case for step in (3, 4, 6, 7))
    revise(office, other_lane, other_id, new_step)

    page = squeezed(owner.get(f"/processes/{office.key}/effect?to=2").text)

    assert "Perkara terbuka yang diperiksa 4 Cocok, dapat dipindahkan 3 Tidak cocok, tetap pada versinya 1" in page
    stuck, fitting = page.split("Yang tidak cocok")[1].split("Yang cocok")
    assert at_6 in stuck
    assert "Sedang di Langkah 6" in stuck
    assert {each for each in (at_3, at_4, at_7) if each in fitting} == {at_3, at_4, at_7}
    assert "Cocok apa adanya" in fitting
    assert (
        f"Dianggap sudah lewat (tidak dikerjakan; hanya terjadi bila dicentang saat memindahkan) Langkah “{NEW_STEP}”"
        in page
    )
    assert (
        "Tidak dihitung lagi (elemennya tidak ada pada versi tujuan; catatannya tetap dalam riwayat) Langkah 6" in page
    )


def test_a_renamed_element_is_said_by_both_names(office, owner):
    office.start_at(6)
    revise(office, other_id)

    page = squeezed(owner.get(f"/processes/{office.key}/effect?to=2").text)

    assert re.search(
        r"Dipetakan \(elemen lama menjadi elemen yang idnya lain\) Langkah 6 “Hasil[^→]*→ Langkah 6 “Hasil", page
    )


def test_who_would_become_late_is_counted_for_each_policy(office, owner, clock: Clock):
    office.start_at(5)
    clock.advance(timedelta(days=2) + HOUR)
    revise(office, shorter)

    page = squeezed(owner.get(f"/processes/{office.key}/effect?to=2").text)

    late = page.split("Yang menjadi terlambat karena dipindahkan")[1].split("Yang cocok")[0]
    assert re.search(r"Batas waktu tetap .*? tidak ada Dihitung ulang .*? 1 perkara Dimulai lagi .*? tidak ada", late)
    assert "Menjadi terlambat: 1 bila “dihitung ulang sejak langkahnya dibuka”." in page


def test_many_cases_are_looked_at_part_by_part_and_counted_once(office, owner, monkeypatch):
    cases = [office.start_at(3).case for _ in range(3)]
    revise(office, shorter)
    monkeypatch.setattr(looking, "PART_SECONDS", -1.0)
    monkeypatch.setattr(looking, "PART_CASES", 1)

    answer = owner.get(f"/processes/{office.key}/effect?to=2")
    seen = [squeezed(answer.text)]
    while "so_far" in answer.text:
        answer = owner.post(f"/processes/{office.key}/effect", {"so_far": hidden(answer.text, "so_far")})
        seen.append(squeezed(answer.text))

    assert "Sedang diperiksa: 1 perkara sejauh ini" in seen[0]
    assert len(seen) >= 3
    assert "Cocok, dapat dipindahkan 3" in seen[-1]
    assert seen[-1].count("cocok 3 perkara dari versi 1") == 1
    assert all(case in seen[-1] for case in cases)


def test_what_was_found_so_far_cannot_be_made_up_or_used_by_somebody_else(office, owner, monkeypatch):
    office.start_at(3), office.start_at(3)
    revise(office, shorter)
    monkeypatch.setattr(looking, "PART_SECONDS", -1.0)
    monkeypatch.setattr(looking, "PART_CASES", 1)
    so_far = hidden(owner.get(f"/processes/{office.key}/effect?to=2").text, "so_far")

    for browser, text in ((owner, so_far[:-2]), (owner, ""), (office.browser("kepala"), so_far)):
        assert browser.post(f"/processes/{office.key}/effect", {"so_far": text}).status_code == 400


def test_the_effect_of_a_draft_begins_anew_when_the_draft_is_changed_meanwhile(office, owner, monkeypatch):
    office.start_at(3), office.start_at(3)
    by, engine = office.person("pemilik"), office.engine
    draft = engine.begin_diagram_draft(office.key, 1, by=by)
    monkeypatch.setattr(looking, "PART_SECONDS", -1.0)
    monkeypatch.setattr(looking, "PART_CASES", 1)
    answer = owner.get(f"/processes/{office.key}/effect?to=draft")
    assert "Akibat draf Anda bagi perkara terbuka" in squeezed(answer.text)

    xml = draft.xml.replace(b">P3D<", b">P2D<")
    engine.save_diagram_draft(office.key, xml=xml, expected_revision=draft.revision, by=by)
    again = owner.post(f"/processes/{office.key}/effect", {"so_far": hidden(answer.text, "so_far")})

    assert "dimulai lagi dari awal" in squeezed(again.text)
    assert "Perkara terbuka yang diperiksa 1 " in squeezed(again.text)


def test_an_office_without_open_cases_has_nothing_to_move(office, owner):
    revise(office, shorter)

    assert "Tidak ada perkara yang perlu dipindahkan" in owner.get(f"/processes/{office.key}/effect?to=2").text
    assert "Tidak ada yang perlu dipindahkan" in owner.get(f"/processes/{office.key}/move?to=2").text


# --- choosing and preview


def test_the_form_proposes_what_a_vanished_step_becomes(office, owner):
    office.start_at(6)
    revise(office, other_id)

    page = owner.get(f"/processes/{office.key}/move?to=2").text

    assert re.search(r'name="map:langkah_6".*?<option value="penyerahan" selected>[^<]*\(usulan\)', page, re.DOTALL)


def test_a_step_in_another_lane_with_the_same_name_is_pointed_out_but_never_chosen_for_somebody(office, owner):
    office.start_at(6)
    revise(office, other_lane, other_id)

    page = owner.get(f"/processes/{office.key}/move?to=2").text

    assert re.search(r'<option value="penyerahan">[^<]*namanya sama', page)


def test_the_preview_shows_each_case_with_its_due_date_before_and_after(office, owner, clock: Clock):
    case = office.start_at(5).case
    clock.advance(timedelta(days=2) + HOUR)
    revise(office, shorter)

    page = squeezed(preview(office, owner, policy="recompute").text)

    row = page[page.index(f"{case} dari versi 1") :]
    assert "sekarang Jum 27 Nov 2026 09.00 WIB menjadi Kam 26 Nov 2026 09.00 WIB menjadi terlambat" in row
    assert "Akan dipindahkan 1 Menjadi terlambat karena dipindahkan 1 perkara" in page
    assert "menjadi tetap" in squeezed(preview(office, owner, policy="keep").text)


def test_cases_are_chosen_by_step_by_version_and_by_number(office, owner):
    at_3, at_4, other = office.start_at(3).case, office.start_at(4).case, office.start_at(4).case
    revise(office, shorter)

    def chosen(**own: Any) -> set[str]:
        return set(re.findall(r'name="shown" value="([^"]+)"', preview(office, owner, **own).text))

    assert chosen() == {at_3, at_4, other}
    assert chosen(step="langkah_4") == {at_4, other}
    assert chosen(numbers=f"{at_3},\n {other};{other}") == {at_3, other}
    assert chosen(versions="1", step="langkah_3") == {at_3}


def test_what_cannot_be_previewed_is_told_on_the_form_with_what_was_typed(office, owner):
    office.start_at(3)
    revise(office, shorter)

    answer = preview(office, owner, numbers="PB-2026-99999", policy="recompute")

    assert answer.status_code == 422
    assert "PB-2026-99999" in squeezed(answer.text).split("1. Perkara yang mana")[0]
    assert 'value="recompute" checked' in answer.text
    assert "Tidak ada perkara terbuka dengan pilihan ini" in preview(office, owner, step="langkah_9").text


def test_steps_in_the_way_can_be_let_pass_from_the_preview(office, owner):
    case = office.start_at(4).case
    revise(office, new_step)
    stuck = preview(office, owner)
    assert "tidak cocok" in squeezed(stuck.text)
    assert NEW_STEP in squeezed(stuck.text)
    assert "langkah_" not in squeezed(stuck.text)

    fitting = preview(office, owner, order=hidden(stuck.text, "order"), let_pass="telaah")
    expect(go(office, owner, fitting.text), 303)

    assert f"dianggap lewat: Langkah “{NEW_STEP}”" in squeezed(fitting.text)
    assert versions(office, case) == [2]


def test_a_long_preview_goes_on_page_by_page_with_its_ticks(office, owner, monkeypatch):
    cases = [office.start_at(3).case for _ in range(3)]
    revise(office, shorter)
    monkeypatch.setattr(previews, "SHOWN_ROWS", 1)
    first = preview(office, owner)

    # The first case is ticked off, then the next page is asked for.
    order, after = hidden(first.text, "order"), re.search(r'name="after" value="(\d+)"[^>]*>Berikutnya', first.text)
    assert after
    second = preview(office, owner, order=order, shown=cases[0], after=after[1])
    assert cases[1] in second.text
    expect(go(office, owner, second.text), 303)

    assert versions(office, *cases) == [1, 2, 2]


def test_all_cases_of_a_long_preview_are_counted_part_by_part(office, owner, monkeypatch):
    for _ in range(3):
        office.start_at(3)
    revise(office, shorter)
    monkeypatch.setattr(previews, "SHOWN_ROWS", 1)
    monkeypatch.setattr(looking, "PART_ROWS", 1)
    monkeypatch.setattr(looking, "PART_SECONDS", -1.0)
    answer = preview(office, owner)

    said = []
    while "so_far" in answer.text:
        values = {"order": hidden(answer.text, "order"), "so_far": hidden(answer.text, "so_far")}
        answer = owner.post(f"/processes/{office.key}/move/count", values)
        said.append(squeezed(answer.text))

    assert "Terhitung 1 dari 3 perkara: 1 cocok" in said[0]
    assert "Akan dipindahkan 3" in said[-1]


# --- moving


def test_the_move_carries_out_what_was_previewed_and_tells_it_case_by_case(office, owner):
    at_5, at_3 = office.start_at(5).case, office.start_at(3).case
    revise(office, shorter, other_lane)
    before = [due(office, case) for case in (at_5, at_3)]

    answer = go(office, owner, preview(office, owner).text)
    page = squeezed(owner.get(answer.location).text)

    assert versions(office, at_5, at_3) == [2, 2]
    assert [due(office, case) for case in (at_5, at_3)] == before
    assert "Selesai: 2 dari 2 perkara dipindahkan" in page
    assert "Alasan SOP direvisi" in page
    assert re.search(rf"dipindahkan {at_5} versi 1 → 2", page)


def test_a_case_that_is_ticked_off_stays_where_it_is(office, owner):
    first, second = office.start_at(3).case, office.start_at(3).case
    revise(office, shorter)

    go(office, owner, preview(office, owner).text, take=[second])

    assert versions(office, first, second) == [1, 2]


def test_nothing_moves_without_a_reason_and_the_preview_stays(office, owner):
    case = office.start_at(3).case
    revise(office, shorter)

    answer = go(office, owner, preview(office, owner).text, reason="  ")

    assert answer.status_code == 422
    assert "Pratinjau: pindah ke versi 2" in squeezed(answer.text)
    assert versions(office, case) == [1]


def test_only_what_was_previewed_by_the_same_person_can_be_ordered(office, owner):
    case = office.start_at(3).case
    revise(office, shorter)
    page = preview(office, owner).text
    bare = {"to": "2", "policy": "keep", "reason": "langsung"}

    assert owner.post(f"/processes/{office.key}/moves", bare).status_code == 400
    assert go(office, office.browser("kepala"), page).status_code == 400
    assert go(office, owner, page, order=hidden(page, "order")[:-1]).status_code == 400
    assert versions(office, case) == [1]


def test_a_case_that_went_on_since_the_preview_is_told_apart(office, owner, clock: Clock):
    stays, goes_on, began = office.start_at(3).case, office.start_at(3).case, None
    revise(office, new_step)
    page = preview(office, owner).text
    clock.advance(HOUR)
    office.carry_to(goes_on, 4)  # now the new step would have to be passed, and nobody agreed to that
    began = office.start_at(3).case

    answer = go(office, owner, page)
    told = squeezed(owner.get(answer.location).text)

    assert versions(office, stays, goes_on, began) == [2, 1, 2]
    assert re.search(rf"berubah sejak pratinjau {goes_on}", told)
    assert began not in told


def test_an_undo_brings_the_cases_back_with_everything_that_staff_see(office, owner):
    case = office.start_at(5).case
    revise(office, shorter)
    before = office.open_step(case)
    go(office, owner, preview(office, owner, policy="recompute").text)
    assert due(office, case) != str(before.due_at)

    refused = owner.post(f"/processes/{office.key}/moves/1/undo", {"reason": ""})
    answer = owner.post(f"/processes/{office.key}/moves/1/undo", {"reason": "keliru"})

    assert refused.status_code == 422
    assert answer.location.endswith(f"/processes/{office.key}/moves/2")
    assert versions(office, case) == [1]
    assert due(office, case) == str(before.due_at)
    assert "Pembatalan pemindahan 1" in squeezed(owner.get(answer.location).text)
    assert "dibatalkan oleh pemindahan 2" in squeezed(owner.get(f"/processes/{office.key}/moves/1").text)
    listed = squeezed(owner.get(f"/processes/{office.key}/moves").text)
    assert listed.index("Pembatalan pemindahan 1") < listed.index("Ke versi 2")


def test_a_move_goes_on_from_its_page_where_no_worker_runs(office, owner, monkeypatch):
    cases = [office.start_at(3).case for _ in range(3)]
    revise(office, shorter)
    monkeypatch.setattr(previews, "AT_ONCE", -1.0)
    answer = go(office, owner, preview(office, owner).text)
    assert "dari 3 perkara sudah dikerjakan" in squeezed(owner.get(answer.location).text)

    owner.post(f"{answer.location}/carry-on", {})

    assert versions(office, *cases) == [2, 2, 2]
    assert "Selesai: 3 dari 3" in squeezed(owner.get(answer.location).text)


def test_a_move_of_another_sop_is_not_found_here(office, owner):
    office.start_at(3)
    revise(office, shorter)
    go(office, owner, preview(office, owner).text)

    assert owner.get("/processes/lain/moves/1").status_code == 404
    assert owner.get(f"/processes/{office.key}/moves/7").status_code == 404


# --- who, and rahasia


def test_the_number_of_a_rahasia_case_stands_on_no_page_of_who_may_not_see_it(office, owner):
    secret, shown = office.start_at(3, rahasia=True).case, office.start_at(3).case
    revise(office, shorter)
    pages = [owner.get(f"/processes/{office.key}/{each}?to=2").text for each in ("effect", "move")]
    pages.append(preview(office, owner).text)
    answer = go(office, owner, pages[-1])
    pages += [owner.get(answer.location).text, owner.get(f"/processes/{office.key}/moves").text]
    asked = preview(office, owner, numbers=secret)

    assert all(secret not in page for page in pages)
    assert asked.status_code == 422
    assert [page.count("perkara rahasia") for page in (pages[0], pages[2], pages[3])] == [1, 1, 1]
    assert versions(office, secret, shown) == [2, 2]


@pytest.mark.parametrize("name", ["petugas1", "sekretaris", "auditor", "admin"])
def test_who_may_not_move_cases_sees_none_of_it(office, name):
    case = office.start_at(3).case
    revise(office, shorter)
    browser = office.browser(name)

    assert [browser.get(f"/processes/{office.key}/{each}").status_code for each in ("effect", "move", "moves")] == [
        403
    ] * 3
    assert "Pindahkan ke versi lain" not in browser.get(f"/cases/{case}").text


def test_a_case_leads_whoever_steers_to_its_own_move(office):
    case, other = office.start_at(3).case, office.start_at(3).case
    revise(office, shorter)
    head = office.browser("kepala")
    link = re.search(r'href="([^"]+)">Pindahkan ke versi lain', head.get(f"/cases/{case}").text)
    assert link

    page = squeezed(head.get(unescape(link[1])).text)
    rows = preview(office, head, numbers=case).text

    assert case in page
    assert re.findall(r'name="shown" value="([^"]+)"', rows) == [case]
    assert other not in rows


def test_no_case_moves_to_a_version_that_waits_for_approval(office, owner):
    case = office.start_at(3).case
    office.engine.approval = True
    revise(office, shorter)

    effect = squeezed(owner.get(f"/processes/{office.key}/effect?to=2").text)
    refused = preview(office, owner)

    assert "Perkara dapat dipindahkan setelah versi ini berlaku" in effect
    assert refused.status_code == 422
    assert "Versi 2 belum berlaku" in squeezed(refused.text)
    assert "Pindahkan perkara ke versi 1" in squeezed(owner.get(f"/processes/{office.key}/move").text)
    assert versions(office, case) == [1]
