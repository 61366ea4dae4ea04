"""Each event of a case as one Indonesian sentence, as an auditor would say it aloud.

Reasons are told as they were given; answers never are, so a sentence holds no personal data of
those the case is about. Nothing here decides or looks anything up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from engine import Moment

from .standing import Office
from .told_names import actor_named, capital, listed, node_named, quoted, step_named, timer_named
from .words import instant, office_time

POLICIES: Mapping[str, str] = {
    "keep": "Batas waktu yang sudah berjalan tetap",
    "recompute": "Batas waktu dihitung ulang sejak langkahnya dibuka",
    "restart": "Batas waktu dimulai lagi saat pemindahan",
}


def told(moment: Moment, office: Office) -> str:
    """Return the sentence of one event; of a kind that is not known yet, its name."""
    teller = _TELLERS.get(moment.type)
    return teller(moment, office) if teller else f"Peristiwa {moment.type} tercatat."


# --- inputs ---------------------------------------------------------------------------------


def _started(moment: Moment, office: Office) -> str:
    facts = moment.facts
    diagram = moment.nodes[facts["definition"]].name
    return f"Perkara dimulai oleh {actor_named(moment, office)}, pada “{diagram}” versi {facts['version']}."


def _completed(moment: Moment, office: Office) -> str:
    who = actor_named(moment, office)
    step = moment.step
    if step is None:
        return f"{moment.facts['key']} diselesaikan oleh {who}."
    item = step.item
    late = _late(item.due_at, item.closed_at, office)
    return f"{step_named(step, whole=True)} diselesaikan oleh {who}{f', {late}' if late else ''}."


def _fired(moment: Moment, office: Office) -> str:
    timer = moment.timer
    if timer is None:
        return f"Timer {moment.facts['key']} jatuh tempo."
    told = {
        "reminder": f"Saat {timer_named(timer)} tiba",
        "wait": f"{capital(timer_named(timer))} berakhir",
        "interrupt": f"{capital(timer_named(timer))} habis",
    }.get(timer.role, f"{capital(timer_named(timer))} terlampaui")
    return f"{told}, jatuh tempo {instant(moment.took_effect_at)}{_noticed(moment)}."


def _cancelled(moment: Moment, office: Office) -> str:
    return f"Perkara dibatalkan oleh {actor_named(moment, office)}. Alasan: {quoted(moment.facts['reason'])}"


def _migrated(moment: Moment, office: Office) -> str:
    facts = moment.facts
    versions = f"dari versi {facts['from_version']} ke versi {facts['to_version']} diagramnya"
    told = [
        f"Perkara dipindahkan {versions} oleh {actor_named(moment, office)}. Alasan: {quoted(facts['reason'])}",
        f"{POLICIES[facts['policy']]}." if facts["policy"] in POLICIES else "",
    ]
    for keys, words in _RULES:
        named = [node_named(moment.nodes[key]) for key in facts[keys] if key in moment.nodes]
        told.append(f"{words}: {listed(named)}." if named else "")
    return " ".join(filter(None, told))


_RULES = (
    ("passed", "Dianggap sudah dilalui"),
    ("dropped", "Tidak ada lagi pada versi baru"),
    ("restored", "Ada lagi pada versi ini dan berlaku kembali"),
    ("rearmed", "Batas waktu yang sudah lewat dihitung lagi"),
)


# --- consequences ---------------------------------------------------------------------------


def _opened(moment: Moment, _office: Office) -> str:
    step = moment.step
    if step is None:
        return f"{moment.facts['key']} menunggu lajur {moment.facts['lane']}."
    place = f"lajur {step.item.lane}{f', {step.item.group}' if step.item.group else ''}"
    if step.opened_seq != moment.seq:
        return f"{step_named(step)} dialihkan kepada {place}."
    return f"{step_named(step, whole=True)} terbuka dan menunggu {place}."


def _withdrawn(moment: Moment, _office: Office) -> str:
    cause, step = moment.facts["cause"], moment.step
    named = step_named(step) if step else moment.facts["key"]
    if cause == "pindah":
        return f"{named} ditarik karena perkara dipindahkan ke versi lain."
    node = moment.nodes.get(cause)
    if node is not None:
        return f"{named} ditarik oleh {node_named(node)}."
    return f"{named} ditarik karena perkara dibatalkan."


def _scheduled(moment: Moment, _office: Office) -> str:
    timer = moment.timer
    return f"{capital(timer_named(timer)) if timer else moment.facts['key']} mulai berjalan."


def _dropped(moment: Moment, _office: Office) -> str:
    timer = moment.timer
    return f"{capital(timer_named(timer)) if timer else moment.facts['key']} dihentikan sebelum jatuh tempo."


def _path(moment: Moment, _office: Office) -> str:
    if not moment.flows:
        return "Alur berlanjut."
    sources = {passage.source.id for passage in moment.flows}
    ends = dict.fromkeys(
        node_named(passage.target) for passage in moment.flows if passage.target.id not in sources
    ) or dict.fromkeys([node_named(moment.flows[-1].target)])
    through = dict.fromkeys(f"“{passage.name}”" for passage in moment.flows if passage.name)
    way = f" lewat {listed(through)}" if through else ""
    return f"Alur berlanjut dari {node_named(moment.flows[0].source)} ke {listed(ends)}{way}."


def _escalated(moment: Moment, _office: Office) -> str:
    node = moment.nodes.get(moment.facts["element"])
    return f"Eskalasi tercatat{f': “{node.name}”' if node and node.name else ''}."


def _ended(_moment: Moment, _office: Office) -> str:
    return "Perkara selesai: semua jalan pada diagram sudah sampai di akhirnya."


# --- notes ----------------------------------------------------------------------------------


def _claimed(moment: Moment, office: Office) -> str:
    waited = moment.step.waited if moment.step else None
    after = f" setelah menunggu {office_time(office.calendar, waited)}" if waited is not None else ""
    return f"{_step(moment)} diambil oleh {actor_named(moment, office)}{after}."


def _released(moment: Moment, office: Office) -> str:
    return f"{_step(moment)} dilepas kembali ke lajurnya oleh {actor_named(moment, office)}."


def _reassigned(moment: Moment, office: Office) -> str:
    to = office.person(moment.facts["to"])
    reason = quoted(moment.facts["reason"])
    return f"{_step(moment)} dialihkan kepada {to} oleh {actor_named(moment, office)}. Alasan: {reason}"


def _due_set(moment: Moment, office: Office) -> str:
    told = []
    for each in moment.due:
        if each.timer.due_at is None:
            continue
        named, due = timer_named(each.timer), instant(each.timer.due_at)
        if each.before is None:
            told.append(f"{named} jatuh pada {due}")
        elif each.before == each.timer.due_at:
            told.append(f"{named} tetap jatuh pada {due}")
        else:
            told.append(f"{named} berubah dari {instant(each.before)} menjadi {due}")
    reason = moment.facts["reason"]
    who = f" oleh {actor_named(moment, office)}" if reason and told else ""
    sentence = f"{capital('; '.join(told)) or 'Waktu jatuh tempo ditetapkan'}{who}."
    return f"{sentence} Alasan: {quoted(reason)}" if reason else sentence


def _incident(moment: Moment, _office: Office) -> str:
    facts = moment.facts
    node = moment.nodes.get(facts["element"])
    where = node_named(node) if node and node.kind else f"“{facts['name'] or facts['element']}”"
    return f"Perkara berhenti sebagai insiden di {where}: {quoted(facts['reason'])}"


def _resolved(moment: Moment, office: Office) -> str:
    return f"Insiden ditangani dan dicoba lagi oleh {actor_named(moment, office)}; perkara berjalan lagi."


def _commented(moment: Moment, office: Office) -> str:
    return f"{actor_named(moment, office)} menulis catatan pada perkara."


def _erased(moment: Moment, office: Office) -> str:
    steps = listed(step_named(step, at_start=False) for step in moment.about)
    of = f" dari {steps}" if steps else ""
    who, ground = actor_named(moment, office), quoted(moment.facts["ground"])
    return f"Data pribadi{of} dihapus untuk selamanya oleh {who}. Dasar: {ground}"


def _revealed(moment: Moment, office: Office) -> str:
    fields = listed(f"“{label}”" for label in moment.labels)
    of = f" pada {step_named(moment.step, at_start=False)}" if moment.step else ""
    reason = quoted(moment.facts["reason"])
    return f"{actor_named(moment, office)} membuka data tertutup {fields}{of}. Alasan: {reason}"


_TELLERS: Mapping[str, Callable[[Moment, Office], str]] = {
    "InstanceStarted": _started,
    "WorkItemCompleted": _completed,
    "TimerFired": _fired,
    "InstanceCancelled": _cancelled,
    "InstanceMigrated": _migrated,
    "WorkItemOpened": _opened,
    "WorkItemWithdrawn": _withdrawn,
    "TimerScheduled": _scheduled,
    "TimerDropped": _dropped,
    "PathTaken": _path,
    "EscalationRaised": _escalated,
    "InstanceCompleted": _ended,
    "WorkItemClaimed": _claimed,
    "WorkItemReleased": _released,
    "WorkItemReassigned": _reassigned,
    "DueDateSet": _due_set,
    "IncidentRaised": _incident,
    "IncidentResolved": _resolved,
    "Commented": _commented,
    "PersonalDataErased": _erased,
    "IdentityRevealed": _revealed,
}


def _step(moment: Moment) -> str:
    return step_named(moment.step) if moment.step else str(moment.facts["key"])


def _late(due_at: datetime | None, closed_at: datetime | None, office: Office) -> str:
    if due_at is None or closed_at is None or closed_at <= due_at:
        return ""
    over = office.calendar.between(due_at, closed_at)
    return f"{office_time(office.calendar, over)} setelah batas waktunya"


def _noticed(moment: Moment) -> str:
    """Return when a timer was noticed, where that was later than the second in which it was due."""
    late = (moment.event.recorded_at - moment.took_effect_at).total_seconds()
    return "" if late <= NOTICED_AT_ONCE else f"; baru tercatat {instant(moment.event.recorded_at)}"


NOTICED_AT_ONCE = 60
"""Seconds: pages tell instants by the minute."""
