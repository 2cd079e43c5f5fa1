"""The storage as the product puts it together, and a tenant with a row in every table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import numpy as np
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from tests.factories import records
from tests.factories.spending import keep_spending
from tests.fakes.workflows import RememberedWorkflows

from nexusplanner.application.idempotency import StoredResponse
from nexusplanner.application.ports.connections import GoneRecord, Stream, Tokens
from nexusplanner.application.ports.erasure import Trace
from nexusplanner.application.ports.schedules import Scheduled
from nexusplanner.domain.alternatives import Alternative
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.companies import Company, Deal
from nexusplanner.domain.connections import Connection, CrmObject, PendingSignIn
from nexusplanner.domain.customers import Customer, Segment
from nexusplanner.domain.documents import Document
from nexusplanner.domain.identity import Actor, Session, Tenant, User
from nexusplanner.domain.measurement import Experiment, ModelVersion
from nexusplanner.domain.outcomes import Event
from nexusplanner.domain.runs import Run
from nexusplanner.domain.scenarios import Scenario
from nexusplanner.domain.signals import Signal
from nexusplanner.domain.sources import SourceType
from nexusplanner.infrastructure.db.audit import SqlLedger
from nexusplanner.infrastructure.db.sealing import Sealer
from nexusplanner.infrastructure.db.unit_of_work import SqlSignInTransactions, SqlUnitOfWork, SqlUnitsOfWork

ENCRYPTION_KEY = bytes(range(32))


def units_of_work(engine: AsyncEngine, *, workflows: RememberedWorkflows | None = None) -> SqlUnitsOfWork:
    """Units of work with the real ledger and an engine that only remembers."""
    remembered = workflows or RememberedWorkflows()

    def engine_of(session: AsyncSession, *, actor: Actor) -> RememberedWorkflows:
        del session, actor
        return remembered

    return SqlUnitsOfWork(
        engine,
        ledger=partial(SqlLedger, encryption_key=ENCRYPTION_KEY),
        workflows=engine_of,
        sealer=Sealer(ENCRYPTION_KEY),
    )


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What a filled tenant has."""

    tenant: Tenant
    user: User
    session: Session
    brand: Brand
    service: Service
    signal: Signal
    document: Document
    segment: Segment
    customer: Customer
    company: Company
    deal: Deal
    connection: Connection
    campaign: Campaign
    run: Run
    scenario: Scenario
    alternative: Alternative
    model: ModelVersion
    experiment: Experiment

    @property
    def actor(self) -> Actor:
        return self.user.actor()


async def registered(engine: AsyncEngine, name: str = "Ada") -> tuple[Tenant, User]:
    """A tenant with its administrator."""
    account, tenant, user = records.person(name)
    async with SqlSignInTransactions(engine)() as sign_ins:
        await sign_ins.register(account=account, tenant=tenant, user=user)
    return tenant, user


async def filled(engine: AsyncEngine, name: str = "Ada") -> Filled:
    """A tenant with at least one row in every table; two of them differ in nothing but their ids."""
    tenant, user = await registered(engine, name)
    brand = records.brand(tenant.id)
    service = records.service(brand)
    segment = records.segment(brand)
    company = records.company(brand)
    run = records.run(tenant.id, by=user.id, brand_id=brand.id)
    campaign = records.campaign(service, by=user.id, run_id=run.id, plan=records.plan())
    run.campaign_id = campaign.id
    content = Filled(
        tenant=tenant,
        user=user,
        session=records.session(user),
        brand=brand,
        service=service,
        signal=records.signal(brand),
        document=records.document(brand),
        segment=segment,
        customer=records.customer(brand, external_id="c-1", segment_id=segment.id),
        company=company,
        deal=records.deal(brand, company_id=company.id),
        connection=records.connection(brand, by=user),
        campaign=campaign,
        run=run,
        scenario=records.scenario(campaign, by=user.id),
        alternative=records.alternative(campaign),
        model=records.model_version(brand, run_id=run.id),
        experiment=records.experiment(brand),
    )
    async with SqlSignInTransactions(engine)() as sign_ins:
        await sign_ins.add_session(content.session)
    await _keep(units_of_work(engine), content)
    await _keep_vector(units_of_work(engine), content)
    return content


async def _keep_vector(units: SqlUnitsOfWork, content: Filled) -> None:
    """A vector of an embedder the workspace had before; it has none now."""
    async with units.for_actor(content.actor) as uow:
        await uow.embedding.save(await uow.embedding.settings())
        some = await uow.embedding.missing("f" * 64, limit=1)
        await uow.embedding.keep("f" * 64, of=some, vectors=np.ones((len(some), 4), dtype=np.float32))


async def _keep(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        uow.brands.add(content.brand)
        uow.services.add(content.service)
        uow.signals.add_all([content.signal])
        await uow.documents.add(content.document, content=b"%PDF-1.7\n")
        await uow.documents.keep_pieces(content.document.id, ())
        uow.customers.add_segment(content.segment)
        uow.customers.add_all([content.customer])
        await _keep_deal(uow, content)
        uow.campaigns.add(content.campaign)
        uow.runs.add(content.run)
        uow.models.add(content.model)
        uow.experiments.add(content.experiment)
        uow.scenarios.add(content.scenario)
        uow.alternatives.add(content.alternative)
        uow.outcomes.add(records.outcome(content.campaign))
        await uow.outcomes.keep_calibration(Event.STRATEGY, records.calibration())
        kept = records.assistant_session(content.campaign, by=content.user.id)
        uow.sessions.add(kept)
        uow.sessions.add_message(kept.ask("Think of other ideas.", at=records.NOW))
        uow.sessions.add_message(records.assistant_answer(kept, records.draft(content.campaign)))
        uow.feedbacks.add(records.feedback(content.campaign, by=content.user.id))
        await uow.learning.keep_made([records.made(content.campaign)])
        await uow.learning.forget(records.forgotten(content.campaign, by=content.user.id))
        await uow.actuals.put_channels([records.channel_actual(content.brand)])
        await uow.actuals.put_brand([records.brand_actual(content.brand)])
        await uow.runs.keep_output(content.run, step="ideate", output=content.campaign.plan)
        await uow.recordings.keep(content.run, step="ideate", inputs=None, output=content.campaign.plan, answers=())
        await _keep_source(uow, content.user)
        await _keep_connection(uow, content)
        await keep_spending(uow, content.user, run=content.run)
        await uow.ledger.append(
            records.decision(content.tenant.id, run_id=content.run.id, personal={"subject": {"name": "Ada"}})
        )
        await uow.idempotency.keep(
            route="POST /campaigns",
            key="k",
            body_hash="0" * 64,
            response=StoredResponse(status=201, headers={"content-type": "application/json"}, body=b"{}"),
            now=records.NOW,
        )


async def _keep_deal(uow: SqlUnitOfWork, content: Filled) -> None:
    """A deal of the customer, and the mark of somebody who was erased."""
    uow.companies.add_all([content.company])
    uow.companies.add_deals([content.deal])
    await uow.companies.set_customers({content.deal.id: [content.customer.id]})
    await uow.erased.remember([Trace(email="gone@example.com")], at=records.NOW)


async def _keep_connection(uow: SqlUnitOfWork, content: Filled) -> None:
    """A connection with its secrets, a sign-in under way, and a record that became part of another."""
    connection, run = content.connection, content.run
    uow.connections.add(connection)
    await uow.connections.keep_client_secret(connection, secret="client-secret")
    await uow.connections.keep_tokens(connection, tokens=Tokens(access="access", host=connection.domain))
    await uow.connections.begin_sign_in(
        PendingSignIn(
            state=f"state-{connection.id}",
            connection_id=connection.id,
            user_id=content.user.id,
            verifier="verifier",
            redirect="https://nexus.test/connections/done",
            ends_at=records.NOW,
        )
    )
    stream = Stream(
        name="companies",
        pass_id=run.id,
        full=False,
        since=None,
        after="",
        began_at=records.NOW,
        done=True,
        run_id=run.id,
    )
    await uow.connections.keep_stream(connection.id, stream=stream)
    merged = GoneRecord(external_id="501", into="502", changed_at=records.NOW)
    await uow.connections.drop(connection, kind=CrmObject.COMPANIES, records=[merged], now=records.NOW)


async def _keep_source(uow: SqlUnitOfWork, user: User) -> None:
    """A webhook with its secret, a delivery, an item nobody wants, and a schedule."""
    hook = records.source(user, name="Press desk", kind=SourceType.WEBHOOK, url="", next_fetch_at=None)
    uow.sources.add(hook)
    await uow.flush()
    await uow.sources.set_secret(hook.id, secret="s" * 43, at=records.NOW)
    await uow.sources.refuse(hook.id, key="deleted")
    await uow.sources.first_delivery(hook.id, signature="0" * 64, at=records.NOW, forget=records.NOW)
    await uow.schedules.put(Scheduled.SOURCE, hook.id, due_at=records.NOW + timedelta(days=3650))
