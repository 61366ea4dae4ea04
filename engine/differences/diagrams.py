"""Two diagrams compared: every part that came, went or changed, under the part where a reader looks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from . import sentences, sop_words
from .changes import Changes, reordered
from .drawing import drawing_of
from .matching import Pairs, matched
from .naming import KINDS, Side, area_of
from .parts import Part
from .told import change, listed
from .values import Area, Difference, Kind

WRITING = "Penulisan berkas diagram"
LAYOUT = "Tata letak gambar"


@dataclass
class _Entry:
    """One entry while it grows."""

    area: Area
    no: str
    title: str
    kind: Kind = "changed"
    sentences: list[str] = field(default_factory=list)
    old: dict[str, None] = field(default_factory=dict)
    new: dict[str, None] = field(default_factory=dict)
    moves: int = 0

    def finished(self) -> Difference:
        """Return the entry as callers see it."""
        kind: Kind = "moved" if self.kind == "changed" and self.moves == len(self.sentences) else self.kind
        told = tuple(dict.fromkeys(self.sentences))
        return Difference(self.area, kind, tuple(self.old), tuple(self.new), self.no, self.title, told)


def compare_diagrams(old: Side, new: Side) -> list[Difference]:
    """Return everything in which two diagrams differ, in the order of the files."""
    comparison = _Comparison(old, new, matched(old.parts, new.parts))
    comparison.look()
    return [entry.finished() for entry in comparison.entries.values() if entry.sentences]


class _Comparison:
    """One comparison under way."""

    def __init__(self, old: Side, new: Side, pairs: Pairs) -> None:
        self.old, self.new, self.pairs = old, new, pairs
        self.entries: dict[tuple[str, ...], _Entry] = {}
        self.writing: list[str] = []

    def look(self) -> None:
        """Compare everything."""
        for part in self.new.parts.values():
            before = self.pairs.old_of.get(part.id)
            if before is None:
                self._alone(part, self.new, added=True)
            else:
                self._both(self.old.parts[before], part)
        for part in self.old.parts.values():
            if part.id not in self.pairs.new_of:
                self._alone(part, self.old, added=False)
        self._order_of_exits()
        self._drawing()
        self._writing()

    def _both(self, before: Part, after: Part) -> None:
        changes = Changes(before, after, self.pairs)
        self.writing += [f"{sentence} pada {self.new.name(after.id)}" for sentence in changes.of_the_writing()]
        self._orders(after, changes)
        owner_id = self.new.owner(after)
        owner = self.new.parts[owner_id]
        if area_of(owner) == "sop":
            self._settings(before, after, changes)
            return
        said = list(self._said(before, after, changes))
        if not said:
            return
        entry = self._entry(owner)
        entry.moves += sum(each.startswith(("pindah lajur", "pindah tempat")) for each in said)
        prefix = "" if owner_id == after.id or after.kind == "boundaryEvent" else f"{self.new.name(after.id)}: "
        entry.sentences += [prefix + each for each in said]
        self._mark(entry, before, after)

    def _said(self, before: Part, after: Part, changes: Changes) -> Iterator[str]:
        sides = before, after, changes, self.old, self.new
        if after.kind == before.kind == "boundaryEvent":
            yield from sentences.of_timer(*sides)
        elif after.is_node:
            self._forget_lane_of_tail(before, after, changes)
            yield from sentences.of_everything(*sides)
            yield from sentences.of_node(*sides)
        elif after.kind == "sequenceFlow":
            yield from sentences.of_flow(*sides)
        elif after.kind == "lane":
            yield from sentences.of_everything(*sides)
            yield from sentences.of_lane(*sides)
        yield from sentences.of_everything(*sides)
        prefix = f"{self.new.timer(after)}: " if after.kind == "boundaryEvent" else ""
        yield from (prefix + each for each in changes.rest())

    def _forget_lane_of_tail(self, before: Part, after: Part, changes: Changes) -> None:
        """Forget that the end behind a timer went to another lane together with its step."""
        hosts = self.old.parts.get(self.old.owner(before)), self.new.parts.get(self.new.owner(after))
        if hosts[0] is not None and hosts[1] is not None and hosts[1].id != after.id:
            lanes = before.facts["lane()"], after.facts["lane()"]
            if lanes == (hosts[0].facts.get("lane()"), hosts[1].facts.get("lane()")):
                changes.take("lane()")

    def _settings(self, before: Part, after: Part, changes: Changes) -> None:
        if after.kind == "process":
            said = list(sop_words.of_process(changes))
        else:
            sides = before, after, changes, self.old, self.new
            what = self.new.name(after.id)
            said = [(sop_words.SETTINGS, f"{what}: {each}") for each in sentences.of_everything(*sides)]
        said += [(sop_words.SETTINGS, f"{self.new.name(after.id)}: {each}") for each in changes.rest()]
        for heading, sentence in said:
            self._text_entry("sop", heading).sentences.append(sentence)

    def _alone(self, part: Part, side: Side, *, added: bool) -> None:
        owner = side.parts[side.owner(part)]
        if area_of(part) == "sop":
            sentence = f"{side.name(part.id)} {'ditambahkan' if added else 'dihapus'}"
            self._text_entry("sop", sop_words.SETTINGS).sentences.append(sentence)
            return
        entry, theirs = self._entry_alone(owner, side, added=added)
        (entry.new if added else entry.old)[part.id] = None
        if owner.id == part.id:
            entry.kind = "added" if added else "removed"
            entry.sentences[:0] = [self._arrival(part, added=added), *sentences.of_added(part, side)]
        elif part.kind == "boundaryEvent":
            entry.sentences.append(side.timer(part) if theirs else sentences.of_timer_alone(part, side, added))
        elif not self._goes_with_timer(part, side, added=added):
            entry.sentences.append(f"{side.name(part.id)} {'ditambahkan' if added else 'dihapus'}")

    def _entry_alone(self, owner: Part, side: Side, *, added: bool) -> tuple[_Entry, bool]:
        """Return the entry for what is on one side only, and whether its owner is on that side only as well."""
        if added:
            return self._entry(owner), owner.id not in self.pairs.old_of
        now = self.pairs.new_of.get(owner.id)
        if now is not None:
            return self._entry(self.new.parts[now]), False
        return self._keyed(("old", owner.id), area_of(owner), owner.stated("no"), side.title(owner)), True

    @staticmethod
    def _arrival(part: Part, *, added: bool) -> str:
        what = KINDS.get(part.kind, "unsur")
        return f"{what} baru" if added else f"{what} dihapus"

    def _goes_with_timer(self, part: Part, side: Side, *, added: bool) -> bool:
        """Return whether this end or flow came or went together with the boundary timer before it."""
        known = self.pairs.old_of if added else self.pairs.new_of
        own = [part.facts.get("@sourceRef", "")] if part.kind == "sequenceFlow" else side.entered_from[part.id]
        return bool(own) and all(each not in known for each in own)

    def _entry(self, owner: Part) -> _Entry:
        """Return the entry of a part of the new diagram, marked on both."""
        entry = self._keyed(("new", owner.id), area_of(owner), owner.stated("no"), self.new.title(owner))
        before = self.pairs.old_of.get(owner.id)
        self._mark(entry, self.old.parts[before] if before else None, owner)
        return entry

    def _text_entry(self, area: Area, title: str) -> _Entry:
        return self._keyed((area, title), area, "", title)

    def _keyed(self, key: tuple[str, ...], area: Area, no: str, title: str) -> _Entry:
        return self.entries.setdefault(key, _Entry(area, no, title))

    @staticmethod
    def _mark(entry: _Entry, before: Part | None, after: Part) -> None:
        if before is not None and before.xml_id:
            entry.old[before.xml_id] = None
        if after.xml_id:
            entry.new[after.xml_id] = None

    def _orders(self, after: Part, changes: Changes) -> None:
        for what in changes.orders:
            of_links = f"urutan rujukan {what.removesuffix('()')}"
            words = "urutan properti atau isi" if what.endswith("children()") else of_links
            self.writing.append(f"{words} berubah pada {self.new.name(after.id)}")

    def _order_of_exits(self) -> None:
        """Tell where conditions are tried in another order: the order of the flows in the file decides."""
        for before, flows in self.old.exits.items():
            now = self.new.parts.get(self.pairs.renamed(before))
            if now is None or now.kind not in ("exclusiveGateway", "inclusiveGateway"):
                continue
            order = tuple(flow.id for flow in self.new.exits.get(now.id, []))
            if reordered([self.pairs.renamed(flow.id) for flow in flows], order):
                entry = self._entry(now)
                targets = [self.new.name(self.new.parts[flow].facts.get("@targetRef", "")) for flow in order]
                entry.sentences.append(f"syarat kini dicoba dalam urutan lain: {'; '.join(targets)}")

    def _drawing(self) -> None:
        old, new = self.old.drawing, self.new.drawing
        entry = self._text_entry("layout", LAYOUT)
        moved: list[Part] = []
        for part in self.new.parts.values():
            before = self.pairs.old_of.get(part.id)
            if before is None:
                continue
            was = old.shapes.get(self.old.parts[before].xml_id)
            if _drawn(was, self.old.parts[before], part) != new.shapes.get(part.xml_id):
                moved.append(part)
                self._mark(entry, self.old.parts[before], part)
        boxes = [self.new.name(part.id) for part in moved if part.kind not in ("sequenceFlow", "association")]
        if boxes:
            entry.sentences.append(f"digeser atau digambar ulang: {listed(boxes)}")
        if len(boxes) < len(moved):
            entry.sentences.append(f"garis alur digambar ulang: {len(moved) - len(boxes)}")
        entry.sentences += self._rest_of_drawing()

    def _rest_of_drawing(self) -> Iterator[str]:
        old, new = self.old.drawing, self.new.drawing
        drawn = {part.xml_id for part in (*self.old.parts.values(), *self.new.parts.values())}
        strays = {each for each in old.shapes.keys() | new.shapes.keys() if each not in drawn}
        if any(old.shapes.get(each) != new.shapes.get(each) for each in strays) or old.rest != new.rest:
            yield "keterangan gambar yang lain (halaman gambar, gaya huruf, atau gambar tanpa unsur) berubah"
        elif reordered([self.pairs.renamed(each) for each in old.order], new.order):
            yield "urutan gambar (mana yang menutupi mana) berubah"

    def _writing(self) -> None:
        old, new = self.old.drawing.writing, self.new.drawing.writing
        entry = self._text_entry("file", WRITING)
        entry.sentences += self.writing
        entry.sentences += [f"{what} {change(old[what], new[what])}" for what in new if old[what] != new[what]]
        order = tuple(self.new.parts)
        if reordered([self.pairs.renamed(each) for each in self.old.parts], order):
            entry.sentences.append("urutan unsur di dalam berkas berubah")


def _drawn(was: str | None, before: Part, after: Part) -> str | None:
    """Return an old drawing as it would be under a new id."""
    return was.replace(f"bpmnElement={before.xml_id!r}", f"bpmnElement={after.xml_id!r}") if was else was


def side_of(key: str, xml: bytes, parts: Mapping[str, Part], calls: Mapping[str, int] | None) -> Side:
    """Return one diagram, ready to be compared."""
    return Side(key, parts, drawing_of(xml), calls)
