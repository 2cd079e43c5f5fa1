"""Start what is due by the clock. Many processes may do so at once: each due record is started by one of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from nexusplanner.application.durable.carrying import worker_actor
from nexusplanner.application.ports.schedules import Due, DueRecords, Scheduled, StartDue
from nexusplanner.application.ports.unit_of_work import Clock, UnitsOfWork

LEASE = timedelta(minutes=2)
"""A process that took a record and died keeps it from others for so long; starting one takes a fraction of a second."""
AT_ONCE = 50
"""Taken together, so that all of them are started within the lease."""
_log = logging.getLogger(__name__)


async def run_due(
    units: UnitsOfWork, due_records: DueRecords, starters: Mapping[Scheduled, StartDue], *, clock: Clock
) -> int:
    """Start everything that is due now; how many records were started.

    A record that cannot be started is left to the next look after its lease, and does not keep others from theirs.
    """
    started = 0
    while True:
        now = clock.now()
        taken = await due_records.take(now=now, lease=LEASE, limit=AT_ONCE)
        for due in taken:
            try:
                started += await _start(units, due, starters[due.kind], now=now)
            except Exception as error:
                _log.warning("The %s %s could not be started: %s", due.kind, due.record_id, type(error).__name__)
        if len(taken) < AT_ONCE:
            return started


class _PlannedAnew(Exception):
    """While the record was started, somebody said when it is due."""


async def _start(units: UnitsOfWork, due: Due, start: StartDue, *, now: datetime) -> bool:
    """Start it in its tenant and put its next time, unless somebody else has done so meanwhile."""
    try:
        return await _start_and_plan(units, due, start, now=now)
    except _PlannedAnew:
        return False


async def _start_and_plan(units: UnitsOfWork, due: Due, start: StartDue, *, now: datetime) -> bool:
    """Locks the record before its schedule, as everybody does who edits it and says when it is due: nobody waits for ever.

    Raises _PlannedAnew, so that nothing of it is kept.
    """
    async with units.for_actor(worker_actor(due.tenant_id)) as uow:
        if not await uow.schedules.still_due(due, lease=now + LEASE):
            return False
        following = await start(uow, due.record_id, now)
        if not await uow.schedules.still_due(due, lease=now + LEASE, lock=True):
            raise _PlannedAnew
        if following is None:
            await uow.schedules.drop(due.kind, due.record_id)
            return False
        await uow.schedules.put(due.kind, due.record_id, due_at=following)
        return True
