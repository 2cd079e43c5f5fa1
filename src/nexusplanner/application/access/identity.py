"""Sign-in: the first administrator, sessions and their tokens, and who sends a request."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from nexusplanner.application.access.limits import Limit, Limits
from nexusplanner.application.ports.sign_in import (
    AccessClaims,
    AccessTokens,
    PasswordHasher,
    RefreshTokens,
    SignIns,
    SignInTransactions,
)
from nexusplanner.application.ports.unit_of_work import Clock, UnitOfWork
from nexusplanner.domain.identity import (
    PASSWORD_MAX,
    Account,
    Actor,
    Role,
    Session,
    Tenant,
    User,
    check_password,
    normal_email,
)
from nexusplanner.domain.shared import (
    Conflict,
    FieldErrors,
    NotFound,
    Unauthenticated,
    check_currency,
)

OPERATOR_EMAIL = "operator@localhost"
"""The account of this machine's command line. It has no password: nobody can sign in with it."""

ACCOUNT_LIMIT = Limit(times=10, per=timedelta(minutes=10))


@dataclass(frozen=True, kw_only=True)
class SignInPolicy:
    """How long sign-ins last, and how often an account may be tried.

    account: attempts on one account from anywhere; they refill steadily, so nobody is locked out of theirs for good.
    """

    refresh_lifetime: timedelta = timedelta(days=14)
    refresh_grace: timedelta = timedelta(seconds=10)
    account: Limit = ACCOUNT_LIMIT


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who sent a request, and in which session."""

    actor: Actor
    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A fresh sign-in. access_seconds: how long the access token lasts; the refresh token lasts `refresh_for`."""

    access_token: str
    access_seconds: int
    refresh_token: str
    refresh_for: timedelta
    user: User
    tenant: Tenant


@dataclass(frozen=True, kw_only=True)
class SignInDesk:
    """Signs people in and out. No transaction is open while a password is hashed."""

    transactions: SignInTransactions
    passwords: PasswordHasher
    access: AccessTokens
    refreshing: RefreshTokens
    limits: Limits
    clock: Clock
    policy: SignInPolicy = SignInPolicy()

    async def needs_setup(self) -> bool:
        """Whether nobody has registered yet."""
        async with self.transactions() as sign_ins:
            return not await sign_ins.any_account()

    async def set_up(
        self, *, name: str, email: str, password: str, workspace: str = "", currency: str = "EUR", agent: str = ""
    ) -> SignedIn:
        """Register the first administrator with a workspace, and sign them in.

        Raises: Invalid, Conflict (somebody has registered already).
        """
        account, tenant, user = await self._newcomer(
            name=name, email=email, password=password, workspace=workspace, currency=currency
        )
        async with self.transactions() as sign_ins:
            if await sign_ins.any_account(lock=True):
                raise Conflict("This installation is set up already. Sign in instead.", code="SETUP_DONE")
            wanted, tenant = tenant.name, await self._welcome(sign_ins, tenant)
            user.tenant_id = tenant.id
            await sign_ins.register(account=account, tenant=tenant, user=user)
            if workspace.strip():
                tenant.name = wanted  # only now: until somebody of it registers, the tenant cannot be changed
            return await self._open(sign_ins, user=user, tenant=tenant, agent=agent)

    async def operator(self, *, workspace: str = "Workspace", slug: str = "") -> tuple[User, Tenant]:
        """Who acts for this machine's command line: a member of the default workspace, made when there is none.

        slug: of another workspace the operator is a member of. Raises: NotFound.
        """
        async with self.transactions() as sign_ins:
            await sign_ins.any_account(lock=True)
            found = await self._operator_of(sign_ins, slug=slug)
            if found is not None:
                return found
            if slug:
                raise NotFound(f"There is no workspace {slug} on this machine.", code="WORKSPACE_NOT_FOUND")
            now = self.clock.now()
            return await self._add_operator(
                sign_ins, Tenant(name=workspace, slug=slug_of(workspace), currency="EUR", created_at=now)
            )

    async def known_operator(self) -> tuple[User, Tenant] | None:
        """Who acts for the command line, where somebody does already."""
        async with self.transactions() as sign_ins:
            return await self._operator_of(sign_ins)

    async def _welcome(self, sign_ins: SignIns, tenant: Tenant) -> Tenant:
        """The workspace of the first administrator: that of the command line, so that what it planned is there."""
        found = await self._operator_of(sign_ins) or await self._add_operator(sign_ins, tenant)
        return found[1]

    async def _operator_of(self, sign_ins: SignIns, *, slug: str = "") -> tuple[User, Tenant] | None:
        account = await sign_ins.account(email=OPERATOR_EMAIL)
        memberships = await sign_ins.memberships(account_id=account.id) if account else ()
        return next((each for each in memberships if slug in {"", each[1].slug}), None)

    async def _add_operator(self, sign_ins: SignIns, tenant: Tenant) -> tuple[User, Tenant]:
        now = self.clock.now()
        account = Account(email=OPERATOR_EMAIL, password_hash="", created_at=now)
        user = User(
            tenant_id=tenant.id,
            account_id=account.id,
            email=OPERATOR_EMAIL,
            name="Command line",
            role=Role.ADMIN,
            created_at=now,
        )
        await sign_ins.register(account=account, tenant=tenant, user=user)
        return user, tenant

    async def register(
        self,
        *,
        name: str,
        email: str,
        password: str,
        workspace: str = "",
        currency: str = "EUR",
        is_demo: bool = False,
    ) -> tuple[User, Tenant]:
        """Make a workspace with its administrator, without signing in. Raises: Invalid, Conflict (address taken)."""
        account, tenant, user = await self._newcomer(
            name=name, email=email, password=password, workspace=workspace, currency=currency, is_demo=is_demo
        )
        async with self.transactions() as sign_ins:
            await sign_ins.register(account=account, tenant=tenant, user=user)
        return user, tenant

    async def sign_in(self, *, email: str, password: str, agent: str = "") -> SignedIn:
        """Open a session in the workspace the account joined first.

        Raises: Unauthenticated, the same and after the same work for an unknown address, a wrong password and a
        disabled user; TooMany.
        """
        address = email.strip().lower()
        budget = f"account:{hash_of(address)}"
        (await self.limits.hit(budget, limit=self.policy.account, now=self.clock.now())).require()
        async with self.transactions() as sign_ins:
            account = await sign_ins.account(email=address)
        fits = await self.passwords.verify(
            password[: PASSWORD_MAX + 1], (account.password_hash or None) if account else None
        )
        if account is None or not fits:
            raise _wrong_credentials()
        async with self.transactions() as sign_ins:
            memberships = await sign_ins.memberships(account_id=account.id)
            if not memberships:
                raise _wrong_credentials()
            user, tenant = memberships[0]
            signed_in = await self._open(sign_ins, user=user, tenant=tenant, agent=agent)
        await self.limits.forget(budget)
        return signed_in

    async def refresh(self, *, token: str) -> SignedIn:
        """A new pair of tokens for a refresh token; a copied one ends the session. Raises Unauthenticated."""
        successor, now = self.refreshing.after(token), self.clock.now()
        renewed: tuple[Session, User, Tenant] | None = None
        async with self.transactions() as sign_ins:
            session = await sign_ins.session(family_hash=hash_of(self.refreshing.family(token)))
            if session is not None and session.rotate(
                presented=hash_of(token),
                successor=hash_of(successor),
                at=now,
                grace=self.policy.refresh_grace,
                lifetime=self.policy.refresh_lifetime,
            ):
                renewed = await sign_ins.holder(session)
        if renewed is None:
            raise _signed_out()
        return self._answer(*renewed, refresh_token=successor, now=now)

    async def sign_out(self, *, token: str) -> None:
        """End the session of a refresh token, for its access tokens too; an unknown one is no error."""
        async with self.transactions() as sign_ins:
            session = await sign_ins.session(family_hash=hash_of(self.refreshing.family(token)))
            if session is not None:
                session.end(at=self.clock.now())

    async def authenticate(self, *, access_token: str) -> Caller:
        """Who the token is for, with the role they have now. Raises Unauthenticated, also when the session ended."""
        now = self.clock.now()
        claims = self.access.read(access_token, now=now)
        async with self.transactions() as sign_ins:
            found = await sign_ins.open(tenant_id=claims.tenant_id, session_id=claims.session_id)
        if found is None:
            raise _signed_out()
        session, user = found
        if not session.live(at=now) or user.id != claims.user_id:
            raise _signed_out()
        return Caller(actor=user.actor(), session_id=session.id)

    async def _newcomer(
        self, *, name: str, email: str, password: str, workspace: str, currency: str, is_demo: bool = False
    ) -> tuple[Account, Tenant, User]:
        name, address, now = name.strip(), normal_email(email), self.clock.now()
        errors = FieldErrors()
        errors.check(0 < len(name) <= 120, "name", "Give your name in at most 120 characters.")
        errors.check(address != OPERATOR_EMAIL, "email", "This is the command line's own address. Give yours.")
        errors.check(len(workspace) <= 120, "workspace", "Give the workspace a name of at most 120 characters.")
        errors.raise_if_any("registration")
        check_password(password, email=address)
        title = workspace.strip() or f"{name}'s workspace"
        tenant = Tenant(
            name=title, slug=slug_of(title), currency=check_currency(currency), is_demo=is_demo, created_at=now
        )
        account = Account(email=address, password_hash=await self.passwords.hash(password), created_at=now)
        user = User(
            tenant_id=tenant.id, account_id=account.id, email=address, name=name, role=Role.ADMIN, created_at=now
        )
        return account, tenant, user

    async def _open(self, sign_ins: SignIns, *, user: User, tenant: Tenant, agent: str) -> SignedIn:
        token, now = self.refreshing.first(), self.clock.now()
        session = Session(
            tenant_id=tenant.id,
            user_id=user.id,
            family_hash=hash_of(self.refreshing.family(token)),
            token_hash=hash_of(token),
            rotated_at=now,
            created_at=now,
            expires_at=now + self.policy.refresh_lifetime,
            agent=agent,
        )
        await sign_ins.add_session(session)
        return self._answer(session, user, tenant, refresh_token=token, now=now)

    def _answer(self, session: Session, user: User, tenant: Tenant, *, refresh_token: str, now: datetime) -> SignedIn:
        claims = AccessClaims(tenant_id=tenant.id, user_id=user.id, session_id=session.id)
        return SignedIn(
            access_token=self.access.issue(claims, now=now),
            access_seconds=int(self.access.lifetime.total_seconds()),
            refresh_token=refresh_token,
            refresh_for=session.expires_at - now,
            user=user,
            tenant=tenant,
        )


@dataclass(frozen=True, kw_only=True)
class Me:
    """Who is signed in, and where."""

    user: User
    tenant: Tenant


async def me(uow: UnitOfWork) -> Me:
    """The actor's user and workspace."""
    return Me(user=await uow.identity.user(uow.actor.user_id), tenant=await uow.identity.tenant())


def hash_of(token: str) -> str:
    """What is kept of a token: SHA-256 in hexadecimal digits. Tokens are random, so they need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def slug_of(name: str) -> str:
    """A short name for addresses and commands: lower case letters and digits with hyphens, "workspace" when none."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "workspace"


def _wrong_credentials() -> Unauthenticated:
    return Unauthenticated("The e-mail address or the password is wrong.", code="SIGN_IN_FAILED")


def _signed_out() -> Unauthenticated:
    return Unauthenticated("You are signed out. Sign in again.")
