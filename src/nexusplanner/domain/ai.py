"""How a workspace uses language models: which providers, in which order, with which model for which step, for how much."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import isfinite
from urllib.parse import SplitResult, urlsplit

from nexusplanner.domain.addresses import callable_host, on_this_machine
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
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}")
_MODEL = re.compile(r"[!-~]{1,200}")
MOST_PROVIDERS = 8
LONGEST_URL = 500
DEAREST = 10_000.0
"""US dollars per million tokens; a higher price is a typing error."""
LARGEST_LIMIT = 10**15
"""A billion dollars; sums of it stay safe."""
ADDRESS = (
    "Write an address like https://models.example.com/v1, without name, password, query or fragment. Addresses that "
    "clouds reserve for the machine itself are refused."
)


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

    @property
    def destination(self) -> tuple[str, ...]:
        """What decides who receives the key; a key is for one destination and never goes to another."""
        found = _parts(self.base_url)
        origin = (found.scheme, found.hostname or "", str(_port(found))) if found else ("", "", "")
        return (self.kind, self.region, *origin)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What works but should be known."""
        found = _parts(self.base_url)
        if found is not None and found.scheme == "http" and not on_this_machine(found.hostname or ""):
            return (f"{self.name}: prompts and key travel unencrypted to {found.hostname}. Use https:// if it can.",)
        return ()

    def check(self, errors: FieldErrors, where: str) -> None:
        """Note in `errors`, under the path `where`, what cannot be used."""
        name = _NAME.fullmatch(self.name) is not None
        errors.check(name, f"{where}.name", "Use 2 to 40 small letters, digits and hyphens.")
        named = [model for model in self.models.values() if model]
        errors.check(bool(named), f"{where}.models", "Name at least one model.")
        fits = all(_MODEL.fullmatch(model) for model in named)
        errors.check(fits, f"{where}.models", "A model's name has up to 200 characters and no spaces.")
        needs = self.kind is ProviderKind.COMPATIBLE
        errors.check(not needs or bool(self.base_url), f"{where}.base_url", "Write the server's address.")
        errors.check(not self.base_url or _callable(self.base_url), f"{where}.base_url", ADDRESS)
        region = self.kind is not ProviderKind.BEDROCK or _REGION.fullmatch(self.region) is not None
        errors.check(region, f"{where}.region", "Write the region as AWS names it, such as eu-central-1.")
        one, other = self.input_price, self.output_price
        priced = (one is None) == (other is None) and all(_price(each) for each in (one, other))
        errors.check(priced, f"{where}.input_price", "Give both prices, zero or more, or none.")

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

    def check(self, errors: FieldErrors) -> None:
        """Remember what is wrong with each."""
        for name in ("workspace_per_day", "user_per_day", "campaign"):
            limit = getattr(self, name)
            fits = limit is None or 0 <= limit <= LARGEST_LIMIT
            errors.check(fits, f"limits.{name}", "A limit is zero or more, and below a billion dollars.")


def check_providers(providers: Sequence[Provider], errors: FieldErrors) -> None:
    """Remember what is wrong with each, and with all of them together."""
    names = [provider.name for provider in providers]
    errors.check(len(names) <= MOST_PROVIDERS, "providers", f"Keep to {MOST_PROVIDERS} providers.")
    for at, provider in enumerate(providers):
        provider.check(errors, f"providers.{at}")
        alone = names.index(provider.name) == at
        errors.check(alone, f"providers.{at}.name", "Another provider has this name.")


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
        check_providers(self.providers, errors)
        self.limits.check(errors)
        errors.raise_if_any("set of AI settings")


def _price(price: float | None) -> bool:
    return price is None or (isfinite(price) and 0 <= price <= DEAREST)


def _parts(url: str) -> SplitResult | None:
    try:
        found = urlsplit(url)
        _port(found)
    except ValueError:
        return None
    return found if found.hostname else None


def _port(parts: SplitResult) -> int | None:
    return parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _callable(url: str) -> bool:
    found = _parts(url)
    if found is None or len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return False
    plain = "@" not in found.netloc and not {"?", "#", "\\"} & set(url)
    return found.scheme in {"http", "https"} and plain and callable_host(found.hostname or "")
