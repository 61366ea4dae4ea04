"""A test that cannot run here is said aloud; in CI it is a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readme import ROOT

SKIPPED = "import pytest\ndef test_one():\n    pytest.skip('no such server here')\ndef test_two():\n    pass\n"
WHOLE = "def test_one():\n    pass\n"


@pytest.mark.parametrize(
    ("content", "ci", "code", "said"),
    [
        pytest.param(SKIPPED, "", 0, True, id="somewhere else"),
        pytest.param(SKIPPED, "true", 1, True, id="in CI"),
        pytest.param(WHOLE, "true", 0, False, id="nothing left out"),
    ],
)
def test_what_is_left_out_is_said_and_fails_in_ci(tmp_path: Path, content: str, ci: str, code: int, said: bool) -> None:
    (tmp_path / "test_it.py").write_text(content)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\n")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code, done.stdout
    assert ("LEFT OUT" in done.stdout) is said
    assert ("1 tests: no such server here" in done.stdout) is said
