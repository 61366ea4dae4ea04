"""The log's tree is that of RFC 9162 §2.1: held against the RFC's own recursive definitions, written naively."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.seal.merkle import EMPTY, Log, audit_path, leaf_hash, root_of

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def mth(entries: Sequence[bytes]) -> bytes:
    """Merkle Tree Hash, §2.1.1."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """Merkle inclusion proof, §2.1.3.1."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def split(n: int) -> int:
    """Return the largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def grown(entries: Sequence[bytes]) -> Log:
    log = Log()
    for entry in entries:
        log.append(leaf_hash(entry))
    return log


@given(LEAVES)
def test_the_root_is_the_rfcs_after_every_leaf(entries: list[bytes]) -> None:
    log = Log()

    assert log.root() == EMPTY == mth([])
    for count, entry in enumerate(entries, 1):
        log.append(leaf_hash(entry))
        assert log.root() == mth(entries[:count])


@given(LEAVES, st.data())
def test_a_log_goes_on_from_its_peaks_alone(entries: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries)))
    before = grown(entries[:at])

    log = Log(before.size, before.peaks)
    for entry in entries[at:]:
        log.append(leaf_hash(entry))

    assert (log.size, log.root()) == (len(entries), mth(entries))


@given(LEAVES, st.data())
def test_an_audit_path_needs_only_the_old_peaks_and_the_new_leaves(entries: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(0, len(entries) - 1))
    position = data.draw(st.integers(old, len(entries) - 1))

    found = audit_path(position, grown(entries[:old]), [leaf_hash(entry) for entry in entries[old:]])

    assert list(found) == path(position, entries)
    assert root_of(leaf_hash(entries[position]), position, len(entries), found) == mth(entries)


@given(LEAVES, st.data())
def test_no_path_proves_another_leaf_place_or_length(entries: list[bytes], data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(entries) - 1))
    root, right = mth(entries), path(position, entries)
    leaf = leaf_hash(entries[position])

    assert root_of(leaf_hash(b"another leaf"), position, len(entries), right) != root
    assert root_of(leaf, position, len(entries), [*right, bytes(32)]) != root
    assert root_of(leaf, len(entries), len(entries), right) is None
    assert root_of(leaf, -1, len(entries), right) is None
    for at in range(len(right)):
        bent = [*right[:at], hashlib.sha256(right[at]).digest(), *right[at + 1 :]]
        assert root_of(leaf, position, len(entries), bent) != root
        assert root_of(leaf, position, len(entries), [*right[:at], *right[at + 1 :]]) != root


@pytest.mark.parametrize(
    ("size", "peaks"),
    [(1, []), (0, [bytes(32)]), (3, [bytes(32)]), (1, [bytes(31)]), (-1, [])],
)
def test_a_log_that_cannot_be_is_refused(size: int, peaks: list[bytes]) -> None:
    with pytest.raises(ValueError, match="peaks"):
        Log(size, peaks)


def test_only_a_new_leaf_has_a_path() -> None:
    with pytest.raises(ValueError, match="position 0"):
        audit_path(0, grown([b"a"]), [leaf_hash(b"b")])


def test_known_roots() -> None:
    """The test vectors that implementations of Certificate Transparency share."""
    entries = [
        bytes.fromhex(text)
        for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
    ]

    assert mth(entries).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert grown(entries).root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
