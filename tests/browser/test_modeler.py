"""Camunda Modeler's requests from a page of its own kind, in Chromium; and the pages that its links open.

The modeler is a page from ``file://``: its origin is ``null``, and the browser around it keeps to CORS. The
script below asks in the order of the modeler's source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LiveOffice, fits, smallest_text
from tests.casework import Casework
from tests.office import sop_files
from tests.website import PASSWORD
from webapp.access_tokens import AccessTokens
from webapp.accounts import Accounts
from webapp.demo import OWNER

PHONE = {"width": 390, "height": 844}
(DIAGRAM,) = (name for name in sop_files() if name.endswith(".bpmn"))

MODELER = """async ({ url, authorization, name, contents, attachments, variables }) => {
  const headers = { accept: "application/json", ...(authorization ? { authorization } : {}) };
  const ask = async (path, options = {}) => {
    const signal = AbortSignal.timeout(5000);
    try {
      const answer = await fetch(`${url}/engine-rest${path}`, {
        ...options, headers: { ...options.headers, ...headers }, signal,
      });
      return { status: answer.status, body: await answer.json() };
    } catch (error) {
      return { status: 0, body: {}, failed: String(error) };
    }
  };
  const connection = await ask("/deployment?maxResults=0");
  const version = await ask("/version");
  const form = new FormData();
  form.append("deployment-name", name);
  form.append("deployment-source", "Camunda Modeler");
  form.append("enable-duplicate-filtering", "true");
  form.append(`${name}.bpmn`, new Blob([contents], { type: "text/xml" }), `${name}.bpmn`);
  for (const [file, text] of Object.entries(attachments)) form.append(file, new Blob([text]), file);
  const deployed = await ask("/deployment/create", { method: "POST", body: form });
  const definition = Object.values(deployed.body.deployedProcessDefinitions ?? {})[0];
  const started = definition && await ask(`/process-definition/${definition.id}/start`, {
    method: "POST",
    body: JSON.stringify({ businessKey: "default", variables }),
    headers: { "content-type": "application/json" },
  });
  const pages = await (await fetch(`${url}/.well-known/camunda-automation-platform/webapps`)).json();
  return { origin: String(origin), connection, version, deployed, started, pages };
}"""

# A valid deployment, sent by a page that has no credentials of its own and hopes for the browser's.
ATTACK = """async ({ url, contents }) => {
  const form = new FormData();
  form.append("sop.bpmn", new Blob([contents]), "sop.bpmn");
  const told = [];
  for (const mode of ["cors", "no-cors"]) {
    try {
      const options = { method: "POST", body: form, mode, credentials: "include" };
      told.push((await fetch(`${url}/engine-rest/deployment/create`, options)).status);
    } catch (error) {
      told.push("unreadable");
    }
  }
  return told;
}"""


@pytest.fixture
def desk(live: LiveOffice, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page from the disk, in a browser in which the owner is signed in to the website as well."""
    Accounts(live.engine).set_password("pemilik", PASSWORD)
    file = tmp_path / "modeler.html"
    file.write_text("<!doctype html><title>modeler</title>")
    context = browser.new_context(base_url=live.url, locale="id-ID")
    site = context.new_page()
    site.goto("/sign-in")
    site.get_by_label("Nama masuk").fill("pemilik")
    site.get_by_label("Kata sandi").fill(PASSWORD)
    site.get_by_role("button", name="Masuk").click()
    site.wait_for_url("**/tasks")
    page = context.new_page()
    page.goto(file.as_uri())
    yield page
    context.close()


def asked(live: LiveOffice, desk: Page, **own: Any) -> Mapping[str, Any]:
    """Let the modeler work; return what it got."""
    files = {name: data.decode() for name, data in sop_files().items()}
    given = {"url": live.url, "authorization": "", "name": "sop", "contents": files[DIAGRAM], "attachments": {}}
    return desk.evaluate(MODELER, {**given, **own})


def basic(desk: Page, password: str = PASSWORD) -> str:
    """Return the header that the modeler makes of name and password."""
    return str(desk.evaluate("(pair) => `Basic ${btoa(pair)}`", f"pemilik:{password}"))


def test_from_a_page_on_the_disk_deploy_and_run_work_and_their_links_open_our_pages(live, desk):
    changed = sop_files()[DIAGRAM].decode().replace("P3D", "P2D")

    got = asked(live, desk, authorization=basic(desk), contents=changed)

    assert got["origin"] == "null"
    assert [got[each]["status"] for each in ("connection", "version", "deployed", "started")] == [200] * 4
    desk.goto(
        f"{got['pages']['cockpitUrl']}repository?deploymentsQuery="
        f"%5B%7B%22type%22:%22id%22,%22operator%22:%22eq%22,%22value%22:%22{got['deployed']['body']['id']}%22%7D%5D"
    )
    expect(desk.get_by_text("Versi 2", exact=True)).to_be_visible()
    expect(desk.get_by_text("sop (dari Camunda Modeler)")).to_be_visible()
    expect(desk.locator(".diagram-canvas .djs-shape").first).to_be_attached()
    desk.goto(f"{got['pages']['cockpitUrl']}process-instance/{got['started']['body']['id']}")
    expect(desk.get_by_role("heading", name="PB-2026-00001")).to_be_visible()


def test_a_refused_diagram_can_be_read_there_with_all_its_problems(live, desk):
    contents = sop_files()[DIAGRAM].decode().replace("P3D", "tiga hari").replace("P1D", "sehari")

    got = asked(live, desk, authorization=basic(desk), contents=contents)

    assert got["deployed"]["status"] == 400
    assert got["deployed"]["body"]["message"].startswith("ENGINE-09005 Could not parse BPMN process.")
    assert got["deployed"]["body"]["message"].count("\n- ") >= 4
    assert len(live.engine.versions()) == 1


def test_a_wrong_password_and_none_at_all_are_told_apart_from_no_connection(live, desk):
    for authorization in (basic(desk, "salah-sekali"), "", "Bearer alur_tebakan"):
        got = asked(live, desk, authorization=authorization)

        assert [got[each]["status"] for each in ("connection", "version", "deployed")] == [401] * 3
    assert len(live.engine.versions()) == 1


def test_a_token_is_enough(live, desk):
    token = AccessTokens(live.engine).make("pemilik", "laptop", 30)

    got = asked(live, desk, authorization=f"Bearer {token}")

    assert (got["deployed"]["status"], got["started"]["status"]) == (200, 200)


def test_no_other_page_can_deploy_by_what_this_browser_remembers(live, desk):
    """Neither by the cookie nor by a password that was typed into an address: the browser adds both by itself."""
    attacker = desk.url
    desk.goto(f"{live.url.replace('http://', f'http://pemilik:{PASSWORD}@')}/engine-rest/version")
    assert "AuthenticationException" in desk.content()
    desk.goto(attacker)
    answers: list[int] = []
    desk.on("response", lambda answer: answers.append(answer.status))

    tried = desk.evaluate(ATTACK, {"url": live.url, "contents": sop_files()[DIAGRAM].decode().replace("P3D", "P2D")})

    assert tried == ["unreadable", 0]
    assert set(answers) == {401}
    assert len(live.engine.versions()) == 1


def test_a_link_of_an_older_modeler_leads_on_behind_its_hash(live):
    case = Casework(live.engine).start_at(3).case
    page = live.sign_in("pemilik", f"/camunda/app/cockpit/default/#/process-instance/{case}")
    page.wait_for_url(f"**/cases/{case}")

    page.goto("/camunda/app/cockpit/default/#//contoh.id/process-instance/1")

    expect(page.get_by_role("link", name="daftar SOP")).to_be_visible()
    assert page.url.startswith(live.url)


def test_the_pages_of_versions_and_tokens_fit_desk_and_phone(live, accessible):
    work = Casework(live.engine)
    work.start_at(3)
    for number, days in enumerate((4, 5, 6, 7)):
        live.clock.advance(timedelta(days=1))
        files = {DIAGRAM: sop_files()[DIAGRAM].replace(b"P3D", f"P{days}D".encode())}
        note = "Atas arahan kepala kantor, karena penyelidikan di lapangan lebih lama" if number % 2 else ""
        live.engine.deploy(files, by=OWNER, note=note)
    AccessTokens(live.engine).make("pemilik", "Camunda Modeler di laptop kantor dengan nama yang panjang sekali", 30)
    pages = ("/processes", f"/processes/{work.key}", f"/processes/{work.key}/5", "/tokens")

    for context in ({"viewport": PHONE}, {"color_scheme": "dark"}, {"java_script_enabled": False}):
        page = live.sign_in("pemilik", **context)
        for address in pages:
            page.goto(address)
            assert fits(page), address
            assert smallest_text(page) >= 16, address
            if "java_script_enabled" not in context:
                accessible(page)


def test_a_token_is_made_used_and_taken_back(live, accessible):
    page = live.sign_in("pemilik", "/processes")
    page.get_by_role("link", name="token yang Anda buat").click()
    page.get_by_label("Nama token").fill("Laptop kantor")
    page.get_by_label("Kata sandi Anda").fill("salah-sekali")
    page.get_by_role("button", name="Buat token").click()
    expect(page.get_by_text("Kata sandi tidak cocok")).to_be_visible()
    accessible(page)
    page.get_by_label("Kata sandi Anda").fill(PASSWORD)
    page.get_by_role("button", name="Buat token").click()
    token = page.locator(".secret").inner_text()
    accessible(page)
    assert AccessTokens(live.engine).person_of(token) is not None

    page.get_by_role("button", name="Cabut token Laptop kantor").click()

    expect(page.get_by_role("status")).to_contain_text("Token dicabut")
    assert AccessTokens(live.engine).person_of(token) is None
