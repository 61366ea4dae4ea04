"""Record the golden histories of a new number of rules: ``python -m tests.histories``, once per number.

A file is never recorded again: what it holds must re-execute for ever.
"""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta
from pathlib import Path

from engine import Actor, Engine, sweep
from engine.runtime import RULES
from tests.clock import Clock
from tests.engine.small_office import AUDITOR, OWNER, sop_files
from tests.engine.test_stateful import revision
from tests.filling import answers

FOLDER = Path(__file__).parent


def main() -> None:
    """Write one file for each recorded case; refuse to replace one."""
    _record("sop", sop_files(), "sop_pengaduan_kategori_berat")
    _record("branches", revision(), "surat")


def _record(name: str, uploaded: dict[str, bytes], key: str) -> None:
    target = FOLDER / f"rules-{RULES}-{name}.json"
    if target.exists():
        raise SystemExit(f"{target.name} was recorded already and must not change")
    with tempfile.TemporaryDirectory() as folder:
        url, clock = f"sqlite:///{folder}/alur.db", Clock()
        Engine.upgrade(url)
        engine = Engine(url, clock)
        (definition,) = engine.deploy(uploaded, by=OWNER).definitions
        everybody = Actor("petugas", lanes=frozenset(definition.lanes), duties=frozenset({"head"}))
        form = engine.start_form(key, by=everybody).form
        case = engine.start(key, answers(form, clock()), by=everybody).number
        while engine.case(case, by=AUDITOR).state == "running":
            clock.advance(timedelta(hours=20))
            sweep(engine)
            item = next(item for item in engine.steps(case, by=AUDITOR) if item.state == "open")
            engine.claim(case, item.key, by=everybody)
            step_form = engine.form(case, item.key, by=everybody)
            # Round the loop once, then on.
            again = (
                {"lagi": "ya" if item.key.endswith(":1") else "tidak"}
                if step_form and "lagi" in step_form.fields
                else {}
            )
            given = answers(step_form, clock(), **again)
            engine.complete(case, item.key, given, by=everybody)
        events = [
            vars(event) | {"recorded_at": event.recorded_at.isoformat(), "chain": event.chain.hex()}
            for event in engine.history(case, by=AUDITOR)
        ]
        recorded = {
            "case": case,
            "definition": {"key": key, "version": definition.version, "digest": definition.digest},
            "files": {file: text.decode() for file, text in uploaded.items()},
            "events": events,
        }
        engine.close()
    target.write_text(json.dumps(recorded, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
