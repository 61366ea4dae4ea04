"""A repaired drawing as bytes: UTF-8, the usual prefixes, one element a line. Nothing is decided here."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape, quoteattr

from .tags import STANDARD, Tag

_URIS: Final = {prefix: uri for uri, prefix in STANDARD.items() if prefix not in ("xml", "xi")}
_ALWAYS: Final = ("bpmn", "bpmndi", "dc", "di", "camunda", "xsi")


def write_drawing(root: Tag) -> bytes:
    """Return the file of a drawing."""
    used = {label.partition(":")[0] for tag in root.walk() for label in (tag.label, *tag.attributes) if ":" in label}
    prefixes = [prefix for prefix in _URIS if prefix in used or prefix in _ALWAYS]
    spaces = "".join(f" xmlns:{prefix}={quoteattr(_URIS[prefix])}" for prefix in prefixes)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    _write(root, "", spaces, lines)
    return ("\n".join(lines) + "\n").encode("utf-8")


def _write(tag: Tag, indent: str, spaces: str, lines: list[str]) -> None:
    # By hand instead of by recursion: a drawing may be as deep as the reader lets it.
    waiting: list[tuple[Tag | None, str, str]] = [(tag, indent, spaces)]
    while waiting:
        here, margin, extra = waiting.pop()
        if here is None:
            lines.append(extra)
            continue
        attributes = "".join(
            f" {name}={quoteattr(_value(name, value), _BREAKS)}" for name, value in here.attributes.items()
        )
        head = f"{margin}<{here.label}{extra}{attributes}"
        if not here.children:
            lines.append(f"{head}>{escape(here.text, _RETURN)}</{here.label}>" if here.text else f"{head} />")
            continue
        text = escape(here.text.strip(), _RETURN) if here.text.strip() else ""
        lines.append(f"{head}>{text}")
        waiting.append((None, "", f"{margin}</{here.label}>"))
        waiting.extend((child, margin + "  ", "") for child in reversed(here.children))


_RETURN: Final = {"\r": "&#13;"}
_BREAKS: Final = {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}


def _value(name: str, value: str) -> str:
    if name == "xsi:type":
        return f"bpmn:{value.rpartition(':')[2]}"
    return value
