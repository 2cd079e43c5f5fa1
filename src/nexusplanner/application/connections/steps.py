"""The steps of a sync: companies, customers, deals, what is gone, and what became of it all.

Within a step every page is kept in a transaction of its own, together with where to go on behind it and under the
fencing token of the run: a worker that dies loses at most a page that it had not kept, and repeats none that it had.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from nexusplanner.application.agents.coordinator import Worked
from nexusplanner.application.agents.ideation import OnIdeas
from nexusplanner.application.connections.asking import Patience
from nexusplanner.application.connections.keeping import Systems, plan_next
from nexusplanner.application.connections.reader import AT_ONCE, READING, Reader, StepRead
from nexusplanner.application.connections.starting import connection_of
from nexusplanner.application.durable.carrying import Loaded
from nexusplanner.application.ports.connections import CrmRefused, SignInAgain, SyncPaused
from nexusplanner.application.ports.unit_of_work import Clock, UnitOfWork, UnitsOfWork
from nexusplanner.domain.connections import Changes
from nexusplanner.domain.runs import Run


class SyncBook:
    """What the steps of a sync do.

    units: for pages, each of which is kept by itself. at_once: records that are kept together, at least.
    """

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        systems: Systems,
        clock: Clock,
        patience: Patience | None = None,
        at_once: int = AT_ONCE,
    ) -> None:
        self._units = units
        self._at_once = at_once
        self._systems = systems
        self._clock = clock
        self._patience = patience or Patience()

    async def load(self, uow: UnitOfWork, run: Run, *, step: str, tell: OnIdeas) -> Loaded | None:
        """What the step asks the other system, and keeps page by page. Raises SyncPaused while it wants to rest."""
        del tell
        connection = await uow.connections.get(connection_of(run))
        resting = connection.not_before is not None and connection.not_before > self._clock.now()
        if resting and step != "summarise":
            raise SyncPaused(connection.problem)
        if step == "summarise":
            return None
        currency = (await uow.brands.get(connection.brand_id)).currency
        reader = Reader(
            units=self._units,
            clock=self._clock,
            patience=self._patience,
            system=self._systems[connection.kind],
            run=run,
            connection=connection,
            currency=currency,
            step=step,
            at_once=self._at_once,
        )
        return Loaded(work=partial(self._carefully, reader))

    async def keep(
        self, uow: UnitOfWork, run: Run, *, step: str, worked: Worked[object] | None, now: datetime
    ) -> Worked[object]:
        """In the last step: follow the links, tell of segments, and note how the connection stands now."""
        if step != "summarise" or worked is not None:
            return worked or Worked(output=None, detail="")
        read = {name: await uow.runs.output(run, step=name, kind=StepRead) for name in (*READING, "read_deletions")}
        changes = sum((each.changes for each in read.values()), start=Changes())
        connection = await uow.connections.get(connection_of(run), lock=True)
        run.succeed(at=now)
        if run.request.get("dry_run"):
            return Worked(output=StepRead(changes=changes), detail=f"It would be: {changes.in_words}.")
        await uow.memberships.hold([connection.brand_id])
        await uow.connections.link(connection)
        uow.memberships.tell([connection.brand_id])
        connection.synced(changes, now=now, compared=all(read[name].whole for name in READING))
        await plan_next(uow, connection)
        return Worked(output=StepRead(changes=changes), detail=f"{changes.in_words}.".capitalize())

    async def _carefully(self, reader: Reader) -> Worked[object]:
        """Do the step; when the other system keeps it from going on, the connection says why."""
        try:
            return await reader.work()
        except SyncPaused as error:
            words, until = error.message, datetime.fromisoformat(error.details["until"])
            counts = bool(error.details["counts"])
            await reader.note(lambda connection, _: connection.paused(words, until=until, counts=counts))
            raise
        except (SignInAgain, CrmRefused) as error:
            message = error.message
            await reader.note(lambda connection, now: connection.failed(message, now=now, stuck=True))
            raise
        except Exception:
            await reader.tell()
            raise
