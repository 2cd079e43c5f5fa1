"""What the HTTP edge and the sign-in desk go by."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from nexusplanner.api.edge import EdgeRules
from nexusplanner.application.access.identity import SignInDesk, SignInPolicy
from nexusplanner.application.access.limits import Limit
from nexusplanner.application.ports.unit_of_work import Clock
from nexusplanner.infrastructure.db.limits import SqlLimits
from nexusplanner.infrastructure.db.unit_of_work import SqlSignInTransactions
from nexusplanner.infrastructure.security.passwords import Argon2Passwords
from nexusplanner.infrastructure.security.tokens import HmacRefreshTokens, JwtAccessTokens
from nexusplanner.settings import Secrets, Settings


def sign_in_desk(
    settings: Settings, secrets: Secrets, *, engine: AsyncEngine, limits: SqlLimits, clock: Clock
) -> SignInDesk:
    """Sign-in with passwords, short access tokens and rotating refresh tokens."""
    return SignInDesk(
        transactions=SqlSignInTransactions(engine),
        passwords=Argon2Passwords(),
        access=JwtAccessTokens(
            {key.kid: key.secret for key in secrets.signing},
            lifetime=timedelta(seconds=settings.access_token_seconds),
            leeway=timedelta(seconds=settings.token_leeway_seconds),
        ),
        refreshing=HmacRefreshTokens(secrets.encryption),
        limits=limits,
        clock=clock,
        policy=SignInPolicy(
            refresh_lifetime=timedelta(days=settings.refresh_token_days),
            refresh_grace=timedelta(seconds=settings.refresh_grace_seconds),
        ),
    )


def edge_rules(settings: Settings) -> EdgeRules:
    """Sizes, times, rates and origins of the settings."""
    rates = settings.rate_limits
    own = {settings.public_url.rstrip("/")} if settings.public_url else set()
    return EdgeRules(
        body_bytes=settings.max_request_bytes,
        request_seconds=settings.request_seconds,
        wait_seconds=settings.prefer_wait_seconds,
        reads=_per_minute(rates.reads),
        writes=_per_minute(rates.writes),
        generations=_per_minute(rates.generations),
        sign_ins=_per_minute(rates.sign_ins),
        own_origins=frozenset(own),
        cors_origins=frozenset(settings.cors_origins),
    )


def _per_minute(times: int) -> Limit:
    return Limit(times=times, per=timedelta(minutes=1))
