"""The pages about past cases: a new standard tried on them, and the heat map; what they say and to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine import Engine
from engine.standards import passages
from tests.clock import Clock
from tests.engine.past_office import OWNER, PastOffice, drawn, open_past
from tests.webapp.sop_office import squeezed
from tests.website import PASSWORD, Browser, Website
from webapp.accounts import Accounts
from webapp.standards import asked, heat, trials

PERIOD = "from=2026-03-03&to=2026-03-31"
TRIAL = f"/processes/surat/trial?{PERIOD}"
HEAT = f"/processes/surat/1/heat?{PERIOD}"


@pytest.fixture
def engine(sqlite_url: str, clock: Clock) -> Iterator[Engine]:
    """One kind of database: what is read from either is held against each other in the engine's own tests."""
    made = Engine(sqlite_url, clock)
    yield made
    made.close()


@pytest.fixture
def past(engine: Engine, clock: Clock) -> PastOffice:
    """The office with its past, an owner, an auditor and somebody else."""
    office = open_past(engine, clock)
    for name, duties in (("pemilik", OWNER.duties), ("pemeriksa", {"auditor"}), ("admin", {"admin"})):
        engine.add_person(name, name.title(), duties=duties, by=OWNER)
    for name in ("pemilik", "pemeriksa", "petugas", "admin"):
        Accounts(engine).set_password(name, PASSWORD)
    return office


@pytest.fixture
def owner(past: PastOffice, website: Website) -> Browser:
    return website.browser("pemilik")


def carried_on(browser: Browser, page: str, address: str) -> str:
    """Press "Lanjutkan" until nothing is left; return the last page."""
    presses = 0
    while found := re.search(r'name="so_far" value="([^"]+)"', page):
        answer = browser.post(address, {"so_far": found[1]})
        assert answer.status_code == 200
        page, presses = answer.text, presses + 1
    assert presses > 1
    return page


# --- trial


def test_a_new_standard_is_told_in_one_sentence_per_step_with_figures_and_a_drawing(owner):
    page = owner.get(f"{TRIAL}&cek=1+jam&simpan=P1D")
    told = squeezed(page.text)

    assert page.status_code == 200
    assert "Dengan 1 jam, 89 % langkah “Memeriksa” akan terlambat (sekarang 56 %)." in told
    assert "Dengan 1 hari, " in told
    assert "9 kali dilewati: 8 akan terlambat, 5 terlambat menurut batasnya waktu itu." in told
    assert "Batasnya waktu itu: 1 hari (7 kali), 3 hari (2 kali)." in told
    assert "Dari 7 perkara yang masuk 03-03-2026 sampai dengan 31-03-2026" in told
    assert "3 hari → 1 jam" in told
    assert page.text.count('<svg viewBox="0 0 400 224" role="img"') >= 3
    assert "sekarang 3 hari" in page.text
    assert "baru 1 jam" in page.text
    assert "style=" not in page.text


def test_the_table_behind_the_drawing_counts_every_passage(owner):
    page = owner.get(f"{TRIAL}&cek=1+jam").text
    table = page[page.index("Angka-angkanya") :]  # of the first changed step
    table = table[: table.index("</table>")]

    assert sum(map(int, re.findall(r'<td class="number">(\d+)</td>', table))) == 9
    assert "class=is-late" in table


def test_the_form_shows_what_is_in_force_and_keeps_what_was_typed(owner):
    plain, typed = owner.get(TRIAL).text, owner.get(f"{TRIAL}&cek=+2+HARI+").text

    assert 'name="cek" value="3 hari"' in plain
    assert 'name="catat" value=""' in plain
    assert "Belum ada standar yang lain" in squeezed(plain)
    assert 'name="cek" value="2 HARI"' in typed
    assert "Dengan 2 hari" in squeezed(typed)


def test_an_empty_field_means_no_deadline(owner):
    told = squeezed(owner.get(f"{TRIAL}&cek=").text)

    assert "Tanpa batas waktu, tidak ada langkah “Memeriksa” yang terlambat" in told


@pytest.mark.parametrize("typed", ["dua hari", "P1DT1H", "0 hari", "<b>"])
def test_a_standard_that_cannot_be_read_is_told_beside_its_field(owner, typed):
    page = owner.get(f"{TRIAL}&cek={typed}")

    assert page.status_code == 422
    assert "Standar harus seperti “2 hari”" in squeezed(page.text)
    assert 'aria-invalid="true"' in page.text
    assert "<b>" not in page.text
    assert "Semua langkah" not in page.text


@pytest.mark.parametrize(
    "period", ["from=x&to=2026-03-31", "from=2026-04-01&to=2026-03-31", "from=0001-01-01", "to=9999-12-31"]
)
@pytest.mark.parametrize("page", ["trial", "1/heat"])
def test_a_period_that_makes_no_sense_is_told(owner, period, page):
    answer = owner.get(f"/processes/surat/{page}?{period}")

    assert answer.status_code == 422
    assert 'id="keliru"' in answer.text


def test_without_an_address_the_last_twelve_months_and_the_draft_count(owner, engine):
    assert 'name="from" value="2025-04-16"' in owner.get("/processes/surat/trial").text
    draft = engine.begin_diagram_draft("surat", 2, by=OWNER)
    changed = drawn("telaah", "P1D")["surat.bpmn"]
    draft = engine.save_diagram_draft("surat", xml=changed, expected_revision=draft.revision, by=OWNER)
    page = owner.get("/processes/surat/trial")

    assert "Diisi dengan batas waktu yang diubah draf Anda" in squeezed(page.text)
    assert 'name="cek" value="1 hari"' in page.text
    assert "Dengan 1 hari, " in squeezed(page.text)
    assert "Isi dengan batas waktu dari draf Anda" in squeezed(owner.get(f"{TRIAL}&cek=P9D").text)
    engine.save_diagram_draft("surat", xml=b"<bukan", expected_revision=draft.revision, by=OWNER)
    assert "Draf Anda belum dapat dibaca" in squeezed(owner.get("/processes/surat/trial").text)


def test_many_cases_are_gone_through_in_parts_that_give_the_same_as_the_whole(owner, monkeypatch):
    whole = owner.get(f"{TRIAL}&cek=1+jam").text
    monkeypatch.setattr(passages, "BATCH", 2)
    monkeypatch.setattr(trials, "PART_SECONDS", 0)
    first = owner.get(f"{TRIAL}&cek=1+jam").text

    assert "2 dari 7 perkara sejauh ini" in squeezed(first)
    assert "Sejauh ini: dengan 1 jam" in squeezed(first)
    assert 'hx-trigger="load"' in first
    last = carried_on(owner, first, "/processes/surat/trial")
    assert last[last.index('id="percobaan"') :] == whole[whole.index('id="percobaan"') :]
    assert 'name="cek" value="1 jam"' in last


def test_what_was_counted_so_far_cannot_be_made_up_or_borrowed(owner, website, monkeypatch):
    monkeypatch.setattr(passages, "BATCH", 2)
    monkeypatch.setattr(trials, "PART_SECONDS", 0)
    (so_far,) = re.findall(r'name="so_far" value="([^"]+)"', owner.get(f"{TRIAL}&cek=1+jam").text)
    other = website.browser("pemeriksa")

    assert owner.post("/processes/surat/trial", {"so_far": so_far}).status_code == 200
    assert owner.post("/processes/surat/trial", {"so_far": f"{so_far}x"}).status_code == 400
    assert owner.post("/processes/surat/trial", {}).status_code == 400
    assert other.post("/processes/surat/trial", {"so_far": so_far}).status_code == 400
    assert owner.post("/processes/surat/1/heat", {"so_far": so_far}).status_code == 400


def test_a_version_that_came_into_force_meanwhile_begins_anew(owner, engine, monkeypatch):
    monkeypatch.setattr(passages, "BATCH", 2)
    monkeypatch.setattr(trials, "PART_SECONDS", 0)
    (so_far,) = re.findall(r'name="so_far" value="([^"]+)"', owner.get(f"{TRIAL}&cek=1+jam").text)
    engine.deploy(drawn("cek", "P5D"), by=OWNER)
    answer = owner.post("/processes/surat/trial", {"so_far": so_far})

    assert answer.status_code == 409
    assert "Versi lain mulai berlaku" in squeezed(answer.text)


def test_a_step_that_is_called_like_a_field_of_the_form_has_a_field_of_its_own(owner, engine):
    files = drawn("cek", "P3D")
    files["surat.bpmn"] = files["surat.bpmn"].replace(b"putuskan", b"from")
    engine.deploy(files, by=OWNER)

    assert 'name="step:from"' in owner.get(TRIAL).text
    assert "Dengan 5 hari" in squeezed(owner.get(f"{TRIAL}&step:from=5+hari").text)


def test_the_trial_is_for_owners_heads_and_auditors_and_names_no_case(owner, website, engine):
    for name, status in (("pemilik", 200), ("pemeriksa", 200), ("petugas", 403), ("admin", 403)):
        assert website.browser(name).get(TRIAL).status_code == status
    assert owner.get("/processes/lain/trial").status_code == 404
    page = owner.get(f"{TRIAL}&cek=1+jam").text + owner.get(HEAT).text
    assert not re.search(r"SURAT-2026-\d", page)


# --- heat


def test_the_heat_of_a_version_stands_in_a_table_that_the_diagram_repeats(owner):
    page = owner.get(HEAT)
    told = squeezed(page.text)

    assert "6 perkara pada versi ini, dari 7 yang masuk" in told
    assert "2 kali diulang" in told
    assert 'data-heat="/processes/surat/1/diagram"' in page.text
    assert re.search(r'data-elements="periksa" data-level="4" data-label="● 57 %"', page.text)
    assert 'data-elements="putuskan" data-label="" data-cases=' in page.text
    assert 'data-flow="pilih__temu" data-taken="2"' in page.text
    assert "style=" not in page.text


@pytest.mark.parametrize("measure", ["late", "handling", "waiting", "lain"])
def test_the_colour_can_be_chosen_and_its_legend_says_what_it_means(owner, measure):
    page = owner.get(f"{HEAT}&by={measure}").text
    legend = squeezed(page[page.index('class="diagram-legend"') :])

    assert ("lebih dari 50 %" in legend) == (measure in ("late", "lain"))
    assert ("3 hari atau lebih" in legend) == (measure in ("handling", "waiting"))
    if measure == "waiting":
        assert re.search(r'data-elements="periksa" data-level="2" data-label="◑ 1 jam 30 menit"', page)


def test_only_auditors_get_links_to_the_search_and_these_find_the_cases(owner, website):
    assert "/audit?" not in website.browser("petugas").get(HEAT).text
    auditor = website.browser("pemeriksa")
    address = re.search(r'href="(/audit\?[^"]*periksa[^"]*)"', auditor.get(HEAT).text)
    assert address
    found = auditor.get(address[1].replace("&amp;", "&"))

    assert found.status_code == 200
    assert set(re.findall(r"SURAT-2026-\d{5}", found.text))


def test_heat_too_is_gone_through_in_parts(owner, monkeypatch):
    whole = owner.get(HEAT).text
    monkeypatch.setattr(passages, "BATCH", 2)
    monkeypatch.setattr(heat, "PART_SECONDS", 0)
    last = carried_on(owner, owner.get(HEAT).text, "/processes/surat/1/heat")

    assert last[last.index('id="panas"') :] == whole[whole.index('id="panas"') :]
    part = owner.client.get(HEAT, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="panas">')


def test_a_version_that_is_not_there_is_404_and_one_without_cases_says_so(owner, engine):
    for version in ("9", "0", "99999999999999999999"):
        assert owner.get(f"/processes/surat/{version}/heat").status_code == 404
    assert "Tidak ada perkara yang dikerjakan" in squeezed(
        owner.get("/processes/surat/1/heat?from=2020-01-01&to=2020-12-31").text
    )


def test_the_pages_of_a_version_and_of_a_draft_lead_here(owner, engine, website):
    version = owner.get("/processes/surat/2").text
    engine.begin_diagram_draft("surat", 2, by=OWNER)

    assert 'href="/processes/surat/trial"' in version
    assert 'href="/processes/surat/2/heat"' in version
    assert 'href="/processes/surat/trial"' in owner.get("/processes/surat/draft").text
    assert "trial" not in website.browser("petugas").get("/processes/surat/2").text


# --- words


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "–"),
        (0, 9, "0 %"),
        (9, 9, "100 %"),
        (31, 100, "31 %"),
        (1, 22, "4,5 %"),
        (1, 100_000, "0,1 %"),
        (99_999, 100_000, "99,9 %"),
        (1, 20, "5 %"),
    ],
)
def test_a_share_is_never_nothing_or_all_where_it_is_not(part, whole, words):
    assert asked.share(part, whole) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(420, "1 hari"), (840, "2 hari"), (60, "1 jam"), (90, "90 menit"), (0, "0 menit")]
)
def test_a_round_length_is_told_in_its_largest_unit(minutes, words):
    assert asked.minutes_words(minutes, timedelta(hours=7)) == words
