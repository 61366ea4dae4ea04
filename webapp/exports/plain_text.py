"""Texts that people typed, made harmless for the format that they are written into."""

from __future__ import annotations

import re

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INVISIBLE = " \t\r\n\v\f\u00a0\u200b\u2060\ufeff\x00"


def safe_in_xml(text: str) -> str:
    """Return the text with a replacement character for each that XML 1.0 cannot carry, even escaped."""
    return _NOT_IN_XML.sub("\ufffd", text)


def safe_in_a_cell(text: str) -> str:
    """Return the text on one line, and so that no spreadsheet runs it: an apostrophe stands before a formula."""
    line = re.sub(r"\s*[\r\n]+\s*", " ", text)
    risky = line.lstrip(_INVISIBLE).startswith(RUN_BY_SPREADSHEETS) or line.startswith("\t")
    return f"'{line}" if risky else line


def safe_in_a_name(text: str) -> str:
    """Return the text as part of a file's name: letters, digits, dot, dash and underscore, on every system."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip("._") or "perkara"
