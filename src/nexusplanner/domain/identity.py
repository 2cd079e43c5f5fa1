"""Tenants, users, roles and what each role may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from nexusplanner.domain.shared import FieldErrors, Forbidden, TenantId, UserId


class Role(StrEnum):
    """What a user is in one tenant."""

    VIEWER = "viewer"
    USER = "user"
    APPROVER = "approver"
    ADMIN = "admin"


class Permission(StrEnum):
    """What a route or use case asks for."""

    READ = "read"
    PLAN = "plan"
    IMPORT = "import"
    FEEDBACK = "feedback"
    APPROVE = "approve"
    ADMINISTER = "administer"


_READ = frozenset({Permission.READ})
_PLAN = _READ | {Permission.PLAN, Permission.IMPORT, Permission.FEEDBACK}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _READ,
    Role.USER: _PLAN,
    Role.APPROVER: _PLAN | {Permission.APPROVE},
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, for which tenant, with which role."""

    tenant_id: TenantId
    user_id: UserId
    role: Role

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything the role grants."""
        return PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Raise Forbidden unless the role grants `permission`."""
        if permission not in self.permissions:
            roles = [role.value for role, granted in PERMISSIONS.items() if permission in granted]
            raise Forbidden(
                f"Your role is {self.role}; this needs {' or '.join(roles)}. Ask an administrator.",
                details={"permission": permission.value},
            )


PASSWORD_MIN = 12
PASSWORD_MAX = 256
COMMON_PASSWORDS = frozenset(
    {
        "123456789012",
        "1234567890123",
        "password1234",
        "passwordpassword",
        "qwertyuiop12",
        "qwertyuiopas",
        "administrator",
        "letmeinletmein",
        "iloveyou1234",
        "nexusplanner",
        "nexusplanner1",
        "aaaaaaaaaaaa",
        "000000000000",
        "111111111111",
        "abcdefghijkl",
        "changeme1234",
        "welcome12345",
    }
)


def check_password(password: str, *, email: str) -> None:
    """Length and blocklist, no composition rules. Raises Invalid with field `password`."""
    errors = FieldErrors()
    errors.check(len(password) >= PASSWORD_MIN, "password", f"Use at least {PASSWORD_MIN} characters.")
    errors.check(len(password) <= PASSWORD_MAX, "password", f"Use at most {PASSWORD_MAX} characters.")
    lowered = password.lower()
    known = (
        lowered in COMMON_PASSWORDS
        or len(set(lowered)) < 4
        or lowered in {email.lower(), email.lower().split("@")[0] * 2}
    )
    errors.check(not known, "password", "This password is among the first that are tried. Choose another.")
    errors.raise_if_any("sign-in")


def normal_email(email: str) -> str:
    """The address without surrounding space, lower case. Raises Invalid with field `email` when it is none."""
    cleaned = email.strip().lower()
    local, at, domain = cleaned.rpartition("@")
    ok = bool(
        at and local and "." in domain.strip(".") and len(cleaned) <= 254 and not any(c.isspace() for c in cleaned)
    )
    errors = FieldErrors()
    errors.check(ok or (bool(local) and domain == "localhost"), "email", "This is not an e-mail address.")
    errors.raise_if_any("e-mail address")
    return cleaned


@dataclass(eq=False, kw_only=True)
class Tenant:
    """An organisation; shown to users as workspace. Nothing crosses from one to another."""

    id: TenantId = field(default_factory=lambda: TenantId(uuid4()))
    name: str
    slug: str
    currency: str = "EUR"
    is_demo: bool = False
    created_at: datetime


@dataclass(eq=False, kw_only=True)
class Account:
    """A person's sign-in, the same for every tenant they belong to."""

    id: UUID = field(default_factory=uuid4)
    email: str
    password_hash: str
    created_at: datetime


@dataclass(eq=False, kw_only=True)
class User:
    """An account's membership in one tenant."""

    id: UserId = field(default_factory=lambda: UserId(uuid4()))
    tenant_id: TenantId
    account_id: UUID
    email: str
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None

    def actor(self) -> Actor:
        """The actor this user is inside its tenant."""
        return Actor(tenant_id=self.tenant_id, user_id=self.id, role=self.role)


@dataclass(eq=False, kw_only=True)
class Session:
    """One signed-in browser or program. Its refresh token rotates; only hashes are kept.

    family_hash: of the part that every token of the session shares, by which even an outdated one finds it.
    previous_hash stays valid for a short grace after a rotation, so that two tabs refreshing at once both survive;
    any other reuse means that a token was copied, and the session ends for whoever holds it.
    """

    id: UUID = field(default_factory=uuid4)
    tenant_id: TenantId
    user_id: UserId
    family_hash: str
    token_hash: str
    previous_hash: str | None = None
    rotated_at: datetime
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    agent: str = ""

    def live(self, *, at: datetime) -> bool:
        """Whether the session goes on."""
        return self.ended_at is None and at < self.expires_at

    def rotate(self, *, presented: str, successor: str, at: datetime, grace: timedelta, lifetime: timedelta) -> bool:
        """Replace the presented token by its successor (both as hashes); whether the holder stays signed in.

        Within `grace` the token before the current one is answered with the same successor again. Any other outdated
        token ends the session.
        """
        if not self.live(at=at):
            return False
        if presented == self.token_hash:
            self.previous_hash, self.token_hash = presented, successor
            self.rotated_at, self.expires_at = at, at + lifetime
            return True
        repeated = presented == self.previous_hash and successor == self.token_hash
        if repeated and at - self.rotated_at <= grace:
            return True
        self.end(at=at)
        return False

    def end(self, *, at: datetime) -> None:
        """Sign out; ending twice changes nothing."""
        self.ended_at = self.ended_at or at
