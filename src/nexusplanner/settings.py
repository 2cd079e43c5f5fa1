"""Everything an operator may set, with the reason beside each value.

A value comes from the environment (`NEXUS_` and the name in capitals, `__` between the parts of a table, for example
`NEXUS_RATE_LIMITS__WRITES=200`), else from the default here. The addresses of other servers keep the names that
hosting platforms give them: `DATABASE_URL` and `DATABASE_OWNER_URL`.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, BaseModel, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DRIVER = "postgresql+psycopg"
KEY_BYTES = 32
SHORTEST_KEY = 32
DATABASE_NAMES = ("postgresql+psycopg://", "postgresql://", "postgres://")


def default_home() -> Path:
    """Return `.nexus` in a checkout, so that two checkouts never share data, else the user's own data folder."""
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "nexus").is_file() and (checkout / "pyproject.toml").is_file():
        return checkout / ".nexus"
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "nexusplanner"


class RateLimits(BaseModel):
    """Requests per minute; shared by all workers of one database."""

    reads: int = Field(default=600, gt=0)  # per user: a page that follows a run asks often and must not starve itself
    writes: int = Field(default=100, gt=0)  # per user: far above a person's pace, far below a runaway script's
    generations: int = Field(default=10, gt=0)  # per user: each may cost model calls
    sign_ins: int = Field(default=5, gt=0)  # per address: sign-ins and registrations, to slow down guessing


class Settings(BaseSettings):
    """The settings of one process; frozen, read once at start."""

    model_config = SettingsConfigDict(
        env_prefix="NEXUS_", env_nested_delimiter="__", frozen=True, extra="ignore", populate_by_name=True
    )

    # Where things are
    home: Path = Field(default_factory=default_home)  # embedded database, keys, checkpoints
    environment: Literal["development", "production"] = "development"  # production refuses what only suits one machine
    database_url: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_URL", "NEXUS_DATABASE_URL")
    )
    """The application role's address; without it the embedded server is used."""
    database_owner_url: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_OWNER_URL", "NEXUS_DATABASE_OWNER_URL")
    )
    """The schema owner's address, for migrations only."""

    # Serving
    host: str = (
        "127.0.0.1"  # open to this machine only; a network needs TLS in front of it (sign-in cookies are Secure)
    )
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str | None = None  # what users type when a proxy stands in front; links and origin checks use it
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()  # closed: the pages come from the same origin
    max_request_bytes: int = Field(default=10_000_000, gt=0)  # a year of weekly figures for 50 channels is under 1 MB
    request_seconds: float = Field(default=30, gt=0)  # longer work is a run
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    rate_limits: RateLimits = RateLimits()

    # Database use
    database_pool: int = Field(default=10, gt=0)  # connections of one process; the embedded server takes 100 in all
    statement_seconds: float = Field(default=30, gt=0)  # no query outlives its request

    # Sign-in
    access_token_seconds: int = Field(
        default=600, gt=0
    )  # short: a leaked one dies soon, and the cookie renews it unseen
    token_leeway_seconds: int = Field(default=30, ge=0, le=30)  # clocks of two machines differ
    refresh_token_days: int = Field(default=14, gt=0)  # two weeks away means signing in again
    refresh_grace_seconds: int = Field(default=10, ge=0)  # two tabs renewing at once are not a theft
    signing_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()  # the first signs, all verify; none: made in `home`
    encryption_key: SecretStr | None = None  # seals personal payloads; none: made in `home`

    # The decision ledger
    checkpoint_key: SecretStr | None = None  # 32 bytes; signs checkpoints; none: made in `home`
    checkpoint_public_keys: Annotated[tuple[str, ...], NoDecode] = ()  # of earlier keys, whose signatures still count
    checkpoint_entries: int = Field(default=25, gt=0)  # new entries that are worth a checkpoint when a run ends
    checkpoint_webhook: SecretStr | None = None  # keeps copies elsewhere; may carry a token, hence never printed

    # What others may watch
    otlp_endpoint: str = ""  # where spans go, such as http://127.0.0.1:4318/v1/traces; none leave without it

    # Runs
    worker_in_process: bool = True  # one process is enough for a small team; `nexus worker` adds more
    worker_runs: int = Field(default=4, gt=0)  # at the same time; steps that compute share this machine's cores
    takeover_seconds: float = Field(default=10, gt=0)  # after which a dead worker's runs go on elsewhere
    run_seconds: float = Field(default=600, gt=0)  # a run that takes longer is stuck
    prefer_wait_seconds: float = Field(default=25, gt=0, le=25)  # below the 30 s at which common proxies give up
    schedule_seconds: float = Field(default=20, gt=0)  # between looks at what is due; a new source is read soon
    step_log: Path | None = None  # a file in which every step is noted, so that tests can count them
    step_delay_seconds: float = Field(default=0, ge=0)  # slows every step down so that tests can interrupt one

    # Files and pages from outside, each read in a process of its own
    reading_mebibytes: int = Field(default=512, ge=128)  # address space: 300 pages take 80; what takes more is a bomb
    reading_seconds: float = Field(default=60, gt=0)  # CPU and clock: 300 pages take 2; a file that hangs is given up

    # Language models
    model_deadline_seconds: float = Field(default=30, gt=0)  # a question over all providers; rules answer after it
    model_share: float = Field(default=0.6, gt=0, le=1)  # of what is left of it, while other providers stand behind
    model_tries: int = Field(default=3, ge=1, le=10)  # at one provider: a passing fault rarely outlasts two pauses
    model_pause_seconds: float = Field(
        default=0.5, ge=0
    )  # before the second try, doubled after; Retry-After goes first
    model_failures: int = Field(default=5, ge=1)  # in a row, more than one question makes: then a provider rests
    model_rest_seconds: float = Field(default=30, ge=0)  # about as long as an overloaded provider needs

    @field_validator("cors_origins", "signing_keys", "checkpoint_public_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Take a list written with commas."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("database_url", "database_owner_url", mode="after")
    @classmethod
    def _with_driver(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        url = value.get_secret_value()
        for name in DATABASE_NAMES:
            if url.startswith(name):
                return SecretStr(f"{DRIVER}://{url.removeprefix(name)}")
        message = "the database address must start with postgresql://"
        raise ValueError(message)

    @field_validator("signing_keys", mode="after")
    @classmethod
    def _long_enough(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(key.get_secret_value()) < SHORTEST_KEY for key in value):
            message = f"every signing key needs at least {SHORTEST_KEY} characters"
            raise ValueError(message)
        return value

    @field_validator("encryption_key", "checkpoint_key", mode="after")
    @classmethod
    def _decodable(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _decoded(value.get_secret_value())
        return value

    @field_validator("checkpoint_webhook", mode="after")
    @classmethod
    def _web_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("http://", "https://")):
            message = "the webhook for checkpoints must start with https:// or http://"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        keys = (self.signing_keys, self.encryption_key, self.checkpoint_key)
        if self.environment == "production" and not all(keys):
            message = (
                "production needs NEXUS_SIGNING_KEYS, NEXUS_ENCRYPTION_KEY and NEXUS_CHECKPOINT_KEY, shared by all its "
                "processes"
            )
            raise ValueError(message)
        if self.database_owner_url is not None and self.database_url is None:
            message = "DATABASE_OWNER_URL is set without DATABASE_URL (the application role's address)"
            raise ValueError(message)
        return self

    @property
    def uses_embedded_database(self) -> bool:
        """Whether this process runs or joins the embedded server."""
        return self.database_url is None

    @property
    def checkpoints_home(self) -> Path:
        """Where signed checkpoints of the ledger are kept."""
        return self.home / "checkpoints"

    @property
    def models_home(self) -> Path:
        """Below which embedding models on this machine lie, one folder each; nothing else is ever loaded."""
        return self.home / "models"

    @property
    def postgres_home(self) -> Path:
        """Where the embedded server keeps its files."""
        return self.home / "postgres"


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """A key for access tokens and the short name that tokens carry in their header."""

    kid: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> SigningKey:
        """Name the key by a digest, so that the same key has the same name everywhere."""
        return cls(kid=hashlib.sha256(secret).hexdigest()[:12], secret=secret)


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What must never leave the server. `signing` is not empty; its first key signs, all verify."""

    signing: tuple[SigningKey, ...]
    encryption: bytes = field(repr=False)  # 32 bytes
    checkpoint: bytes = field(repr=False)  # 32 bytes, the seed of an Ed25519 key


def read_secrets(settings: Settings) -> Secrets:
    """Return the given keys, or those in the data folder, made there on the first start with mode 0600."""
    keys = tuple(SigningKey.of(key.get_secret_value().encode()) for key in settings.signing_keys)
    folder = settings.home / "keys"
    return Secrets(
        signing=keys or (SigningKey.of(_kept(folder / "signing.key").encode()),),
        encryption=_given_or_kept(settings.encryption_key, folder / "encryption.key"),
        checkpoint=_given_or_kept(settings.checkpoint_key, folder / "checkpoint.key"),
    )


def _given_or_kept(given: SecretStr | None, path: Path) -> bytes:
    return _decoded(_kept(path) if given is None else given.get_secret_value())


def _kept(path: Path) -> str:
    """Read a key file, making it first when there is none; of two processes starting at once one wins."""
    path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    if not path.exists():
        partial = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(partial, path)
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path.read_text(encoding="ascii")


def _decoded(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        message = f"the key must be {KEY_BYTES} bytes in URL-safe base64"
        raise ValueError(message)
    return key
