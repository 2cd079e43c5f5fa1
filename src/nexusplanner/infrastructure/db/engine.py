"""Connections: how they are made, and what their failures mean to the rest of the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm.exc import StaleDataError

from nexusplanner.domain.shared import Conflict, Invalid, Unavailable, VersionConflict

RETRY_AFTER_SECONDS = 2


def make_engine(
    url: str,
    *,
    pool_size: int = 10,
    max_overflow: int = 10,
    pool_timeout: float = 10.0,
    statement_timeout: float = 30.0,
    application: str = "nexusplanner",
) -> AsyncEngine:
    """An engine for the application's role.

    url: SQLAlchemy URL with the psycopg driver. Times are in seconds; a statement that takes longer is ended by the
    server, a transaction left idle for twice as long too, so that no lock outlives a lost client.
    """
    milliseconds = round(statement_timeout * 1000)
    settings = {
        "TimeZone": "UTC",
        "statement_timeout": milliseconds,
        "idle_in_transaction_session_timeout": 2 * milliseconds,
        "lock_timeout": milliseconds // 2,
    }
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=pool_timeout,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_use_lifo=True,
        connect_args={
            "application_name": application,
            "connect_timeout": 10,
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        },
    )


@contextmanager
def translated() -> Iterator[None]:
    """Raise what the database refuses as what the product says about it.

    Raises: VersionConflict, Invalid, Conflict (a name or key is taken, or something referred to is missing or in use),
    Unavailable (no connection, or it was lost, or a lock or statement took too long).
    """
    try:
        yield
    except StaleDataError as error:
        raise VersionConflict("Somebody else changed this meanwhile. Load it again and repeat your change.") from error
    except IntegrityError as error:
        raise _conflict(error) from error
    except DataError as error:
        raise Invalid("A text has characters that cannot be stored, or a number is out of range.") from error
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise _unavailable() from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise _unavailable() from error


def _conflict(error: IntegrityError) -> Conflict:
    if isinstance(error.orig, errors.UniqueViolation):
        return Conflict("This exists already. Use another name or key.", code="ALREADY_EXISTS")
    if isinstance(error.orig, errors.ForeignKeyViolation):
        return Conflict("Something this refers to is gone, or something still refers to this.", code="IN_USE")
    raise error


def _unavailable() -> Unavailable:
    return Unavailable(
        "The database does not answer just now. Try again in a moment.", details={"retry_after": RETRY_AFTER_SECONDS}
    )
