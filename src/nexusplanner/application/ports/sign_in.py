"""What signing in needs from the world: accounts and sessions, slow password hashing, and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from nexusplanner.domain.identity import Account, Session, Tenant, User
from nexusplanner.domain.shared import TenantId, UserId


class SignIns(Protocol):
    """What is needed before a tenant is known: accounts and sessions. One transaction per use."""

    async def any_account(self, *, lock: bool = False) -> bool:
        """Whether anybody with a password has registered yet. lock: whoever asks so next waits until this transaction ends."""
        ...

    async def account(self, *, email: str) -> Account | None:
        """The account of this address."""
        ...

    async def memberships(self, *, account_id: UUID) -> Sequence[tuple[User, Tenant]]:
        """Where the account is a member, oldest first, disabled memberships left out."""
        ...

    async def register(self, *, account: Account, tenant: Tenant, user: User) -> None:
        """Keep a new account with its tenant and membership. Raises Conflict when the address is taken."""
        ...

    async def session(self, *, family_hash: str) -> Session | None:
        """The session whose tokens share the part with this hash, locked."""
        ...

    async def holder(self, session: Session) -> tuple[Session, User, Tenant] | None:
        """The session with its user and tenant; none when the user was disabled or removed."""
        ...

    async def open(self, *, tenant_id: TenantId, session_id: UUID) -> tuple[Session, User] | None:
        """The session and who it belongs to; none when it has ended or the user was disabled or removed."""
        ...

    async def add_session(self, session: Session) -> None:
        """Keep a new session."""
        ...


class SignInTransactions(Protocol):
    """Opens transactions that are not bound to a tenant."""

    def __call__(self) -> AbstractAsyncContextManager[SignIns]:
        """A transaction that commits when the block ends well."""
        ...


class PasswordHasher(Protocol):
    """Slow password hashing, off the event loop."""

    async def hash(self, password: str) -> str:
        """A salted hash."""
        ...

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Whether they fit; takes as long for a hash of nobody."""
        ...


@dataclass(frozen=True, kw_only=True)
class AccessClaims:
    """What an access token says. It is believed only while its session goes on."""

    tenant_id: TenantId
    user_id: UserId
    session_id: UUID


class AccessTokens(Protocol):
    """Signed tokens that a request carries."""

    @property
    def lifetime(self) -> timedelta:
        """How long a token is good for."""
        ...

    def issue(self, claims: AccessClaims, *, now: datetime) -> str:
        """A token that says so."""
        ...

    def read(self, token: str, *, now: datetime) -> AccessClaims:
        """What the token says. Raises Unauthenticated unless it is one of ours and not outdated."""
        ...


class RefreshTokens(Protocol):
    """Opaque tokens that renew a session: a part that all of a session share, and a part that changes."""

    def first(self) -> str:
        """A token of a new session."""
        ...

    def after(self, token: str) -> str:
        """The only successor of `token`, which nobody else can compute."""
        ...

    def family(self, token: str) -> str:
        """The part that every token of the session shares."""
        ...
