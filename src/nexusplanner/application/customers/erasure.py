"""Erasing a person: everything that is kept about them goes, and everything made from it is made anew without them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nexusplanner.application.knowledge.passages import keep_passages, segments_owner
from nexusplanner.application.ports.retrieval import Touched
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.audit import Decision
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.companies import Company, Deal
from nexusplanner.domain.customers import Customer
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import BrandId, CustomerId, Invalid

LONGEST_REASON = 300
SHORTEST_NAME = 3
"""A shorter name stands in too many words to look for it."""
IN_PLACE = "(erased)"


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """Everything kept about a person, ready to be handed over: rows by table, deals, and what the ledger noted."""

    customers: Sequence[CustomerId]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    deals: Sequence[Deal]
    ledger: Sequence[Mapping[str, Any]]


async def personal_data(uow: UnitOfWork, *, customer_id: CustomerId) -> PersonalData:
    """Everything kept about the customer and the other records with the same e-mail address. Raises NotFound."""
    uow.actor.require(Permission.ADMINISTER)
    people = await uow.erased.records_of(customer_id)
    ids = [person.id for person in people]
    ledger = []
    for decision_id in await uow.erased.noted_of(ids):
        opened = await uow.ledger.personal(decision_id)
        noted = {str(each): opened[str(each)] for each in ids if str(each) in opened}
        ledger.append({"decision_id": decision_id, "noted": noted})
    return PersonalData(
        customers=ids,
        rows=await uow.erased.kept_about(ids),
        deals=await uow.companies.deals_of(ids),
        ledger=ledger,
    )


async def erase_person(uow: UnitOfWork, *, customer_id: CustomerId, reason: str, now: datetime) -> Mapping[str, int]:
    """Erase the customer, and every other record with the same e-mail address; how many of what went.

    The records, their memberships and links with deals are deleted; deals and companies named after the person lose the
    name; summaries of the brands' segments, and vectors of them, are deleted and made anew in this transaction; sealed
    payloads in the ledger become unreadable; answers kept for repeated requests are dropped. What remains are keyed
    hashes by which a sync knows not to bring the person back, and a ledger entry without personal data.
    Raises NotFound, and Invalid when the reason is missing or names the person.
    """
    uow.actor.require(Permission.ADMINISTER)
    await uow.erased.hold()
    people = await uow.erased.records_of(customer_id)
    _check_reason(reason, people=people)
    ids = [person.id for person in people]
    brands = {person.brand_id for person in people}
    await uow.memberships.hold(brands)
    kept = await uow.erased.kept_about(ids)
    await uow.erased.remember(await uow.erased.traces_of(people), at=now)
    renamed = await _rename(uow, people=people)
    answers = await uow.erased.forget_answers(_words_of(people))
    keys = [await uow.ledger.erase(str(each)) for each in ids]
    await uow.erased.remove(ids)
    passages, vectors = await _remake(uow, brands=brands)
    erased = {
        "customers": len(ids),
        "memberships": len(kept.get("segment_members", ())),
        "deals": len(kept.get("deal_customers", ())),
        "sync_records": len(kept.get("connection_records", ())),
        "renamed": renamed,
        "passages": passages,
        "vectors": vectors,
        "payload_keys": sum(keys),
        "kept_answers": answers,
    }
    await _note(uow, erased=erased, reason=reason, brands=brands, now=now)
    return erased


def _check_reason(reason: str, *, people: Iterable[Customer]) -> None:
    """The reason stays in the ledger for ever."""
    words = ""
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        words = f"Give the reason in at most {LONGEST_REASON} characters, such as: asked to be erased."
    elif _naming(people).search(reason):
        words = "Give the reason without the person's name or address: it stays in the ledger."
    if words:
        raise Invalid(words, fields={"reason": words})


def _naming(people: Iterable[Customer]) -> re.Pattern[str]:
    """Finds names and addresses of these people, as whole words."""
    told = {" ".join(text.split()) for person in people for text in (person.name, person.email)}
    long = sorted((text for text in told if len(text) >= SHORTEST_NAME), key=len, reverse=True)
    parts = [r"\s+".join(map(re.escape, text.split())) for text in long]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE) if parts else re.compile(r"(?!)")


async def _rename(uow: UnitOfWork, *, people: Sequence[Customer]) -> int:
    """Take the people's names out of the names of their deals and companies; how many there were."""
    naming = _naming(people)
    ids = [person.id for person in people]
    companies = [await uow.companies.get(each) for each in {person.company_id for person in people} if each]
    named: list[Company | Deal] = [*companies, *await uow.companies.deals_of(ids)]
    renamed = 0
    for record in named:
        if naming.search(record.name):
            record.name = naming.sub(IN_PLACE, record.name)
            renamed += 1
    await uow.flush()
    return renamed


def _words_of(people: Iterable[Customer]) -> frozenset[str]:
    """What an answer about one of these people would hold, as it stands in JSON."""
    told = {text for person in people for text in (str(person.id), person.name, person.email)}
    long = [text for text in told if len(text.strip()) >= SHORTEST_NAME]
    return frozenset(json.dumps(text, ensure_ascii=ascii_only)[1:-1] for text in long for ascii_only in (True, False))


async def _remake(uow: UnitOfWork, *, brands: Collection[BrandId]) -> tuple[int, int]:
    """Delete what is told of the brands' segments and make it anew; how many passages and vectors were deleted."""
    owners = [segments_owner(brand_id) for brand_id in brands]
    await uow.passages.hold(owners)
    counts = await uow.erased.filed(owners)
    await uow.passages.replace({owner: [] for owner in owners})
    await uow.memberships.follow()
    await keep_passages(uow, Touched(segments_of=set(brands)))
    return counts


async def _note(
    uow: UnitOfWork, *, erased: Mapping[str, int], reason: str, brands: Collection[BrandId], now: datetime
) -> None:
    customers = "one customer record" if erased["customers"] == 1 else f"{erased['customers']} customer records"
    await uow.ledger.append(
        Decision(
            tenant_id=uow.actor.tenant_id,
            run_id=None,
            campaign_id=None,
            step="erase_person",
            agent="person",
            agent_version="1",
            author=Author.PERSON,
            provider="person",
            summary=f"Erased a person ({customers}): {reason.strip()}",
            inputs={"user": str(uow.actor.user_id), "brands": ", ".join(sorted(str(each) for each in brands))},
            output=dict(erased),
            decided_at=now,
        )
    )
