"""``activate``, ``reject``, ``decisions``: what a head decides on versions, and the words for where one stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import click

from engine import DeployedVersion, VersionDecision, VersionState

from .session import actor, by_option, in_office_time, json_option, opened_engine, print_json, print_table

CURRENT: tuple[VersionState, ...] = ("in_force", "scheduled", "submitted")
STATE_WORDS: Mapping[VersionState, str] = {
    "submitted": "Diajukan",
    "in_force": "Berlaku",
    "scheduled": "Dijadwalkan",
    "replaced": "Digantikan",
    "rejected": "Ditolak",
}
VERDICT_WORDS: Mapping[str, str] = {
    "submitted": "diajukan",
    "activated": "diaktifkan",
    "rejected": "ditolak",
    "cancelled": "pengaktifan dibatalkan",
}
KEY = click.argument("key", metavar="KUNCI")
VERSION = click.argument("version", metavar="VERSI", type=click.IntRange(1))
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@KEY
@VERSION
@by_option
@click.option(
    "--from", "day", type=DAY, metavar="TANGGAL", help="Berlaku sejak pukul 00.00 WIB hari ini; bawaan: kini."
)
@click.option("--note", default="", help="Catatan keputusan, misalnya nomor notulanya.")
@click.option("--cancel", metavar="ALASAN", help="Batalkan pengaktifan yang harinya belum tiba.")
@json_option
def activate(
    key: str, version: int, by: str, day: datetime | None, note: str, cancel: str | None, as_json: bool
) -> None:
    """Aktifkan versi yang diajukan, atau kembali ke versi yang pernah berlaku; oleh kepala yang tidak mengunggahnya."""
    if cancel is not None and (day is not None or note):
        raise click.UsageError("--cancel berdiri sendiri; alasannya ditulis sesudahnya.")
    with opened_engine() as engine:
        person = actor(engine, by)
        if cancel is not None:
            decided = engine.cancel_activation(key, version, cancel, by=person)
        else:
            decided = engine.activate(key, version, by=person, note=note, effective_from=day.date() if day else None)
        told = engine.version(key, version)
    _tell(decided, told, as_json)


@click.command()
@KEY
@VERSION
@by_option
@click.option("--reason", required=True, metavar="ALASAN", help="Mengapa versi ini tidak akan berlaku.")
@json_option
def reject(key: str, version: int, by: str, reason: str, as_json: bool) -> None:
    """Tolak versi yang diajukan; yang mengunggahnya boleh menariknya kembali dengan cara yang sama."""
    with opened_engine() as engine:
        decided = engine.reject(key, version, reason, by=actor(engine, by))
        told = engine.version(key, version)
    _tell(decided, told, as_json)


@click.command()
@KEY
@json_option
def decisions(key: str, as_json: bool) -> None:
    """Daftar keputusan tentang versi sebuah SOP, menurut urutannya."""
    with opened_engine() as engine:
        engine.versions(key)
        found = engine.version_decisions(key)
    if as_json:
        for each in found:
            print_json(each)
        return
    rows = (
        (each.version, VERDICT_WORDS[each.verdict], each.decided_at, each.decided_by, each.effective_from, each.note)
        for each in found
    )
    print_table(("VERSI", "KEPUTUSAN", "PADA", "OLEH", "BERLAKU SEJAK", "CATATAN"), rows)


def done_words(state: VersionState) -> str:
    """Return what deploying did to a version: ``terpasang``, or ``diajukan`` until somebody activates it."""
    return "diajukan, menunggu diaktifkan kepala kantor" if state == "submitted" else "terpasang"


def standing_words(version: DeployedVersion) -> str:
    """Return where a version stands, with the day if that lies ahead."""
    words = STATE_WORDS[version.state]
    return f"{words} sejak {in_office_time(version.effective_from)}" if version.state == "scheduled" else words


def _tell(decided: VersionDecision, version: DeployedVersion, as_json: bool) -> None:
    if as_json:
        print_json(decided)
        return
    click.echo(f"{version.key} versi {version.version} {VERDICT_WORDS[decided.verdict]}: {standing_words(version)}.")


COMMANDS = (activate, reject, decisions)
