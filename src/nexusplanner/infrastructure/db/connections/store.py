"""Connections, their sealed secrets, sign-ins under way and how far each was read."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.connections import Client, GoneRecord, Stream, Taken, Tokens
from nexusplanner.domain.connections import Changes, Connection, CrmObject, PendingSignIn
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import ConnectionId, Invalid, NotFound, UserId
from nexusplanner.infrastructure.db.connections.dropping import Dropping
from nexusplanner.infrastructure.db.connections.kinds import RECORD_ID, came_through, merged_away
from nexusplanner.infrastructure.db.connections.linking import link
from nexusplanner.infrastructure.db.connections.tables import connections, records, secrets, sign_ins, streams
from nexusplanner.infrastructure.db.connections.taking import Taking
from nexusplanner.infrastructure.db.sealing import CannotOpen, Sealer

CLIENT = "client_secret"
TOKENS = "tokens"
_log = logging.getLogger(__name__)
_TOKENS = TypeAdapter(Tokens)


class SqlConnections:
    """Connections of the actor's tenant. sealer: with the installation's encryption key."""

    def __init__(self, session: AsyncSession, *, actor: Actor, sealer: Sealer) -> None:
        self._session = session
        self._tenant = actor.tenant_id
        self._sealer = sealer

    async def get(self, connection_id: ConnectionId, *, lock: bool = False) -> Connection:
        """The connection. Raises NotFound, also for a removed one."""
        found = await self._session.get(
            Connection, (self._tenant, connection_id), with_for_update=lock or None, populate_existing=lock
        )
        if found is None or found.removed_at is not None:
            raise NotFound.of("connection", connection_id)
        return found

    async def all(self) -> Sequence[Connection]:
        """Those that are not removed, by name."""
        query = select(Connection).where(connections.c.tenant_id == self._tenant, connections.c.removed_at.is_(None))
        return (await self._session.scalars(query.order_by(func.lower(connections.c.name), connections.c.id))).all()

    def add(self, connection: Connection) -> None:
        """Keep a new one."""
        self._session.add(connection)

    async def rows(self, connection_ids: Collection[ConnectionId]) -> Mapping[ConnectionId, Mapping[CrmObject, int]]:
        """How many records of each kind came from each."""
        query = (
            select(records.c.connection_id, records.c.kind, func.count())
            .where(records.c.tenant_id == self._tenant, records.c.connection_id.in_(connection_ids), ~merged_away())
            .group_by(records.c.connection_id, records.c.kind)
        )
        found: dict[ConnectionId, dict[CrmObject, int]] = {each: {} for each in connection_ids}
        for connection_id, kind, count in await self._session.execute(query):
            found[connection_id][kind] = count
        return found

    async def keep_client_secret(self, connection: Connection, *, secret: str) -> None:
        """Seal and keep it, for the connection's host."""
        await self._keep(connection, kind=CLIENT, host=connection.domain, content=secret.encode())

    async def client(self, connection: Connection) -> Client | None:
        """The registered application; None when it is not set, or was sealed for another host."""
        opened = await self._open(connection, kind=CLIENT)
        if opened is None or opened[0] != connection.domain:
            return None
        return Client(client_id=connection.client_id, secret=opened[1].decode())

    async def keep_tokens(self, connection: Connection, *, tokens: Tokens) -> None:
        """Seal and keep them."""
        await self._keep(connection, kind=TOKENS, host=tokens.host, content=_TOKENS.dump_json(tokens))

    async def tokens(self, connection: Connection, *, lock: bool = False) -> Tokens | None:
        """What the connection may ask with. lock: whoever else locks them waits until this transaction ends."""
        opened = await self._open(connection, kind=TOKENS, lock=lock)
        if opened is None:
            return None
        try:
            tokens = _TOKENS.validate_json(opened[1])
        except ValidationError:
            return None
        return tokens if tokens.host == opened[0] else None

    async def lease_tokens(self, connection: Connection, *, lasts: timedelta) -> datetime | None:
        """Be the only one to renew the tokens for a while, by the database's clock; None while another is."""
        now = func.clock_timestamp()
        free = or_(secrets.c.leased_until.is_(None), secrets.c.leased_until < now)
        leasing = update(secrets).where(self._secrets(connection, TOKENS), free).values(leased_until=now + lasts)
        until: datetime | None = await self._session.scalar(leasing.returning(secrets.c.leased_until))
        return until

    async def end_lease(self, connection: Connection, *, lease: datetime | None) -> None:
        """Let others renew the tokens; nothing happens when the lease is over already or none."""
        own = and_(self._secrets(connection, TOKENS), secrets.c.leased_until == lease)
        await self._session.execute(update(secrets).where(own).values(leased_until=None))

    async def forget_secrets(self, connection: Connection, *, client: bool) -> None:
        """Destroy the tokens. client: the registered application's secret, too."""
        kinds = (TOKENS, CLIENT) if client else (TOKENS,)
        await self._session.execute(delete(secrets).where(self._secrets(connection, *kinds)))

    def _secrets(self, connection: Connection, *kinds: str) -> ColumnElement[bool]:
        return and_(
            secrets.c.tenant_id == self._tenant,
            secrets.c.connection_id == connection.id,
            secrets.c.kind.in_(kinds),
        )

    async def _keep(self, connection: Connection, *, kind: str, host: str, content: bytes) -> None:
        await self._session.flush()
        sealed = self._sealer.seal(content, bound_to=self._bound(connection, kind=kind, host=host))
        row = {"host": host, "sealed": sealed, "leased_until": None}
        kept = insert(secrets).values(tenant_id=self._tenant, connection_id=connection.id, kind=kind, **row)
        await self._session.execute(kept.on_conflict_do_update(index_elements=secrets.primary_key.columns, set_=row))

    async def _open(self, connection: Connection, *, kind: str, lock: bool = False) -> tuple[str, bytes] | None:
        query = select(secrets.c.host, secrets.c.sealed).where(self._secrets(connection, kind))
        found = (await self._session.execute(query.with_for_update() if lock else query)).first()
        if found is None:
            return None
        bound = self._bound(connection, kind=kind, host=found.host)
        try:
            return found.host, self._sealer.open(found.sealed, bound_to=bound)
        except CannotOpen:
            _log.warning("A connection's secret was sealed with another encryption key: it has to be set again.")
            return None

    def _bound(self, connection: Connection, *, kind: str, host: str) -> bytes:
        return f"connections/{self._tenant}/{connection.id}/{kind}/{host}".encode()

    async def begin_sign_in(self, pending: PendingSignIn) -> None:
        """Keep it until it is finished; the user's earlier ones with this connection end."""
        await self._session.execute(
            delete(sign_ins).where(
                sign_ins.c.tenant_id == self._tenant,
                sign_ins.c.connection_id == pending.connection_id,
                sign_ins.c.user_id == pending.user_id,
            )
        )
        hashed = _hash(pending.state)
        await self._session.execute(
            insert(sign_ins).values(
                tenant_id=self._tenant,
                state_hash=hashed,
                connection_id=pending.connection_id,
                user_id=pending.user_id,
                sealed_verifier=self._sealer.seal(pending.verifier.encode(), bound_to=self._sign_in(hashed)),
                redirect=pending.redirect,
                ends_at=pending.ends_at,
            )
        )

    async def finish_sign_in(self, *, state: str, user_id: UserId, now: datetime) -> PendingSignIn:
        """The sign-in the user began with this state; it can be taken once. Raises Invalid."""
        hashed = _hash(state)
        taken = (
            delete(sign_ins)
            .where(sign_ins.c.tenant_id == self._tenant, sign_ins.c.state_hash == hashed, sign_ins.c.user_id == user_id)
            .returning(sign_ins)
        )
        found = (await self._session.execute(taken)).first()
        if found is None or found.ends_at < now:
            message = "This sign-in was not begun by you here, is over or was finished already. Begin it again."
            raise Invalid(message, fields={"state": message})
        return PendingSignIn(
            state=state,
            connection_id=found.connection_id,
            user_id=found.user_id,
            verifier=self._sealer.open(found.sealed_verifier, bound_to=self._sign_in(hashed)).decode(),
            redirect=found.redirect,
            ends_at=found.ends_at,
        )

    def _sign_in(self, hashed: str) -> bytes:
        return f"connection-sign-ins/{self._tenant}/{hashed}".encode()

    async def stream(self, connection_id: ConnectionId, *, name: str) -> Stream | None:
        """How far it was read; None while it never was."""
        query = select(streams).where(
            streams.c.tenant_id == self._tenant, streams.c.connection_id == connection_id, streams.c.name == name
        )
        found = (await self._session.execute(query)).first()
        return _stream(found) if found is not None else None

    async def streams(self, connection_id: ConnectionId) -> Sequence[Stream]:
        """All of them."""
        query = select(streams).where(streams.c.tenant_id == self._tenant, streams.c.connection_id == connection_id)
        return [_stream(row) for row in await self._session.execute(query.order_by(streams.c.name))]

    async def keep_stream(self, connection_id: ConnectionId, *, stream: Stream) -> None:
        """Remember how far it was read."""
        row = {
            "pass_id": stream.pass_id,
            "full_pass": stream.full,
            "since": stream.since,
            "after_key": stream.after,
            "began_at": stream.began_at,
            "done": stream.done,
            "run_id": stream.run_id,
            "changes": stream.changes,
        }
        kept = insert(streams).values(tenant_id=self._tenant, connection_id=connection_id, name=stream.name, **row)
        await self._session.execute(kept.on_conflict_do_update(index_elements=streams.primary_key.columns, set_=row))

    async def take(
        self,
        connection: Connection,
        *,
        kind: CrmObject,
        records: Sequence[Taken],
        pass_id: UUID,
        now: datetime,
        dry: bool = False,
    ) -> Changes:
        """Add or change records by their keys there; older states than the kept ones are left out. dry: only count."""
        taking = Taking(self._session, connection=connection, kind=kind, pass_id=pass_id, now=now, dry=dry)
        return await taking.take(records)

    async def drop(
        self,
        connection: Connection,
        *,
        kind: CrmObject,
        records: Sequence[GoneRecord],
        now: datetime,
        dry: bool = False,
    ) -> Changes:
        """Remove records, or move what hangs on them to those they were merged into. dry: only count."""
        return await Dropping(self._session, connection=connection, kind=kind, now=now, dry=dry).drop(records)

    async def unseen(self, connection: Connection, *, kind: CrmObject, pass_id: UUID) -> Sequence[str]:
        """Keys of records that a full reading did not come across."""
        query = (
            select(records.c.external_id)
            .where(
                came_through(connection, kind=kind),
                RECORD_ID[kind].is_not(None),
                records.c.pass_id != pass_id,
            )
            .order_by(records.c.external_id)
        )
        return (await self._session.scalars(query)).all()

    async def link(self, connection: Connection) -> None:
        """Follow every link whose two records are there."""
        await link(self._session, connection=connection)

    async def read_anew(self, connection: Connection) -> None:
        """Forget how far it was read: the next sync reads everything."""
        same = (streams.c.tenant_id == self._tenant) & (streams.c.connection_id == connection.id)
        await self._session.execute(delete(streams).where(same))

    async def let_go(self, connection: Connection) -> None:
        """Forget how far it was read and what came from where; the records stay."""
        for table in (streams, records, sign_ins):
            same = (table.c.tenant_id == self._tenant) & (table.c.connection_id == connection.id)
            await self._session.execute(delete(table).where(same))


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _stream(row: Row[Any]) -> Stream:
    return Stream(
        name=row.name,
        pass_id=row.pass_id,
        full=row.full_pass,
        since=row.since,
        after=row.after_key,
        began_at=row.began_at,
        done=row.done,
        run_id=row.run_id,
        changes=row.changes,
    )
