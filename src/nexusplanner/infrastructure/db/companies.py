"""Companies and deals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.companies import Company, Deal, domain_in
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, CompanyId, ConnectionId, CustomerId, DealId, NotFound
from nexusplanner.infrastructure.db.customers import customers
from nexusplanner.infrastructure.db.meanings import meant
from nexusplanner.infrastructure.db.source_keys import by_key, each_key_once
from nexusplanner.infrastructure.db.touching import touch_customers
from nexusplanner.infrastructure.db.types import (
    instant,
    mapper_registry,
    metadata,
    money,
    money_columns,
    of_tenant,
    tenant_key,
    uuid_column,
)

companies = Table(
    "companies",
    metadata,
    *tenant_key(),
    uuid_column("brand_id"),
    uuid_column("connection_id", nullable=True),
    Column("external_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("industry", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("employees", Integer),
    instant("changed_at_source", nullable=True),
    Column("version", Integer, nullable=False),
    instant("created_at"),
    instant("updated_at"),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    of_tenant("connection_id", "connections"),
    each_key_once("companies"),
)

deals = Table(
    "deals",
    metadata,
    *tenant_key(),
    uuid_column("brand_id"),
    uuid_column("connection_id", nullable=True),
    uuid_column("company_id", nullable=True),
    Column("external_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("won", Boolean),
    *money_columns("amount", nullable=True),
    Column("closed_on", Date),
    instant("changed_at_source", nullable=True),
    Column("version", Integer, nullable=False),
    instant("created_at"),
    instant("updated_at"),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    of_tenant("company_id", "companies", ondelete="SET NULL (company_id)"),
    of_tenant("connection_id", "connections"),
    each_key_once("deals"),
    Index(None, "tenant_id", "company_id"),
)

deal_customers = Table(
    "deal_customers",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("deal_id"),
    uuid_column("customer_id"),
    PrimaryKeyConstraint("tenant_id", "deal_id", "customer_id"),
    of_tenant("deal_id", "deals", ondelete="CASCADE"),
    of_tenant("customer_id", "customers", ondelete="CASCADE"),
    Index(None, "tenant_id", "customer_id"),
)

mapper_registry.map_imperatively(Company, companies, version_id_col=companies.c.version)
mapper_registry.map_imperatively(
    Deal,
    deals,
    version_id_col=deals.c.version,
    properties={"amount": money(deals.c.amount_minor, deals.c.amount_currency)},
)

AT_ONCE = 500


class SqlCompanies:
    """Companies and deals of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, company_id: CompanyId) -> Company:
        """The company. Raises NotFound."""
        found = await self._session.get(Company, (self._tenant, company_id))
        if found is None:
            raise NotFound.of("company", company_id)
        return found

    async def by_external_id(
        self, *, brand_id: BrandId, external_ids: Iterable[str], connection_id: ConnectionId | None = None
    ) -> Mapping[str, Company]:
        """Those of `external_ids` that are known of the connection, or of none."""
        return await by_key(
            self._session,
            of=Company,
            table=companies,
            tenant_id=self._tenant,
            brand_id=brand_id,
            external_ids=external_ids,
            connection_id=connection_id,
        )

    async def called(self, *, brand_id: BrandId, words: Collection[str]) -> Mapping[str, frozenset[CompanyId]]:
        """The companies each word means: by key, else by domain, else by name. Words that mean none are absent."""
        found = await meant(
            self._session,
            table=companies,
            tenant_id=self._tenant,
            brand_id=brand_id,
            words={word: {word.lower(), domain_in(word)} for word in words},
            names=(func.nullif(func.lower(companies.c.domain), ""), func.lower(companies.c.name)),
        )
        return {word: frozenset(CompanyId(each) for each in ids) for word, ids in found.items()}

    def add_all(self, companies: Iterable[Company]) -> None:
        """Keep new companies."""
        self._session.add_all(companies)

    async def remove(self, company: Company) -> None:
        """Delete the company; its customers and deals stay."""
        own = customers.c
        query = select(own.id).where(own.tenant_id == self._tenant, own.company_id == company.id)
        touch_customers(self._session, customer_ids=await self._session.scalars(query))
        await self._session.delete(company)
        await self._session.flush()

    async def deal(self, deal_id: DealId) -> Deal:
        """The deal. Raises NotFound."""
        found = await self._session.get(Deal, (self._tenant, deal_id))
        if found is None:
            raise NotFound.of("deal", deal_id)
        return found

    async def deals_by_external_id(
        self, *, brand_id: BrandId, external_ids: Iterable[str], connection_id: ConnectionId | None = None
    ) -> Mapping[str, Deal]:
        """Those of `external_ids` that are known of the connection, or of none."""
        return await by_key(
            self._session,
            of=Deal,
            table=deals,
            tenant_id=self._tenant,
            brand_id=brand_id,
            external_ids=external_ids,
            connection_id=connection_id,
        )

    def add_deals(self, deals: Iterable[Deal]) -> None:
        """Keep new deals."""
        self._session.add_all(deals)

    async def remove_deal(self, deal: Deal) -> None:
        """Delete the deal; its customers stay."""
        await self._touch([deal.id])
        await self._session.delete(deal)
        await self._session.flush()

    async def deals_of(self, customer_ids: Collection[CustomerId]) -> Sequence[Deal]:
        """The deals any of these customers is linked with, by id."""
        link = deal_customers.c
        linked = select(link.deal_id).where(link.tenant_id == self._tenant, link.customer_id.in_(list(customer_ids)))
        query = select(Deal).where(deals.c.tenant_id == self._tenant, deals.c.id.in_(linked)).order_by(deals.c.id)
        return (await self._session.scalars(query)).all()

    async def customers_of(self, deal_ids: Collection[DealId]) -> Mapping[DealId, Sequence[CustomerId]]:
        """The customers each of the deals is linked with; deals without any are absent."""
        link = deal_customers.c
        query = (
            select(link.deal_id, link.customer_id)
            .where(link.tenant_id == self._tenant, link.deal_id == func.any(list(deal_ids)))
            .order_by(link.deal_id, link.customer_id)
        )
        found: dict[DealId, list[CustomerId]] = {}
        for deal_id, customer_id in await self._session.execute(query):
            found.setdefault(deal_id, []).append(customer_id)
        return found

    async def set_customers(self, wanted: Mapping[DealId, Collection[CustomerId]]) -> None:
        """Link each of the deals with exactly these customers."""
        await self._session.flush()
        await self._touch(wanted)
        link = deal_customers.c
        await self._session.execute(
            deal_customers.delete().where(link.tenant_id == self._tenant, link.deal_id == func.any(list(wanted)))
        )
        rows = [
            {"tenant_id": self._tenant, "deal_id": deal_id, "customer_id": customer_id}
            for deal_id, customer_ids in wanted.items()
            for customer_id in sorted(set(customer_ids))
        ]
        for at in range(0, len(rows), AT_ONCE):
            await self._session.execute(insert(deal_customers).values(rows[at : at + AT_ONCE]))
        await self._touch(wanted)

    async def _touch(self, deal_ids: Collection[DealId]) -> None:
        """Whoever is linked now is counted anew."""
        linked = await self.customers_of(deal_ids)
        touch_customers(self._session, customer_ids={each for some in linked.values() for each in some})
