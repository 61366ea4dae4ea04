"""The example office on one website: its people in browsers, and what its pages say."""

from __future__ import annotations

import re
from html import unescape

from engine import Engine, WorkItem
from tests.casework import Casework
from tests.office import open_office
from tests.website import PASSWORD, Browser, Website
from webapp.accounts import Accounts


class SopOffice(Casework):
    """The office of ``make run``, without its passwords."""

    def __init__(self, website: Website, engine: Engine) -> None:
        open_office(engine)
        super().__init__(engine)
        self.website = website

    def browser(self, name: str) -> Browser:
        """Return a browser in which that person is signed in."""
        accounts = Accounts(self.engine)
        if accounts.find(name) is None:
            accounts.set_password(name, PASSWORD)
        return self.website.browser(name)


def address(item: WorkItem) -> str:
    """Return the address of a step's page."""
    return f"/tasks/{item.path}"


def squeezed(page: str) -> str:
    """Return what a page says: without markup, with single spaces."""
    text = re.sub(r"<(script|style|svg|title)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(text).split())
