"""What the parts of a diagram are called in a sentence, and under which part each is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from ..calendar.worktime import Duration
from ..diagram.timers import office_time
from .drawing import Drawing
from .parts import ACTIVITIES, NODES, Part
from .values import Area

KINDS: Final[Mapping[str, str]] = {
    "startEvent": "awal",
    "endEvent": "akhir",
    "boundaryEvent": "penanda waktu",
    "intermediateCatchEvent": "jeda waktu",
    "userTask": "langkah",
    "subProcess": "sub-proses",
    "callActivity": "panggilan proses",
    "exclusiveGateway": "percabangan pilihan",
    "inclusiveGateway": "percabangan boleh-beberapa",
    "parallelGateway": "percabangan sejajar",
    "sequenceFlow": "alur",
    "lane": "lajur",
    "textAnnotation": "catatan pada gambar",
    "association": "garis penghubung catatan",
    "group": "bingkai kelompok",
    "dataObject": "objek data",
    "dataObjectReference": "gambar data",
    "dataStore": "penyimpanan data",
    "dataStoreReference": "gambar penyimpanan data",
    "participant": "kolam",
    "collaboration": "kolaborasi",
    "definitions": "berkas diagram",
    "process": "proses",
    "escalation": "eskalasi",
    "category": "kategori",
}
_SETTINGS: Final = frozenset(
    {"definitions", "process", "collaboration", "participant", "escalation", "message", "signal", "error"}
)
_ROLES: Final = {"deadline": "batas", "reminder": "pengingat", "interrupt": "batas (langkah ditarik)"}
DURATION: Final = "bpmn:timerEventDefinition/bpmn:timeDuration/text()"
_NAME: Final = 70


class Side:
    """One of the two diagrams, with what a sentence needs to know about its neighbours."""

    def __init__(self, key: str, parts: Mapping[str, Part], drawing: Drawing, calls: Mapping[str, int] | None) -> None:
        self.key, self.parts, self.drawing, self.calls = key, parts, drawing, calls

    @cached_property
    def roles(self) -> dict[str, str]:
        """The role of each boundary timer, among those on the same step."""
        together: dict[str, list[Part]] = defaultdict(list)
        for part in self.parts.values():
            if part.kind == "boundaryEvent":
                together[part.facts.get("@attachedToRef", "")].append(part)
        found = {}
        for timers in together.values():
            longest = max(_length(timer) for timer in timers)
            for timer in timers:
                interrupting = timer.facts.get("@cancelActivity", "true") == "true"
                last = _length(timer) == longest
                found[timer.id] = "interrupt" if interrupting else "deadline" if last else "reminder"
        return found

    @cached_property
    def exits(self) -> dict[str, list[Part]]:
        """The flows out of each node, in the order of the file."""
        found: dict[str, list[Part]] = defaultdict(list)
        for part in self.parts.values():
            if part.kind == "sequenceFlow":
                found[part.facts.get("@sourceRef", "")].append(part)
        return found

    @cached_property
    def entered_from(self) -> dict[str, list[str]]:
        """The nodes from which a flow leads to each node."""
        found: dict[str, list[str]] = defaultdict(list)
        for source, flows in self.exits.items():
            for flow in flows:
                found[flow.facts.get("@targetRef", "")].append(source)
        return found

    @cached_property
    def _tails(self) -> dict[str, str]:
        """Ends that only boundary timers of one step lead to, with that step."""
        hosts: dict[str, set[str]] = defaultdict(set)
        for source, flows in self.exits.items():
            for flow in flows:
                timer = self.parts.get(source)
                host = timer.facts.get("@attachedToRef", "") if timer and timer.kind == "boundaryEvent" else ""
                hosts[flow.facts.get("@targetRef", "")].add(host)
        return {
            node: next(iter(found))
            for node, found in hosts.items()
            if len(found) == 1 and "" not in found and node in self.parts and self.parts[node].kind == "endEvent"
        }

    def owner(self, part: Part) -> str:
        """Return the id of the part under which this one is told, often its own."""
        if part.kind in _SETTINGS:
            return self.settings
        host = ""
        if part.kind == "boundaryEvent":
            host = part.facts.get("@attachedToRef", "")
        elif part.kind == "endEvent":
            host = self._tails.get(part.id, "")
        elif part.kind == "sequenceFlow":
            host = self._tails.get(part.facts.get("@targetRef", ""), "")
        return host if host in self.parts else part.id

    @cached_property
    def settings(self) -> str:
        """The part under which everything is told that is about the SOP as a whole."""
        if self.key in self.parts:
            return self.key
        return next((part.id for part in self.parts.values() if part.kind == "process"), next(iter(self.parts)))

    def name(self, part_id: str) -> str:
        """Return what a part is called within a sentence: ``langkah 5``, ``lajur Petugas``."""
        part = self.parts.get(part_id)
        if part is None:
            return part_id or "(tidak ada)"
        if part.kind in ACTIVITIES and part.stated("no"):
            return f"langkah {part.stated('no')}"
        if part.kind == "boundaryEvent":
            return f"{self.timer(part)} pada {self._end(part.facts.get('@attachedToRef', ''), ACTIVITIES)}"
        if part.kind == "sequenceFlow":
            return self.flow_name(part)
        if part.kind == "lane":
            return f"lajur {part.name or part.id}"
        kind = KINDS.get(part.kind, part.kind)
        text = part.name.strip() or part.facts.get("bpmn:text/text()", "").strip()
        return f"{kind} “{_shortened(text)}”" if text else f"{kind} {part.xml_id or ''}".strip()

    def flow_name(self, flow: Part) -> str:
        """Return a flow as its two ends."""
        source, target = (self._end(flow.facts.get(f"@{end}", ""), NODES) for end in ("sourceRef", "targetRef"))
        return f"alur dari {source} ke {target}"

    def _end(self, part_id: str, kinds: frozenset[str]) -> str:
        # A draft may attach what it likes to what it likes, also in a circle: then the id has to do.
        part = self.parts.get(part_id)
        return self.name(part_id) if part is None or part.kind in kinds else part_id

    def timer(self, timer: Part) -> str:
        """Return a boundary timer in words: ``batas 3 hari``."""
        return f"{_ROLES[self.roles[timer.id]]} {words_of(timer.facts.get(DURATION))}"

    def title(self, part: Part) -> str:
        """Return the heading of a part's entry."""
        name = self.name(part.id)
        if part.kind in ACTIVITIES:
            name = part.name.strip() or name
        return name[:1].upper() + name[1:]

    def lanes(self, part: Part) -> str:
        """Return the names of the lanes that hold a node."""
        return self.lane_names(part.facts.get("lane()", ""))

    def lane_names(self, ids: str) -> str:
        """Return the names of lanes by their ids."""
        names = (self.parts[lane].name if lane in self.parts else lane for lane in ids.split())
        return " / ".join(names) or "(tanpa lajur)"


def area_of(part: Part) -> Area:
    """Return under which heading a part is told."""
    if part.kind in ACTIVITIES:
        return "step"
    if part.kind.endswith("Gateway"):
        return "gateway"
    if part.is_node:
        return "event"
    if part.kind in ("sequenceFlow", "lane"):
        return "flow" if part.kind == "sequenceFlow" else "lane"
    return "sop" if part.kind in _SETTINGS else "note"


def words_of(duration: str | None) -> str:
    """Return a duration in words, as it is written where it cannot be read."""
    try:
        return Duration.parse(duration or "").words()
    except ValueError:
        return duration.strip() if duration and duration.strip() else "(tanpa waktu)"


def _length(timer: Part) -> float:
    try:
        return office_time(Duration.parse(timer.facts.get(DURATION, ""))).total_seconds()
    except ValueError:
        return 0


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _NAME else f"{line[:_NAME].rstrip()}…"
