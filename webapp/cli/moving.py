"""``effect``, ``move``, ``moves``: what a version does to open cases, and moving them to it, at a terminal."""

from __future__ import annotations

from typing import Any, get_args

import click

from engine import (
    MOVE_POLICIES,
    Actor,
    Effect,
    EffectGroup,
    Engine,
    MassMove,
    MovePolicy,
    MovePreview,
    MoveRow,
    MoveSelection,
)

from .session import OPERATOR, actor, by_option, json_option, opened_engine, plain, print_json, print_table

PAGE = 200
OUTCOMES = {
    "waiting": "menunggu giliran",
    "moved": "dipindahkan",
    "does_not_fit": "tidak cocok",
    "ended": "sudah berakhir",
    "changed": "berubah sejak pratinjau",
    "failed": "gagal karena kesalahan program",
}
HIDDEN = "(rahasia)"


@click.command()
@click.argument("key", metavar="KUNCI")
@click.option("--to", "version", type=int, required=True, metavar="N", help="Versi yang ditanyakan.")
@json_option
def effect(key: str, version: int, as_json: bool) -> None:
    """Apa yang terjadi pada perkara terbuka bila dipindahkan ke sebuah versi."""
    with opened_engine() as engine:
        whole = engine.effect(key, version, by=OPERATOR)
        while whole.after is not None:
            whole = whole + engine.effect(key, version, by=OPERATOR, after=whole.after)
    if as_json:
        for group in whole.groups:
            print_json(group)
        return
    _print_effect(whole)


def _print_effect(whole: Effect) -> None:
    click.echo(f"{whole.fitting} dari {whole.examined} perkara cocok dengan versi {whole.target}.")
    for group in whole.groups:
        at = ", ".join(group.standing) or "tanpa langkah terbuka"
        verdict = "cocok" if group.fits else "tidak cocok"
        click.echo(f"\n{group.count} perkara dari versi {group.from_version}, di {at}: {verdict}")
        for line in _rules(group):
            click.echo(f"  {line}")
        names = [*group.cases[:10], *(["…"] if len(group.cases) > 10 else [])]
        hidden = f"{group.hidden} perkara rahasia" if group.hidden else ""
        click.echo(f"  perkara: {', '.join([*names, *([hidden] if hidden else [])])}")


def _rules(group: EffectGroup) -> list[str]:
    told = [f"elemen {old} menjadi {new}" for old, new in group.renamed.items()]
    told += [f"{key} ditinggalkan: versi ini tidak memuatnya" for key in group.dropped]
    told += [f"{key} dianggap dilewati" for key in group.passed]
    told += [f"isian {', '.join(names)} pada {key} diambil dari jawaban lama" for key, names in group.missing.items()]
    late = ((policy, count) for policy, count in group.late.items() if count)
    told += [f"{count} perkara menjadi terlambat bila {MOVE_POLICIES[policy]}" for policy, count in late]
    return told + ([group.why_not] if group.why_not else [])


@click.command()
@click.argument("key", metavar="KUNCI")
@click.option("--to", "version", type=int, required=True, metavar="N", help="Versi tujuan.")
@click.option("--case", "cases", multiple=True, metavar="PERKARA", help="Perkara ini; boleh berulang.")
@click.option("--all", "everything", is_flag=True, help="Semua perkara terbuka yang tidak pada versi itu.")
@click.option("--version", "versions", type=int, multiple=True, metavar="N", help="Hanya yang kini pada versi ini.")
@click.option("--step", metavar="LANGKAH", help="Hanya yang langkah ini terbuka, menurut id pada diagram.")
@click.option(
    "--policy",
    type=click.Choice(get_args(MovePolicy)),
    default="keep",
    help="keep: batas waktu tetap; recompute: dihitung ulang sejak langkah dibuka; restart: mulai lagi sekarang.",
)
@click.option("--rename", "renames", multiple=True, metavar="LAMA=BARU", help="Elemen lama menjadi elemen baru.")
@click.option("--pass", "passed", multiple=True, metavar="LANGKAH", help="Langkah yang boleh dianggap dilewati.")
@click.option("--reason", default="", metavar="ALASAN", help="Wajib, kecuali dengan --preview.")
@click.option("--preview", is_flag=True, help="Hanya tunjukkan apa yang akan terjadi.")
@by_option
@json_option
def move(
    key: str,
    version: int,
    cases: tuple[str, ...],
    everything: bool,
    versions: tuple[int, ...],
    step: str | None,
    renames: tuple[str, ...],
    by: str,
    preview: bool,
    reason: str,
    as_json: bool,
    **how: Any,
) -> None:
    """Pindahkan perkara terbuka ke versi lain SOP-nya, satu atau ribuan sekaligus."""
    if not (cases or everything or versions or step):
        raise click.UsageError("Sebutkan perkaranya: --case PERKARA, --version N, --step LANGKAH, atau --all.")
    if cases and everything:
        raise click.UsageError("Pilih --case atau --all, bukan keduanya.")
    chosen = MoveSelection(numbers=cases or None, versions=versions, step=step)
    how["renamed"] = _renamed(renames)
    with opened_engine() as engine:
        person = actor(engine, by)
        if preview:
            _preview(engine, key, version, chosen, person, as_json, how)
            return
        order = engine.begin_moves(key, version, chosen, reason, by=person, **how)
        _carry_out(engine, order, as_json)


def _renamed(renames: tuple[str, ...]) -> dict[str, str] | None:
    """Return the mapping, None if none is given: then it is proposed."""
    parted = [each.partition("=") for each in renames]
    if not all(old and equals and new for old, equals, new in parted):
        raise click.UsageError("--rename diharapkan LAMA=BARU, keduanya id elemen.")
    return {old: new for old, _, new in parted} or None


def _preview(
    engine: Engine, key: str, version: int, chosen: MoveSelection, by: Actor, as_json: bool, how: dict[str, Any]
) -> None:
    given = how | {"passed": how["passed"] or None}
    after: int | None = 0
    rows: list[MoveRow] = []
    page: MovePreview | None = None
    while after is not None:
        page = engine.plan_moves(key, version, chosen, by=by, after=after, limit=PAGE, **given)
        rows += page.rows
        after = page.after
    if as_json:
        for row in rows:
            print_json(row)
        return
    print_table(
        ("PERKARA", "DARI", "LANGKAH", "BATAS LAMA", "BATAS BARU", "HASIL"),
        (line for row in rows for line in _lines(row)),
    )
    passed = sorted({step for row in rows for step in row.passed})
    if passed and not how["passed"]:
        click.echo(f"Dianggap dilewati bila disetujui: {' '.join(f'--pass {step}' for step in passed)}", err=True)


def _lines(row: MoveRow) -> list[tuple[object, ...]]:
    number = row.case or HIDDEN
    if not row.fits:
        return [(number, row.from_version, None, None, None, row.why_not)]
    told = "menjadi terlambat" if row.newly_late else "terlambat" if row.late else "cocok"
    steps = row.changes or (None,)
    return [
        (number, row.from_version, each.name, each.old_due_at, each.new_due_at, told)
        if each
        else (number, row.from_version, None, None, None, told)
        for each in steps
    ]


def _carry_out(engine: Engine, order: MassMove, as_json: bool) -> None:
    """Carry out until this order is finished; whoever else carries orders out helps."""
    while engine.mass_move(order.number, by=OPERATOR).finished_at is None:
        engine.carry_on_moves()
    done = engine.mass_move(order.number, by=OPERATOR)
    if as_json:
        print_json(done)
    else:
        told = ", ".join(f"{count} {OUTCOMES[outcome]}" for outcome, count in sorted(done.counts.items()))
        click.echo(f"Pemindahan {done.number}: {told}.")
        _print_cases(engine, done.number, unmoved_only=True)
    if done.counts.get("moved", 0) < done.total:
        raise click.exceptions.Exit(1)


def _print_cases(engine: Engine, number: int, *, unmoved_only: bool) -> None:
    rows, after = [], 0
    while page := engine.moved_cases(number, by=OPERATOR, after=after, limit=PAGE):
        rows += [each for each in page if each.outcome != "moved" or not unmoved_only]
        after = page[-1].position
    if rows:
        table = (
            (each.case or HIDDEN, each.from_version, each.to_version, OUTCOMES[each.outcome], each.told)
            for each in rows
        )
        print_table(("PERKARA", "DARI", "KE", "HASIL", "KETERANGAN"), table)


@click.command()
@click.argument("number", type=int, required=False, metavar="[NOMOR]")
@click.option("--undo", is_flag=True, help="Kembalikan semua perkara yang dipindahkan; dengan --reason dan --by.")
@click.option("--carry-on", is_flag=True, help="Lanjutkan pemindahan yang terhenti, sampai selesai.")
@click.option("--reason", default="", metavar="ALASAN", help="Alasan pengembalian.")
@click.option("--by", metavar="ORANG", help="Nama masuk orang yang mengembalikan.")
@json_option
def moves(number: int | None, undo: bool, carry_on: bool, reason: str, by: str | None, as_json: bool) -> None:
    """Pemindahan yang pernah diperintahkan; satu dengan hasil tiap perkaranya, atau dikembalikan."""
    with opened_engine() as engine:
        if undo:
            if number is None or by is None:
                raise click.UsageError("--undo memerlukan nomor pemindahan dan --by ORANG.")
            _carry_out(engine, engine.undo_moves(number, reason, by=actor(engine, by)), as_json)
            return
        while carry_on and engine.carry_on_moves():
            pass
        found = engine.mass_moves(by=OPERATOR) if number is None else (engine.mass_move(number, by=OPERATOR),)
        if as_json:
            for each in found:
                print_json(plain(each))
            return
        rows = (
            (each.number, each.key, each.to_version, each.policy, each.total, _progress(each), each.by, each.reason)
            for each in found
        )
        print_table(("NO", "KUNCI", "KE", "KEBIJAKAN", "PERKARA", "HASIL", "OLEH", "ALASAN"), rows)
        if number is not None:
            _print_cases(engine, number, unmoved_only=False)


def _progress(order: MassMove) -> str:
    told = ", ".join(f"{count} {OUTCOMES[outcome]}" for outcome, count in sorted(order.counts.items()))
    return f"{told}; dikembalikan oleh {order.undone_by}" if order.undone_by else told


COMMANDS = (effect, move, moves)
