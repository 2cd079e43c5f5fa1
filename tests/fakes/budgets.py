"""`Budgets` in memory: one limit for everybody."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from nexusplanner.application.ports.models import BudgetExhausted, CallMade, Spender


@dataclass
class MemoryBudgets:
    """limit: in microunits. slow: seconds every operation takes. broken: whether nothing can be asked or written."""

    limit: int = 10**12
    slow: float = 0.0
    broken: bool = False
    spent: int = 0
    held: dict[str, int] = field(default_factory=dict)
    calls: list[CallMade] = field(default_factory=list)
    reserved: int = 0
    """How often money was held."""

    async def reserve(self, spender: Spender, *, microunits: int) -> str:
        await asyncio.sleep(self.slow)
        if self.broken:
            raise ConnectionError("the database is away")
        if self.spent + sum(self.held.values()) + microunits > self.limit:
            raise BudgetExhausted("The workspace's limit of today is reached; an administrator can raise it.")
        self.reserved += 1
        name = f"r{self.reserved}"
        self.held[name] = microunits
        return name

    async def settle(self, spender: Spender, *, reservation: str | None, call: CallMade) -> None:
        await asyncio.sleep(self.slow)
        if self.broken:
            raise ConnectionError("the database is away")
        if reservation is not None:
            self.held.pop(reservation)
        self.spent += call.cost.microunits
        self.calls.append(call)
