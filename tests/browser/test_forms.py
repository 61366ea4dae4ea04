"""Forms in Chromium: with the script, without it, by keyboard, and as axe sees them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import jsonify, request
from playwright.sync_api import FilePayload, Page
from werkzeug.serving import make_server

from engine import FILE_BYTES
from tests.webapp.test_forms_view import make_app
from webapp.security import CONTENT_SECURITY_POLICY

WIDTHS = (1280, 390)
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAUSE = 1_000  # longer than the script waits after the last key


@dataclass
class Site:
    """A page with every type of field, and the drafts that it was sent."""

    url: str = ""
    drafts: list[dict[str, list[str]]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    answer: tuple[dict[str, str], int] = ({"saved": "09.14"}, 200)


@pytest.fixture
def site() -> Iterator[Site]:
    found, app = Site(), make_app()

    @app.post("/draf")
    def draft() -> Any:
        found.drafts.append(request.form.to_dict(flat=False))
        found.tokens.append(request.headers.get("X-CSRFToken"))
        return jsonify(found.answer[0]), found.answer[1]

    @app.after_request
    def strict(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/"
    yield found
    server.shutdown()
    thread.join()


def open_page(new_context: Any, site: Site, width: int = 1280, **how: Any) -> Page:
    page: Page = new_context(viewport={"width": width, "height": 900}, locale="id-ID", **how).new_page()
    page.goto(site.url)
    return page


def send(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Kirim").click()


def payload(name: str, size: int) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-".ljust(size)}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_wrong_form_is_accessible_and_fits_the_screen(new_context, site, width, scheme):
    page = open_page(new_context, site, width, color_scheme=scheme)

    send(page)

    assert page.evaluate("document.activeElement.id") == "ringkasan-masalah"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()


def test_conditions_show_and_hide_at_once_and_keep_what_was_typed(new_context, site):
    page = open_page(new_context, site)
    email, name = page.locator('[name="alamat_email"]'), page.locator('[name="pelapor.nama"]')
    assert not email.is_visible()

    page.get_by_label("email", exact=True).check()
    email.fill("a@b.id")
    page.get_by_label("loket").check()
    page.get_by_label("Sembunyikan identitas").check()

    assert not email.is_visible()
    assert not name.is_visible()
    page.get_by_label("email", exact=True).check()
    assert email.input_value() == "a@b.id"


def test_lengths_are_counted_where_it_matters(new_context, site):
    page = open_page(new_context, site)
    note = page.locator('[data-count-for="isian-nomor"]')

    said = []
    for typed in ("1" * 10, "1" * 16, "1" * 21):
        page.locator('[name="nomor"]').fill(typed)
        said.append(note.inner_text() if note.is_visible() else "")

    assert said == ["", "Tersisa 4 karakter.", "Kelebihan 1 karakter."]


def test_what_is_typed_is_kept_as_a_draft_once_for_a_pause(new_context, site):
    page = open_page(new_context, site)
    page.clock.install()

    page.locator('[name="nama"]').press_sequentially("Siti")
    with page.expect_response("**/draf"):
        page.clock.run_for(PAUSE)

    page.get_by_text("Tersimpan 09.14").wait_for()
    assert [draft["nama"] for draft in site.drafts] == [["Siti"]]
    assert site.tokens == ["token"]
    assert not {"_hapus", "bukti"} & site.drafts[0].keys()


def test_a_draft_that_is_refused_says_so_and_blocks_nothing(new_context, site):
    site.answer = ({"message": "Tugas ini sudah selesai."}, 409)
    page = open_page(new_context, site)
    page.clock.install()

    page.locator('[name="nama"]').fill("Siti")
    with page.expect_response("**/draf"):
        page.clock.run_for(PAUSE)

    page.get_by_text("Tugas ini sudah selesai.").wait_for()
    send(page)
    assert page.locator('[name="nama"]').input_value() == "Siti"


def test_no_draft_is_sent_after_the_form_itself(new_context, site):
    page = open_page(new_context, site)

    page.locator('[name="nama"]').fill("Siti")
    send(page)
    page.clock.install()
    page.clock.run_for(PAUSE)

    assert site.drafts == []


def test_a_file_that_is_too_large_never_leaves(new_context, site):
    page = open_page(new_context, site)

    page.locator('[name="surat"]').set_input_files(payload("besar.pdf", FILE_BYTES + 1))
    page.get_by_role("button", name="Kirim").click()

    assert page.get_by_text("Berkas besar.pdf besarnya 10 MB; paling besar 10 MB.").is_visible()
    assert page.evaluate("document.activeElement.name") == "surat"
    assert page.locator("#ringkasan-masalah").count() == 0


def test_without_the_script_everything_is_there_and_works(new_context, site):
    page = open_page(new_context, site, java_script_enabled=False)
    assert page.locator('[name="alamat_email"]').is_visible()
    assert page.locator("noscript p").first.is_visible()

    page.locator('[name="nama"]').fill("Siti")
    page.locator('[name="surat"]').set_input_files({"name": "a.pdf", "mimeType": "x", "buffer": b"MZ"})
    send(page)

    assert page.locator('[name="nama"]').input_value() == "Siti"
    assert "program Windows" in page.locator("#isian-surat-masalah").inner_text()
    page.get_by_role("link", name="Surat kuasa").click()
    assert page.url.endswith("#isian-surat")
