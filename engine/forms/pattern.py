"""Patterns of text fields, matched in time that grows only with the text's length.

The text is followed through all possibilities of the pattern at once, so no pattern and no
text can make it slow; Python's ``re`` goes back and tries again, and can be made to hang.
``$`` is the very end, never "before a last line break".
"""

from __future__ import annotations

from dataclasses import dataclass

from .regex import Char, Choice, Edge, Node, PatternError, Ranges, Repeat, Sequence, read_pattern

MAX_TEXT = 1_000
_MAX_STATES, _MAX_WORK = 400, 4_000


@dataclass(frozen=True)
class _State:
    """One state: a character to read, an edge to stand at, or neither (a fork to ``ways``). No way: found."""

    ways: tuple[int, ...] = ()
    ranges: Ranges | None = None
    edge: Edge | None = None


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern. ``text`` is how it was written."""

    text: str
    states: tuple[_State, ...]

    def found_in(self, text: str) -> bool:
        """Return whether the pattern occurs somewhere in ``text``, which has at most ``MAX_TEXT`` characters."""
        waiting: set[int] = set()
        for place in range(len(text) + 1):
            waiting.add(0)  # a match may begin at every place
            reading, found = self._follow(waiting, at_start=place == 0, at_end=place == len(text))
            if found:
                return True
            code = ord(text[place]) if place < len(text) else -1
            waiting = {way for way, ranges in reading if any(low <= code <= high for low, high in ranges)}
        return False

    def _follow(self, begin: set[int], *, at_start: bool, at_end: bool) -> tuple[list[tuple[int, Ranges]], bool]:
        """Follow all that reads no character; return the characters waited for, and whether we are done."""
        seen, todo = set(begin), list(begin)
        reading: list[tuple[int, Ranges]] = []
        while todo:
            state = self.states[todo.pop()]
            if state.ranges is not None:
                reading.append((state.ways[0], state.ranges))
                continue
            if state.edge is not None and not (at_end if state.edge.end else at_start):
                continue
            if not state.ways:
                return reading, True
            todo.extend(way for way in state.ways if way not in seen)
            seen.update(state.ways)
        return reading, False


def compile_pattern(text: str) -> Pattern:
    """Return the compiled pattern. Raises ``PatternError`` with an Indonesian sentence."""
    writer = _Writer()
    writer.write(read_pattern(text))
    return Pattern(text, (*writer.states, _State()))


class _Writer:
    """Writes a tree as states. After each part, the next state to come is where that part leads."""

    def __init__(self) -> None:
        self.states: list[_State] = []
        self.work = 0  # a part that writes no state can still be repeated without end

    def write(self, node: Node) -> None:
        self.work += 1
        if len(self.states) > _MAX_STATES or self.work > _MAX_WORK:
            raise PatternError("pola ini terlalu besar; kecilkan jumlah pengulangannya")
        match node:
            case Char(ranges):
                self.states.append(_State((len(self.states) + 1,), ranges=ranges))
            case Edge():
                self.states.append(_State((len(self.states) + 1,), edge=node))
            case Sequence(parts):
                for part in parts:
                    self.write(part)
            case Choice(parts):
                self._choice(parts)
            case Repeat():
                self._repeat(node)

    def _reserve(self) -> int:
        self.states.append(_State())
        return len(self.states) - 1

    def _choice(self, parts: tuple[Node, ...]) -> None:
        leaving: list[int] = []
        for part in parts[:-1]:
            fork = self._reserve()
            self.write(part)
            leaving.append(self._reserve())
            self.states[fork] = _State((fork + 1, len(self.states)))
        self.write(parts[-1])
        for place in leaving:
            self.states[place] = _State((len(self.states),))

    def _repeat(self, node: Repeat) -> None:
        for _ in range(node.least):
            self.write(node.part)
        if node.most is None:
            fork = self._reserve()
            self.write(node.part)
            self.states.append(_State((fork,)))
            self.states[fork] = _State((fork + 1, len(self.states)))
            return
        forks: list[int] = []
        for _ in range(node.most - node.least):
            forks.append(self._reserve())
            self.write(node.part)
        for fork in forks:
            self.states[fork] = _State((fork + 1, len(self.states)))
