"""A model that works for an attacker gets nothing done: not a word of markup, not a number, not a foreign source."""

from __future__ import annotations

import logging
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from tests.evals.hostile.canaries import FOREIGN, PERSON, SECRET
from tests.evals.hostile.corpus import Payload, corpus
from tests.evals.hostile.workshop import COUNT, FORMS, answer, chain, over, perform, violations
from tests.fakes.desk import ScriptedDesk
from tests.fakes.wire.messages import Reply, WireRequest
from tests.fakes.wire.server import WireServer
from tests.scale import FULL

from nexusplanner.application.models.desk import DeskRules, Desks
from nexusplanner.application.ports.models import CallMade, Spender
from nexusplanner.domain.ai import AiSettings, ProviderKind
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.shared import TenantId, UserId
from nexusplanner.infrastructure.llm import ListPrices, ProviderModels

CORPUS = corpus()
HARMLESS = Payload(kind="none", name="harmless", text="Doors open early.")
KEY = "sk-provider-canary-0Zx9Yw8Vu7Ts6Rq5"


def _by_kind() -> Mapping[str, Sequence[Payload]]:
    kinds: dict[str, list[Payload]] = defaultdict(list)
    for payload in CORPUS:
        kinds[payload.kind].append(payload)
    return kinds


def _tried() -> Sequence[Payload]:
    """Every attack of the corpus at full scale, and usually a quarter of each kind, always the same."""
    if FULL:
        return CORPUS
    chance = random.Random(20261001)
    return [one for many in _by_kind().values() for one in chance.sample(many, -(-len(many) // 4))]


TRIED = _tried()


def test_the_corpus_is_large_and_nothing_in_it_is_twice() -> None:
    assert len(CORPUS) >= 900
    assert len({payload.name for payload in CORPUS}) == len(CORPUS)
    assert len({(payload.kind, payload.text, payload.raw, payload.cite, payload.quote) for payload in CORPUS}) == len(
        CORPUS
    )


async def test_a_harmless_answer_of_the_same_shape_is_taken_over_in_every_step() -> None:
    outcome = await chain(ScriptedDesk({form: answer(form, HARMLESS) for form in FORMS}))

    assert [record.origin.author for record in outcome.records] == [Author.AI] * len(FORMS)
    assert sum("Doors open early." in text for text in outcome.texts) >= len(FORMS)
    assert violations(outcome, HARMLESS) == []


@pytest.mark.parametrize("payload", TRIED, ids=[payload.name for payload in TRIED])
async def test_no_step_lets_it_through(payload: Payload, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk = ScriptedDesk({form: answer(form, payload) for form in FORMS})
    outcome = await chain(desk)

    assert violations(outcome, payload) == []
    assert len(outcome.ideas) == 2 * COUNT
    for prompt in (question.prompt for question in desk.questions):
        for canary in (SECRET, PERSON, FOREIGN):
            assert canary not in prompt.system + prompt.user
    for canary in (SECRET, PERSON, *(word for word in payload.gone if len(word) > 8)):
        assert canary not in caplog.text


class _NoBudget:
    """Lets every call through and keeps what it is told."""

    def __init__(self) -> None:
        self.calls: list[CallMade] = []

    async def reserve(self, spender: Spender, *, microunits: int) -> str:
        return "1"

    async def settle(self, spender: Spender, *, reservation: str | None, call: CallMade) -> None:
        self.calls.append(call)


@pytest.mark.parametrize("kind", [ProviderKind.OPENAI, ProviderKind.BEDROCK, ProviderKind.COMPATIBLE])
@pytest.mark.parametrize("attack", _by_kind())
async def test_nor_over_the_wire(attack: str, kind: ProviderKind, caplog: pytest.LogCaptureFixture) -> None:
    """The real desk, the real adapters and a server that speaks the provider's protocol; the steps take turns."""
    caplog.set_level(logging.DEBUG)
    given, steps, kinds = await chain(), list(FORMS.values()), list(ProviderKind)
    payloads = [one for at, one in enumerate(_by_kind()[attack]) if at % len(kinds) == kinds.index(kind)]
    current = [HARMLESS]

    def say(request: WireRequest) -> Reply:
        form = next(form for form in FORMS if form == request.schema_name)
        return Reply(text=answer(form, current[0]))

    async with WireServer(say) as server:
        provider = server.provider(kind=kind)
        budget = _NoBudget()
        desks = Desks(models=ProviderModels(), prices=ListPrices(), budgets=budget, rules=DeskRules(tries=1))
        tenant = TenantId(uuid4())
        settings = AiSettings(tenant_id=tenant, providers=(provider,), updated_at=datetime(2026, 8, 20, tzinfo=UTC))
        for at, payload in enumerate(payloads):
            current[0] = payload
            desk = desks.open(
                settings, keys={provider.name: KEY}, spender=Spender(tenant_id=tenant, user_id=UserId(uuid4()))
            )
            outcome = await perform(steps[at % len(steps)], provider=over(desk), given=given)

            assert violations(outcome, payload) == [], payload.name
            assert KEY not in repr([record.origin for record in outcome.records]), payload.name
        prompts = "\n".join(request.prompt for request in server.requests)

    assert len(server.requests) == len(budget.calls) == len(payloads)
    for canary in (SECRET, PERSON, FOREIGN, KEY):
        assert canary not in prompts
    for canary in (SECRET, PERSON, KEY):
        assert canary not in caplog.text
