"""The letters that the tests of ``/engine-rest`` deploy."""

from __future__ import annotations

from tests.engine.small_office import TWO_STEPS

FORMS = {name: data for name, data in TWO_STEPS.items() if name.endswith(".form")}
LETTERS = TWO_STEPS["surat.bpmn"]
LONGER = LETTERS.replace(b"P3D", b"P5D")
