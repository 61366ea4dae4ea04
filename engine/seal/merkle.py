"""Merkle trees as in RFC 9162 §2.1: one hash over a log that only grows, and proofs of what stands in it.

Pure: bytes in, bytes out. ``peaks`` are the roots of a log's complete subtrees, the largest first; with
them alone a log goes on, whatever its length.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import reduce

EMPTY = hashlib.sha256(b"").digest()
"""The root of a log without a leaf."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two halves."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Log:
    """An append-only list of leaf hashes, known by its size and its peaks."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Go on with a log of ``size`` leaves. Raises ``ValueError`` if it cannot have these peaks."""
        self.size, self.peaks = size, list(peaks)
        if size < 0 or len(self.peaks) != size.bit_count() or any(len(peak) != len(EMPTY) for peak in self.peaks):
            raise ValueError(f"a log of {size} leaves has {max(size, 0).bit_count()} peaks, got {len(self.peaks)}")

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        size, node = self.size, leaf
        while size & 1:
            node = node_hash(self.peaks.pop(), node)
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves."""
        if not self.peaks:
            return EMPTY
        return reduce(lambda right, left: node_hash(left, right), reversed(self.peaks))


def audit_path(position: int, before: Log, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the siblings, from the leaf up, that lead from one of ``leaves`` to the root.

    The log is ``before`` with ``leaves`` (hashes) appended; ``position`` counts from the log's beginning and
    must be one of the new ones: then whatever of ``before`` is needed is one of its peaks.
    """
    size = before.size + len(leaves)
    if not before.size <= position < size:
        raise ValueError(f"position {position} is not one of {before.size} to {size - 1}")
    return tuple(_path(position, 0, size, _Nodes(before, leaves)))


def root_of(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that ``path`` leads to (RFC 9162 §2.1.3.2), None if a path of a log cannot look so."""
    if not 0 <= position < size:
        return None
    at, last, node = position, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return node if last == 0 else None


class _Nodes:
    """The hash of any subtree that a path from a new leaf meets."""

    def __init__(self, before: Log, leaves: Sequence[bytes]) -> None:
        self._old, self._leaves = before.size, leaves
        self._peaks: dict[tuple[int, int], bytes] = {}
        begin = 0
        for peak in before.peaks:
            width = _largest_power_of_two(before.size - begin + 1)
            self._peaks[begin, begin + width] = peak
            begin += width

    def hash(self, begin: int, end: int) -> bytes:
        """Return the hash of the leaves ``begin`` to ``end - 1``."""
        if end <= self._old:
            return self._peaks[begin, end]
        if end - begin == 1:
            return self._leaves[begin - self._old]
        middle = begin + _largest_power_of_two(end - begin)
        return node_hash(self.hash(begin, middle), self.hash(middle, end))


def _path(position: int, begin: int, end: int, nodes: _Nodes) -> list[bytes]:
    if end - begin == 1:
        return []
    middle = begin + _largest_power_of_two(end - begin)
    if position < middle:
        return [*_path(position, begin, middle, nodes), nodes.hash(middle, end)]
    return [*_path(position, middle, end, nodes), nodes.hash(begin, middle)]


def _largest_power_of_two(below: int) -> int:
    """Return the largest power of two that is smaller than ``below``, which is at least 2."""
    return 1 << ((below - 1).bit_length() - 1)
