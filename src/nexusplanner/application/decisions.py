"""Use cases on the decision ledger."""

from __future__ import annotations

from nexusplanner.application.ports import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.ledger import Verification


async def verify(uow: UnitOfWork) -> Verification:
    """Check every entry of the workspace's ledger and name the first that is not what was recorded.

    Raises: Forbidden.
    """
    uow.actor.require(Permission.READ)
    return await uow.ledger.verify()
