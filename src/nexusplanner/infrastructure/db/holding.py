"""Records as they are once others are done with them."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from sqlalchemy import inspect, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")


async def held_anew(session: AsyncSession, entity: type[T], key: tuple[UUID, UUID]) -> T | None:
    """The record, read anew and locked until the transaction ends; None when it is gone. key: tenant and id.

    The lock comes first: a locking read of a record that the session knows in an older version would be refused.
    """
    mapper = inspect(entity)
    same = [column == value for column, value in zip(mapper.primary_key, key, strict=True)]
    await session.execute(select(literal(1)).select_from(mapper.local_table).where(*same).with_for_update())
    return await session.get(entity, key, populate_existing=True)
