"""What words of a file mean among the records of a brand: keys first, then other names that tell records apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Table, Text, any_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.shared import BrandId


async def meant(
    session: AsyncSession,
    *,
    table: Table,
    tenant_id: UUID,
    brand_id: BrandId,
    words: Mapping[str, Collection[str]],
    names: Sequence[ColumnElement[str]],
) -> Mapping[str, frozenset[UUID]]:
    """The records each word means; words that mean none are absent.

    words: with what each may stand for among `names`, in lower case. names: lower-case columns that are looked at in
    their order, behind the keys. Keys of files and people go before those of connections.
    """
    if not words:
        return {}
    keys = literal(list(words), ARRAY(Text))
    wanted = literal(sorted({each for some in words.values() for each in some}), ARRAY(Text))
    query = select(table.c.id, table.c.external_id, table.c.connection_id, *names).where(
        table.c.tenant_id == tenant_id,
        table.c.brand_id == brand_id,
        or_(table.c.external_id == any_(keys), *(name == any_(wanted) for name in names)),
    )
    ranks: list[dict[str, set[UUID]]] = [{} for _ in range(2 + len(names))]
    for record_id, key, connection_id, *told in await session.execute(query):
        ranks[connection_id is not None].setdefault(key, set()).add(record_id)
        for rank, text in zip(ranks[2:], told, strict=True):
            rank.setdefault(text, set()).add(record_id)
    found = {word: _best(ranks, word, words[word]) for word in words}
    return {word: ids for word, ids in found.items() if ids}


def _best(ranks: Sequence[Mapping[str, set[Any]]], word: str, others: Iterable[str]) -> frozenset[UUID]:
    by_key, by_name = ranks[:2], ranks[2:]
    choices = [rank.get(word, set()) for rank in by_key]
    choices += [{each for other in others for each in rank.get(other, ())} for rank in by_name]
    return frozenset(next((each for each in choices if each), ()))
