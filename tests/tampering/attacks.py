"""The attacks, as tables: what is done to the database, and which checks find it.

``dossier`` is the case whose dossier, made after the attack, shows it to the stand-alone verifier with the office's
public key; None where no dossier of one case can, or where there is none to be made any more.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from engine import history as h
from engine.catalog import content_digest
from tests.tampering.hand import Hand
from tests.tampering.scene import COMPLETED, ERASED, LATER, NEWER, OFFICE_KEY, RUNNING, STRANGE_KEY, UNSEALED

Act = Callable[[Hand], object]
OF_CASE = "instance_id = {CASE}"
BY_CHECKER = "type = 'WorkItemCompleted' AND actor = 'pemeriksa'"
LAST = "seq = (SELECT max(seq) FROM history_event WHERE instance_id = {CASE})"


@dataclass(frozen=True)
class Attack:
    """One way to alter the database; ``found``: the checks that find something, separated by spaces."""

    name: str
    act: Act
    found: str
    dossier: str | None = None


def sql(*statements: str, **values: object) -> Act:
    """Return an act that runs statements, ``{CASE}`` in them being the id of the case whose number is ``case``."""
    return lambda hand: hand.sql(*statements, **values)


def events(change: str, where: str, case: str, **values: object) -> Act:
    """Return an act that updates events of a case."""
    return sql(f"UPDATE history_event SET {change} WHERE {OF_CASE} AND {where}", case=case, **values)


def deleted(where: str, case: str, table: str = "history_event") -> Act:
    """Return an act that deletes rows of a case."""
    return sql(f"DELETE FROM {table} WHERE {OF_CASE} AND {where}", case=case)


def then(*acts: Act) -> Act:
    """Return one act after the other."""
    return lambda hand: [act(hand) for act in acts]


def rewritten(case: str) -> Act:
    """Return the act of computing a case's chain and all tables anew."""
    return lambda hand: hand.rewrite(case)


def rechained(case: str) -> Act:
    """Return the act of computing a case's chain anew."""
    return lambda hand: hand.rechain(case)


other_person = events("actor = 'pemeriksa2'", BY_CHECKER, COMPLETED)


def _swap(hand: Hand) -> None:
    moves = ((2, -2), (3, 2), (-2, 3))
    hand.sql(
        *(f"UPDATE history_event SET seq = {to} WHERE {OF_CASE} AND seq = {at}" for at, to in moves), case=COMPLETED
    )


def _close_up(hand: Hand) -> None:
    """Take the claim of a case out and let the rest move up."""
    hand.sql(f"DELETE FROM history_event WHERE {OF_CASE} AND type = 'WorkItemClaimed'", case=RUNNING)
    with hand.engine.database.read() as connection:
        query = "SELECT seq FROM history_event WHERE instance_id = 1 ORDER BY seq"
        numbers = list(connection.exec_driver_sql(query).scalars())
    for to, at in enumerate(numbers, 1):
        for table in ("history_event", "answers", "attachment"):
            hand.sql(f"UPDATE {table} SET seq = :new WHERE instance_id = 1 AND seq = :old", new=to, old=at)


def _earlier(hand: Hand) -> None:
    """Let the check have been completed an hour earlier than it was."""
    event = hand.event(COMPLETED, "WorkItemCompleted", last=True)
    hand.sql(
        f"UPDATE history_event SET recorded_at = :at WHERE {OF_CASE} AND seq = :seq",
        case=COMPLETED,
        at=hand.stored(event.recorded_at - timedelta(hours=1)),
        seq=event.seq,
    )


def _redraw(hand: Hand, *, digest: bool) -> None:
    """Change the second version's diagram, and if asked for the digest beside it."""
    with hand.engine.database.read() as connection:
        row = connection.exec_driver_sql("SELECT xml, forms FROM process_definition WHERE version = 2").one()
    xml = bytes(row[0]).replace(b'name="Memeriksa"', b'name="Menyetujui"')
    hand.sql("UPDATE process_definition SET xml = :xml WHERE version = 2", xml=xml)
    if digest:
        new = content_digest("surat", xml, json.loads(row[1]), {})
        hand.sql("UPDATE process_definition SET digest = :digest WHERE version = 2", digest=new)


def _copied(hand: Hand) -> None:
    """Invent a case: a copy of another one, rightly chained under a number that was never given out."""
    hand.sql(
        "INSERT INTO process_instance SELECT 99, 'SURAT-2026-00099', 99, key, version, state, started_at, ended_at, "
        "anonymous, confidential, remark FROM process_instance WHERE number = :case",
        "INSERT INTO history_event SELECT 99, seq, type, recorded_at, actor, on_behalf_of, payload, chain "
        f"FROM history_event WHERE {OF_CASE}",
        "INSERT INTO answers SELECT 99, seq, kind, salt, body FROM answers WHERE instance_id = {CASE}",
        case=ERASED,
    )
    hand.rewrite("SURAT-2026-00099")


def _exchange(hand: Hand) -> None:
    moves = ((2, 98), (5, 2), (98, 5))
    hand.sql(*(f"UPDATE history_event SET instance_id = {to} WHERE instance_id = {at}" for at, to in moves))


def _spoil(old: str, new: str) -> Act:
    def act(hand: Hand) -> None:
        file = hand.scene.folder / "segel-000001.json"
        file.write_text(file.read_text().replace(old, new))

    return act


HISTORY = [
    Attack(
        "an answer that the diagram reads",
        lambda hand: hand.payload(COMPLETED, "WorkItemCompleted", {"variables": {"seksi": "barat"}}),
        "chain replay",
        COMPLETED,
    ),
    Attack("who completed a step", other_person, "chain tables", COMPLETED),
    Attack("on whose behalf", events("on_behalf_of = 'Petugas'", BY_CHECKER, COMPLETED), "chain tables", COMPLETED),
    Attack("when a step was completed", _earlier, "chain tables", COMPLETED),
    Attack(
        "the type of an event",
        events("type = 'WorkItemReleased'", "type = 'WorkItemClaimed'", RUNNING),
        "chain tables",
        RUNNING,
    ),
    Attack(
        "the digest of the diagram that a case began on",
        lambda hand: hand.payload(COMPLETED, "InstanceStarted", {"digest": "0" * 64}),
        "chain definition",
        COMPLETED,
    ),
    Attack(
        "a payload into nonsense", events("payload = 'x'", "type = 'PathTaken'", COMPLETED), "chain replay", COMPLETED
    ),
    Attack(
        "when a timer was due",
        lambda hand: hand.payload(RUNNING, "TimerFired", {"due_at": "2026-11-25T00:00:00.000000Z"}),
        "chain",
        RUNNING,
    ),
    Attack("a deadline", lambda hand: hand.payload(NEWER, "DueDateSet", {"due": {}}), "chain tables", NEWER),
    Attack(
        "the ground of an erasure",
        lambda hand: hand.payload(ERASED, "PersonalDataErased", {"ground": "lain"}),
        "chain",
        ERASED,
    ),
    Attack("the order of two events", _swap, "chain replay tables", COMPLETED),
    Attack("an event taken out", deleted("type = 'DueDateSet'", COMPLETED), "chain tables", COMPLETED),
    Attack(
        "an event taken out, numbers closed up, chained anew, tables rebuilt",
        then(_close_up, rewritten(RUNNING)),
        "seal",
        RUNNING,
    ),
    Attack("the last event", deleted(LAST, COMPLETED), "replay seal tables", COMPLETED),
    Attack("the tail, from the last completion on", deleted("seq > 8", COMPLETED), "answers seal tables", COMPLETED),
    Attack("all but the first event", deleted("seq > 1", LATER), "answers replay seal tables", LATER),
    Attack("the whole history of a case", deleted("seq > 0", COMPLETED), "answers chain seal tables", COMPLETED),
    Attack(
        "a remark added, rightly chained",
        lambda hand: hand.append(COMPLETED, h.Commented("0" * 64), actor="pemeriksa"),
        "answers",
        COMPLETED,
    ),
    Attack(
        "a completion added, rightly chained",
        lambda hand: hand.append(RUNNING, h.WorkItemCompleted("periksa:1"), actor="kepala"),
        "replay tables",
    ),
    Attack("a value of the chain", events("chain = :new", LAST, COMPLETED, new=b"x" * 32), "chain seal", COMPLETED),
    Attack("who completed a step, chained anew", then(other_person, rechained(COMPLETED)), "seal tables", COMPLETED),
    Attack("the same, tables rebuilt", then(other_person, rewritten(COMPLETED)), "seal", COMPLETED),
    Attack(
        "the same, sealed anew with a key of one's own",
        then(other_person, rewritten(COMPLETED), lambda hand: hand.reseal(STRANGE_KEY)),
        "copy seal",
        COMPLETED,
    ),
    Attack(
        "the same, sealed anew with the office's key",
        then(other_person, rewritten(COMPLETED), lambda hand: hand.reseal(OFFICE_KEY)),
        "copy",
    ),
    Attack(
        "the same, the folder of seals left alone",
        then(other_person, rewritten(COMPLETED), lambda hand: hand.reseal(OFFICE_KEY, folder=False)),
        "copy",
    ),
]

ANSWERS = [
    Attack("a plain answer", sql("UPDATE answers SET body = '{}' WHERE kind = 'plain'"), "answers", COMPLETED),
    Attack(
        "a personal answer",
        sql(f"UPDATE answers SET body = '{{}}' WHERE kind = 'personal' AND {OF_CASE}", case=COMPLETED),
        "answers files",
        COMPLETED,
    ),
    Attack(
        "a salt",
        sql(f"UPDATE answers SET salt = :new WHERE {OF_CASE}", case=COMPLETED, new=b"x" * 16),
        "answers",
        COMPLETED,
    ),
    Attack("a remark", sql("UPDATE answers SET body = 'lain' WHERE kind = 'remark'"), "answers", RUNNING),
    Attack("a plain answer deleted", deleted("kind = 'plain'", COMPLETED, "answers"), "answers", COMPLETED),
    Attack(
        "a personal answer deleted, and no erasure",
        deleted("kind = 'personal'", COMPLETED, "answers"),
        "answers files",
        COMPLETED,
    ),
    Attack(
        "an erased answer put back",
        sql(
            "INSERT INTO answers SELECT {CASE}, seq, kind, salt, body FROM answers "
            "WHERE kind = 'personal' AND instance_id = 1",
            case=ERASED,
        ),
        "answers files",
        ERASED,
    ),
    Attack(
        "an answer that was never given",
        sql("INSERT INTO answers VALUES ({CASE}, 1, 'plain', :salt, '{}')", case=COMPLETED, salt=b"x" * 16),
        "answers",
        COMPLETED,
    ),
    Attack(
        "an answer with the digest in its event",
        lambda hand: hand.new_answer(COMPLETED, "plain", {"perihal": "Pujian"}),
        "chain",
        COMPLETED,
    ),
    Attack(
        "the same, chained anew",
        then(lambda hand: hand.new_answer(COMPLETED, "plain", {"perihal": "Pujian"}), rechained(COMPLETED)),
        "seal",
        COMPLETED,
    ),
    Attack(
        "a file's content",
        sql(f"UPDATE attachment SET content = :new WHERE {OF_CASE}", case=COMPLETED, new=b"%PDF-1.4 palsu"),
        "files",
        COMPLETED,
    ),
    Attack(
        "a file's digest",
        sql(f"UPDATE attachment SET sha256 = 'x' WHERE {OF_CASE}", case=COMPLETED),
        "files",
        COMPLETED,
    ),
    Attack(
        "a file's name",
        sql(f"UPDATE attachment SET filename = 'lain.pdf' WHERE {OF_CASE}", case=COMPLETED),
        "files",
        COMPLETED,
    ),
    Attack("a file deleted", deleted("seq > 0", COMPLETED, "attachment"), "files", COMPLETED),
    Attack(
        "a file hung on another case",
        sql(f"UPDATE attachment SET instance_id = 2 WHERE {OF_CASE}", case=RUNNING),
        "files",
        RUNNING,
    ),
]

CASES = [
    Attack("a case deleted", lambda hand: hand.delete_case(COMPLETED), "numbering seal"),
    Attack(
        "a case's row deleted, its history left",
        lambda hand: hand.delete_case(COMPLETED, history=False),
        "numbering seal",
    ),
    Attack(
        "a case's history deleted, its row left",
        lambda hand: hand.delete_case(COMPLETED, row=False),
        "chain seal tables",
        COMPLETED,
    ),
    Attack(
        "the newest cases deleted, the counter set back",
        then(
            lambda hand: hand.delete_case(LATER),
            lambda hand: hand.delete_case(UNSEALED),
            sql("UPDATE counter SET value = 4"),
        ),
        "seal",
    ),
    Attack(
        "a case under another number",
        sql("UPDATE process_instance SET number = 'SURAT-2026-00077' WHERE id = 2"),
        "chain numbering seal",
    ),
    Attack(
        "the same, chained anew",
        then(
            sql("UPDATE process_instance SET number = 'SURAT-2026-00077' WHERE id = 2"), rechained("SURAT-2026-00077")
        ),
        "numbering seal",
    ),
    Attack("an invented case", _copied, "numbering"),
    Attack("the counter", sql("UPDATE counter SET value = 9"), "numbering"),
    Attack("two cases' histories exchanged", _exchange, "answers chain seal tables", COMPLETED),
]

TABLES = [
    Attack("who holds a step", sql("UPDATE work_item SET assignee = 'petugas2' WHERE assignee IS NOT NULL"), "tables"),
    Attack("a step's deadline", sql("UPDATE work_item SET due_at = opened_at WHERE state = 'open'"), "tables"),
    Attack("a step taken off the list", sql("DELETE FROM work_item WHERE state = 'open'"), "tables"),
    Attack(
        "a timer put off",
        sql("UPDATE timer_job SET due_at = (SELECT max(due_at) FROM timer_job), parked = true"),
        "tables",
    ),
    Attack("a timer deleted", sql("DELETE FROM timer_job"), "tables"),
    Attack(
        "a running case called completed",
        sql("UPDATE process_instance SET state = 'completed' WHERE id = 1"),
        "tables",
        RUNNING,
    ),
    Attack(
        "a case called confidential",
        sql("UPDATE process_instance SET confidential = true WHERE id = 1"),
        "tables",
        RUNNING,
    ),
    Attack("a case on another version", sql("UPDATE process_instance SET version = 2 WHERE id = 1"), "tables", RUNNING),
]

VERSIONS = [
    Attack("a diagram", lambda hand: _redraw(hand, digest=False), "definition", NEWER),
    Attack("a diagram and its digest", lambda hand: _redraw(hand, digest=True), "definition", NEWER),
    Attack(
        "a form",
        sql("UPDATE process_definition SET forms = replace(forms, 'saran', 'usul') WHERE version = 2"),
        "definition",
        NEWER,
    ),
    Attack("a digest", sql("UPDATE process_definition SET digest = 'x' WHERE version = 2"), "definition replay"),
    Attack("a version's name", sql("UPDATE process_definition SET name = 'Lain' WHERE version = 2"), "definition"),
    Attack("the first version deleted", sql("DELETE FROM process_definition WHERE version = 1"), "definition"),
    Attack(
        "two versions exchanged",
        sql(
            "UPDATE process_definition SET version = 9 WHERE version = 1",
            "UPDATE process_definition SET version = 1 WHERE version = 2",
            "UPDATE process_definition SET version = 2 WHERE version = 9",
        ),
        "definition",
        COMPLETED,
    ),
]

SEALS = [
    Attack(
        "a seal's signature",
        sql("UPDATE seal SET signature = :new WHERE number = 1", new=b"x" * 64),
        "copy seal",
        COMPLETED,
    ),
    Attack(
        "when a seal was made",
        sql("UPDATE seal SET statement = replace(statement, '2026-11-2', '2026-10-2') WHERE number = 2"),
        "copy seal",
        LATER,
    ),
    Attack(
        "a sealed head",
        sql("UPDATE sealed_head SET chain = :new WHERE number = :case", case=COMPLETED, new=b"x" * 32),
        "copy seal",
        COMPLETED,
    ),
    Attack(
        "a sealed head deleted",
        sql("DELETE FROM sealed_head WHERE number = :case", case=COMPLETED),
        "copy seal",
        COMPLETED,
    ),
    Attack("the first seal deleted", sql("DELETE FROM seal WHERE number = 1"), "copy seal"),
    Attack("the last seal deleted, its heads left", sql("DELETE FROM seal WHERE number = 2"), "copy seal"),
    Attack(
        "the last seal deleted with its heads",
        sql(
            "DELETE FROM sealed_head WHERE position >= (SELECT size FROM seal WHERE number = 1)",
            "DELETE FROM seal WHERE number = 2",
        ),
        "copy",
    ),
    Attack("all seals deleted", sql("DELETE FROM seal", "DELETE FROM sealed_head"), "copy", COMPLETED),
    Attack(
        "the peaks from which the next seal goes on",
        sql("UPDATE seal SET peaks = :new WHERE number = 2", new=b"x" * 96),
        "seal",
    ),
    Attack("a seal forged with a key of one's own", lambda hand: hand.engine.seal(STRANGE_KEY), "seal", UNSEALED),
    Attack("a file in the office's folder of seals", _spoil(COMPLETED, "SURAT-2026-00077"), "copy"),
    Attack("a file in it deleted", lambda hand: (hand.scene.folder / "segel-000001.json").unlink(), "copy"),
]

ATTACKS = [*HISTORY, *ANSWERS, *CASES, *TABLES, *VERSIONS, *SEALS]
"""Everything but what happens to the triggers themselves."""
