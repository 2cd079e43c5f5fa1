"""Keeps passages in step with the records they come from, in the transaction that changes the records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from nexusplanner.application.agents.gathering import passages as make
from nexusplanner.application.agents.gathering.context import seen_ideas
from nexusplanner.application.ports.retrieval import Filed, Touched
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.analytics import BrandActual
from nexusplanner.domain.campaigns import CampaignStatus
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.feedback import Feedback
from nexusplanner.domain.shared import BrandId, CampaignId, DocumentId, NotFound, SignalId
from nexusplanner.domain.signals import STANDING

ALL_SIGNALS = 50_000
ALL_CAMPAIGNS = 2_000
OPINIONS = 1_000


async def keep_passages(uow: UnitOfWork, touched: Touched) -> None:
    """Make anew what the touched records say; every record of a workspace that has no passage yet."""
    if not touched:
        return
    if not await uow.passages.kept():
        touched = await everything(uow)
    await _follow_campaigns(uow, touched)
    await uow.passages.hold(
        [
            *(_catalog(brand_id) for brand_id in touched.brands),
            *(segments_owner(brand_id) for brand_id in touched.brands | touched.segments_of),
            *(f"campaign:{campaign_id}" for campaign_id in touched.campaigns),
            *(_document(document_id) for document_id in touched.documents),
        ]
    )
    made: dict[str, list[Filed]] = {}
    for brand_id in touched.brands | touched.segments_of:
        brand = await _brand(uow, brand_id)
        if brand is not None and brand_id in touched.brands:
            made[_catalog(brand_id)] = await _of_catalog(uow, brand)
        if brand is not None:
            made[segments_owner(brand_id)] = await _of_segments(uow, brand)
    records = _Records(uow)
    for campaign_id in touched.campaigns:
        made[f"campaign:{campaign_id}"] = await _of_campaign(uow, campaign_id, records=records)
    for signal_id in touched.signals:
        made[f"signal:{signal_id}"] = await _of_signal(uow, signal_id)
    for document_id in touched.documents:
        made[_document(document_id)] = await _of_document(uow, document_id)
    await uow.passages.replace(made)


async def everything(uow: UnitOfWork) -> Touched:
    """All records of the workspace."""
    touched = Touched(documents=set(await uow.documents.ids()))
    for brand in await uow.brands.all():
        touched.brands.add(brand.id)
        touched.touch_actuals(brand.id, first=date.min, last=date.max)
        touched.signals |= {signal.id for signal in await uow.signals.recent(brand_id=brand.id, limit=ALL_SIGNALS)}
    return touched


async def _follow_campaigns(uow: UnitOfWork, touched: Touched) -> None:
    """A brand's actuals are told in the passages of the campaigns that ran meanwhile."""
    for brand_id, (first, last) in touched.actuals_of.items():
        past = await uow.campaigns.past(brand_id=brand_id, before=date.max, limit=ALL_CAMPAIGNS)
        meanwhile = (each for each in past if each.brief.start_date <= last and each.brief.end_date >= first)
        touched.campaigns |= {campaign.id for campaign in meanwhile}


def _catalog(brand_id: BrandId) -> str:
    return f"catalog:{brand_id}"


def segments_owner(brand_id: BrandId) -> str:
    """Who owns what is told of the brand's segments."""
    return f"segments:{brand_id}"


def _document(document_id: DocumentId) -> str:
    return f"document:{document_id}"


async def _brand(uow: UnitOfWork, brand_id: BrandId) -> Brand | None:
    """The brand; none when it was deleted, and its passages with it."""
    try:
        return await uow.brands.get(brand_id)
    except NotFound:
        return None


async def _of_catalog(uow: UnitOfWork, brand: Brand) -> list[Filed]:
    services = await uow.services.of_brand(brand.id)
    return [
        Filed(passage=make.brand_passage(brand), brand_id=brand.id),
        *(
            Filed(passage=make.service_passage(service, brand=brand), brand_id=brand.id, service_id=service.id)
            for service in services
        ),
    ]


async def _of_segments(uow: UnitOfWork, brand: Brand) -> list[Filed]:
    summaries = await uow.customers.summaries(brand_id=brand.id)
    return [Filed(passage=make.segment_passage(summary, brand=brand), brand_id=brand.id) for summary in summaries]


class _Records:
    """What is told of several campaigns of a brand, read once."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._opinions: dict[BrandId, Sequence[Feedback]] = {}
        self._outcomes: dict[BrandId, Sequence[BrandActual]] = {}

    async def opinions(self, brand_id: BrandId) -> Sequence[Feedback]:
        """What people said of the brand's campaigns."""
        if brand_id not in self._opinions:
            self._opinions[brand_id] = await self._uow.feedbacks.of_brand(brand_id=brand_id, limit=OPINIONS)
        return self._opinions[brand_id]

    async def outcomes(self, brand_id: BrandId) -> Sequence[BrandActual]:
        """What the brand counted."""
        if brand_id not in self._outcomes:
            self._outcomes[brand_id] = await self._uow.actuals.brand(brand_id=brand_id)
        return self._outcomes[brand_id]


async def _of_campaign(uow: UnitOfWork, campaign_id: CampaignId, *, records: _Records) -> list[Filed]:
    """What a completed campaign was and brought, and what people think of the ideas of any campaign."""
    try:
        campaign = await uow.campaigns.get(campaign_id)
        brand = await uow.brands.get(campaign.brand_id)
    except NotFound:
        return []
    opinions = await records.opinions(brand.id)
    found = [passage for _, passage in seen_ideas((campaign,), opinions) if passage is not None]
    if campaign.status is CampaignStatus.COMPLETED:
        dates = campaign.brief.dates
        after = dates.end + timedelta(days=1)
        found.append(
            make.campaign_passage(
                campaign,
                brand=brand,
                channels=await uow.actuals.channels(brand_id=brand.id, since=dates.start, before=after),
                outcomes=await records.outcomes(brand.id),
            )
        )
    service_id = campaign.brief.service_id
    return [Filed(passage=passage, brand_id=campaign.brand_id, service_id=service_id) for passage in found]


async def _of_signal(uow: UnitOfWork, signal_id: SignalId) -> list[Filed]:
    try:
        signal = await uow.signals.get(signal_id)
    except NotFound:
        return []
    if signal.state not in STANDING:
        return []
    return [Filed(passage=make.signal_passage(signal), brand_id=signal.brand_id)]


async def _of_document(uow: UnitOfWork, document_id: DocumentId) -> list[Filed]:
    """What may be cited of the document; nothing when it, or the service it is about, was deleted."""
    try:
        document = await uow.documents.get(document_id)
        if document.service_id is not None:
            await uow.services.get(document.service_id)
    except NotFound:
        return []
    return [
        Filed(passage=document.passage(piece), brand_id=document.brand_id, service_id=document.service_id)
        for piece in await uow.documents.pieces(document_id)
    ]
