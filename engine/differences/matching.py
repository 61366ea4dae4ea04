"""Which part of one diagram is which part of the other: by id, else by what somebody would recognise it by.

A pair that fits in more than one way is no pair: told as removed and added, nothing is claimed that may be wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from .parts import LANE, NODES, Part

Parts = Mapping[str, Part]
Mark = Callable[[Part], Hashable | None]
"""What a part is recognised by; None: not by this."""


@dataclass
class Pairs:
    """Old ids to new ones, and back."""

    new_of: dict[str, str] = field(default_factory=dict)
    old_of: dict[str, str] = field(default_factory=dict)

    def add(self, old: str, new: str) -> None:
        """Note that these two are one."""
        self.new_of[old] = new
        self.old_of[new] = old

    def renamed(self, old: str) -> str:
        """Return what an old id is called now, itself if nothing is known of it."""
        return self.new_of.get(old, old)


def matched(old: Parts, new: Parts) -> Pairs:
    """Return the pairs of two diagrams."""
    pairs = Pairs()
    for part_id, part in old.items():
        if part_id in new and _family(part) == _family(new[part_id]):
            pairs.add(part_id, part_id)
    _pair_single(old, new, pairs)
    for before, after in _marks(old, new, pairs):
        _pair_by(old, new, pairs, before, after)
    return pairs


def _family(part: Part) -> str:
    return "node" if part.is_node else part.kind


def _pair_single(old: Parts, new: Parts, pairs: Pairs) -> None:
    """Pair what there is once in a file, whatever its id: the root, the collaboration, the only process."""
    for kind in ("definitions", "collaboration", "process"):
        one, other = ([part for part in parts.values() if part.kind == kind] for parts in (old, new))
        if len(one) == len(other) == 1 and one[0].id not in pairs.new_of and other[0].id not in pairs.old_of:
            pairs.add(one[0].id, other[0].id)


def _marks(old: Parts, new: Parts, pairs: Pairs) -> Iterator[tuple[Mark, Mark]]:
    """Yield by what to recognise, the surest first; later ones build on the pairs of earlier ones."""
    renamed = pairs.renamed

    def same(mark: Callable[[Part, Callable[[str], str]], Hashable | None]) -> tuple[Mark, Mark]:
        return (lambda part: mark(part, renamed)), (lambda part: mark(part, lambda each: each))

    yield same(lambda part, _: (part.kind, part.name) if part.kind == "lane" and part.name else None)
    yield same(_named_in_lane)
    yield same(lambda part, _: (part.kind, part.name) if part.kind in NODES and _recognisable(part) else None)
    yield same(_timer_by_host_and_length)
    yield same(_alone_on_host)
    yield same(_flow_by_ends)
    entered_old, entered_new = _entered_from(old, renamed), _entered_from(new, lambda each: each)
    yield (lambda part: _end(part, entered_old)), (lambda part: _end(part, entered_new))
    yield same(_flow_by_ends)
    yield same(
        lambda part, _: (part.kind, part.name, part.facts.get("bpmn:text/text()", "")) if not _linked(part) else None
    )


def _recognisable(part: Part) -> bool:
    return bool(part.name.strip()) and part.kind not in ("boundaryEvent", "endEvent")


def _named_in_lane(part: Part, renamed: Callable[[str], str]) -> Hashable | None:
    if part.kind not in NODES or not _recognisable(part):
        return None
    return part.kind, part.name, tuple(renamed(lane) for lane in part.facts.get(LANE, "").split())


def _timer_by_host_and_length(part: Part, renamed: Callable[[str], str]) -> Hashable | None:
    if part.kind != "boundaryEvent":
        return None
    length = part.facts.get("bpmn:timerEventDefinition/bpmn:timeDuration/text()")
    return renamed(part.facts.get("@attachedToRef", "")), length


def _alone_on_host(part: Part, renamed: Callable[[str], str]) -> Hashable | None:
    return renamed(part.facts.get("@attachedToRef", "")) if part.kind == "boundaryEvent" else None


def _flow_by_ends(part: Part, renamed: Callable[[str], str]) -> Hashable | None:
    if part.kind not in ("sequenceFlow", "association"):
        return None
    ends = (renamed(part.facts.get(f"@{end}", "")) for end in ("sourceRef", "targetRef"))
    return part.kind, *ends


def _linked(part: Part) -> bool:
    return part.is_node or part.kind in ("sequenceFlow", "association")


def _entered_from(parts: Parts, renamed: Callable[[str], str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for part in parts.values():
        if part.kind == "sequenceFlow":
            found[part.facts.get("@targetRef", "")].add(renamed(part.facts.get("@sourceRef", "")))
    return {node: frozenset(each) for node, each in found.items()}


def _end(part: Part, entered: Mapping[str, frozenset[str]]) -> Hashable | None:
    return entered.get(part.id) if part.kind == "endEvent" else None


def _pair_by(old: Parts, new: Parts, pairs: Pairs, before: Mark, after: Mark) -> None:
    left: dict[Hashable, list[str]] = defaultdict(list)
    right: dict[Hashable, list[str]] = defaultdict(list)
    for parts, known, mark, found in ((old, pairs.new_of, before, left), (new, pairs.old_of, after, right)):
        for part_id, part in parts.items():
            seen = None if part_id in known else mark(part)
            if seen is not None:
                found[seen].append(part_id)
    for seen, ids in left.items():
        others = right.get(seen, [])
        if len(ids) == len(others) == 1:
            pairs.add(ids[0], others[0])
