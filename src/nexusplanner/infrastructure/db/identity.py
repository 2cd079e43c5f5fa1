"""Tenants, accounts, memberships and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.identity import Account, Actor, Role, Session, Tenant, User
from nexusplanner.domain.shared import Conflict, NotFound, TenantId, UserId
from nexusplanner.infrastructure.db.types import (
    in_tenant,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    uuid_column,
    words,
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", uuid_column("id").type, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    instant("created_at"),
)

tenants = Table(
    "tenants",
    metadata,
    Column("id", uuid_column("id").type, primary_key=True),
    Column("name", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("is_demo", Boolean, nullable=False),
    instant("created_at"),
)

users = Table(
    "users",
    metadata,
    *tenant_key(),
    Column("account_id", uuid_column("id").type, ForeignKey("accounts.id"), nullable=False),
    Column("email", String(254), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", words(Role), nullable=False),
    instant("created_at"),
    instant("disabled_at", nullable=True),
    in_tenant(),
    UniqueConstraint("tenant_id", "account_id"),
    Index(None, "account_id"),
)

sessions = Table(
    "sessions",
    metadata,
    *tenant_key(),
    uuid_column("user_id"),
    Column("family_hash", String(64), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("previous_hash", String(64)),
    instant("rotated_at"),
    instant("created_at"),
    instant("expires_at"),
    instant("ended_at", nullable=True),
    Column("agent", Text, nullable=False),
    of_tenant("user_id", "users", ondelete="CASCADE"),
    Index(None, "tenant_id", "user_id"),
    Index(None, "family_hash"),
)

mapper_registry.map_imperatively(Account, accounts)
mapper_registry.map_imperatively(Tenant, tenants)
mapper_registry.map_imperatively(User, users)
mapper_registry.map_imperatively(Session, sessions)

FIRST_REGISTRATION = 0x6E657875
"""Key of the advisory lock that serialises first registrations."""


async def see_only(session: AsyncSession, name: str, value: object) -> None:
    """Set what row-level security compares with until the transaction ends. name: such as "tenant_id"."""
    await session.execute(select(func.set_config(f"app.{name}", str(value), literal(value=True))))


class SqlIdentity:
    """Users of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def tenant(self) -> Tenant:
        """The actor's tenant. Raises NotFound when it was removed."""
        found = await self._session.get(Tenant, self._actor.tenant_id)
        if found is None:
            raise NotFound.of("workspace", self._actor.tenant_id)
        return found

    async def user(self, user_id: UserId) -> User:
        """The user. Raises NotFound."""
        found = await self._session.get(User, (self._actor.tenant_id, user_id))
        if found is None:
            raise NotFound.of("user", user_id)
        return found


class SqlSignIns:
    """Accounts and sessions before a tenant is known. Each method makes visible exactly the rows it asks for."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def any_account(self, *, lock: bool = False) -> bool:
        """Whether anybody has registered yet. lock: whoever asks so next waits until this transaction ends."""
        if lock:
            await self._session.execute(select(func.pg_advisory_xact_lock(FIRST_REGISTRATION)))
        return bool(await self._session.scalar(text("SELECT any_account()")))

    async def account(self, *, email: str) -> Account | None:
        """The account of this address."""
        await see_only(self._session, "email", email)
        found: Account | None = await self._session.scalar(select(Account).where(accounts.c.email == email))
        return found

    async def memberships(self, *, account_id: UUID) -> Sequence[tuple[User, Tenant]]:
        """Where the account is a member, oldest first, disabled memberships left out."""
        await see_only(self._session, "account_id", account_id)
        query = (
            select(User, Tenant)
            .join(tenants, tenants.c.id == users.c.tenant_id)
            .where(users.c.account_id == account_id, users.c.disabled_at.is_(None))
            .order_by(users.c.created_at, users.c.id)
        )
        return [(user, tenant) for user, tenant in await self._session.execute(query)]

    async def register(self, *, account: Account, tenant: Tenant, user: User) -> None:
        """Keep a new account with its tenant and membership. Raises Conflict when the address is taken."""
        if await self.account(email=account.email) is not None:
            raise Conflict("This address is registered already. Sign in instead.", code="EMAIL_TAKEN")
        await see_only(self._session, "tenant_id", tenant.id)
        for record in (account, tenant, user):
            self._session.add(record)
            await self._session.flush()

    async def session(self, *, family_hash: str) -> Session | None:
        """The session whose tokens share the part with this hash, locked."""
        await see_only(self._session, "family_hash", family_hash)
        fits = sessions.c.family_hash == family_hash
        tenant_id = await self._session.scalar(select(sessions.c.tenant_id).where(fits))
        if tenant_id is None:
            return None
        await see_only(self._session, "tenant_id", tenant_id)
        query = select(Session).where(sessions.c.tenant_id == tenant_id, fits).with_for_update()
        found: Session | None = await self._session.scalar(query)
        return found

    async def holder(self, session: Session) -> tuple[Session, User, Tenant] | None:
        """The session with its user and tenant; none when the user was disabled or removed."""
        user = await self._session.get(User, (session.tenant_id, session.user_id))
        tenant = await self._session.get(Tenant, session.tenant_id)
        if user is None or tenant is None or user.disabled_at is not None:
            return None
        return session, user, tenant

    async def open(self, *, tenant_id: TenantId, session_id: UUID) -> tuple[Session, User] | None:
        """The session and who it belongs to; none when it has ended or the user was disabled or removed."""
        await see_only(self._session, "tenant_id", tenant_id)
        query = (
            select(Session, User)
            .join(users, (users.c.tenant_id == sessions.c.tenant_id) & (users.c.id == sessions.c.user_id))
            .where(
                sessions.c.tenant_id == tenant_id,
                sessions.c.id == session_id,
                sessions.c.ended_at.is_(None),
                users.c.disabled_at.is_(None),
            )
        )
        row = (await self._session.execute(query)).first()
        return None if row is None else (row[0], row[1])

    async def add_session(self, session: Session) -> None:
        """Keep a new session."""
        await see_only(self._session, "tenant_id", session.tenant_id)
        self._session.add(session)
        await self._session.flush()
