"""Notices which records a transaction changes, so that what is made from them can follow in the same transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from nexusplanner.application.retrieval_ports import Touched
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.customers import Customer, Segment
from nexusplanner.domain.feedback import Feedback
from nexusplanner.domain.shared import BrandId
from nexusplanner.domain.signals import Signal

_KEY = "touched"


class WatchedSession(Session):
    """A session that remembers what it wrote."""


def touched_in(session: AsyncSession) -> Touched:
    """What the transaction has written so far."""
    found: Touched = session.info.get(_KEY) or Touched()
    return found


def touch_actuals(session: AsyncSession, *, brand_ids: set[BrandId]) -> None:
    """Note that actuals of the brands were written; they are rows, which no session sees."""
    session.info.setdefault(_KEY, Touched()).campaigns_of.update(brand_ids)


@event.listens_for(WatchedSession, "after_flush")
def _note(session: Session, context: object) -> None:
    del context
    for record in (*session.new, *session.dirty, *session.deleted):
        _add(session.info.setdefault(_KEY, Touched()), record)


def _add(touched: Touched, record: Any) -> None:
    if isinstance(record, Brand):
        touched.brands.add(record.id)
    elif isinstance(record, Service):
        touched.brands.add(record.brand_id)
    elif isinstance(record, Segment | Customer):
        touched.segments_of.add(record.brand_id)
    elif isinstance(record, Campaign):
        touched.campaigns.add(record.id)
    elif isinstance(record, Feedback):
        touched.campaigns.add(record.campaign_id)
    elif isinstance(record, Signal):
        touched.signals.add(record.id)
