"""What the offer costs, when the pages leave no doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from nexusplanner.application.ports.web_pages import Block, Page
from nexusplanner.application.service_drafts.finding import Found, found, products
from nexusplanner.domain.retrieval.quotes import sentences
from nexusplanner.domain.shared import Invalid, Money

_SIGNS: Final[Mapping[str, str]] = {
    "€": "EUR",
    "£": "GBP",
    "euro": "EUR",
    "euros": "EUR",
    "fr.": "CHF",
    "us$": "USD",
    "$": "$",
}
"""A bare $ is the currency of many countries: it counts as the brand's own when that is a dollar."""
_DOLLARS: Final = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD"})
_NUMBER: Final = r"\d{1,3}(?:[.,' \u00a0\u202f]\d{3}){1,3}(?:[.,]\d{2})?|\d{1,7}(?:[.,]\d{1,2})?"
_SIGN: Final = r"US\$|[€£$]|\b[A-Z]{3}\b|\beuros?\b|\bFr\."
_PRICE: Final = re.compile(
    rf"(?P<before>{_SIGN})\s?(?P<first>{_NUMBER})(?![\d%])(?!\s?(?:k|m|bn|million|billion)\b)|"
    rf"(?<![\d.,])(?P<second>{_NUMBER})\s?(?P<after>{_SIGN})",
    re.IGNORECASE,
)
_CHARGED: Final = re.compile(
    r"\bper\b|/\s?(?:month|mo|year|user|seat|person|monat|jahr|nutzer)|\bmonth(?:ly)?\b|\byear(?:ly)?\b|\ba (?:month|year)\b|"
    r"\bfrom\b|\bprices?\b|\bcosts?\b|\bonly\b|\beach\b|\bpro\b|\bab\b|\bkostet\b|\bpreis\b|\bmonatlich\b",
    re.IGNORECASE,
)
_OTHER_MONEY: Final = re.compile(
    r"\bsav(?:e|es|ed|ing|ings)\b|\boff\b|\bdiscount\b|\brevenue\b|\braised\b|\bworth\b|\bbudget\b|\bgift\b|\bfunding\b|"
    r"\bfines?\b|\bspar(?:en|t)\b|\brabatt\b|\bshipping\b|\bversand\b|\bset-?up fee\b",
    re.IGNORECASE,
)
MOST_PRICES: Final = 50
"""On one page: with more than one it hardly matters which."""
_SHORT: Final = 6
"""Words: a line that short with an amount is a price tag."""


def price(pages: Sequence[Page], *, currency: str) -> Found | None:
    """The one price in the brand's currency; with several, the one that programs are told, if it is one of them.

    The value is a decimal string in major units.
    """
    shown: dict[Money, Found] = {}
    for page in pages:
        for money, quote in _shown(page, currency=currency).items():
            made = None if money in shown else found("price", money.decimal, quote=quote, page=page)
            if made is not None:
                shown[money] = made
    if len(shown) == 1:
        return next(iter(shown.values()))
    told = {money for page in pages for money in _told(page, currency=currency)}
    both = [made for money, made in shown.items() if money in told]
    return both[0] if len(told) == 1 and both else None


def _shown(page: Page, *, currency: str) -> Mapping[Money, str]:
    """What is charged according to the page, each amount with the first sentence that says so."""
    shown: dict[Money, str] = {}
    for block in page.blocks:
        for sentence in sentences(block.text):
            if _PRICE.search(sentence.quote) and _is_tag(block, sentence.quote):
                for match in _PRICE.finditer(sentence.quote):
                    money = _money(match, currency=currency)
                    if money is not None and len(shown) < MOST_PRICES:
                        shown.setdefault(money, sentence.quote)
    return shown


def _is_tag(block: Block, sentence: str) -> bool:
    charged = _CHARGED.search(sentence) or len(block.text.split()) <= _SHORT
    return bool(charged) and not _OTHER_MONEY.search(sentence)


def _money(match: re.Match[str], *, currency: str) -> Money | None:
    sign = (match["before"] or match["after"]).casefold()
    named = _SIGNS.get(sign, sign.upper())
    fits = named == currency or (named == "$" and currency in _DOLLARS)
    return _amount(match["first"] or match["second"], currency=currency) if fits else None


def _amount(digits: str, *, currency: str) -> Money | None:
    """The last point or comma is a decimal one when one or two digits follow it; all others group thousands."""
    whole, mark, rest = re.sub(r"[' \u00a0\u202f]", "", digits), "", ""
    if match := re.search(r"[.,](\d{1,2})$", whole):
        whole, mark, rest = whole[: match.start()], ".", match.group(1)
    try:
        money = Money.parse(re.sub(r"[.,]", "", whole) + mark + rest, currency=currency)
    except Invalid:
        return None
    return money if money.amount > 0 else None


def _told(page: Page, *, currency: str) -> Iterator[Money]:
    for described in products(page):
        offers = described.get("offers")
        for offer in offers if isinstance(offers, list) else [offers]:
            if isinstance(offer, Mapping) and offer.get("priceCurrency") == currency:
                yield from _offered(offer, currency=currency)


def _offered(offer: Mapping[str, Any], *, currency: str) -> Iterator[Money]:
    try:
        amount = Decimal(str(offer.get("price", "")))
        money = Money.parse(f"{amount:f}", currency=currency)
    except (InvalidOperation, Invalid):
        return
    if money.amount > 0:
        yield money
