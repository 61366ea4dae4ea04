"""Display text of a form: a small part of Markdown, read into a tree that a template can print.

Headings, paragraphs, lists, rules, bold, italics, code, and links to http(s). Everything else,
HTML included, stays the text that it is; nothing here makes markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

MAX_TEXT = 20_000

Style = Literal["plain", "strong", "emphasis", "code", "link", "break"]
BlockKind = Literal["heading", "paragraph", "list", "numbered", "rule"]

# Every stretch is bounded: an opening sign without its closing one costs no more than that.
_INLINE = re.compile(
    r"""\*\*(?P<strong>[^*\n]{1,500})\*\* | __(?P<strong2>[^_\n]{1,500})__
      | \*(?P<emphasis>[^*\n]{1,500})\* | (?<!\w)_(?P<emphasis2>[^_\n]{1,500})_(?!\w)
      | `(?P<code>[^`\n]{1,500})`
      | \[(?P<link>[^\]\[\n]{1,500})\]\((?P<href>https?://[^\s()<>"]{1,500})\)
      | (?P<break>\n)""",
    re.VERBOSE,
)
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_ITEM = re.compile(r"[ \t]{0,3}(?:(?P<bullet>[-*+])|\d{1,3}[.)])[ \t]+(?P<text>\S.*)")
_RULE = re.compile(r"[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*")


@dataclass(frozen=True)
class Span:
    """A stretch of text in one style. ``href`` only for a link."""

    style: Style
    text: str = ""
    href: str = ""


@dataclass(frozen=True)
class Block:
    """A heading (with its level), a paragraph, a rule, or a list; ``lines`` are its items, else one line."""

    kind: BlockKind
    lines: tuple[tuple[Span, ...], ...] = ()
    level: int = 0


def read_text(text: str) -> tuple[Block, ...]:
    """Return the blocks of a display text. Never raises: what is no Markdown is plain text."""
    return tuple(_blocks(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def first_heading(blocks: tuple[Block, ...]) -> str:
    """Return the words of the first heading, or an empty text."""
    headings = (block for block in blocks if block.kind == "heading")
    return next(("".join(span.text for span in block.lines[0]) for block in headings), "")


def _blocks(lines: list[str]) -> Iterator[Block]:
    paragraph: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        block, used = _special(lines, place)
        if (block or not line.strip()) and paragraph:
            yield Block("paragraph", (_spans("\n".join(paragraph)),))
            paragraph = []
        if block:
            yield block
        elif line.strip():
            paragraph.append(line.strip())
        place += used
    if paragraph:
        yield Block("paragraph", (_spans("\n".join(paragraph)),))


def _special(lines: list[str], place: int) -> tuple[Block | None, int]:
    """Return the heading, rule or list that begins at this line, and how many lines it takes."""
    line = lines[place]
    if heading := _HEADING.fullmatch(line.rstrip()):
        return Block("heading", (_spans(heading[2]),), len(heading[1])), 1
    if _RULE.fullmatch(line):
        return Block("rule"), 1
    first = _ITEM.fullmatch(line)
    if first is None:
        return None, 1
    items: list[tuple[Span, ...]] = []
    for line in lines[place:]:
        item = _ITEM.fullmatch(line)
        if item is None or bool(item["bullet"]) is not bool(first["bullet"]):
            break
        items.append(_spans(item["text"]))
    return Block("list" if first["bullet"] else "numbered", tuple(items)), len(items)


def _spans(text: str) -> tuple[Span, ...]:
    return tuple(_cut(text))


def _cut(text: str) -> Iterator[Span]:
    end = 0
    for found in _INLINE.finditer(text):
        if found.start() > end:
            yield Span("plain", text[end : found.start()])
        end = found.end()
        if strong := found["strong"] or found["strong2"]:
            yield Span("strong", strong)
        elif emphasis := found["emphasis"] or found["emphasis2"]:
            yield Span("emphasis", emphasis)
        elif found["code"]:
            yield Span("code", found["code"])
        elif found["link"]:
            yield Span("link", found["link"], found["href"])
        else:
            yield Span("break")
    if end < len(text):
        yield Span("plain", text[end:])
