"""What model calls cost, from the table that the genai-prices package carries: nothing is fetched."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from nexusplanner.application.ports.models import Cost, Usage
from nexusplanner.domain.ai import Provider, ProviderKind

if TYPE_CHECKING:
    from genai_prices.types import Provider as PricedProvider

_NAMES: Final[Mapping[ProviderKind, str]] = {ProviderKind.OPENAI: "openai", ProviderKind.BEDROCK: "aws"}
_MILLION: Final = 1_000_000
OWN_PRICES: Final = "workspace"
"""The version of prices that the workspace named itself."""


class ListPrices:
    """Prices a workspace named, else the list's; a server of one's own without prices costs nothing."""

    def cost(self, provider: Provider, *, model: str, usage: Usage) -> Cost:
        """Of this usage, rounded up to a millionth of a dollar.

        Unknown models of named providers cost as much as the dearest known one, and the cost says so.
        """
        if provider.input_price is not None and provider.output_price is not None:
            microunits = usage.input_tokens * Decimal(str(provider.input_price))
            microunits += usage.output_tokens * Decimal(str(provider.output_price))
            return Cost(microunits=math.ceil(microunits), version=OWN_PRICES)
        listed = _NAMES.get(provider.kind)
        if listed is None:
            return Cost(version=OWN_PRICES)
        known = listed_cost(listed, model=model, usage=usage)
        dollars = _dearest(listed, usage=usage) if known is None else known
        named = table_version() if known is not None else f"{table_version()}, dearest listed"
        return Cost(microunits=math.ceil(dollars * _MILLION), version=named, known=known is not None)


def listed_cost(provider: str, *, model: str, usage: Usage) -> Decimal | None:
    """Dollars; None for a model that is not on the list."""
    from genai_prices import Usage as PricedUsage  # noqa: PLC0415 - the table is large, and rules alone need none
    from genai_prices import calc_price  # noqa: PLC0415

    priced = PricedUsage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=min(usage.cached_tokens, usage.input_tokens),
    )
    try:
        found = calc_price(priced, model, provider_id=provider)
    except (LookupError, ValueError):
        return None
    # A model without a price for text is no model for text; its zero is not a price.
    return found.total_price if found.total_price or not (usage.input_tokens or usage.output_tokens) else None


def _dearest(provider: str, *, usage: Usage) -> Decimal:
    """Dollars at the highest known price of each kind of token."""
    of_input, of_output = _highest(provider)
    return (usage.input_tokens * of_input + usage.output_tokens * of_output) / _MILLION


@lru_cache
def _highest(provider: str) -> tuple[Decimal, Decimal]:
    """Dollars per million tokens read and written by the model for which a million of each costs most."""
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415 - as above

    found = get_snapshot().find_provider(model_ref=None, provider_id=provider, provider_api_url=None)
    return max(_text_prices(found), key=sum, default=(Decimal(0), Decimal(0)))


def _text_prices(provider: PricedProvider) -> list[tuple[Decimal, Decimal]]:
    from genai_prices import Usage as PricedUsage  # noqa: PLC0415 - as above

    now, prices = datetime.now(UTC), []
    for model in provider.models:
        listed = model.get_prices(now)
        one_million = PricedUsage(input_tokens=_MILLION, output_tokens=_MILLION)
        try:
            price = listed.calc_price(one_million)
        except ValueError:
            continue
        prices.append((price["input_price"], price["output_price"]))
    return prices


@lru_cache
def table_version() -> str:
    """Which table it is."""
    return f"genai-prices {version('genai-prices')}"
