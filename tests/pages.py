"""Reading what a page says, for tests that post forms as a browser does."""

from __future__ import annotations

import re


def csrf_token(page: str) -> str:
    """Return the token that a page's forms carry."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if found is None:
        raise AssertionError("the page has no CSRF token")
    return found[1]
