"""A small question to a model, and what it is to answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from nexusplanner.application.ports.models import FailureKind, Prompt, Question, Spender, Unusable
from nexusplanner.domain.ai import AiSettings, Effort, Provider, ProviderKind, TextStep
from nexusplanner.domain.shared import TenantId, UserId

KNOWN = "service:1"
TENANT = TenantId(UUID(int=1))
SPENDER = Spender(tenant_id=TENANT, user_id=UserId(UUID(int=2)))
PROMPT = Prompt(
    name="ideate",
    version="1",
    sha256="0" * 64,
    system="You write parts of a plan.",
    user=f'<passage id="{KNOWN}" trust="own">We repair heat pumps within a day. Crews know them.</passage>',
)


@dataclass(frozen=True, kw_only=True)
class Quoted:
    passage: str
    quote: str


@dataclass(frozen=True, kw_only=True)
class Idea:
    theme: str
    description: str
    weight: float
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, kw_only=True)
class Ideas:
    ideas: tuple[Idea, ...]


def known_only(ideas: Ideas) -> Ideas:
    """The check of such a question: at least one idea, every quote from the passage."""
    if not ideas.ideas:
        raise Unusable("It holds no idea.")
    if any(quote.passage != KNOWN for idea in ideas.ideas for quote in idea.quotes):
        raise Unusable("It cites what was not given.", kind=FailureKind.UNKNOWN_EVIDENCE)
    return ideas


def question(*, partial: Callable[[Any], Awaitable[None]] | None = None, **changed: Any) -> Question[Any]:
    """A question whose valid answer is `Ideas`."""
    given: dict[str, Any] = {
        "step": TextStep.IDEATE,
        "prompt": PROMPT,
        "output": Ideas,
        "check": known_only,
        "partial": partial,
    }
    return Question(**(given | changed))


def provider(name: str, **changed: Any) -> Provider:
    """One with a known price: a dollar per million tokens read, two per million written."""
    given: dict[str, Any] = {"kind": ProviderKind.OPENAI, "input_price": 1.0, "output_price": 2.0}
    return Provider(name=name, models=dict.fromkeys(Effort, f"{name}-model"), **(given | changed))


def ai_settings(*providers: Provider, **changed: Any) -> AiSettings:
    """Settings of a workspace with these providers."""
    return AiSettings(tenant_id=TENANT, providers=providers, updated_at=datetime(2026, 3, 2, tzinfo=UTC), **changed)
