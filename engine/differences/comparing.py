"""Two states of an SOP compared as a whole: diagram, forms, and how their files are written.

Pure: bytes and texts in, sentences out. Whatever changed in a byte is in some entry, even where it changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..diagram.xml import XmlRefused, parse_xml
from ..errors import InvalidRequest
from .diagrams import WRITING, compare_diagrams
from .drawing import drawing_of
from .form_parts import form_parts
from .forms import compare_forms
from .naming import Side
from .parts import Part, form_link, parts_of
from .values import AREAS, Difference, Kind

_HARMLESS = ("layout", "file")


@dataclass(frozen=True)
class State:
    """One state of an SOP: a version, a draft or files. ``calls``: key of a called process to its version, if known."""

    key: str
    xml: bytes
    forms: Mapping[str, str]
    calls: Mapping[str, int] | None = None

    @cached_property
    def side(self) -> Side:
        """The diagram, ready to be compared. Raises ``InvalidRequest`` if it is no XML that can be read."""
        try:
            root = parse_xml(self.xml)
        except XmlRefused as refused:
            raise InvalidRequest(f"Diagram {self.key} tidak dapat dibandingkan. {refused}") from None
        return Side(self.key, parts_of(root), drawing_of(self.xml), self.calls)


def compare(old: State, new: State) -> tuple[tuple[Difference, ...], bool, bool]:
    """Return the differences in the order of telling, whether they are only layout, and whether there are none."""
    identical = old.xml == new.xml and dict(old.forms) == dict(new.forms) and not _other_calls(old, new)
    if identical:
        return (), False, True
    entries = [*compare_diagrams(old.side, new.side), *_form_entries(old, new)]
    if old.xml != new.xml and not any(each.area != "form" and not _about_calls(each) for each in entries):
        entries.append(_only_written(WRITING))
    told = tuple(sorted(entries, key=lambda each: AREAS.index(each.area)))
    return told, all(each.area in _HARMLESS for each in told), False


def _other_calls(old: State, new: State) -> bool:
    return old.calls is not None and new.calls is not None and dict(old.calls) != dict(new.calls)


def _about_calls(entry: Difference) -> bool:
    return entry.area == "step" and all(each.startswith("memanggil ") for each in entry.sentences)


def _only_written(title: str) -> Difference:
    said = "hanya cara menulisnya yang berbeda (spasi, baris, atau urutan atribut); isinya sama"
    return Difference("file", "changed", (), (), "", title, (said,))


def _form_entries(old: State, new: State) -> Iterator[Difference]:
    uses = _uses(old.side), _uses(new.side)
    renamed = _renamed(old, new, uses)
    for form_id in dict.fromkeys((*renamed.values(), *old.forms, *new.forms)):
        if form_id in renamed:
            continue
        before = next((each for each, now in renamed.items() if now == form_id), form_id)
        texts = old.forms.get(before), new.forms.get(form_id)
        if texts[0] == texts[1] and before == form_id:
            continue
        kind: Kind = "added" if texts[0] is None else "removed" if texts[1] is None else "changed"
        ids = [
            tuple(each.xml_id for each in use.get(name, ())) for use, name in zip(uses, (before, form_id), strict=True)
        ]
        step = next(iter((*uses[1].get(form_id, ()), *uses[0].get(before, ()))), None)
        no = step.stated("no") if step else ""
        title = f"Formulir {form_id}" + (f" (langkah {no})" if no else "")
        said = _told(texts, before, form_id)
        if said is None:
            yield _only_written(title)
        else:
            yield Difference("form", kind, ids[0], ids[1], no, title, said)


def _told(texts: tuple[str | None, str | None], before: str, form_id: str) -> tuple[str, ...] | None:
    """Return what differs between two texts of a form; None if only how they are written."""
    renamed = (f"id formulir {before} → {form_id}",) if before != form_id else ()
    if texts[0] is None or texts[1] is None:
        parts = form_parts(texts[1] or texts[0] or "")
        count = sum(1 for each in parts.components.values() if each.key) if parts else 0
        return (f"formulir {'baru' if texts[0] is None else 'dihapus'} dengan {count} isian",)
    old, new = form_parts(texts[0]), form_parts(texts[1])
    if old is None or new is None:
        return (*renamed, "berkasnya bukan JSON yang dapat dibaca, jadi tidak dapat dibandingkan isian demi isian")
    said = tuple(compare_forms(old, new))
    if before != form_id:
        said = tuple(each for each in said if not each.startswith("keterangan berkas formulir, id:"))
    return (*renamed, *said) or None


def _uses(side: Side) -> dict[str, list[Part]]:
    """Return the steps that name each form."""
    found: dict[str, list[Part]] = defaultdict(list)
    for part in side.parts.values():
        if form_id := form_link(part):
            found[form_id].append(part)
    return found


def _renamed(old: State, new: State, uses: tuple[Mapping[str, list[Part]], Mapping[str, list[Part]]]) -> dict[str, str]:
    """Return old form ids to new ones, where one form took the place of another on the same step."""
    now = {part.id: form_id for form_id, steps in uses[1].items() for part in steps}
    found: dict[str, str] = {}
    for form_id, steps in uses[0].items():
        others = {now.get(step.id) for step in steps}
        other = next(iter(others)) if len(others) == 1 else None
        gone = form_id in old.forms and form_id not in new.forms
        if gone and other and other in new.forms and other not in old.forms:
            found[form_id] = other
    return found if len(set(found.values())) == len(found) else {}
