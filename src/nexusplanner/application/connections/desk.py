"""What is asked of another system while somebody waits: signing in, its fields, and a look at some records."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from nexusplanner.application.connections.asking import AT_ONCE, Asking, Patience
from nexusplanner.application.connections.keeping import Systems, check_token, note_sign_in, set_token
from nexusplanner.application.connections.records import CellError, read_record
from nexusplanner.application.ports.connections import (
    CrmField,
    CrmRefused,
    CrmSilent,
    CrmSystem,
    TokenExpired,
    Tokens,
)
from nexusplanner.application.ports.fetching import FetchFailed
from nexusplanner.application.ports.unit_of_work import Clock, UnitOfWork, UnitsOfWork
from nexusplanner.domain.connections import SIGN_IN_LASTS, Connection, CrmObject, FieldMapping, PendingSignIn, SignIn
from nexusplanner.domain.identity import Actor, Permission
from nexusplanner.domain.shared import BrandId, Conflict, ConnectionId, Invalid

PREVIEWED = 20
"""Records of each kind that are shown."""


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """Some records as they would be kept, by object, and what of them cannot be read."""

    brand_id: BrandId
    rows: dict[CrmObject, tuple[dict[str, Any], ...]]
    errors: tuple[CellError, ...]


async def begin_sign_in(
    uow: UnitOfWork, *, connection_id: ConnectionId, redirect: str, systems: Systems, now: datetime
) -> str:
    """Where to send the browser. Raises: Forbidden, NotFound, Conflict (no client is set)."""
    uow.actor.require(Permission.ADMINISTER)
    connection = await uow.connections.get(connection_id)
    if await uow.connections.client(connection) is None:
        vendor = connection.kind.vendor
        raise Conflict(
            f"Set the client id and secret of your {vendor} app first: {vendor} asks who wants to read.",
            code="CLIENT_MISSING",
        )
    pending = PendingSignIn(
        state=secrets.token_urlsafe(32),
        connection_id=connection.id,
        user_id=uow.actor.user_id,
        verifier=secrets.token_urlsafe(64),
        redirect=redirect,
        ends_at=now + SIGN_IN_LASTS,
    )
    await uow.connections.begin_sign_in(pending)
    digest = hashlib.sha256(pending.verifier.encode()).digest()
    return systems[connection.kind].authorise_url(
        connection.domain,
        client_id=connection.client_id,
        redirect=redirect,
        state=pending.state,
        challenge=base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
    )


@dataclass(frozen=True, kw_only=True)
class CrmDesk:
    """Asks other systems outside of any transaction."""

    units: UnitsOfWork
    systems: Systems
    clock: Clock
    patience: Patience = AT_ONCE

    async def finish_sign_in(self, actor: Actor, *, state: str, code: str) -> ConnectionId:
        """Take what came back with the browser; it may be of another account, so everything is read anew once.

        Raises: Forbidden, Invalid, NotFound, SignInAgain, CrmSilent.
        """
        actor.require(Permission.ADMINISTER)
        async with self.units.for_actor(actor) as uow:
            pending = await uow.connections.finish_sign_in(state=state, user_id=actor.user_id, now=self.clock.now())
            connection = await uow.connections.get(pending.connection_id)
            client = await uow.connections.client(connection)
        if client is None:
            raise Invalid("The client was changed while you signed in. Begin the sign-in again.")
        system = self.systems[connection.kind]
        tokens = await system.exchange(
            connection.domain, client=client, code=code, verifier=pending.verifier, redirect=pending.redirect
        )
        async with self.units.for_actor(actor) as uow:
            now = self.clock.now()
            current = await uow.connections.get(pending.connection_id, lock=True)
            if await uow.connections.client(current) != client:
                raise Invalid("The client was changed while you signed in. Begin the sign-in again.")
            await uow.connections.keep_tokens(current, tokens=tokens)
            await uow.connections.read_anew(current)
            current.signed_in(SignIn.OAUTH, now=now)
            await uow.flush()
            await note_sign_in(uow, current, now=now)
        return pending.connection_id

    async def set_token(self, actor: Actor, *, connection_id: ConnectionId, token: str, domain: str | None) -> None:
        """Keep a token that was made there by hand, once it is taken there; until then everything stays as it is.

        Raises: Forbidden, NotFound, Invalid (of the token, too, when it is refused), Throttled, CrmSilent, FetchFailed.
        """
        actor.require(Permission.ADMINISTER)
        check_token(token)
        connection, _ = await self._load(actor, connection_id)
        host = connection.domain if domain is None else self.systems[connection.kind].host(domain)
        await self._try(self.systems[connection.kind], tokens=Tokens(access=token, host=host))
        async with self.units.for_actor(actor) as uow:
            await set_token(
                uow,
                connection_id=connection_id,
                token=token,
                domain=host,
                systems=self.systems,
                now=self.clock.now(),
            )

    async def _try(self, system: CrmSystem, *, tokens: Tokens) -> None:
        """Ask for what every sync asks first."""
        vendor, failures = system.kind.vendor, 0
        while True:
            try:
                await system.fields(tokens)
            except TokenExpired as error:
                message = f"{vendor} does not take this token: it is over, revoked or not whole. Make a new one there."
                raise Invalid(message, code="TOKEN_REFUSED", fields={"token": message}) from error
            except CrmRefused as error:
                raise Invalid(error.message, code="TOKEN_REFUSED", fields={"token": error.message}) from error
            except (CrmSilent, FetchFailed) as error:
                failures += 1
                if failures >= self.patience.tries or (isinstance(error, FetchFailed) and not error.passing):
                    raise
                await self.patience.sleep(self.patience.pause)
            else:
                return

    async def fields(self, actor: Actor, *, connection_id: ConnectionId) -> Sequence[CrmField]:
        """What may be mapped. Raises: Forbidden, NotFound, SignInAgain, CrmRefused, SyncPaused."""
        actor.require(Permission.PLAN)
        connection, _ = await self._load(actor, connection_id)
        return await self._asking(actor, connection)(self.systems[connection.kind].fields)

    async def preview(
        self, actor: Actor, *, connection_id: ConnectionId, mapping: FieldMapping | None = None
    ) -> Previewed:
        """The first records of each kind by this mapping, or the one in force. Raises: as `fields`, Invalid."""
        actor.require(Permission.PLAN)
        connection, currency = await self._load(actor, connection_id)
        system, ask = self.systems[connection.kind], self._asking(actor, connection)
        known = known_names(await ask(system.fields))
        if mapping is not None:
            mapping.check()
            require_known(mapping, known, vendor=connection.kind.vendor)
        used = known_part(mapping or connection.mapped, known)
        rows: dict[CrmObject, tuple[dict[str, Any], ...]] = {}
        errors: list[CellError] = []
        for kind in CrmObject:
            names = used.names(kind)
            first = partial(system.changed, kind=kind, names=names, since=None, after="", most=PREVIEWED)
            page = await ask(first)
            read = [read_record(each, kind=kind, mapping=used, currency=currency) for each in page.records[:PREVIEWED]]
            kept = [each for each in read if each is not None]
            rows[kind] = tuple({"external_id": each.taken.external_id, **each.taken.row} for each in kept)
            errors.extend(error for each in kept for error in each.errors)
        return Previewed(brand_id=connection.brand_id, rows=rows, errors=tuple(errors))

    async def _load(self, actor: Actor, connection_id: ConnectionId) -> tuple[Connection, str]:
        async with self.units.for_actor(actor) as uow:
            connection = await uow.connections.get(connection_id)
            return connection, (await uow.brands.get(connection.brand_id)).currency

    def _asking(self, actor: Actor, connection: Connection) -> Asking:
        return Asking(
            units=self.units,
            actor=actor,
            connection_id=connection.id,
            system=self.systems[connection.kind],
            clock=self.clock,
            patience=self.patience,
        )


Known = dict[CrmObject, frozenset[str]]


def known_names(fields: Sequence[CrmField]) -> Known:
    """Names of the other system's fields, by object."""
    return {kind: frozenset(field.name for field in fields if field.kind is kind) for kind in CrmObject}


def require_known(mapping: FieldMapping, known: Known, *, vendor: str) -> None:
    """Raise Invalid when the mapping names a field that is not there."""
    wrong = {
        f"{kind}.{ours}": f"{vendor} shows no field {part}."
        for kind in CrmObject
        for ours, theirs in mapping.of(kind).items()
        for part in theirs.split()
        if part not in known[kind]
    }
    if wrong:
        raise Invalid(f"Choose among the fields that {vendor} shows.", fields=wrong)


def known_part(mapping: FieldMapping, known: Known) -> FieldMapping:
    """The mapping without fields that are not there. Raises CrmRefused when one has no name field left."""
    parts: dict[CrmObject, dict[str, str]] = {}
    for kind in CrmObject:
        found = {
            ours: " ".join(part for part in theirs.split() if part in known[kind])
            for ours, theirs in mapping.of(kind).items()
        }
        parts[kind] = {ours: theirs for ours, theirs in found.items() if theirs}
        if "name" not in parts[kind]:
            message = f"The field that holds the name of {kind} cannot be read. Grant reading {kind}, or map another."
            raise CrmRefused(message)
    return replace(
        mapping,
        companies=parts[CrmObject.COMPANIES],
        customers=parts[CrmObject.CUSTOMERS],
        deals=parts[CrmObject.DEALS],
    )
