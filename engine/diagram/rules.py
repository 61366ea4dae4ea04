"""The rules of a diagram by name, and the list in which one reading collects what breaks them."""

from __future__ import annotations

from collections import Counter
from typing import Final

from ..model import Problem, Severity
from .xml import Xml

MOST: Final = 100
"""Problems of one file that are told; a file with more is not read by a person anyway."""

RULES: Final[dict[str, str]] = {
    # the file
    "empty": "Berkas tidak boleh kosong.",
    "too-large": "Berkas paling besar 1 MB.",
    "not-xml": "Berkas harus XML yang utuh.",
    "doctype": "DOCTYPE dan entitas tidak boleh ada.",
    "processing-instruction": "Instruksi pemrosesan XML tidak boleh ada.",
    "xml-depth": "Elemen paling banyak bersarang 100 tingkat.",
    "too-many-elements": "Paling banyak 20.000 elemen, 50 atribut per elemen.",
    "not-bpmn": "Akar berkas harus definitions dari BPMN 2.0.",
    "no-process": "Berkas harus memuat sedikitnya satu proses yang dapat dijalankan.",
    "process-not-executable": "Proses yang berisi langkah harus ditandai Executable.",
    "too-many-processes": "Satu berkas paling banyak memuat 20 proses.",
    "too-many-nodes": "Satu proses paling banyak 250 simpul.",
    "too-many-problems": "Hanya 100 galat dan 100 peringatan pertama yang ditampilkan.",
    # what may stand in it
    "element-not-allowed": "Hanya elemen BPMN dalam daftar yang boleh ada.",
    "extension-not-allowed": "Hanya elemen tambahan dalam daftar yang boleh ada.",
    "attribute-not-allowed": "Hanya atribut dalam daftar yang boleh ada.",
    "attribute-value": "Nilai atribut harus salah satu yang dikenal.",
    "code": "Skrip, listener, ungkapan dan konektor tidak pernah dijalankan, jadi tidak boleh ada.",
    "task-kind": "Langkah harus User Task.",
    "gateway-kind": "Gateway harus exclusive, parallel atau inclusive.",
    "event-kind": "Peristiwa harus start polos, timer, atau end polos, terminate atau escalation.",
    "sub-process-kind": "Sub-proses harus yang tertanam biasa.",
    "loop-kind": "Pengulangan hanya dengan multi-instance pada User Task.",
    "message-flow": "Aliran pesan tidak dijalankan, jadi tidak boleh ada.",
    "assignment": "Pelaksana ditentukan lane dan kelompok, bukan atribut lain.",
    "text-too-long": "Nama paling panjang 1.000 huruf, teks lain 20.000 huruf.",
    # ids and references
    "id-missing": "Setiap simpul, aliran dan proses harus punya id.",
    "id-characters": "Id hanya huruf, angka, titik, garis bawah dan tanda hubung, paling panjang 100.",
    "id-reserved": "Id tidak boleh sama dengan nama yang dipakai mesin.",
    "id-duplicate": "Setiap id hanya boleh dipakai satu kali.",
    "reference-dangling": "Rujukan harus menunjuk elemen yang ada.",
    # flows
    "flow-dangling": "Aliran harus menghubungkan dua simpul yang ada.",
    "flow-scope": "Aliran tidak boleh menembus batas sub-proses atau pool.",
    "flow-duplicate": "Antara dua simpul hanya boleh satu aliran.",
    "flow-direction": "Aliran tidak masuk ke start atau boundary event, dan tidak keluar dari end event.",
    "start-event": "Setiap proses dan sub-proses harus punya tepat satu start event.",
    "no-exit": "Setiap simpul selain end event harus punya aliran keluar.",
    "implicit-split": "Hanya gateway yang boleh punya lebih dari satu aliran keluar.",
    "unreachable": "Setiap simpul harus dapat dicapai dari start event.",
    "no-end": "Dari setiap simpul harus ada jalan ke end event.",
    "automatic-cycle": "Putaran harus melewati User Task atau timer.",
    # conditions
    "condition": "Kondisi harus ditulis dalam bahasa kondisi yang dikenal.",
    "condition-misplaced": "Kondisi hanya pada aliran keluar exclusive atau inclusive gateway, bukan pada default.",
    "condition-missing": "Setiap aliran keluar exclusive atau inclusive gateway butuh kondisi atau default.",
    "default-flow": "Default harus salah satu aliran keluar gateway itu.",
    "no-default": "Percabangan tanpa default dapat macet bila tidak ada kondisi yang terpenuhi.",
    # lanes
    "lane-unnamed": "Setiap lane harus punya nama.",
    "lane-name": "Nama lane tidak boleh memuat tanda titik koma.",
    "lane-duplicate": "Nama lane hanya boleh dipakai satu kali.",
    "lane-nested": "Lane tidak boleh bersarang dan hanya ada pada proses.",
    "lane-representative": "Properti diwakili harus menyebut lane lain dalam diagram.",
    "task-without-lane": "Setiap User Task harus berada dalam satu lane.",
    "task-in-two-lanes": "Satu simpul hanya boleh berada dalam satu lane.",
    "task-unnamed": "User Task sebaiknya punya nama.",
    # timers
    "timer-kind": "Timer harus berupa durasi.",
    "duration": "Durasi harus PnD, PTnH atau PTnM, 1 menit sampai 3.650 hari.",
    "timer-attached": "Boundary timer harus menempel pada User Task, sub-proses atau call activity.",
    "timer-duplicate": "Timer pada satu langkah harus berbeda durasi, dan hanya satu yang menarik langkah.",
    "timer-never": "Timer yang lebih lama daripada timer penarik tidak pernah berbunyi.",
    "no-timer": 'Langkah sebaiknya punya timer, atau waktu "-".',
    "waktu": "Properti waktu sebaiknya sama dengan timer.",
    # steps
    "cardinality": "Jumlah multi-instance harus angka 1 sampai 50.",
    "form-link": "Tautan formulir harus menyebut satu id formulir.",
    "form-missing": "Formulir yang ditautkan harus ada.",
    "group": "Kelompok harus nama-nama, atau satu nama isian.",
    "call-target": "Call activity harus menyebut id proses yang dipanggil.",
    "call-missing": "Proses yang dipanggil harus ada.",
    "call-recursion": "Proses tidak boleh memanggil dirinya sendiri.",
    "field-unknown": "Isian yang dibaca diagram harus ada dalam formulirnya.",
    "field-personal": "Isian yang dibaca diagram tidak boleh data pribadi.",
    "field-not-scalar": "Isian yang dibaca diagram harus teks, angka atau ya/tidak.",
    # properties
    "property-name": "Setiap properti harus punya nama.",
    "property-duplicate": "Nama properti hanya boleh dipakai satu kali per elemen.",
    "property-unknown": "Properti lane yang dikenal hanya diwakili.",
    "kalender": "Kalender yang dikenal hanya kantor.",
    "nomor-perkara": "Pola nomor perkara memakai {tahun} dan {urut}.",
    "batas-hukum": "Batas hukum harus jumlah hari kerja PnD.",
    "batas-hukum-exceeded": "Jumlah durasi sebaiknya tidak melewati batas hukum.",
    # people
    "personal-lane": "Lane yang boleh melihat isian pribadi harus ada dalam diagram.",
    "lane-unstaffed": "Setiap lane sebaiknya punya orang.",
    "group-unstaffed": "Setiap kelompok sebaiknya punya orang dalam lane itu.",
}
"""Rule → what it asks for, in Indonesian."""

_HOLDERS: Final = frozenset(
    {"bpmn:definitions", "bpmn:process", "bpmn:laneSet", "bpmn:childLaneSet", "bpmn:collaboration"}
    | {"bpmn:subProcess", "bpmn:transaction", "bpmn:adHocSubProcess"}
)


_PARTS: Final = frozenset({"bpmn:extensionElements", "bpmn:documentation"})


class Findings:
    """The problems of one file, in the order of finding, each with its element."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.left_out: set[str] = set()
        """Ids of elements that were refused as such: what hangs on them is not told once more."""
        self.damaged: set[str] = set()
        """Ids of elements of which a part was refused: that the part is missing is not told once more."""
        self._found: list[Problem] = []
        self._count: Counter[Severity] = Counter()

    @property
    def refused(self) -> bool:
        """Return whether something forbids the diagram."""
        return self._count["error"] > 0

    def refuse(self, rule: str, message: str, at: Xml | None = None, *, element: str = "", name: str = "") -> None:
        """Note what forbids the diagram."""
        self._note("error", rule, message, at, element, name)

    def warn(self, rule: str, message: str, at: Xml | None = None, *, element: str = "", name: str = "") -> None:
        """Note what is doubtful."""
        self._note("warning", rule, message, at, element, name)

    def problems(self) -> tuple[Problem, ...]:
        """Return everything that was noted."""
        left_out = ((severity, count - MOST) for severity, count in self._count.items() if count > MOST)
        return (*self._found, *(self._more(severity, count) for severity, count in left_out))

    def _more(self, severity: Severity, count: int) -> Problem:
        message = f"Masih ada {count} temuan lain; perbaiki yang di atas dahulu."
        return Problem(self.file, "", "", severity, "too-many-problems", message)

    def _note(self, severity: Severity, rule: str, message: str, at: Xml | None, element: str, name: str) -> None:
        if rule not in RULES:
            raise KeyError(rule)
        self._count[severity] += 1
        if self._count[severity] > MOST:
            return
        if at is not None:
            owner = owner_of(at)
            element, name = owner.id or owner.kind, owner.name
        self._found.append(Problem(self.file, element[:100], name[:200], severity, rule, message))


def owner_of(element: Xml) -> Xml:
    """Return the flow node, flow, lane, process, … that a person sees ``element`` as a part of."""
    while element.parent is not None and (element.parent.label not in _HOLDERS or element.label in _PARTS):
        element = element.parent
    return element
