"""What erasing a person needs from the world."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from nexusplanner.domain.customers import Customer
from nexusplanner.domain.shared import BrandId, ConnectionId, CustomerId, DecisionId


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What a record of a person can be recognised by.

    connection_id: the connection it comes through; brand_id: whose file or form it comes from otherwise.
    """

    brand_id: BrandId | None = None
    connection_id: ConnectionId | None = None
    external_id: str = ""
    email: str = ""


class Erased(Protocol):
    """People the actor's tenant erased, remembered by keyed hashes alone, and everything there is of one."""

    async def hold(self) -> None:
        """Wait until nobody is adding people by a file or a sync, and keep them from it until this transaction ends."""
        ...

    async def among(self, traces: Sequence[Trace]) -> frozenset[int]:
        """Positions of those who were erased and must not come back by themselves.

        Nobody is erased until this transaction ends, so that whoever is added because of the answer is seen.
        """
        ...

    async def remember(self, traces: Sequence[Trace], *, at: datetime) -> None:
        """Keep them from coming back."""
        ...

    async def records_of(self, customer_id: CustomerId) -> Sequence[Customer]:
        """The customer and every other with the same e-mail address, by id. Raises NotFound."""
        ...

    async def traces_of(self, people: Sequence[Customer]) -> Sequence[Trace]:
        """By what these can be recognised, in every system that knows them."""
        ...

    async def kept_about(self, customer_ids: Collection[CustomerId]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Every row that belongs to these customers, by table, as it is kept."""
        ...

    async def noted_of(self, customer_ids: Collection[CustomerId]) -> Sequence[DecisionId]:
        """Ledger entries with sealed payloads of these customers, in order."""
        ...

    async def filed(self, owners: Collection[str]) -> tuple[int, int]:
        """How many passages these owners have, and how many vectors were made of them."""
        ...

    async def forget_answers(self, words: Collection[str]) -> int:
        """Drop answers kept for repeated requests that hold any of these words; how many they were."""
        ...

    async def remove(self, customer_ids: Collection[CustomerId]) -> None:
        """Delete the customers; every row that belongs to them goes with them."""
        ...
