"""Amounts as people write them: 10k, 1.5m, 12,000, 15 %."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from nexusplanner.domain.shared import MAX_MINOR, Money, minor_digits

NUMBER = r"(?:\d{1,3}(?:[,.' ]\d{3})+(?![\d])|\d{1,12})(?:[.,]\d{1,4})?\s?(?:k|thousand|m|mn|mio|million|bn|billion)?(?![\w])"
PERCENT = r"\d{1,3}(?:[.,]\d{1,4})?\s?(?:%|percent|per cent|pct)"
AMOUNT = rf"(?:{PERCENT}|(?:[€$£]\s?)?{NUMBER}(?:\s?(?:eur|usd|gbp|chf|euros?|dollars?|pounds?|€|£|\$)(?!\w))?)"
_GROUPED = re.compile(r"(\d{1,3})((?:[,.' ]\d{3})+)(?!\d)")
_SUFFIX = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "mio": 6, "million": 6, "bn": 9, "billion": 9}
_PARTS = re.compile(r"(\d+(?:[.,]\d+)?)\s?([a-z]*)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A share (0.15 for 15 %) or a figure in major units; one of the two."""

    share: Decimal | None = None
    figure: Decimal | None = None

    def money(self, *, of: Money) -> Money | None:
        """The amount, a share being one of `of`; None when it is too large to be meant."""
        digits = minor_digits(of.currency)
        exact = of.amount * self.share if self.share is not None else (self.figure or Decimal(0)).scaleb(digits)
        return Money(int(exact.to_integral_value()), of.currency) if abs(exact) < MAX_MINOR else None


def number_of(words: str) -> Decimal | None:
    """The figure that `NUMBER` matched; 12,000 and 12.000 are twelve thousand, 1.5 and 1,5 one and a half."""
    plain = _GROUPED.sub(lambda found: found[1] + re.sub(r"\D", "", found[2]), words, count=1)
    parts = _PARTS.search(plain)
    if parts is None:
        return None
    return Decimal(parts[1].replace(",", ".")).scaleb(_SUFFIX.get(parts[2].lower(), 0))


def amount_of(words: str) -> Amount | None:
    """What `AMOUNT` matched."""
    if re.search(PERCENT, words, re.IGNORECASE):
        parts = _PARTS.search(words)
        return Amount(share=Decimal(parts[1].replace(",", ".")) / 100) if parts else None
    figure = number_of(words)
    return None if figure is None else Amount(figure=figure)
