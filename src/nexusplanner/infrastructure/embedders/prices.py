"""What vectors cost, from the same table as texts."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

from nexusplanner.application.ports.models import Cost, Usage
from nexusplanner.domain.ai import Provider, ProviderKind
from nexusplanner.infrastructure.llm.prices import OWN_PRICES, listed_cost, table_version

DEAREST: Final = Decimal("0.13")
"""US dollars per million tokens of the dearest embedding model listed; models that are not listed are taken at it."""
_NAMES: Final = {ProviderKind.OPENAI: "openai", ProviderKind.BEDROCK: "aws"}


class VectorPrices:
    """Prices of embedding models; a server of one's own costs what the workspace says it does, else nothing."""

    def cost(self, provider: Provider, *, model: str, usage: Usage) -> Cost:
        """Of this usage, rounded up to a millionth of a dollar."""
        listed = _NAMES.get(provider.kind)
        if listed is None:
            own = Decimal(str(provider.input_price or 0))
            return Cost(microunits=math.ceil(usage.input_tokens * own), version=OWN_PRICES)
        known = listed_cost(listed, model=model, usage=usage)
        dollars = known if known is not None else usage.input_tokens * DEAREST / 1_000_000
        named = table_version() if known is not None else f"{table_version()}, dearest listed"
        return Cost(microunits=math.ceil(dollars * 1_000_000), version=named, known=known is not None)
