"""What a customer system holds: companies, contacts and deals that come, change, merge and go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of records."""

    COMPANY = "company"
    CONTACT = "contact"
    DEAL = "deal"


@dataclass(kw_only=True)
class Thing:
    """One record. values: by plain names, such as email. company: the key of its company. contacts: of a deal.

    merged: what is part of it now. into: what it is part of now. gone: it was deleted or merged away.
    """

    key: str
    kind: Kind
    values: dict[str, str]
    changed: datetime
    company: str = ""
    contacts: set[str] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    into: str = ""
    gone: bool = False


class World:
    """All records. now: by its own clock, which moves a little with every change."""

    def __init__(self, *, now: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)) -> None:
        self.now = now
        self.things: dict[Kind, dict[str, Thing]] = {kind: {} for kind in Kind}
        self._next = 100

    def tick(self, step: timedelta = timedelta(milliseconds=7)) -> datetime:
        """Let time pass."""
        self.now += step
        return self.now

    def add(
        self, kind: Kind, *, company: str = "", contacts: set[str] | None = None, key: str = "", **values: str
    ) -> Thing:
        """A new record. key: one of its own when not given."""
        self._next += 1
        thing = Thing(
            key=key or self.key(self._next),
            kind=kind,
            values=values,
            changed=self.tick(),
            company=company,
            contacts=contacts or set(),
        )
        self.things[kind][thing.key] = thing
        return thing

    @staticmethod
    def key(number: int) -> str:
        """Keys that sort alike as numbers and as texts, and that both vendors could have made."""
        return f"{10**14 + number}"

    def change(self, thing: Thing, **values: str) -> None:
        """Other values."""
        thing.values |= values
        thing.changed = self.tick()

    def move(self, thing: Thing, *, company: str | None = None, contacts: set[str] | None = None) -> None:
        """Other companies or contacts."""
        if company is not None:
            thing.company = company
        if contacts is not None:
            thing.contacts = set(contacts)
        thing.changed = self.tick()

    def delete(self, thing: Thing) -> None:
        """It is no more, and nothing refers to it any longer."""
        thing.gone, thing.changed = True, self.tick()
        self._refer(thing, to="")

    def merge(self, loser: Thing, *, into: Thing) -> None:
        """One record goes on for two; what referred to the other refers to it."""
        loser.gone, loser.into, loser.changed = True, into.key, self.tick()
        into.merged += [loser.key, *loser.merged]
        into.changed = self.tick()
        self._refer(loser, to=into.key)

    def merge_anew(self, one: Thing, other: Thing) -> Thing:
        """A record of its own goes on for two, as HubSpot does it."""
        new = self.add(one.kind, company=one.company, contacts=set(one.contacts), **one.values)
        self.merge(other, into=new)
        self.merge(one, into=new)
        return new

    def _refer(self, thing: Thing, *, to: str) -> None:
        for other in self.alive():
            if thing.kind is Kind.COMPANY and other.company == thing.key:
                other.company, other.changed = to, self.tick()
            elif thing.kind is Kind.CONTACT and thing.key in other.contacts:
                other.contacts = (other.contacts - {thing.key}) | ({to} if to else set())
                other.changed = self.tick()

    def alive(self, kind: Kind | None = None) -> Iterator[Thing]:
        """Records that are there."""
        for each in Kind if kind is None else (kind,):
            yield from (thing for thing in self.things[each].values() if not thing.gone)

    def sorted(self, kind: Kind, *, gone: bool = False) -> list[Thing]:
        """Records of a kind by key."""
        return sorted((t for t in self.things[kind].values() if t.gone is gone), key=lambda thing: thing.key)


def company(world: World, number: int) -> Thing:
    """An invented company."""
    return world.add(
        Kind.COMPANY,
        name=f"Company {number}",
        domain=f"company-{number}.example",
        industry=("Energy", "Retail", "Health")[number % 3],
        country=("DE", "FR", "PL")[number % 3],
        employees=str(10 + number),
    )


def contact(world: World, number: int, *, company: str = "") -> Thing:
    """An invented contact."""
    return world.add(
        Kind.CONTACT,
        company=company,
        first=f"First{number}",
        last=f"Last{number}",
        email=f"person-{number}@people.example",
        country=("DE", "FR", "PL")[number % 3],
        industry=("Energy", "Retail", "Health")[number % 3],
        opted_out="true" if number % 10 == 0 else "false",
    )


def deal(world: World, number: int, *, company: str = "", contacts: set[str] | None = None) -> Thing:
    """An invented deal."""
    return world.add(
        Kind.DEAL,
        company=company,
        contacts=contacts,
        name=f"Deal {number}",
        stage=("open", "won", "lost")[number % 3],
        amount=f"{100 + number}.50",
        currency="EUR",
        closed_on="2026-02-01",
    )


def filled(world: World, *, contacts: int, companies: int, deals: int) -> World:
    """Everybody works for somebody; every deal has two contacts."""
    firms = [company(world, number) for number in range(companies)]
    people = [contact(world, number, company=firms[number % companies].key) for number in range(contacts)]
    for number in range(deals):
        pair = {people[number % contacts].key, people[number * 7 % contacts].key}
        deal(world, number, company=firms[number % companies].key, contacts=pair)
    world.tick(timedelta(hours=1))
    return world
