"""The database finds the same customers as the rules of the domain."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.storage import Filled, filled, units_of_work

from nexusplanner.domain.companies import Company, Deal
from nexusplanner.domain.customers import Consent, Customer
from nexusplanner.domain.segments import (
    FIELDS,
    CustomerFacts,
    FieldKind,
    Op,
    Rule,
    RuleField,
    RuleValue,
    check_rules,
    fits,
)
from nexusplanner.domain.shared import Money
from nexusplanner.infrastructure.db.customer_facts import condition, customer_facts
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitOfWork

World = tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]
TODAY = date(2026, 3, 2)
WORDS = ("Retail", "retail", " Mining ", "Öl & Gas", "ÖL & gas", "", "a%b_c", "x@y")
DAYS = st.sampled_from([TODAY + timedelta(days=days) for days in (-400, -31, -30, -29, -1, 0, 1, 40)])
AMOUNTS = st.sampled_from([Money(minor, "EUR") for minor in (0, 50, 100, 150, 200, 10_000)])
OTHER = st.sampled_from([Money(150, "USD")])
text = st.sampled_from(WORDS) | st.text("aAbBäÄ @%_'\\", max_size=4)


@st.composite
def every_rule(draw: st.DrawFn) -> list[Rule]:
    """A rule for each field and comparison."""
    return [_rule(draw, field, op) for field, info in FIELDS.items() for op in info.ops]


def _rule(draw: st.DrawFn, field: RuleField, op: Op) -> Rule:
    info = FIELDS[field]
    value: RuleValue
    if op in {Op.IS_EMPTY, Op.IS_NOT_EMPTY}:
        value = None
    elif op in {Op.WITHIN_DAYS, Op.OLDER_THAN_DAYS}:
        value = draw(st.sampled_from([0, 1, 29, 30, 31, 400]))
    elif info.kind is FieldKind.CHOICE:
        value = draw(st.sampled_from([("given",), ("refused",), ("given", "refused")]))
    elif info.kind is FieldKind.TEXT:
        value = tuple(draw(st.lists(text.filter(lambda each: bool(each.strip(" "))), min_size=1, max_size=3)))
    elif info.kind is FieldKind.MONEY:
        value = draw(AMOUNTS).decimal
    elif info.kind is FieldKind.DAY:
        value = draw(DAYS).isoformat()
    else:
        value = draw(st.integers(0, 4))
    return Rule(field=field, op=op, value=value)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Companies, customers with the place of their company, deals with the places of company and customers."""
    firms: list[dict[str, Any]] = draw(
        st.lists(
            st.fixed_dictionaries(
                {"name": text, "industry": text, "region": text, "employees": st.none() | st.integers(0, 4)}
            ),
            max_size=2,
        )
    )
    firm = st.none() | st.integers(0, len(firms) - 1) if firms else st.none()
    people = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "firm": firm,
                    "company": text,
                    "industry": text,
                    "region": text,
                    "email": text | st.sampled_from(["a@Retail", "b@x@y"]),
                    "employees": st.none() | st.integers(0, 4),
                    "since": st.none() | DAYS,
                    "lifetime_value": st.none() | AMOUNTS,
                    "preferred_channel": text,
                    "consent": st.sampled_from(Consent),
                }
            ),
            min_size=1,
            max_size=5,
        )
    )
    sales = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "firm": firm,
                    "people": st.sets(st.integers(0, len(people) - 1), max_size=3),
                    "won": st.none() | st.booleans(),
                    "amount": st.none() | AMOUNTS | OTHER,
                    "closed_on": st.none() | DAYS,
                }
            ),
            max_size=6,
        )
    )
    return firms, people, sales


def facts_of(
    person: Mapping[str, Any], at: int, firms: Sequence[Mapping[str, Any]], sales: Sequence[Mapping[str, Any]]
) -> CustomerFacts:
    """The same facts, by hand."""
    firm = {} if person["firm"] is None else firms[person["firm"]]
    own = [
        each for each in sales if at in each["people"] or (each["firm"] is not None and each["firm"] == person["firm"])
    ]

    def either(name: str) -> str:
        return str(person[name]).strip(" ") or str(firm.get(name, "")).strip(" ")

    def value(won: bool | None) -> int:  # noqa: FBT001
        amounts = [each["amount"] for each in own if each["won"] is won and each["amount"]]
        return sum(amount.amount for amount in amounts if amount.currency == "EUR")

    won_on = [each["closed_on"] for each in own if each["won"] and each["closed_on"]]
    parts = person["email"].strip(" ").lower().split("@")
    return CustomerFacts(
        industry=either("industry"),
        region=either("region"),
        employees=firm.get("employees") if person["employees"] is None else person["employees"],
        company=str(firm.get("name", "")).strip(" ") or person["company"],
        email_domain=parts[1] if len(parts) > 1 else "",
        preferred_channel=person["preferred_channel"],
        consent=person["consent"].value,
        since=person["since"],
        lifetime_value=person["lifetime_value"].amount if person["lifetime_value"] else None,
        open_deals=sum(each["won"] is None for each in own),
        open_deals_value=value(None),
        won_deals=sum(each["won"] is True for each in own),
        won_deals_value=value(won=True),
        lost_deals=sum(each["won"] is False for each in own),
        last_won_on=max(won_on, default=None),
    )


async def keep_world(
    uow: SqlUnitOfWork,
    content: Filled,
    world: World,
) -> list[Customer]:
    firms, people, sales = world
    brand = content.brand
    kept_firms: list[Company] = [records.company(brand, domain="", **each) for each in firms]
    kept_people: list[Customer] = []
    for person in people:
        values = {name: value for name, value in person.items() if name != "firm"}
        company_id = None if person["firm"] is None else kept_firms[person["firm"]].id
        kept_people.append(records.customer(brand, company_id=company_id, **values))
    kept_sales: list[Deal] = [
        records.deal(
            brand,
            company_id=None if each["firm"] is None else kept_firms[each["firm"]].id,
            won=each["won"],
            amount=each["amount"],
            closed_on=each["closed_on"],
        )
        for each in sales
    ]
    uow.companies.add_all(kept_firms)
    uow.customers.add_all(kept_people)
    uow.companies.add_deals(kept_sales)
    await uow.companies.set_customers(
        {kept.id: [kept_people[at].id for at in each["people"]] for kept, each in zip(kept_sales, sales, strict=True)}
    )
    return kept_people


class Undone(Exception):
    """So that every example leaves the database as it was."""


async def found_by(
    engine: AsyncEngine, content: Filled, world: World, asked: Sequence[Sequence[Rule]]
) -> list[list[bool]]:
    """Whether the database finds each of the people by each of the lists of rules."""
    found: list[list[bool]] = []
    try:
        async with units_of_work(engine).for_actor(content.actor) as uow:
            people = await keep_world(uow, content, world)
            facts = customer_facts(content.tenant.id, brand_id=content.brand.id, currency="EUR")
            said = [condition(some, facts, currency="EUR", today=literal(TODAY)) for some in asked]
            answers = {
                row[0]: list(row[1:])
                for row in await uow.session.execute(
                    select(facts.c.id, *(each.label(f"said_{at}") for at, each in enumerate(said)))
                )
            }
            found = [answers[person.id] for person in people]
            raise Undone
    except Undone:
        return found


@pytest.fixture(scope="module")
def world_database(module_database: TestDatabase) -> tuple[TestDatabase, Filled]:
    async def make() -> Filled:
        engine = make_engine(module_database.app_url, pool_size=1)
        content = await filled(engine, "Ada")
        await engine.dispose()
        return content

    return module_database, asyncio.run(make())


@given(world=worlds(), asked=every_rule(), together=st.sets(st.integers(0, 40), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_finds_whom_the_rules_describe(
    world_database: tuple[TestDatabase, Filled], world: World, asked: list[Rule], together: set[int]
) -> None:
    database, content = world_database
    several = [asked[at] for at in sorted(together)]
    for rule in asked:
        check_rules([rule], currency="EUR")

    async def look() -> list[list[bool]]:
        engine = make_engine(database.app_url, pool_size=1)
        try:
            return await found_by(engine, content, world, [*([rule] for rule in asked), several])
        finally:
            await engine.dispose()

    firms, people, sales = world
    facts = [facts_of(person, at, firms, sales) for at, person in enumerate(people)]
    expected = [
        [fits(some, own, currency="EUR", today=TODAY) for some in (*([rule] for rule in asked), several)]
        for own in facts
    ]
    assert asyncio.run(look()) == expected
