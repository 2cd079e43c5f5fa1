"""Outcomes of proposals, and what was learnt from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Date, Double, Index, PrimaryKeyConstraint, Table, Text, cast, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.outcomes import DayOfOutcomes
from nexusplanner.domain.calibration import Calibration
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.outcomes import Event, Outcome, OutcomeState, state_together
from nexusplanner.domain.shared import CampaignId, DecisionId, TenantId
from nexusplanner.infrastructure.db.types import (
    Jsonb,
    in_tenant,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    uuid_column,
    words,
)

outcomes = Table(
    "outcomes",
    metadata,
    *tenant_key(),
    uuid_column("campaign_id"),
    Column("event", words(Event), nullable=False),
    uuid_column("subject_id"),
    uuid_column("decision_id", nullable=True),
    Column("score", Double, nullable=False),
    Column("state", words(OutcomeState), nullable=False),
    Column("why", Text, nullable=False),
    instant("proposed_at"),
    instant("closes_at"),
    instant("decided_at", nullable=True),
    of_tenant("campaign_id", "campaigns", ondelete="CASCADE"),
    Index(None, "tenant_id", "campaign_id", "closes_at"),
    Index(None, "tenant_id", "event", "closes_at"),
    Index(None, "tenant_id", "decision_id"),
)

calibrations = Table(
    "calibrations",
    metadata,
    uuid_column("tenant_id"),
    Column("event", words(Event), nullable=False),
    Column("learnt", Jsonb[Calibration](Calibration), nullable=False),
    PrimaryKeyConstraint("tenant_id", "event"),
    in_tenant(),
)

mapper_registry.map_imperatively(Outcome, outcomes)


class SqlOutcomes:
    """Outcomes of the actor's tenant, and what was learnt from them."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def undecided(self, campaign_id: CampaignId, *, at: datetime) -> Sequence[Outcome]:
        """Those of the campaign whose time is not over, whatever was decided so far."""
        query = select(Outcome).where(
            outcomes.c.tenant_id == self._tenant, outcomes.c.campaign_id == campaign_id, outcomes.c.closes_at > at
        )
        return (await self._session.scalars(query)).all()

    async def resolved(self, event: Event, *, at: datetime, limit: int) -> Sequence[Outcome]:
        """The newest whose time is over."""
        query = (
            select(Outcome)
            .where(outcomes.c.tenant_id == self._tenant, outcomes.c.event == event, outcomes.c.closes_at <= at)
            .order_by(outcomes.c.closes_at.desc(), outcomes.c.id)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()

    async def subjects(self, campaign_id: CampaignId, *, event: Event) -> set[UUID]:
        """What the campaign's outcomes of this event are about."""
        query = select(outcomes.c.subject_id).where(
            outcomes.c.tenant_id == self._tenant, outcomes.c.campaign_id == campaign_id, outcomes.c.event == event
        )
        return set((await self._session.scalars(query)).all())

    def add(self, outcome: Outcome) -> None:
        """Keep a new outcome."""
        self._session.add(outcome)

    async def calibration(self, event: Event) -> Calibration | None:
        """What was learnt of the event when it was last looked at."""
        query = select(calibrations.c.learnt).where(
            calibrations.c.tenant_id == self._tenant, calibrations.c.event == event
        )
        found: Calibration | None = await self._session.scalar(query)
        return found

    async def keep_calibration(self, event: Event, calibration: Calibration) -> None:
        """Keep what was learnt, instead of what was known before."""
        statement = insert(calibrations).values(tenant_id=self._tenant, event=event, learnt=calibration)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=list(calibrations.primary_key.columns), set_={"learnt": statement.excluded.learnt}
            )
        )

    async def counts(self, event: Event, *, at: datetime) -> Mapping[OutcomeState, int]:
        """How many there are by what became of them so far; those whose time ran out as LAPSED."""
        over = (outcomes.c.closes_at <= at).label("over")
        query = (
            select(outcomes.c.state, over, func.count())
            .where(outcomes.c.tenant_id == self._tenant, outcomes.c.event == event)
            .group_by(outcomes.c.state, over)
        )
        found = dict.fromkeys(OutcomeState, 0)
        for state, past, number in await self._session.execute(query):
            lapsed = past and state is OutcomeState.OPEN
            found[OutcomeState.LAPSED if lapsed else state] += number
        return found

    async def count_resolved(self, event: Event, *, at: datetime) -> int:
        """How many there are whose time is over."""
        query = select(func.count()).where(
            outcomes.c.tenant_id == self._tenant, outcomes.c.event == event, outcomes.c.closes_at <= at
        )
        return await self._session.scalar(query) or 0

    async def days(self, event: Event, *, since: datetime) -> Sequence[DayOfOutcomes]:
        """Decisions by day (UTC), oldest first."""
        day = cast(func.timezone("UTC", outcomes.c.decided_at), Date).label("day")

        query = (
            select(
                day,
                func.count().filter(outcomes.c.state == OutcomeState.ACCEPTED),
                func.count().filter(outcomes.c.state == OutcomeState.EDITED),
                func.count().filter(outcomes.c.state == OutcomeState.REJECTED),
            )
            .where(outcomes.c.tenant_id == self._tenant, outcomes.c.event == event, outcomes.c.decided_at >= since)
            .group_by(day)
            .order_by(day)
        )
        return [
            DayOfOutcomes(day=on, accepted=accepted, edited=edited, rejected=rejected)
            for on, accepted, edited, rejected in await self._session.execute(query)
        ]


async def made_of_decisions(
    session: AsyncSession, *, tenant_id: TenantId, ids: Collection[DecisionId]
) -> Mapping[UUID, OutcomeState]:
    """What people made of what these ledger entries proposed; entries that proposed nothing are left out.

    What nobody decided on is open, however long ago it was proposed.
    """
    query = select(outcomes.c.decision_id, outcomes.c.state).where(
        outcomes.c.tenant_id == tenant_id, outcomes.c.decision_id.in_(ids)
    )
    states: dict[UUID, list[OutcomeState]] = {}
    for decision_id, state in await session.execute(query):
        states.setdefault(decision_id, []).append(state)
    together = ((decision_id, state_together(found)) for decision_id, found in states.items())
    return {decision_id: state for decision_id, state in together if state is not None}
