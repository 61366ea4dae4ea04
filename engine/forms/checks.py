"""Rules that need the whole form: names that collide, conditions that lead nowhere, limits that contradict.

Reads components only; how they were spelled is no matter here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from .dates import DateTimeField
from .feel import Hide
from .fields import Checkbox, NumberField, OneChoice, TextField
from .files import FileField
from .parts import Component, Field, Group
from .problems import FormProblem, Unfit

_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)  # a default must fit on every day


def fields_of(components: Iterable[Component]) -> Iterator[Field]:
    """Yield every field in the order of drawing."""
    for component in components:
        if isinstance(component, Group):
            yield from fields_of(component.components)
        elif isinstance(component, Field):
            yield component


def hides_of(
    components: Iterable[Component], above: tuple[Hide, ...] = ()
) -> Iterator[tuple[Component, tuple[Hide, ...]]]:
    """Yield every component with all conditions that hide it: its own and those of the groups around it."""
    for component in components:
        hides = (*above, component.hide) if component.hide else above
        yield component, hides
        if isinstance(component, Group):
            yield from hides_of(component.components, hides)


def resolve_hides(components: Iterable[Component], keys: frozenset[str]) -> tuple[Component, ...]:
    """Return the components with every condition naming its field by the full key, where there is one."""
    return tuple(_resolved(component, keys) for component in components)


def _resolved(component: Component, keys: frozenset[str]) -> Component:
    if isinstance(component, Group):
        component = replace(component, components=resolve_hides(component.components, keys))
    if component.hide is None or component.hide.name is None:
        return component
    around = component.path.split(".")[:-1]
    names = (".".join((*around[:depth], component.hide.name)) for depth in range(len(around), -1, -1))
    name = next((name for name in names if name in keys), component.hide.name)
    return replace(component, hide=replace(component.hide, name=name))


def check_form(components: tuple[Component, ...]) -> list[FormProblem]:
    """Return what is wrong with the form as a whole; conditions name full keys."""
    problems: list[FormProblem] = []

    def note(component: Component, rule: str, message: str) -> None:
        name = getattr(component, "label", "")
        problems.append(FormProblem(component.id, name, rule, message))

    fields = {field.key: field for field in fields_of(components)}
    _check_keys(list(fields_of(components)), note)
    for field in fields.values():
        _check_limits(field, note)
        _check_default(field, note)
    for component, _ in hides_of(components):
        if component.hide and component.hide.name is not None:
            _check_hide(component, component.hide, fields.get(component.hide.name), note)
    _check_cycles(components, note)
    return problems


Note = Callable[[Component, str, str], None]


def _check_keys(fields: list[Field], note: Note) -> None:
    keys = Counter(field.key for field in fields if field.key)
    groups = {field.key.rsplit(".", depth)[0] for field in fields for depth in range(1, field.key.count(".") + 1)}
    roles = Counter(field.role for field in fields if field.role in ("anonim", "rahasia"))
    for field in fields:
        if keys[field.key] > 1:
            note(field, "form-duplicate-key", f'Key "{field.key}" dipakai lebih dari satu kali. Beri key lain.')
        elif field.key in groups:
            note(field, "form-duplicate-key", f'Key "{field.key}" juga dipakai sebagai path kelompok. Beri nama lain.')
        if field.role and roles[field.role] > 1:
            note(field, "form-bad-role", f'Hanya satu kotak centang boleh berperan "{field.role}".')


def _check_limits(field: Field, note: Note) -> None:
    if isinstance(field, TextField | NumberField):
        least, most = field.least, field.most
        if least is not None and most is not None and least > most:
            note(field, "form-contradiction", f"Batas terkecil {least} lebih besar daripada batas terbesar {most}.")
    if field.required and field.disabled:
        note(field, "form-contradiction", 'Kolom "disabled" tidak dapat diisi, jadi tidak boleh wajib.')
    if field.required and field.readonly and _nothing(field.default):
        note(field, "form-contradiction", 'Kolom "readonly" yang wajib harus punya nilai awal (defaultValue).')


def _check_default(field: Field, note: Note) -> None:
    if _nothing(field.default):
        return
    if isinstance(field, FileField):
        note(field, "form-bad-default", "Kolom berkas tidak dapat punya nilai awal.")
        return
    try:
        field.fit(field.default, _LONG_AGO)
    except Unfit as error:
        note(field, "form-bad-default", f"Nilai awal {field.default!r:.60} tidak sah: {error}")


def _nothing(default: object) -> bool:
    """Return whether a default says no more than that there is no answer yet."""
    return default is None or default is False or default == "" or default == []


def _check_cycles(components: tuple[Component, ...], note: Note) -> None:
    """Whether a field is there must never depend on its own answer, not even in a round."""
    reads = {
        component.key: {hide.name for hide in hides if hide.name}
        for component, hides in hides_of(components)
        if isinstance(component, Field)
    }
    settled: set[str] = set()
    while ready := {key for key, names in reads.items() if key not in settled and not (names & reads.keys()) - settled}:
        settled |= ready
    for field in fields_of(components):
        if field.key not in settled:
            note(
                field,
                "form-hide-cycle",
                "Syarat sembunyi kolom ini bergantung pada kolom ini sendiri, mungkin berputar.",
            )


def _check_hide(component: Component, hide: Hide, field: Field | None, note: Note) -> None:
    if field is None or not field.one_value:
        words = "tidak ada di formulir ini" if field is None else "berisi daftar, jadi tidak dapat dibandingkan"
        note(component, "form-hide-field", f'Syarat sembunyi menyebut "{hide.name}", yang {words}.')
        return
    if hide.value is None:
        return
    wanted = bool if isinstance(field, Checkbox) else Decimal if isinstance(field, NumberField) else str
    if type(hide.value) is not wanted:
        words = {bool: "true atau false", Decimal: "angka", str: 'teks dalam tanda petik "…"'}[wanted]
        note(component, "form-hide-value", f'"{hide.name}" harus dibandingkan dengan {words}: {hide.text}')
    elif isinstance(field, OneChoice) and hide.value and hide.value not in {option.value for option in field.options}:
        choices = ", ".join(option.value for option in field.options[:10])
        note(component, "form-hide-value", f'"{hide.value}" bukan pilihan dari "{hide.name}". Pilihannya: {choices}.')
    elif isinstance(field, DateTimeField) and hide.value:
        _check_hide_date(component, field, str(hide.value), note)


def _check_hide_date(component: Component, field: DateTimeField, value: str, note: Note) -> None:
    try:
        normal = field.fit(value, _LONG_AGO)
    except Unfit:
        normal = None
    if normal != value:
        example = {"date": "2026-11-24", "time": "09:00", "datetime": "2026-11-24T02:00:00Z"}[field.subtype]
        note(component, "form-hide-value", f'"{value}" harus ditulis seperti "{example}".')
