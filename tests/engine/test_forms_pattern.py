"""Patterns mean what Python's ``re`` means by them, and cost no time that anybody could notice."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.forms.pattern import MAX_TEXT, compile_pattern
from engine.forms.regex import PatternError

ATOMS = st.sampled_from(["a", "b", "1", ".", r"\d", r"\w", r"\W", "[ab]", "[^a]", "[a-b1]", "[\\d_-]", r"\-", "^", "$"])
SIGNS = st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: (
        st.builds("".join, st.lists(inner, max_size=3))
        | st.builds("({}|{})".format, inner, inner)
        | st.builds("(?:{}){}".format, inner, SIGNS)
    ),
    max_leaves=8,
)


@given(PATTERNS, st.lists(st.text("ab1-_\n", max_size=7), min_size=5))
def test_a_pattern_finds_what_python_finds(pattern, texts):
    try:
        compiled = compile_pattern(pattern)
    except PatternError:
        return
    meant = re.compile(pattern.replace("$", r"\Z"), re.ASCII)

    assert [compiled.found_in(text) for text in texts] == [bool(meant.search(text)) for text in texts]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param(r"\d+\d+\d+\d+\d+x", "1" * MAX_TEXT, id="many ways to cut"),
        pytest.param("(a|a|a|aa)+b", "a" * MAX_TEXT, id="many ways to choose"),
        pytest.param("(a?b?c?)+d", "abc" * 333, id="parts that may be missing"),
        pytest.param("[ab]{0,150}[ab]{0,40}c", "a" * MAX_TEXT, id="as many states as there may be"),
    ],
)
def test_no_pattern_and_text_take_long(pattern, text):
    begin = time.perf_counter()

    assert not compile_pattern(pattern).found_in(text)
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        pytest.param(r"^(\+62|0)8[0-9]{7,12}$", "081234567890", "8123", id="mobile number"),
        pytest.param(r"^\d{16}$", "3273010101010001", "3273010101010001\n", id="NIK"),
        pytest.param("^[A-Z][0-9]{7}$", "X1234567", "x1234567", id="passport"),
        pytest.param(r"^\d{1,3}(\.\d{3})*$", "1.250.000", "1.25.000", id="a group of fixed length may repeat"),
        pytest.param(r"\u0041\x42", "AB", "ab", id="characters by number"),
        pytest.param(r"a\{2\}", "a{2}", "aa", id="braces as characters"),
        pytest.param("^$", "", " ", id="nothing"),
    ],
)
def test_patterns_of_real_forms(pattern, fits, fits_not):
    compiled = compile_pattern(pattern)

    assert compiled.found_in(fits)
    assert not compiled.found_in(fits_not)
