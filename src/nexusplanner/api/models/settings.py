"""How the workspace uses language models: providers, keys that are written and never read, efforts and limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import Field, SecretStr

from nexusplanner.api.errors import problems
from nexusplanner.api.routing import Administering, EdgeParts, GuardedRoute, Managing, Reading, Version, show_current
from nexusplanner.api.shapes import Input, Shape
from nexusplanner.application.ports.embedding import CALLS
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.settings import models as use_cases
from nexusplanner.application.settings.models import AiChange, KnownAi
from nexusplanner.application.settings.trial import STEP as TEST
from nexusplanner.domain import ai
from nexusplanner.domain.ai import EFFORTS, Effort, ProviderKind, TextStep
from nexusplanner.domain.shared import FieldErrors, Invalid
from nexusplanner.domain.spending import dollars, limit_of

router = APIRouter(route_class=GuardedRoute, tags=["AI"])

LABELS: Mapping[str, str] = {
    TextStep.ANALYSE: "Read the market",
    TextStep.FIND: "Find opportunities",
    TextStep.IDEATE: "Write ideas",
    TextStep.REFINE: "Put ideas in the brand's voice",
    TextStep.STRATEGIES: "Write channel strategies",
    TextStep.ASSIST: "Answer in assistants",
    TEST: "Try a provider",
    CALLS: "Compare passages by meaning",
}
_Name = Annotated[str, Path(max_length=40)]
_Text = Annotated[str, Field(max_length=500)]
_Price = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Dollars = Annotated[str, Field(max_length=20, examples=["20.00"])]


class AiProviderInput(Input):
    """A provider. models: by effort. Prices: US dollars per million tokens, where the price table lacks the model."""

    name: Annotated[str, Field(max_length=40, examples=["openai"])]
    kind: ProviderKind
    base_url: _Text = ""
    region: Annotated[str, Field(max_length=40, examples=["eu-central-1"])] = ""
    models: dict[Effort, Annotated[str, Field(max_length=200)]]
    enabled: bool = True
    input_price: _Price | None = None
    output_price: _Price | None = None


class AiProvider(Shape):
    """A provider as it is set up. has_key: whether a key is kept; the key itself never leaves."""

    name: str
    kind: ProviderKind
    base_url: str
    region: str
    models: dict[Effort, str]
    enabled: bool
    input_price: float | None
    output_price: float | None
    has_key: bool
    key_set_at: datetime | None


class AiLimits(Input):
    """The most that model calls may cost, in US dollars; null for no limit. Days are those of UTC."""

    workspace_per_day: _Dollars | None
    user_per_day: _Dollars | None
    campaign: _Dollars | None


class AiStep(Shape):
    """A step that asks for text, and how demanding it is here and usually."""

    step: TextStep
    label: str
    effort: Effort
    default_effort: Effort


class AiSettings(Shape):
    """Providers in the order they are asked; rules come last of themselves. warnings: what works but should be known."""

    rules_only: bool
    providers: list[AiProvider]
    efforts: dict[TextStep, Effort]
    limits: AiLimits
    steps: list[AiStep]
    warnings: list[str]
    version: int
    updated_at: datetime


class AiSettingsEdit(Input):
    """The settings as a whole. A provider that is left out, or whose address changes, loses its key."""

    rules_only: bool
    providers: Annotated[list[AiProviderInput], Field(max_length=ai.MOST_PROVIDERS)]
    efforts: Annotated[dict[TextStep, Effort], Field(default_factory=dict)]
    limits: AiLimits


class ProviderKey(Input):
    """A secret. For Bedrock a Bedrock API key, or access key id and secret with a colon between them."""

    key: Annotated[SecretStr, Field(min_length=1, max_length=use_cases.LONGEST_KEY)]


class ProviderTrial(Input):
    """Which of the provider's models to ask."""

    effort: Effort = Effort.STANDARD


class TriedProvider(Shape):
    """What became of one tiny question. cost: US dollars. reason: why there is no answer, empty when there is one."""

    ok: bool
    provider: str
    model: str
    model_answered: str
    latency_ms: int
    cost: str
    reason: str


async def _current(uow: UnitOfWork) -> AiSettings:
    return _shape(await use_cases.read_ai_settings(uow))


@router.get("/settings/ai", responses=problems(401, 403, 429), summary="Read the AI settings")
async def get_ai_settings(*, uow: Reading) -> AiSettings:
    """Everybody in the workspace sees which models write its texts; keys are never shown to anybody."""
    return await _current(uow)


@router.put(
    "/settings/ai", responses=problems(400, 401, 403, 412, 422, 428, 429), summary="Change the AI settings as a whole"
)
async def save_ai_settings(
    *, request: Request, uow: Administering, edge: EdgeParts, body: AiSettingsEdit, version: Version
) -> AiSettings:
    """Removing a provider, or sending it to another address, destroys its key."""
    show_current(request, _current)
    known = await use_cases.save_ai_settings(uow, change=_change(body), version=version, now=edge.clock.now())
    return _shape(known)


@router.put(
    "/settings/ai/providers/{name}/key",
    status_code=204,
    responses=problems(400, 401, 403, 404, 422, 429),
    summary="Set a provider's key",
)
async def set_provider_key(*, uow: Administering, edge: EdgeParts, name: _Name, body: ProviderKey) -> None:
    """It is sealed at once, and can be replaced or destroyed but never read."""
    key = body.key.get_secret_value()
    await use_cases.set_provider_key(uow, name=name, key=key, now=edge.clock.now())


@router.delete(
    "/settings/ai/providers/{name}/key",
    status_code=204,
    responses=problems(401, 403, 404, 429),
    summary="Destroy a provider's key",
)
async def remove_provider_key(*, uow: Administering, edge: EdgeParts, name: _Name) -> None:
    """Without one nothing happens."""
    await use_cases.remove_provider_key(uow, name=name, now=edge.clock.now())


@router.post(
    "/settings/ai/providers/{name}/test",
    responses=problems(400, 401, 403, 404, 422, 429),
    summary="Ask a provider one tiny question",
)
async def test_provider(*, caller: Managing, edge: EdgeParts, name: _Name, body: ProviderTrial) -> TriedProvider:
    """Within the limits, and counted as usage. Nothing of the workspace is sent."""
    tried = await edge.tester(caller.actor, name=name, effort=body.effort)
    return TriedProvider(
        ok=tried.ok,
        provider=tried.provider,
        model=tried.model,
        model_answered=tried.model_answered,
        latency_ms=tried.latency_ms,
        cost=dollars(tried.cost),
        reason=tried.reason,
    )


def _shape(known: KnownAi) -> AiSettings:
    settings, limits = known.settings, known.settings.limits
    return AiSettings(
        rules_only=settings.rules_only,
        providers=[_shape_provider(each, known=known) for each in settings.providers],
        efforts={step: settings.effort(step) for step in TextStep},
        limits=AiLimits(
            workspace_per_day=amount(limits.workspace_per_day),
            user_per_day=amount(limits.user_per_day),
            campaign=amount(limits.campaign),
        ),
        steps=[
            AiStep(step=step, label=LABELS[step], effort=settings.effort(step), default_effort=EFFORTS[step])
            for step in TextStep
        ],
        warnings=list(known.warnings),
        version=settings.version,
        updated_at=settings.updated_at,
    )


def _shape_provider(provider: ai.Provider, *, known: KnownAi) -> AiProvider:
    return AiProvider(
        name=provider.name,
        kind=provider.kind,
        base_url=provider.base_url,
        region=provider.region,
        models={effort: model for effort, model in provider.models.items() if model},
        enabled=provider.enabled,
        input_price=provider.input_price,
        output_price=provider.output_price,
        has_key=provider.name in known.key_dates,
        key_set_at=known.key_dates.get(provider.name),
    )


def _change(body: AiSettingsEdit) -> AiChange:
    """What is asked for. Raises Invalid for an amount that is none, with everything else that is wrong."""
    errors = FieldErrors()
    limits = _limits(body.limits, errors)
    providers = tuple(_provider(each) for each in body.providers)
    if errors.messages:
        ai.check_providers(providers, errors)
        limits.check(errors)
    errors.raise_if_any("set of AI settings")
    return AiChange(providers=providers, rules_only=body.rules_only, efforts=body.efforts, limits=limits)


def _provider(given: AiProviderInput) -> ai.Provider:
    return ai.Provider(
        name=given.name,
        kind=given.kind,
        base_url=given.base_url,
        region=given.region,
        models={effort: model for effort, model in given.models.items() if model},
        enabled=given.enabled,
        input_price=given.input_price,
        output_price=given.output_price,
    )


def _limits(given: AiLimits, errors: FieldErrors) -> ai.SpendLimits:
    """The limits as far as they are amounts; the others are remembered."""
    found: dict[str, int | None] = {}
    for name in ("workspace_per_day", "user_per_day", "campaign"):
        text: str | None = getattr(given, name)
        try:
            found[name] = None if text is None else limit_of(text)
        except Invalid as error:
            errors.messages[f"limits.{name}"] = error.message
    return ai.SpendLimits(**found)


def amount(microunits: int | None) -> str | None:
    """US dollars as a decimal string, None where there is no limit."""
    return None if microunits is None else dollars(microunits)
