"""The stand-alone verifier in the hands of the tests: as a module, and as strangers run it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from tests.readme import ROOT

FILE = ROOT / "webapp" / "exports" / "verifier" / "alur_verify.py"


@cache
def as_module() -> Any:
    """Return the verifier as a module, for its parts."""
    spec = importlib.util.spec_from_file_location("alur_verify", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def run(*arguments: object, file: Path = FILE) -> subprocess.CompletedProcess[str]:
    """Run the verifier as somebody far away does: alone, with nothing but the standard library."""
    command = [sys.executable, "-I", "-S", str(file), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=120)


def findings(*arguments: object) -> list[dict[str, Any]]:
    """Return what the verifier finds; its exit code must agree."""
    done = run(*arguments, "--json")
    assert done.stderr == ""
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    found = [finding for report in reports for finding in report["findings"]]
    assert done.returncode == (1 if found else 0)
    assert [report["sound"] for report in reports] == [not report["findings"] for report in reports]
    return found


def found(path: Path, *, keys: Iterable[str] = (), seals: Path | None = None) -> list[dict[str, Any]]:
    """Return what the verifier finds, called as a module: for tables of many rows."""
    reports = as_module().check(path, frozenset(keys), seals)
    return [{"code": each.code, "message": each.text(False)} for report in reports for each in report.wrong]
