"""What reading a customer system needs from the world: the system itself, and where it is kept how far it was read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from nexusplanner.domain.connections import Changes, Connection, CrmKind, CrmObject, PendingSignIn
from nexusplanner.domain.shared import Conflict, ConnectionId, RunId, TooMany, Unavailable, UserId


class SignInAgain(Conflict):
    """The other system does not take the secret any more: somebody has to sign in again."""

    code = "SIGN_IN_AGAIN"


class CrmRefused(Conflict):
    """The other system refuses what it is asked, and would again; the message says what to change there."""

    code = "CRM_REFUSED"


class TokenExpired(Conflict):
    """The access token is over; a refreshed one may be taken."""

    code = "TOKEN_EXPIRED"


class Throttled(TooMany):
    """The other system wants to be asked less. seconds: how long to wait, when it said so. daily: until tomorrow."""

    code = "CRM_THROTTLED"

    def __init__(self, message: str, *, seconds: float | None = None, daily: bool = False) -> None:
        super().__init__(message)
        self.seconds = seconds
        self.daily = daily


class CrmSilent(Unavailable):
    """The other system does not answer just now, or answers with what is no answer of its."""

    code = "CRM_SILENT"


class SyncPaused(TooMany):
    """Reading stops here and goes on later; what was read is kept."""

    code = "SYNC_PAUSED"


@dataclass(frozen=True, kw_only=True)
class Client:
    """The application that was registered at the other system."""

    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What a sign-in gives. host: where the access token is to be shown, and nowhere else. refresh: empty for none.

    expires_at: None when nobody said.
    """

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    host: str
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CrmField:
    """A field of the other system. type: in its own word."""

    kind: CrmObject
    name: str
    label: str
    type: str


@dataclass(frozen=True, kw_only=True)
class Links:
    """Other records a record belongs to, by their keys there. company: empty for none."""

    company: str = ""
    customers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CrmRecord:
    """A record as it stands there. values: their field → text, without empty ones. changed_at: by their clock.

    merged: keys of records that are part of this one now.
    """

    external_id: str
    changed_at: datetime
    values: Mapping[str, str]
    links: Links = Links()
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CrmPage:
    """Some records in the order of their keys. after: from where to go on; empty at the end.

    told_at: the other system's clock when it answered; None when it does not say.
    """

    records: tuple[CrmRecord, ...]
    after: str
    told_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class GoneRecord:
    """A record that is no more. into: the key of the one it was merged into; empty when it was deleted.

    changed_at: when it went, by their clock; None where they do not say.
    """

    external_id: str
    into: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class GonePage:
    """Some of them; otherwise as `CrmPage`."""

    records: tuple[GoneRecord, ...]
    after: str
    told_at: datetime | None = None


class CrmSystem(Protocol):
    """One vendor's system. Every call raises TokenExpired, Throttled, CrmSilent, CrmRefused or FetchFailed."""

    kind: CrmKind

    def host(self, domain: str) -> str:
        """The host to ask, in its usual spelling; the vendor's own when empty. Raises Invalid for another's host."""
        ...

    def authorise_url(self, host: str, *, client_id: str, redirect: str, state: str, challenge: str) -> str:
        """Where somebody signs in and grants reading. challenge: SHA-256 of the verifier (RFC 7636)."""
        ...

    async def exchange(self, host: str, *, client: Client, code: str, verifier: str, redirect: str) -> Tokens:
        """The tokens for a code. Raises SignInAgain when it is not taken."""
        ...

    async def refresh(self, host: str, *, client: Client, tokens: Tokens) -> Tokens:
        """New tokens for old. Raises SignInAgain when they are not taken."""
        ...

    async def fields(self, tokens: Tokens) -> Sequence[CrmField]:
        """What may be mapped."""
        ...

    async def changed(
        self,
        tokens: Tokens,
        *,
        kind: CrmObject,
        names: Sequence[str],
        since: datetime | None,
        after: str,
        most: int | None = None,
    ) -> CrmPage:
        """Records that changed at or after `since` (all of them when None) with keys behind `after`.

        most: of them on the page; as many as the system gives at once when None.
        """
        ...

    async def gone(self, tokens: Tokens, *, kind: CrmObject, since: datetime | None, after: str) -> GonePage:
        """Records that went at or after `since`, or earlier, too, where the system cannot tell."""
        ...

    async def read(
        self, tokens: Tokens, *, kind: CrmObject, names: Sequence[str], keys: Sequence[str]
    ) -> Sequence[CrmRecord]:
        """Those of the records that are still there."""
        ...


@dataclass(frozen=True, kw_only=True)
class Stream:
    """How far one kind of record was read.

    name: the object, with `_gone` behind it for deletions. pass_id: of the reading that goes on or was the last.
    full: whether that one reads everything. since, after: where it goes on. began_at: their clock when it began.
    done: whether it came to its end. run_id: the run that reads, or was the last to.
    """

    name: str
    pass_id: UUID
    full: bool
    since: datetime | None
    after: str
    began_at: datetime | None
    done: bool
    run_id: RunId
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A record to keep. row: our fields. digest: of row and links, to know what did not change. email: lower case."""

    external_id: str
    changed_at: datetime
    row: Mapping[str, Any]
    links: Links
    merged: tuple[str, ...]
    digest: str


class Connections(Protocol):
    """Connections of the actor's tenant, their secrets and how far they were read."""

    async def get(self, connection_id: ConnectionId, *, lock: bool = False) -> Connection:
        """The connection. Raises NotFound, also for a removed one."""
        ...

    async def all(self) -> Sequence[Connection]:
        """Those that are not removed, by name."""
        ...

    def add(self, connection: Connection) -> None:
        """Keep a new one."""
        ...

    async def rows(self, connection_ids: Collection[ConnectionId]) -> Mapping[ConnectionId, Mapping[CrmObject, int]]:
        """How many records of each kind came from each."""
        ...

    async def keep_client_secret(self, connection: Connection, *, secret: str) -> None:
        """Seal and keep it, for the connection's host."""
        ...

    async def client(self, connection: Connection) -> Client | None:
        """The registered application; None when it is not set, or was sealed for another host."""
        ...

    async def keep_tokens(self, connection: Connection, *, tokens: Tokens) -> None:
        """Seal and keep them."""
        ...

    async def tokens(self, connection: Connection, *, lock: bool = False) -> Tokens | None:
        """What the connection may ask with. lock: whoever else locks them waits until this transaction ends."""
        ...

    async def lease_tokens(self, connection: Connection, *, lasts: timedelta) -> datetime | None:
        """Be the only one to renew the tokens for a while; None while another is. It ends when tokens are kept.

        The tokens read behind it in the same transaction are the latest.
        """
        ...

    async def end_lease(self, connection: Connection, *, lease: datetime | None) -> None:
        """Let others renew the tokens; nothing happens when the lease is over already or none."""
        ...

    async def forget_secrets(self, connection: Connection, *, client: bool) -> None:
        """Destroy the tokens. client: the registered application's secret, too."""
        ...

    async def begin_sign_in(self, pending: PendingSignIn) -> None:
        """Keep it until it is finished; those that are over are dropped."""
        ...

    async def finish_sign_in(self, *, state: str, user_id: UserId, now: datetime) -> PendingSignIn:
        """The sign-in the user began with this state; it can be taken once. Raises Invalid."""
        ...

    async def stream(self, connection_id: ConnectionId, *, name: str) -> Stream | None:
        """How far it was read; None while it never was."""
        ...

    async def keep_stream(self, connection_id: ConnectionId, *, stream: Stream) -> None:
        """Remember how far it was read."""
        ...

    async def streams(self, connection_id: ConnectionId) -> Sequence[Stream]:
        """All of them."""
        ...

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
        ...

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
        ...

    async def unseen(self, connection: Connection, *, kind: CrmObject, pass_id: UUID) -> Sequence[str]:
        """Keys of records that a full reading did not come across."""
        ...

    async def link(self, connection: Connection) -> None:
        """Follow every link whose two records are there."""
        ...

    async def read_anew(self, connection: Connection) -> None:
        """Forget how far it was read: the next sync reads everything."""
        ...

    async def let_go(self, connection: Connection) -> None:
        """Forget how far it was read and what came from where; the records stay."""
        ...
