"""What an operator sets: read once, refused plainly when it cannot be meant."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from webapp.settings import Settings, SettingsRefused, make_secret_key


def test_without_any_variable_the_defaults_hold():
    assert Settings.from_environment({}) == Settings()


def test_every_field_has_its_variable():
    environment = {
        "ALUR_DATABASE_URL": "postgresql://alur@/alur",
        "ALUR_SECRET_KEY_FILE": "/etc/alur/key",
        "ALUR_SEAL_KEY_FILE": "/etc/alur/seal-key",
        "ALUR_SEAL_FOLDER": "/srv/seals",
        "ALUR_SEAL_MINUTES": "15",
        "ALUR_HOST": "0.0.0.0",
        "ALUR_PORT": "80",
        "ALUR_BEHIND_TLS_PROXY": "1",
        "ALUR_LOG": "json",
        "ALUR_METRICS_TOKEN_FILE": "/etc/alur/metrics-token",
        "ALUR_APPROVAL": "1",
        "ALUR_DEMO": "1",
    }

    settings = Settings.from_environment(environment)

    key, seal_key, folder = Path("/etc/alur/key"), Path("/etc/alur/seal-key"), Path("/srv/seals")
    token = Path("/etc/alur/metrics-token")
    assert settings == Settings(
        "postgresql://alur@/alur", key, seal_key, folder, 15, "0.0.0.0", 80, True, "json", token, True, True
    )
    assert set(environment) == {f"ALUR_{each.name.upper()}" for each in fields(Settings)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALUR_PORT", "delapan ribu"),
        ("ALUR_PORT", "-1"),
        ("ALUR_PORT", "65536"),
        ("ALUR_PORT", "8 000"),
        ("ALUR_PORT", "٨٠"),
        ("ALUR_SEAL_MINUTES", "0"),
        ("ALUR_SEAL_MINUTES", "sejam"),
        ("ALUR_LOG", "xml"),
        ("ALUR_DEMO", "yes"),
        ("ALUR_DEMO", "True"),
        ("ALUR_BEHIND_TLS_PROXY", "2"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_name(name, value):
    with pytest.raises(SettingsRefused, match=name):
        Settings.from_environment({name: value})


def test_a_new_key_is_made_once_for_its_owner_alone(tmp_path):
    file = tmp_path / "instance" / "key"

    make_secret_key(file)
    first = file.read_text()
    make_secret_key(file)

    assert file.read_text() == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(Settings(secret_key_file=file).secret_key()) == 64


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        pytest.param(None, 0, "Buat sekali saja", id="missing"),
        pytest.param(b"pendek", 0o600, "sedikitnya 32", id="too short"),
        pytest.param(b"", 0o600, "sedikitnya 32", id="empty"),
        pytest.param(b"k" * 40, 0o644, "terbuka bagi semua orang", id="open to everybody"),
        pytest.param(b"\xff" * 40, 0o600, "tidak terbaca", id="not text"),
    ],
)
def test_an_unusable_key_is_refused_with_what_to_do(tmp_path, content, mode, said):
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
        file.chmod(mode)

    with pytest.raises(SettingsRefused, match=said):
        Settings(secret_key_file=file).secret_key()
