"""Settings come from the environment; secrets are made once and kept private."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from nexusplanner.settings import Settings, default_home, read_secrets

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


def test_a_checkout_keeps_its_data_in_itself() -> None:
    assert default_home() == Path(__file__).resolve().parents[1] / ".nexus"


def test_defaults_are_closed_to_the_network() -> None:
    settings = Settings()
    assert settings.host == "127.0.0.1"
    assert settings.cors_origins == ()
    assert settings.uses_embedded_database


def test_the_environment_sets_values_and_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEXUS_HOME", str(tmp_path))
    monkeypatch.setenv("NEXUS_PORT", "9000")
    monkeypatch.setenv("NEXUS_RATE_LIMITS__WRITES", "7")
    monkeypatch.setenv("NEXUS_CORS_ORIGINS", "https://a.example, https://b.example")

    settings = Settings()

    assert settings.postgres_home == tmp_path / "postgres"
    assert settings.port == 9000
    assert settings.rate_limits.writes == 7
    assert settings.rate_limits.reads == 600
    assert settings.cors_origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize("given", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"])
def test_database_addresses_get_the_driver_and_stay_out_of_print(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    settings = Settings()
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql+psycopg://u:p@h/d"
    assert not settings.uses_embedded_database
    assert "u:p" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DATABASE_URL", "mysql://h/d", "must start with postgresql"),
        ("DATABASE_OWNER_URL", "postgresql://o:p@h/d", "without DATABASE_URL"),
        ("NEXUS_ENVIRONMENT", "production", "NEXUS_SIGNING_KEYS"),
        ("NEXUS_SIGNING_KEYS", "short", "at least 32"),
        ("NEXUS_ENCRYPTION_KEY", "c2hvcnQ=", "32 bytes"),
        ("NEXUS_CHECKPOINT_KEY", "c2hvcnQ=", "32 bytes"),
        ("NEXUS_CHECKPOINT_WEBHOOK", "ftp://example.com", "https://"),
        ("NEXUS_PREFER_WAIT_SECONDS", "26", "less than or equal to 25"),
        ("NEXUS_RATE_LIMITS__SIGN_INS", "0", "greater than 0"),
    ],
)
def test_a_wrong_value_is_refused_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=reason):
        Settings()


def test_production_starts_with_shared_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEXUS_HOME", str(tmp_path))
    monkeypatch.setenv("NEXUS_ENVIRONMENT", "production")
    monkeypatch.setenv("NEXUS_SIGNING_KEYS", f"{'n' * 40},{'o' * 40}")
    monkeypatch.setenv("NEXUS_ENCRYPTION_KEY", KEY)
    monkeypatch.setenv("NEXUS_CHECKPOINT_KEY", KEY)

    secrets = read_secrets(Settings())

    assert [key.secret for key in secrets.signing] == [b"n" * 40, b"o" * 40]
    assert len({key.kid for key in secrets.signing}) == 2
    assert secrets.encryption == bytes(range(32))
    assert not (tmp_path / "keys").exists()


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with ThreadPoolExecutor(max_workers=8) as pool:
        seen = list(pool.map(lambda _: read_secrets(settings), range(16)))

    assert len(set(seen)) == 1
    assert len(seen[0].encryption) == 32
    names = ["checkpoint.key", "encryption.key", "signing.key"]
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == names
    assert len({*(path.read_text(encoding="ascii") for path in (tmp_path / "keys").iterdir())}) == len(names)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (tmp_path / "keys").iterdir())
    assert read_secrets(Settings(home=tmp_path / "other")) != seen[0]


def test_secrets_are_never_printed(tmp_path: Path) -> None:
    secrets = read_secrets(Settings(home=tmp_path))
    assert repr(secrets.encryption) not in repr(secrets)
    assert repr(secrets.checkpoint) not in repr(secrets)
    assert repr(secrets.signing[0].secret) not in repr(secrets)
