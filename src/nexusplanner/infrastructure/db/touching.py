"""Notices which records a transaction changes, so that what is made from them can follow in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from nexusplanner.application.ports.memberships import Moved
from nexusplanner.application.ports.retrieval import Touched
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.companies import Company, Deal
from nexusplanner.domain.customers import Customer, Segment
from nexusplanner.domain.feedback import Feedback
from nexusplanner.domain.shared import BrandId, CompanyId, CustomerId, DealId, DocumentId
from nexusplanner.domain.signals import Signal

_KEY = "touched"
_MOVED = "moved"
_LATER = "segments_later"


class WatchedSession(Session):
    """A session that remembers what it wrote."""


def touched_in(session: AsyncSession) -> Touched:
    """What the transaction has written so far."""
    found: Touched = session.info.get(_KEY) or Touched()
    return replace(found, segments_of=set()) if session.info.get(_LATER) else found


def leave_segments(session: AsyncSession, *, later: bool) -> None:
    """Whether what is told of segments is left to a later transaction."""
    session.info[_LATER] = later


def touch_actuals(session: AsyncSession, *, rows: Iterable[tuple[BrandId, date]]) -> None:
    """Note that figures of these brands on these days were written; they are rows, which no session sees."""
    touched: Touched = session.info.setdefault(_KEY, Touched())
    for brand_id, day in rows:
        touched.touch_actuals(brand_id, first=day, last=day)


def touch_segments_of(session: AsyncSession, *, brand_ids: Iterable[BrandId]) -> None:
    """Note that what is told of these brands' segments may have changed."""
    session.info.setdefault(_KEY, Touched()).segments_of.update(brand_ids)


def touch_documents(session: AsyncSession, *, document_ids: Iterable[DocumentId]) -> None:
    """Note that what may be cited of the documents has changed; texts are rows, which no session sees."""
    session.info.setdefault(_KEY, Touched()).documents.update(document_ids)


def moved_in(session: AsyncSession) -> Moved:
    """Whose segments the transaction may have changed so far."""
    found: Moved = session.info.setdefault(_MOVED, Moved())
    return found


def touch_customers(session: AsyncSession, *, customer_ids: Iterable[CustomerId]) -> None:
    """Note that customers were written as rows, which no session sees."""
    moved_in(session).customers.update(customer_ids)


def touch_companies(session: AsyncSession, *, company_ids: Iterable[CompanyId]) -> None:
    """Note that companies were written as rows. Before one is deleted, note its customers instead."""
    moved_in(session).companies.update(company_ids)


def touch_deals(session: AsyncSession, *, deal_ids: Iterable[DealId]) -> None:
    """Note that deals were written as rows. Before one is deleted or linked otherwise, note its customers, too."""
    moved_in(session).deals.update(deal_ids)


@event.listens_for(WatchedSession, "after_flush")
def _note(session: Session, context: object) -> None:
    del context
    for record in (*session.new, *session.dirty, *session.deleted):
        _add(session.info.setdefault(_KEY, Touched()), record)
        _move(session.info.setdefault(_MOVED, Moved()), record)


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


def _move(moved: Moved, record: Any) -> None:
    if isinstance(record, Customer):
        moved.customers.add(record.id)
    elif isinstance(record, Segment):
        moved.segments.add(record.id)
    elif isinstance(record, Company):
        moved.companies.add(record.id)
    elif isinstance(record, Deal):
        moved.deals.add(record.id)
        before = inspect(record).attrs.company_id.history.deleted or ()
        moved.companies.update(each for each in (record.company_id, *before) if each is not None)
