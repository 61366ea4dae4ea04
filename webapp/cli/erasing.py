"""``erase``: a case's personal data, for good; what would go is always printed first."""

from __future__ import annotations

import click

from engine import ERASURE_GROUNDS, ErasurePlan, erasure_ground

from .session import actor, by_option, json_option, opened_engine, print_json, print_table


@click.command()
@click.argument("case", metavar="PERKARA")
@click.option("--ground", type=click.Choice(list(ERASURE_GROUNDS)), help="Dasar penghapusan menurut UU 27/2022.")
@click.option("--note", default="", metavar="TEKS", help="Keterangan: surat, tanggal, atau keputusannya.")
@click.option("--preview", is_flag=True, help="Tampilkan saja apa yang akan dihapus.")
@click.option("--yes", is_flag=True, help="Hapus tanpa bertanya lagi.")
@by_option
@json_option
def erase(case: str, ground: str | None, note: str, preview: bool, yes: bool, by: str, as_json: bool) -> None:
    """Hapus data pribadi satu perkara untuk selamanya; riwayatnya tetap terbukti utuh."""
    if not preview and ground is None:
        raise click.UsageError("Sebutkan --ground dan --note, atau --preview untuk melihat saja.")
    with opened_engine() as engine:
        person = actor(engine, by)
        plan = engine.plan_erasure(case, by=person)
        if preview and as_json:
            print_json(plan)
        if not as_json:
            _print_plan(plan)
        if preview or ground is None:
            return
        told = erasure_ground(ground, note)
        if not yes:
            click.confirm("Hapus semua itu? Tidak dapat diurungkan", abort=True, err=True)
        events = engine.erase_personal(case, told, by=person, planned=plan.events)
    if as_json:
        print_json({"case": case, "erased": events, "ground": told})
    else:
        click.echo(f"{case}: data pribadi dari {len(events)} peristiwa dihapus. Beri tahu subjek datanya (Pasal 45).")


def _print_plan(plan: ErasurePlan) -> None:
    if plan.empty:
        click.echo(f"{plan.case.number} tidak, atau tidak lagi, menyimpan data pribadi.")
        return
    rows = [(step.event, step.item.name, step.files, ", ".join(step.labels)) for step in plan.steps]
    print_table(("PERISTIWA", "LANGKAH", "BERKAS", "ISIAN"), rows)
    click.echo(f"Catatan: {plan.remarks}. Draf: {plan.drafts}, dengan {plan.draft_files} berkas.")
    if not plan.ended:
        click.echo("Perkara ini belum selesai: langkah berikutnya tidak dapat lagi membaca data itu.", err=True)


COMMANDS = (erase,)
