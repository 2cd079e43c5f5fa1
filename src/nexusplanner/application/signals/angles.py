"""How a plan could take a signal up: the ideas that rules would begin with, told in short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nexusplanner.application.agents.checking.evidence import strength_words
from nexusplanner.application.agents.gathering.context import Almanac, build_context
from nexusplanner.application.agents.gathering.facts import Facts
from nexusplanner.application.agents.gathering.news import opening
from nexusplanner.application.ports.unit_of_work import CampaignIdeationService, UnitOfWork
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.campaigns import Brief, CampaignIdea
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.knowledge import Citation
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.shared import Money, NotFound, ServiceId, SignalId
from nexusplanner.domain.signals import Signal

MOST_SERVICES = 3
IDEAS = 2
"""Angles for each service."""
DAYS = 28


@dataclass(frozen=True, kw_only=True)
class SignalAngle:
    """One way to take a signal up. quote: its words that carry it. confidence_words: how strong the evidence is."""

    text: str
    framework: str
    service_id: ServiceId
    service_name: str
    confidence_words: str
    quote: str


async def find_angles(
    uow: UnitOfWork,
    *,
    signal_id: SignalId,
    today: date,
    rules: CampaignIdeationService,
    reference: ReferenceData,
    almanac: Almanac,
) -> tuple[SignalAngle, ...]:
    """Angles for the services it speaks of, best match first; none when it speaks of none. Raises NotFound."""
    uow.actor.require(Permission.READ)
    signal = await uow.signals.get(signal_id)
    found: list[SignalAngle] = []
    for row in await uow.read.signals.some([signal_id]):
        for match in row.services[:MOST_SERVICES]:
            try:
                service = await uow.services.get(match.id)
            except NotFound:
                continue
            brand = await uow.brands.get(service.brand_id)
            facts = await _facts(uow, signal=signal, service=service, brand=brand, today=today)
            context = build_context(facts, reference=reference, almanac=almanac)
            found.extend(await _of_service(context, signal=signal, rules=rules, reference=reference))
    return tuple(found)


async def _facts(uow: UnitOfWork, *, signal: Signal, service: Service, brand: Brand, today: date) -> Facts:
    """What a plan that begins with this signal alone would know."""
    brief = Brief(
        service_id=service.id,
        theme=(signal.title.strip() or signal.content.strip())[:200],
        start_date=today,
        end_date=today + timedelta(days=DAYS - 1),
        total_budget=Money(1, brand.currency),
        signal_ids=(signal.id,),
    )
    return Facts(
        brief=brief,
        brand=brand,
        service=service,
        signals=(signal,),
        segments=await uow.customers.summaries(brand_id=brand.id),
        past=(),
        own=None,
        feedback=(),
        channel_actuals=(),
        brand_actuals=(),
    )


async def _of_service(
    context: BriefContext, *, signal: Signal, rules: CampaignIdeationService, reference: ReferenceData
) -> Sequence[SignalAngle]:
    passage_id = f"signal:{signal.id}"
    first = opening(context)
    ideas = (await rules.ideate(context, [first], count=IDEAS, avoid=())).value if first else ()
    names = {framework.key: framework.name for framework in reference.frameworks}
    found = []
    for idea in ideas:
        cited = _cited(idea, passage_id=passage_id)
        if cited:
            found.append(
                SignalAngle(
                    text=f"{idea.theme}: {idea.core_message}",
                    framework=names.get(idea.framework, idea.framework),
                    service_id=context.service.id,
                    service_name=context.service.name,
                    confidence_words=strength_words(context, cited),
                    quote=cited[0].quote,
                )
            )
    return found


def _cited(idea: CampaignIdea, *, passage_id: str) -> tuple[Citation, ...]:
    return tuple(each for claim in idea.claims for each in claim.citations if each.passage_id == passage_id)
