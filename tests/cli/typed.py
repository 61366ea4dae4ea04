"""Typing ``alur`` commands in tests, and reading what they print."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine import Engine
from tests.filling import answers
from tests.readme import ROOT
from webapp.cli import main
from webapp.settings import make_secret_key

BPMN = ROOT / "bpmn" / "sop-pengaduan-kategori-berat.bpmn"
KEY = "sop_pengaduan_kategori_berat"
PASSWORD = "bangku-enam-lampu-biru"

Alur = Callable[..., Result]


def typed_on(url: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Alur:
    """Return a function that runs ``alur`` on that database; the key and the files of seals are in ``folder``."""
    for name in list(os.environ):
        if name.startswith("ALUR_") and not name.startswith("ALUR_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ALUR_DATABASE_URL", url)
    monkeypatch.setenv("ALUR_SEAL_KEY_FILE", str(folder / "seal-key"))
    monkeypatch.setenv("ALUR_SEAL_FOLDER", str(folder / "seals"))
    return lambda *words, **more: CliRunner().invoke(main, [str(word) for word in words], **more)


def good(result: Result) -> str:
    """Return what was printed; fail unless the exit code is 0."""
    assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
    return result.stdout


def lines(result: Result) -> list[Any]:
    """Return the JSON objects that were printed, one a line."""
    return [json.loads(line) for line in good(result).splitlines()]


def lines_of_failure(result: Result) -> list[Any]:
    """Return the JSON objects that a command printed before it ended with 1."""
    assert result.exit_code == 1
    return [json.loads(line) for line in result.stdout.splitlines()]


def first_answers(engine: Engine, tmp_path: Path) -> Path:
    """Write the answers of the SOP's first step to a file."""
    clerk = engine.person("petugas1")
    assert clerk
    form = engine.start_form(KEY, by=clerk).form
    file = tmp_path / "jawaban.json"
    file.write_text(json.dumps(answers(form, datetime.now(UTC))))
    return file


def serving(folder: Path, url: str, *words: str, **environment: str) -> subprocess.Popen[str]:
    """Start ``alur`` as a process of its own."""
    make_secret_key(folder / "secret-key")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ALUR_")}
    settings = {
        "ALUR_DATABASE_URL": url,
        "ALUR_SECRET_KEY_FILE": str(folder / "secret-key"),
        "ALUR_SEAL_KEY_FILE": str(folder / "seal-key"),
        "ALUR_SEAL_FOLDER": str(folder / "seals"),
        "ALUR_PORT": "0",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", *words],
        env={**inherited, **settings, **environment},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
