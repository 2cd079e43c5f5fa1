"""How a workspace uses language models: which providers, in which order, with which model for which step, for how much."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from nexusplanner.domain.shared import FieldErrors, TenantId


class ProviderKind(StrEnum):
    """The protocol a provider speaks. Rules are no provider one sets up: they always come last."""

    BEDROCK = "bedrock"
    OPENAI = "openai"
    COMPATIBLE = "compatible"


class Effort(StrEnum):
    """How demanding a step is; each provider names a model for each."""

    LIGHT = "light"
    STANDARD = "standard"
    STRONG = "strong"


class TextStep(StrEnum):
    """Steps that ask for text."""

    ANALYSE = "analyse_market"
    FIND = "find_opportunities"
    IDEATE = "ideate"
    REFINE = "refine"
    STRATEGIES = "write_strategies"
    ASSIST = "assist"


EFFORTS: Mapping[TextStep, Effort] = {
    TextStep.ANALYSE: Effort.STANDARD,
    TextStep.FIND: Effort.STRONG,
    TextStep.IDEATE: Effort.STRONG,
    TextStep.REFINE: Effort.LIGHT,
    TextStep.STRATEGIES: Effort.STANDARD,
    TextStep.ASSIST: Effort.STANDARD,
}
"""What a step asks for unless the workspace says otherwise."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]")
MOST_PROVIDERS = 8


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One provider a workspace has set up.

    name: unique within the workspace, "openai-eu". base_url: of compatible servers, and where another address of the
    same protocol is used; empty for the provider's own. region: of Bedrock. models: by effort; a missing one takes the
    next stronger, then the next lighter that is named. input_price, output_price: US dollars per million tokens where
    the price table does not know the model; a server of one's own that is named without prices costs nothing.
    """

    name: str
    kind: ProviderKind
    base_url: str = ""
    region: str = ""
    models: Mapping[Effort, str]
    enabled: bool = True
    input_price: float | None = None
    output_price: float | None = None

    def model(self, effort: Effort) -> str:
        """The model for this effort."""
        order = list(Effort)
        at = order.index(effort)
        return next(self.models[each] for each in (*order[at:], *reversed(order[:at])) if self.models.get(each))


@dataclass(frozen=True, kw_only=True)
class SpendLimits:
    """The most that model calls may cost, in millionths of a US dollar. None: no limit."""

    workspace_per_day: int | None = 20_000_000
    user_per_day: int | None = 5_000_000
    campaign: int | None = 5_000_000


@dataclass(eq=False, kw_only=True)
class AiSettings:
    """How one workspace uses language models. providers: in the order they are tried; rules come last of themselves.

    efforts: what steps ask for where it differs from `EFFORTS`. rules_only: no model is asked whatever is set up.
    """

    tenant_id: TenantId
    providers: tuple[Provider, ...] = ()
    rules_only: bool = False
    efforts: Mapping[TextStep, Effort] = field(default_factory=dict)
    limits: SpendLimits = field(default_factory=SpendLimits)
    version: int = 0
    updated_at: datetime

    def effort(self, step: TextStep) -> Effort:
        """How demanding the step is here."""
        return self.efforts.get(step, EFFORTS[step])

    @property
    def asked(self) -> tuple[Provider, ...]:
        """The providers that are tried, in order."""
        return () if self.rules_only else tuple(provider for provider in self.providers if provider.enabled)

    def check(self) -> None:
        """Raise Invalid unless every part can be used."""
        errors = FieldErrors()
        names = [provider.name for provider in self.providers]
        errors.check(len(names) <= MOST_PROVIDERS, "providers", f"Keep to {MOST_PROVIDERS} providers.")
        for at, provider in enumerate(self.providers):
            where = f"providers.{at}"
            errors.check(
                _NAME.fullmatch(provider.name) is not None,
                f"{where}.name",
                "Use 2 to 40 small letters, digits and hyphens.",
            )
            errors.check(names.index(provider.name) == at, f"{where}.name", "Another provider has this name.")
            errors.check(any(provider.models.values()), f"{where}.models", "Name at least one model.")
            needs = provider.kind is ProviderKind.COMPATIBLE
            errors.check(not needs or bool(provider.base_url), f"{where}.base_url", "Write the server's address.")
            url = urlsplit(provider.base_url)
            fits = not provider.base_url or (
                url.scheme in {"http", "https"} and bool(url.hostname) and not url.username
            )
            errors.check(fits, f"{where}.base_url", "Write an address that begins with https:// or http://.")
            prices = (provider.input_price, provider.output_price)
            errors.check(
                (prices[0] is None) == (prices[1] is None) and all(price is None or price >= 0 for price in prices),
                f"{where}.input_price",
                "Give both prices, zero or more, or none.",
            )
        for name in ("workspace_per_day", "user_per_day", "campaign"):
            limit = getattr(self.limits, name)
            errors.check(limit is None or limit >= 0, f"limits.{name}", "A limit cannot be negative.")
        errors.raise_if_any("AI settings")
