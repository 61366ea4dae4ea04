"""What is fetched at set-up: from locks that name no host, into folders that git ignores."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from tests import readme
from webapp import assets

LOCKS = ("requirements.lock", "requirements-dev.lock", "webapp/frontend/package-lock.json")
HOSTS = re.compile(r"registry\.|npmjs|pypi\.org|pythonhosted|debian\.org|yarnpkg|file:|resolved|index-url|find-links")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_to_fetch_from(lock):
    assert not HOSTS.findall((readme.ROOT / lock).read_text())


@pytest.mark.parametrize("lock", LOCKS[:2])
def test_every_locked_package_has_its_version_and_hashes(lock):
    entries = re.split(r"\n(?=[a-z0-9])", (readme.ROOT / lock).read_text().strip())

    assert len(entries) > 20
    assert [entry for entry in entries if not re.match(r"[a-z0-9._\[\]-]+==\S+", entry)] == []
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_every_locked_front_end_package_has_its_digest():
    lock = json.loads((readme.ROOT / LOCKS[2]).read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert len(packages) > 10
    assert [name for name, package in packages.items() if "integrity" not in package] == []


def test_both_locks_agree():
    run, dev = (set(re.findall(r"^[a-z0-9._-]+==\S+", (readme.ROOT / lock).read_text(), re.M)) for lock in LOCKS[:2])

    assert run <= dev


def test_nothing_fetched_is_ever_committed():
    ignored = (readme.ROOT / ".gitignore").read_text().splitlines()

    assert {".venv/", "instance/", "node_modules/", "webapp/static/vendor/"} <= set(ignored)


def test_no_third_party_code_is_in_the_repository():
    listed = subprocess.run(["git", "ls-files"], cwd=readme.ROOT, capture_output=True, text=True, check=True).stdout

    assert [name for name in listed.splitlines() if "/vendor/" in name or name.endswith(".min.js")] == []


def test_the_front_end_that_is_there_is_the_one_that_is_wanted():
    assert assets.fetched()
    assert [target for _, target in assets.WANTED if not (assets.VENDOR / target).exists()] == []


def test_a_front_end_of_another_lock_counts_as_not_fetched(tmp_path):
    (tmp_path / assets.STAMP).write_text("something older")

    assert not assets.fetched(tmp_path)


def test_the_lock_file_settings_of_npm_are_committed():
    settings = (assets.FRONTEND / ".npmrc").read_text()

    assert "omit-lockfile-registry-resolved=true" in settings
    assert "ignore-scripts=true" in settings
