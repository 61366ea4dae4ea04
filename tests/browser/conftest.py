"""A real Chromium against the real website, with a clock that the test moves.

A page that asks another host for anything, breaks the content-security policy, or fails in a
script fails its test.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route
from werkzeug.serving import make_server

from engine import Engine, run_forever
from tests.clock import Clock
from tests.office import open_office
from tests.website import PASSWORD
from webapp import create_app
from webapp.accounts import Accounts
from webapp.settings import Settings, make_secret_key

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a Chromium, leave these tests out and say so."""
    if CHROMIUM is None:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: install Debian's chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use this machine's own Chromium."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


class LiveOffice:
    """The example office on a port of this machine, with its timer worker. ``sign_in`` opens browsers."""

    def __init__(self, engine: Engine, clock: Clock, url: str, browser: Browser) -> None:
        self.engine, self.clock, self.url = engine, clock, url
        self.wrong: list[str] = []
        self._browser, self._contexts = browser, list[BrowserContext]()

    def open(self, address: str = "/", **context: Any) -> Page:
        """Open a page in a browser of its own; ``context``: viewport, java_script_enabled, and so on."""
        opened = self._browser.new_context(base_url=self.url, locale="id-ID", **context)
        self._contexts.append(opened)
        opened.route("**/*", self._only_here)
        opened.on("console", self._listen)
        opened.on("weberror", lambda error: self.wrong.append(str(error.error)))
        page = opened.new_page()
        page.goto(address)
        return page

    def sign_in(self, name: str, address: str = "/", **context: Any) -> Page:
        """Sign a person of the example office in, in a browser of their own, and go to ``address``."""
        accounts = Accounts(self.engine)
        if accounts.find(name) is None:
            accounts.set_password(name, PASSWORD)
        page = self.open("/sign-in", **context)
        page.get_by_label("Nama masuk").fill(name)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto(address)
        return page

    def close(self) -> None:
        """Close every browser."""
        for context in self._contexts:
            context.close()

    def _only_here(self, route: Route) -> None:
        if route.request.url.startswith((self.url, "data:", "blob:")):
            route.continue_()
        else:
            self.wrong.append(f"asked for {route.request.url}")
            route.abort()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.wrong.append(message.text)


@pytest.fixture
def live(sqlite_url: str, clock: Clock, tmp_path: Path, browser: Browser) -> Iterator[LiveOffice]:
    """The example office, open for browsers."""
    engine, stop = Engine(sqlite_url, clock), threading.Event()
    open_office(engine)
    make_secret_key(tmp_path / "secret-key")
    settings = Settings(database_url=sqlite_url, secret_key_file=tmp_path / "secret-key")
    server = make_server("127.0.0.1", 0, create_app(settings, engine), threaded=True)
    threads = [
        threading.Thread(target=server.serve_forever, name="web"),
        threading.Thread(target=run_forever, args=(engine, stop), name="timers"),
    ]
    for thread in threads:
        thread.start()
    office = LiveOffice(engine, clock, f"http://127.0.0.1:{server.server_port}", browser)
    yield office
    office.close()
    stop.set()
    server.shutdown()
    for thread in threads:
        thread.join()
    engine.close()
    assert not office.wrong, office.wrong


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fail with axe's report where a page breaks WCAG 2.2 AA."""

    def _accessible(page: Page) -> None:
        page.wait_for_load_state("load")  # a page whose styles are still on their way is another page
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()

    return _accessible


def fits(page: Page) -> bool:
    """Return whether nothing of the page has to be scrolled to sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def smallest_text(page: Page) -> float:
    """Return the size in pixels of the smallest text that is shown."""
    return float(
        page.evaluate(
            """() => Math.min(...[...document.querySelectorAll("body *")]
                .filter((each) => each.checkVisibility() && !each.closest("svg") &&
                    [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
                .map((each) => parseFloat(getComputedStyle(each).fontSize)))"""
        )
    )
