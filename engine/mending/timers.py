"""Timers: a date, a cycle, calendar days, words, or nothing at all become a duration in office time."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from ..calendar.worktime import Duration
from ..diagram.timers import office_time
from .chart import Chart
from .tags import Tag, named
from .values import REFUSED

_UNKNOWN: Final = "P1D"
_UNITS: Final = {
    "menit": "PT{}M", "minute": "PT{}M", "min": "PT{}M", "jam": "PT{}H", "hour": "PT{}H",
    "hari": "P{}D", "day": "P{}D", "hk": "P{}D", "minggu": "week", "week": "week", "bulan": "month", "month": "month",
    "tahun": "year", "year": "year",
}  # fmt: skip
_DAYS_OF: Final = {"week": 5, "month": 22, "year": 250}
"""Office days of longer spans."""
_WORDS: Final = re.compile(
    r"(?:[0-9]{1,4}\s*(?:-|–|s/d|sampai)\s*)?([0-9]{1,4})\s*(?:x\s*)?(?:\([^()]{1,40}\)\s*)?"
    r"(menit|minute|min\b|jam|hour|hari|day|hk\b|minggu|week|bulan|month|tahun|year)",
    re.IGNORECASE,
)
_ISO: Final = re.compile(
    r"P(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?"
    r"(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})(?:[.,][0-9]{1,9})?S)?)?"
)


def mend_timers(chart: Chart) -> None:
    """Give every timer exactly one duration that the engine keeps."""
    for node in list(chart.nodes.values()):
        definition = node.first("bpmn:timerEventDefinition")
        if definition is None or node.id in chart.bench.spared:
            continue
        if node.label in ("bpmn:boundaryEvent", "bpmn:intermediateCatchEvent"):
            _mend(chart, node, definition)


def _mend(chart: Chart, node: Tag, definition: Tag) -> None:
    times = [child for child in definition.children if child.kind in ("timeDuration", "timeDate", "timeCycle")]
    written = times[0].text.strip() if times else ""
    if len(times) == 1 and times[0].kind == "timeDuration" and _keeps(written) and not _calendar_days(written):
        return
    proposal, why = _proposal(chart, node, times, written)
    found = f"Timer {named(node)} {why}"
    options = [(proposal, f"Dipakai {_in_words(proposal)}")]
    if times and times[0].kind == "timeDuration" and _keeps(written) and written != proposal:
        # As it is written is a choice of its own, not a refusal: it can be run.
        options.append((written, f"Tetap {_in_words(written)} waktu kantor"))
    chosen = chart.bench.propose("timer", node, found, *options, entry="duration", typed="Dipakai {}")
    if chosen == REFUSED:
        chart.bench.spared.add(node.id)
        return
    definition.children = [child for child in definition.children if child not in times]
    definition.add("bpmn:timeDuration", chosen, **{"xsi:type": "tFormalExpression"})


def _keeps(text: str) -> bool:
    try:
        Duration.parse(text)
    except ValueError:
        return False
    return True


def _in_words(text: str) -> str:
    return Duration.parse(text).words()


def _calendar_days(text: str) -> bool:
    """Return whether hours are meant as whole days by the clock: 24, 48, …"""
    hours = re.fullmatch("PT([0-9]{1,6})H", text)
    return hours is not None and int(hours[1]) > 0 and int(hours[1]) % 24 == 0


def _proposal(chart: Chart, node: Tag, times: list[Tag], written: str) -> tuple[str, str]:
    """Return the duration to propose, and what was found."""
    read = duration_in(written)
    kind = times[0].kind if times else ""
    if kind == "timeDate":
        spoken = _spoken(chart, node)
        return (
            spoken or _UNKNOWN,
            f"berbunyi pada tanggal {written[:60]!r}; tanggal tetap tidak berlaku untuk setiap perkara",
        )
    if kind == "timeCycle":
        return read or _spoken(chart, node) or _UNKNOWN, f"berulang ({written[:60]!r}); dipakai satu kali saja"
    if read is not None:
        return read, f"memakai {written[:60]!r}; durasi di sini dihitung dalam waktu kantor dengan satu satuan"
    spoken = _spoken(chart, node)
    source = "diambil dari tulisan pada gambar" if spoken else "nilainya harus diperiksa"
    what = f"memakai {written[:60]!r}, yang bukan durasi" if written else "tanpa waktu"
    return spoken or _UNKNOWN, f"{what}; {source}"


def _spoken(chart: Chart, node: Tag) -> str | None:
    """Return the duration that the names around a timer tell."""
    texts = [node.name]
    host = chart.nodes.get(node.get("attachedToRef"))
    for each in (node, host):
        if each is None:
            continue
        texts += [
            inner.get("value") for inner in each.walk() if inner.label == "camunda:property" and inner.name == "waktu"
        ]
        texts += [inner.text for inner in each.all("bpmn:documentation")]
    if host is not None:
        texts.append(host.name)
    return next((found for text in texts if (found := _said(text)) is not None), None)


def duration_in(text: str) -> str | None:
    """Return the office-time duration that a text means, None if it means none."""
    plain = re.sub(r"[\s\"'=]", "", text[:200]).upper()
    repeated = re.match(r"R[0-9]{0,6}/(?:[^/]{1,40}/)?(P.{1,60})", plain)
    found = _ISO.fullmatch(repeated[1] if repeated else plain)
    if found is None or not any(found.groups()):
        return _said(text)
    years, months, weeks, days, hours, minutes, seconds = (int(digits or 0) for digits in found.groups())
    return _written(years * 250 + months * 22 + weeks * 5 + days, hours, minutes + (seconds + 59) // 60)


def _written(days: int, hours: int, minutes: int) -> str | None:
    """Return one duration of one unit: whole days if it is whole days, an office day counting seven hours."""
    if hours and hours % 24 == 0 and not minutes:
        days, hours = days + hours // 24, 0
    if minutes % 60 == 0:
        hours, minutes = hours + minutes // 60, 0
    if not hours and not minutes:
        text = f"P{days}D"
    elif not minutes:
        text = f"PT{days * 7 + hours}H"
    else:
        text = f"PT{(days * 7 + hours) * 60 + minutes}M"
    return text if _keeps(text) else None


def _said(text: str) -> str | None:
    found = _WORDS.search(text[:1_000])
    if found is None:
        return None
    unit = _UNITS[found[2].lower()]
    amount = int(found[1])
    if unit == "PT{}H":
        return _written(0, amount, 0)
    written = f"P{amount * _DAYS_OF[unit]}D" if unit in _DAYS_OF else unit.format(amount)
    return written if _keeps(written) else None


def tell_timers_apart(chart: Chart) -> None:
    """Let the timers of one step differ, only one of them take the step away, and none come after that one."""
    for host in list(chart.nodes.values()):
        timers = [(node, text) for node in chart.attached(host) if (text := _duration_of(node)) is not None]
        takers = [(office_time(Duration.parse(text)), node) for node, text in timers if _takes(node)]
        last, taker = min(takers, key=lambda each: each[0], default=(None, None))
        taken: set[timedelta] = set()
        for node, text in timers:
            length = office_time(Duration.parse(text))
            if last is not None and node is not taker and (length >= last or _takes(node)):
                _never(chart, node, host)
                continue
            if length in taken:
                length = office_time(Duration.parse(_made_longer(chart, node, text, taken)))
            taken.add(length)


def _takes(node: Tag) -> bool:
    return node.get("cancelActivity", "true") == "true"


def _never(chart: Chart, node: Tag, host: Tag) -> None:
    found = f"Timer {named(node)} tidak pernah berbunyi, sebab {named(host)} sudah ditarik oleh timer lain"
    onward = chart.after(node)
    gone = f"Dihilangkan (menuju {', '.join(named(each) for each in onward)})" if onward else "Dihilangkan"
    if chart.bench.propose("timer", node, found, ("hapus", gone), suffix=":tak-berbunyi") == REFUSED:
        chart.bench.spared.add(node.id)
    else:
        chart.drop(node)


def _duration_of(node: Tag) -> str | None:
    definition = node.first("bpmn:timerEventDefinition")
    written = definition.all("bpmn:timeDuration") if definition is not None else []
    text = written[0].text.strip() if len(written) == 1 else ""
    return text if _keeps(text) else None


def _made_longer(chart: Chart, node: Tag, text: str, taken: set[timedelta]) -> str:
    free = next(f"P{days}D" for days in range(2, 3_000) if office_time(Duration.parse(f"P{days}D")) > max(taken))
    found = f"Timer {named(node)} sama lamanya dengan timer lain pada langkah itu ({_in_words(text)})"
    chosen = chart.bench.propose(
        "timer",
        node,
        found,
        (free, f"Dijadikan {_in_words(free)}"),
        entry="duration",
        typed="Dipakai {}",
        suffix=":beda",
    )
    definition = node.first("bpmn:timerEventDefinition")
    if chosen == REFUSED or definition is None:
        return text
    for each in definition.all("bpmn:timeDuration"):
        each.text = chosen
    return chosen
