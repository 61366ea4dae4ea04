"""Display texts: the Markdown that is read, and that nothing else becomes markup."""

from __future__ import annotations

import time

import pytest

from engine.forms.text import MAX_TEXT, Span, read_text


def read(text: str) -> list[str]:
    """Return the blocks as lines to compare: ``list: a | {strong b}``."""
    return [
        f"{block.kind}: {' | '.join(''.join(map(_word, line)) for line in block.lines)}" for block in read_text(text)
    ]


def _word(span: Span) -> str:
    return span.text if span.style == "plain" else f"{{{' '.join(filter(None, (span.style, span.text, span.href)))}}}"


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("a\nb\n\nc", ["paragraph: a{break}b", "paragraph: c"], id="paragraphs"),
        pytest.param("a\r\nb\rc", ["paragraph: a{break}b{break}c"], id="all kinds of line ends"),
        pytest.param("## Judul", ["heading: Judul"], id="heading"),
        pytest.param("#tagar", ["paragraph: #tagar"], id="no heading without a space"),
        pytest.param("- a\n* b", ["list: a | b"], id="list"),
        pytest.param("1. a\n2) b\n- c", ["numbered: a | b", "list: c"], id="a numbered list, then another"),
        pytest.param("a\n---\nb", ["paragraph: a", "rule: ", "paragraph: b"], id="rule"),
        pytest.param("**a** _b_ `c`", ["paragraph: {strong a} {emphasis b} {code c}"], id="styles"),
        pytest.param("nama_berkas_panjang", ["paragraph: nama_berkas_panjang"], id="underscores inside words"),
        pytest.param("**a", ["paragraph: **a"], id="a sign that is not closed"),
        pytest.param("[a](https://x.id/?b&c)!", ["paragraph: {link a https://x.id/?b&c}!"], id="link"),
        pytest.param("<b>a</b><script>", ["paragraph: <b>a</b><script>"], id="HTML stays text"),
        pytest.param("[a](javascript:alert)", ["paragraph: [a](javascript:alert)"], id="a link that acts stays text"),
        pytest.param("[a](//x.id)", ["paragraph: [a](//x.id)"], id="a link without scheme stays text"),
        pytest.param(
            "![a](https://x.id/a.png)", ["paragraph: !{link a https://x.id/a.png}"], id="no picture from elsewhere"
        ),
    ],
)
def test_a_display_text_is_read_into_blocks(text, blocks):
    assert read(text) == blocks


@pytest.mark.parametrize("sign", ["[", "*", "**", "_", "`", "[a](", "#", "- "])
def test_no_text_takes_long(sign):
    begin = time.perf_counter()

    read_text(sign * (MAX_TEXT // len(sign)))

    assert time.perf_counter() - begin < 2
