"""The replay in a browser: by keyboard alone, at a desk and on a phone, moving or still, and fit for axe."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LiveOffice, fits, smallest_text
from tests.casework import Casework
from tests.proposals import Proposal

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SIZES = [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")]
SHOWN = "[data-seq]"
TOKEN = ".replay-token"
RANGE = "input[type=range]"


@pytest.fixture
def work(live: LiveOffice) -> Casework:
    return Casework(live.engine)


@pytest.fixture
def proposal(live: LiveOffice, work: Casework) -> Proposal:
    writer, judge, head = map(work.person, ("petugas1", "sekretaris", "kepala"))
    judges = "Sekretaris / ketua tim pengaduan"
    return Proposal(live.engine, live.clock, writer=writer, judge=judge, head=head, judges=judges)


def opened(live: LiveOffice, case: str, event: int | None = 1, name: str = "auditor", **context: object) -> Page:
    """Open a replay, and wait until its diagram is drawn."""
    query = "" if event is None else f"?event={event}"
    page = live.sign_in(name, f"/cases/{case}/replay{query}", **context)
    expect(page.locator(".diagram-sheet:not([hidden]) .djs-element").first).to_be_visible()
    return page


def events(live: LiveOffice, work: Casework, case: str) -> list[str]:
    return [event.type for event in live.engine.history(case, by=work.person("auditor"))]


SHOWN_MARK = ".diagram-sheet:not([hidden]) .diagram-mark"


def marks(page: Page) -> list[str]:
    """Return the marks on the diagram that is shown."""
    return page.locator(SHOWN_MARK).all_inner_texts()


def place_of_token(page: Page) -> tuple[float, float] | None:
    """Return where the one token stands, in the drawing."""
    at = page.evaluate(
        "() => [...document.querySelectorAll('.diagram-sheet:not([hidden]) .replay-token')]"
        ".map((each) => [+each.getAttribute('cx'), +each.getAttribute('cy')])"
    )
    return tuple(at[0]) if at else None


# --- by keyboard alone ----------------------------------------------------------------------


@pytest.mark.parametrize("viewport", SIZES)
def test_a_whole_case_is_replayed_by_keyboard_alone(live, work, viewport):
    case = work.start()
    work.carry_to(case, 9)
    work.complete(case)
    last = len(events(live, work, case))
    page = opened(live, case, viewport=viewport)

    told = set()
    for seq in range(1, last + 1):
        expect(page.locator(SHOWN)).to_have_text(str(seq))
        told.add(page.locator("[data-told]").inner_text())
        page.keyboard.press("ArrowRight")
    expect(page.locator(SHOWN)).to_have_text(str(last))  # at the last it stays
    expect(page.locator("[data-told]")).to_have_text(
        "Perkara selesai: semua jalan pada diagram sudah sampai di akhirnya."
    )
    assert len(told) >= last - 3
    assert marks(page) == ["✓ selesai"] * 9
    page.keyboard.press("ArrowLeft")
    expect(page.locator(SHOWN)).to_have_text(str(last - 1))
    page.keyboard.press("Home")
    expect(page.locator(SHOWN)).to_have_text("1")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(SHOWN)).to_have_text("1")
    page.keyboard.press("End")
    expect(page.locator(SHOWN)).to_have_text(str(last))


def test_space_plays_to_the_end_and_pauses_where_it_is(live, work):
    case = work.start()
    last = len(events(live, work, case))
    page = opened(live, case)
    page.get_by_label("Kecepatan").select_option("8")
    page.locator("#pemutar").focus()

    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Jeda")).to_be_visible()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Putar")).to_be_visible()
    paused = page.locator(SHOWN).inner_text()
    page.clock.install()
    page.clock.run_for(60_000)
    expect(page.locator(SHOWN)).to_have_text(paused)
    page.clock.resume()
    page.keyboard.press(" ")

    expect(page.locator(SHOWN)).to_have_text(str(last))
    expect(page.get_by_role("button", name="Putar")).to_be_visible()


def test_played_at_its_end_it_begins_again(live, work):
    case = work.start()
    page = opened(live, case, None)
    expect(page.locator(SHOWN)).to_have_text("8")

    page.keyboard.press(" ")

    expect(page.locator(SHOWN)).to_have_text(re.compile("^[1-7]$"))
    expect(page.get_by_role("button", name="Jeda")).to_be_visible()


def test_keys_belong_to_the_page_where_the_player_has_not_the_focus(live, work):
    page = opened(live, work.start(), 3)
    page.locator(".events a").first.focus()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")

    expect(page.locator(SHOWN)).to_have_text("3")


def test_each_event_gone_to_is_said_aloud(live, work):
    page = opened(live, work.start(), 1)

    page.keyboard.press("ArrowRight")

    said = page.locator("[role=status][data-said]")
    expect(said).to_have_text("Peristiwa 2 dari 8. Alur berlanjut dari awal diagram “Mulai” ke langkah 1.")
    expect(page.locator(RANGE)).to_have_attribute("aria-valuetext", re.compile("^Peristiwa 2 dari 8: Alur"))


# --- by pointer and by address ----------------------------------------------------------------


def test_buttons_the_slider_and_the_table_go_to_their_event_and_the_address_follows(live, work):
    page = opened(live, work.start(), 4)
    shown = page.locator(SHOWN)

    page.get_by_label("Maju satu peristiwa").click()
    expect(shown).to_have_text("5")
    page.get_by_label("Mundur satu peristiwa").click()
    expect(shown).to_have_text("4")
    page.get_by_label("Peristiwa terakhir").click()
    expect(shown).to_have_text("8")
    page.get_by_label("Peristiwa pertama").click()
    expect(shown).to_have_text("1")
    page.locator(RANGE).fill("6")
    expect(shown).to_have_text("6")
    page.get_by_label("Tampilkan peristiwa 7").click()
    expect(shown).to_have_text("7")
    expect(page.locator("#peristiwa-7")).to_have_attribute("aria-current", "true")
    expect(page.locator(".events [aria-current]")).to_have_count(1)
    page.wait_for_url("**?event=7")


def test_a_link_opens_at_its_event(live, work):
    case = work.start()
    page = opened(live, case, 6)

    expect(page.locator(SHOWN)).to_have_text("6")
    assert marks(page) == ["✓ selesai", "▶ sekarang"]


def test_the_script_shows_the_very_panel_that_the_server_does(live, work):
    item = work.start_at(5)
    live.engine.comment(item.case, "Segera", by=work.person("kepala"))
    last = len(events(live, work, item.case))
    scripted = opened(live, item.case, 1)
    scripted.keyboard.press("End")
    expect(scripted.locator(SHOWN)).to_have_text(str(last))

    plain = live.sign_in("auditor", f"/cases/{item.case}/replay?event={last}", java_script_enabled=False)

    words = [each.locator(".replay-panel").text_content() or "" for each in (scripted, plain)]
    said = scripted.locator("[data-said]").text_content() or ""
    assert "".join(words[0].replace(said, "").split()) == "".join(words[1].split())


# --- on the diagram -------------------------------------------------------------------------


def test_a_token_moves_along_the_flow_that_was_taken(live, proposal):
    proposal.judged("ulang")
    types = [event.type for event in live.engine.history(proposal.case, by=proposal.head)]
    back = [seq for seq, kind in enumerate(types, 1) if kind == "PathTaken"][-1]
    page = opened(live, proposal.case, back - 1, viewport=DESK)
    page.clock.install()

    page.get_by_label("Maju satu peristiwa").click()

    places = []
    for _ in range(24):
        page.clock.run_for(100)
        places.append(place_of_token(page))
    way = list(dict.fromkeys(places))
    assert len(way) > 6, places
    assert min(y for _, y in filter(None, way)) < 130  # over the top, as the flow back is drawn
    assert places[-1] == places[-2]  # and there it stays


def test_nothing_moves_for_who_wants_no_motion(live, proposal):
    proposal.judged("ulang")
    types = [event.type for event in live.engine.history(proposal.case, by=proposal.head)]
    back = [seq for seq, kind in enumerate(types, 1) if kind == "PathTaken"][-1]
    page = opened(live, proposal.case, back - 1, reduced_motion="reduce", viewport=DESK)

    page.clock.install()

    page.get_by_label("Maju satu peristiwa").click()
    expect(page.locator(SHOWN)).to_have_text(str(back))

    first = place_of_token(page)
    page.clock.run_for(5_000)
    assert first == place_of_token(page) is not None


def test_steps_are_told_apart_by_sign_and_word_and_counted(live, proposal):
    proposal.judged("ulang")
    proposal.passes(timedelta(days=2))
    page = opened(live, proposal.case, None)
    expect(page.locator(SHOWN_MARK)).to_have_text(["! lewat batas ×2", "✓ selesai"])
    proposal.written("Lagi")

    page.reload()

    for told in ("✓ terlambat ×2", "▶ sekarang ×2"):
        expect(page.locator(SHOWN_MARK).filter(has_text=told)).to_be_visible()


def test_a_moved_case_is_shown_on_the_version_of_each_stretch_and_the_change_is_said(live, proposal):
    case = proposal.whole()
    types = [event.type for event in live.engine.history(case, by=proposal.head)]
    move = types.index("InstanceMigrated") + 1
    page = opened(live, case, move - 1)
    shown = page.locator(".diagram-sheet:not([hidden])")
    expect(shown.locator("[data-element-id=lapor]")).to_be_visible()

    page.keyboard.press("ArrowRight")

    expect(shown.locator("[data-element-id=lapor_hasil]")).to_be_visible()
    expect(page.locator("[data-said]")).to_contain_text("Diagram kini usulan, versi 2.")
    expect(page.locator(".stretches [aria-current]")).to_contain_text("Versi 2")
    page.get_by_role("link", name=re.compile("^Versi 1")).click()
    expect(shown.locator("[data-element-id=lapor]")).to_be_visible()
    expect(page.locator(SHOWN)).to_have_text("1")


@pytest.mark.parametrize("viewport", SIZES)
def test_the_mark_of_bpmn_io_is_visible_and_nothing_covers_it(live, work, viewport):
    page = opened(live, work.start(), None, viewport=viewport)
    mark = page.locator(".bjs-powered-by:visible")
    mark.scroll_into_view_if_needed()

    covered = mark.evaluate(
        """(mark) => {
            const box = mark.getBoundingClientRect();
            return [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [x, y])).filter(([x, y]) =>
                !mark.contains(document.elementFromPoint(box.x + box.width * x, box.y + box.height * y))).length;
        }"""
    )

    box, place = mark.bounding_box(), page.locator(".diagram-canvas").bounding_box()
    assert covered == 0
    assert place["x"] <= box["x"]
    assert box["x"] + box["width"] <= place["x"] + place["width"]
    assert place["y"] <= box["y"]
    assert box["y"] + box["height"] <= place["y"] + place["height"]


# --- for everybody --------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_and_fits(live, proposal, viewport, scheme, accessible: Callable[[Page], None]):
    case = proposal.whole()

    page = opened(live, case, None, viewport=viewport, color_scheme=scheme)

    accessible(page)
    assert fits(page)
    page.keyboard.press("Home")
    expect(page.locator(SHOWN)).to_have_text("1")
    accessible(page)
    page.evaluate("document.querySelectorAll('.diagram-canvas').forEach((each) => each.remove())")  # that may be zoomed
    assert smallest_text(page) >= 16


@pytest.mark.parametrize("viewport", SIZES)
def test_without_a_script_every_moment_is_a_link_away(live, work, viewport, accessible: Callable[[Page], None]):
    case = work.start()
    page = live.sign_in("auditor", f"/cases/{case}/replay", java_script_enabled=False, viewport=viewport)

    page.get_by_label("Mundur satu peristiwa").click()

    expect(page.locator(SHOWN)).to_have_text("7")
    page.get_by_label("Tampilkan peristiwa 4").click()
    expect(page.locator("[data-told]")).to_contain_text("diselesaikan oleh Siti Rahmawati")
    expect(page.get_by_text("Diagram memerlukan JavaScript.")).to_be_visible()
    assert fits(page)


def test_a_diagram_that_cannot_be_loaded_leaves_the_rest_in_use(live, work):
    case = work.start()
    page = live.sign_in("auditor", "/cases")
    page.route("**/replay/diagrams/**", lambda route: route.fulfill(status=503))
    page.goto(f"/cases/{case}/replay?event=1")
    expect(page.get_by_text("Diagram tidak dapat dimuat.")).to_be_visible()

    page.keyboard.press("ArrowRight")

    expect(page.locator(SHOWN)).to_have_text("2")
