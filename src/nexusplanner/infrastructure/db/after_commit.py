"""What is to happen once a transaction is committed, and never when it is not."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession

_KEY = "after_commit"


def after_commit(session: AsyncSession, act: Callable[[], None]) -> None:
    """Call `act` when the transaction of `session` is committed. It must not raise: nothing can be undone then."""
    session.info.setdefault(_KEY, []).append(act)


def committed(session: AsyncSession) -> None:
    """Do what was waiting for the commit."""
    for act in session.info.pop(_KEY, ()):
        act()
