"""Public holidays of a country as seasons, from the holidays library."""

from __future__ import annotations

import re
from datetime import date
from importlib.metadata import version

import holidays

from nexusplanner.domain.reference import DateRule, Occasion, Season, Source, in_order
from nexusplanner.domain.shared import Invalid
from nexusplanner.infrastructure.reference.loader import load_reference_data

_VERSION = version("holidays")
_NAMES = {
    "germany": "DE", "deutschland": "DE", "austria": "AT", "switzerland": "CH", "france": "FR", "netherlands": "NL",
    "belgium": "BE", "united kingdom": "GB", "uk": "GB", "great britain": "GB", "england": "GB", "ireland": "IE",
    "united states": "US", "usa": "US", "us": "US", "canada": "CA", "spain": "ES", "italy": "IT", "portugal": "PT",
    "poland": "PL", "sweden": "SE", "norway": "NO", "denmark": "DK", "finland": "FI", "australia": "AU", "japan": "JP",
    "dach": "DE",
}  # fmt: skip


def country_code(region: str) -> str:
    """The ISO country of a region written as a code ("DE", "DE-BE") or a country's English name; "" when unknown."""
    supported = holidays.list_supported_countries(include_aliases=False)
    for part in re.split(r"[,;/]", region):
        name = part.strip().lower()
        code = _NAMES.get(name, name.split("-")[0].upper())
        if code in supported:
            return code
    return ""


def occasions(*, region: str, start: date, end: date) -> tuple[Occasion, ...]:
    """Curated seasons and public holidays of a region between two days, by day."""
    country = country_code(region)
    curated = load_reference_data().occasions(region=country, start=start, end=end)
    taken = {occasion.day for occasion in curated}
    public = (found for found in _public_holidays(country, start=start, end=end) if found.day not in taken)
    return in_order((*curated, *public))


def holiday_days(region: str, start: date, end: date) -> dict[str, tuple[date, ...]]:
    """Days of the public holidays and selling seasons of a region between two days, by name.

    Raises Invalid for a region whose country is unknown.
    """
    if not country_code(region):
        raise Invalid(f"The country of {region!r} is not known. Write its code, such as DE or US.")
    found: dict[str, list[date]] = {}
    for occasion in occasions(region=region, start=start, end=end):
        found.setdefault(occasion.season.name, []).append(occasion.day)
    return {name: tuple(days) for name, days in found.items()}


def _public_holidays(country: str, *, start: date, end: date) -> tuple[Occasion, ...]:
    if not country:
        return ()
    found = holidays.country_holidays(country, years=range(start.year, end.year + 1), language=_english(country))
    source = Source(
        name=f"holidays {_VERSION} (Python library)",
        url="https://holidays.readthedocs.io/",
        published=_VERSION,
        region=country,
        period=f"{start.year} to {end.year}",
        n=None,
        n_note="A calendar, not a measurement.",
        fetched_at=start,
    )
    return tuple(
        Occasion(day=day, season=_holiday(country, day=day, name=name.split(";")[0], source=source))
        for day, name in sorted(found.items())
        if start <= day <= end
    )


def _holiday(country: str, *, day: date, name: str, source: Source) -> Season:
    return Season(
        key=f"holiday-{country}-{day.isoformat()}",
        name=name,
        rule=DateRule(month=day.month, day=day.day),
        regions=(country,),
        buyers=("consumer", "business"),
        about=(),
        text=f"{name} is a public holiday on {{date}}.",
        source=source,
    )


def _english(country: str) -> str | None:
    languages = holidays.list_localized_countries().get(country, [])
    return next((language for language in languages if language.startswith("en")), None)
