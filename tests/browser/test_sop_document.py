"""The SOP document in Chromium: as a page, and printed as a PDF on A4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2
import pytest
from playwright.sync_api import Page

from tests.sop_diagram import SOP, TEXTS
from tests.sop_document.drawings import DRAWINGS
from tests.sop_document.layouts import document
from webapp.sop.file import whole_file

KEY = "sop_pengaduan_kategori_berat"
MARK = "Salinan dibangkitkan sistem – bukan dokumen yang disahkan"
A4_LYING = (842, 595)
"""Points."""
HEADINGS = ("Alur", "Kegiatan", "Pelaksanaan", "Mutu Baku", "Keterangan", "Persyaratan", "Waktu", "Output")
SYMBOLS = """() => [...document.querySelectorAll(".sop-symbol")].map(symbol => {
  const cell = symbol.closest("td"), row = symbol.closest("tr"), drawn = symbol.getBoundingClientRect();
  const heads = [...document.querySelectorAll(".sop-flow-table thead tr:nth-child(3) .sop-lane")];
  const middle = drawn.left + drawn.width / 2, box = cell.getBoundingClientRect();
  const spans = each => [each.getBoundingClientRect().left, each.getBoundingClientRect().right];
  const over = heads.filter(each => spans(each)[0] <= middle && middle < spans(each)[1]);
  return {
    row: row.dataset.row || "", kind: symbol.dataset.symbol, lane: over.map(each => each.textContent).join("|"),
    x: middle, top: drawn.top, bottom: drawn.bottom, left: drawn.left, right: drawn.right,
    inside: box.left < drawn.left && drawn.right < box.right && box.top < drawn.top && drawn.bottom < box.bottom,
    rowTop: box.top, rowBottom: box.bottom,
  };
})"""
LINES = """() => [...document.querySelectorAll(".sop-arrow")].map(line => {
  const at = line.getBoundingClientRect();
  return {left: at.left, right: at.right, top: at.top, bottom: at.bottom};
})"""


@dataclass(frozen=True)
class Printed:
    """A PDF that Chromium printed: each page's text and size, and where each letter stands."""

    texts: tuple[str, ...]
    sizes: tuple[tuple[int, int], ...]
    letters: tuple[tuple[tuple[str, float, float], ...], ...]

    @property
    def squeezed(self) -> tuple[str, ...]:
        """Return the pages' texts without white space: a line may break anywhere."""
        return tuple(squeeze(text) for text in self.texts)


def printed(page: Page) -> Printed:
    """Print the page as the reader would and read the PDF."""
    pdf = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    try:
        sizes = tuple((round(width), round(height)) for width, height in (each.get_size() for each in pdf))
        pages = [each.get_textpage() for each in pdf]
        return Printed(tuple(each.get_text_range() for each in pages), sizes, tuple(map(_letters, pages)))
    finally:
        pdf.close()


def _letters(page: pypdfium2.PdfTextPage) -> tuple[tuple[str, float, float], ...]:
    found = []
    for place in range(page.count_chars()):
        left, bottom, _, _ = page.get_charbox(place)
        found.append((page.get_text_range(place, 1), left, bottom))
    return tuple(found)


def squeeze(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def between(whole: str, texts: list[str]) -> Iterator[str]:
    """Yield what stands before, between and behind the texts, which must come in this order."""
    at = 0
    for text in map(squeeze, texts):
        found = whole.find(text, at)
        assert found >= 0, f"missing, or not in its place: {text}"
        yield whole[at:found]
        at = found + len(text)
    yield whole[at:]


@pytest.fixture
def opened(browser):
    """Open the file of a drawing of the tests, in a browser of its own without any website."""
    page = browser.new_page()

    def _open(name: str) -> Page:
        page.set_content(whole_file(document(DRAWINGS[name]())))
        return page

    yield _open
    page.close()


def test_a_pdf_holds_the_paper_s_texts_in_order_and_besides_them_only_the_system_s_marks(live):
    pdf = printed(live.sign_in("petugas1", f"/processes/{KEY}/1/sop"))

    rest = [*between("".join(pdf.squeezed), [line for line in TEXTS.splitlines() if line.strip()])]

    assert pdf.sizes == (A4_LYING,) * 3
    left = "".join(rest)
    for mark in (MARK, *(f"Halaman {page} dari 3" for page in (1, 2, 3))):
        assert squeeze(mark) in left
        left = left.replace(squeeze(mark), "")
    left, records = re.subn(r"Catatansistem\(bukantandatangan,bukanpengesahan\):Versi1\(.*?WIB\.", "", left)
    assert records == 1
    assert left.strip(":") == ""


def test_the_downloaded_file_prints_the_same_as_the_page(live, tmp_path):
    page = live.sign_in("petugas1", f"/processes/{KEY}/1/sop")
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh dokumen").click()
    file = tmp_path / "sop.html"
    download.value.save_as(file)
    alone = page.context.browser.new_page()
    alone.goto(f"file://{file}")

    assert printed(alone) == printed(page)
    alone.close()


def test_every_sheet_of_a_long_flow_has_the_headings_and_no_row_is_cut(opened):
    page = opened("long")
    sheets = page.locator(".sop-page").count()
    rows = page.locator(".sop-row .sop-activity").all_inner_texts()

    pdf = printed(page)

    assert len(pdf.texts) == 1 + sheets  # the identity page, and not one sheet more than was planned
    for text in pdf.squeezed[1:]:
        assert all(squeeze(heading) in text for heading in (*HEADINGS, "Pemohon", "Petugas", "Seksi", "Pimpinan"))
        assert squeeze(MARK) in text
    where = [[place for place, text in enumerate(pdf.squeezed) if squeeze(row) in text] for row in rows]
    assert all(places for places in where)
    assert [places[0] for places in where] == sorted(places[0] for places in where)


def test_a_pentagon_at_a_sheet_s_foot_has_its_like_on_another_sheet(opened):
    page = opened("long")
    letters = page.eval_on_selector_all(".sop-letter", "all => all.map(each => each.textContent)")

    pdf = printed(page)

    assert {letter: letters.count(letter) for letter in letters} == dict.fromkeys(letters, 2)
    for one, other in pairwise(range(1, len(pdf.texts))):
        shared = _connectors(pdf.letters[one], low=True) & _connectors(pdf.letters[other], low=False)
        assert shared & set(letters), f"no arrow goes on from sheet {one} to {other}"


def _connectors(letters: tuple[tuple[str, float, float], ...], *, low: bool) -> set[str]:
    """Return the capitals in the lanes' columns in the lowest row of a sheet, or in the highest below the headings."""
    rows = [bottom for letter, left, bottom in letters if letter.isdigit() and left < 55 and bottom > 40]
    inside = [(letter, bottom) for letter, left, bottom in letters if letter.isupper() and 240 < left < 560]
    if low:
        return {letter for letter, bottom in inside if bottom < min(rows)}
    return {letter for letter, bottom in inside if max(rows) < bottom < 520}


def test_each_row_of_the_shipped_sop_has_its_symbol_in_the_column_of_its_lane(live):
    page = live.sign_in("petugas1", f"/processes/{KEY}/1/sop")
    page.emulate_media(media="print")

    symbols = page.evaluate(SYMBOLS)

    assert [(each["kind"], each["lane"]) for each in symbols] == [
        ("capsule" if line["no"] in (1, 9) else "box", line["pelaksana"]) for line in SOP["alur"]
    ]
    assert all(each["inside"] for each in symbols)
    lines = page.evaluate(LINES)
    for one, other in pairwise(symbols):
        assert _leads(lines, (one["x"], one["bottom"]), (other["x"], other["top"])), (one["row"], other["row"])


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_has_its_symbols_in_their_cells_and_arrows_that_lead_there(opened, name):
    page = opened(name)
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        symbols, lines = page.evaluate(SYMBOLS), page.evaluate(LINES)

        assert all(each["inside"] or each["kind"] == "pentagon" for each in symbols)
        assert all(each["lane"] and "|" not in each["lane"] for each in symbols)
        first, *rest = [each for each in symbols if each["kind"] != "pentagon"]
        for each in rest:
            assert any(_at(line, (each["x"], each["top"])) for line in lines), f"nothing leads to {each['row']}"
        assert any(_at(line, (first["x"], first["bottom"])) for line in lines)


@pytest.mark.parametrize("font", ["Liberation Sans", "DejaVu Sans"])
def test_rows_are_as_high_as_planned_also_in_a_wider_font(opened, font):
    page = opened("wordy")
    page.add_style_tag(content=f".sop-document {{ font-family: '{font}' !important }}")
    rows = page.locator(".sop-row")

    planned = rows.evaluate_all("all => all.map(each => Number(each.getAttribute('height')))")
    shown = rows.evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")

    assert shown == pytest.approx(planned, abs=0.6)
    assert max(planned) > 150  # the texts make the height, not the symbols


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_drawing_needs_more_sheets_than_were_planned(opened, name):
    page = opened(name)

    assert len(printed(page).texts) == 1 + page.locator(".sop-page").count()


def _at(line: dict[str, float], point: tuple[float, float]) -> bool:
    x, y = point
    return line["left"] - 2 <= x <= line["right"] + 2 and line["top"] - 2 <= y <= line["bottom"] + 2


def _leads(lines: list[dict[str, float]], start: tuple[float, float], end: tuple[float, float]) -> bool:
    """Return whether lines that touch each other lead from one point to the other, over all cells between."""
    reached = [line for line in lines if _at(line, start)]
    open_lines = [line for line in lines if line not in reached]
    for line in reached:
        if _at(line, end):
            return True
        touching = [each for each in open_lines if _touch(line, each)]
        open_lines = [each for each in open_lines if each not in touching]
        reached += touching
    return False


def _touch(one: dict[str, float], other: dict[str, float]) -> bool:
    apart = one["right"] + 2 < other["left"] or other["right"] + 2 < one["left"]
    return not (apart or one["bottom"] + 2 < other["top"] or other["bottom"] + 2 < one["top"])


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_the_page_is_accessible_and_only_the_paper_scrolls_sideways(live, accessible, width, scheme):
    page = live.sign_in(
        "pemilik", f"/processes/{KEY}/1/sop", viewport={"width": width, "height": 900}, color_scheme=scheme
    )

    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert (
        page.locator(".sop-sheet").first.evaluate("each => getComputedStyle(each).backgroundColor")
        == "rgb(255, 255, 255)"
    )


def test_the_page_works_without_javascript(live):
    page = live.sign_in("petugas1", f"/processes/{KEY}/1/sop", java_script_enabled=False)

    assert page.locator(".sop-row").count() == 9
    assert page.locator(".sop-symbol").count() == 9
