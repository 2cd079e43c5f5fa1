"""Reference data every workspace shares: channels, benchmarks, message frameworks, angles and seasons, with sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from nexusplanner.domain.relevance import terms


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a row comes from. n: sample size; n_note says why there is none. published: a year or a day in ISO form."""

    name: str
    url: str
    published: str
    region: str
    period: str
    n: int | None
    n_note: str
    fetched_at: date


@dataclass(frozen=True, kw_only=True)
class CopyLimit:
    """The longest text (or time) a field of an advertisement takes. unit: "characters", "words" or "seconds"."""

    field: str
    at_most: int
    unit: str


@dataclass(frozen=True, kw_only=True)
class ChannelProfile:
    """What a channel is good for. business, consumer: how well it reaches each kind of buyer, 0 to 1.

    within: the key of the channel it is a part of, whose figures hold where it has none; "" for a whole channel.
    role: what it does, to follow the channel's name. plays: what to run there, with slots. kpis: with slots.
    """

    key: str
    name: str
    within: str
    kind: str
    role: str
    formats: tuple[str, ...]
    limits: tuple[CopyLimit, ...]
    business: float
    consumer: float
    audiences: tuple[str, ...]
    objectives: tuple[str, ...]
    kpis: tuple[str, ...]
    plays: tuple[str, ...]
    aliases: tuple[str, ...]
    source: Source


class Metric(StrEnum):
    """What a benchmark measures. Rates are shares of one; costs are in major units of the row's currency."""

    CPM = "cpm"
    CPC = "cpc"
    CTR = "ctr"
    CVR = "cvr"
    CPL = "cpl"
    CPV = "cpv"
    OPEN_RATE = "open_rate"
    CLICK_RATE = "click_rate"
    RESPONSE_RATE = "response_rate"


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """One figure for one channel. low, high: a wide range around it. text: the figure as a sentence one can quote.

    assumption: the reasoning when nobody publishes such a figure; the source then says so.
    """

    key: str
    channel: str
    metric: Metric
    value: float
    low: float
    high: float
    currency: str
    industry: str
    statistic: str
    text: str
    assumption: str
    source: Source

    def distance(self, *, region: str, industry: str) -> int:
        """How far the figure is from a place and an industry: the industry first, then the region; 0 is nearest.

        region: an ISO country, "" when unknown. industry: in the brand's own words.
        """
        kind = _industry_distance(self.industry, words=frozenset(terms(industry)))
        return 10 * kind + _region_distance(self.source.region, place=region)


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A way to order a message. unfold: how a campaign follows its parts, as sentences with slots."""

    key: str
    name: str
    parts: tuple[str, ...]
    text: str
    unfold: tuple[str, ...]
    source: Source


@dataclass(frozen=True, kw_only=True)
class Angle:
    """What an idea turns on, and the sentences that say it, with slots.

    needs: kinds of evidence it cannot do without. frameworks: keys that suit it, best first. channels: keys that suit it.
    moves: in lower case, so that a clause may come before them. bold_themes: titles for whoever asks for bolder ones.
    """

    key: str
    name: str
    needs: tuple[str, ...]
    frameworks: tuple[str, ...]
    channels: tuple[str, ...]
    themes: tuple[str, ...]
    bold_themes: tuple[str, ...]
    insights: tuple[str, ...]
    moves: tuple[str, ...]
    devices: tuple[str, ...]
    messages: Mapping[str, tuple[str, ...]]
    contrasts: tuple[str, ...]
    kpis: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DateRule:
    """When an occasion falls: a fixed day, the nth weekday of a month (-1: the last), or days from Easter Sunday.

    length: days it lasts.
    """

    month: int = 0
    day: int = 0
    nth: int = 0
    weekday: int = 0
    easter: int | None = None
    offset: int = 0
    length: int = 1

    def first_day(self, *, year: int) -> date:
        """The day it begins in `year`."""
        if self.easter is not None:
            return easter_sunday(year) + timedelta(days=self.easter)
        if self.nth:
            return _nth_weekday(year, self.month, self.weekday, self.nth) + timedelta(days=self.offset)
        return date(year, self.month, self.day)


@dataclass(frozen=True, kw_only=True)
class Season:
    """An occasion people buy around. regions: ISO countries, or "*". about: words that make it fit a service."""

    key: str
    name: str
    rule: DateRule
    regions: tuple[str, ...]
    buyers: tuple[str, ...]
    about: tuple[str, ...]
    text: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """A season in a certain year."""

    day: date
    season: Season

    @property
    def sentence(self) -> str:
        """When it is, in words one can quote."""
        return self.season.text.format(date=day_words(self.day))


def in_order(occasions: Iterable[Occasion]) -> tuple[Occasion, ...]:
    """By day, then by name."""
    return tuple(sorted(occasions, key=lambda occasion: (occasion.day, occasion.season.name)))


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_words(day: date) -> str:
    """A day as "3 March 2026", whatever the machine's language."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True, kw_only=True)
class ReferenceData:
    """All of it, in the order of the files."""

    channels: tuple[ChannelProfile, ...]
    benchmarks: tuple[Benchmark, ...]
    frameworks: tuple[Framework, ...]
    angles: tuple[Angle, ...]
    seasons: tuple[Season, ...]

    @cached_property
    def _by_alias(self) -> Mapping[str, ChannelProfile]:
        return {
            channel_words(name): channel
            for channel in self.channels
            for name in (channel.key, channel.name, *channel.aliases)
        }

    def channel(self, name: str) -> ChannelProfile | None:
        """The channel a name such as "tv_S", "Google Ads" or "paid_search" means; none when it is not known."""
        words = channel_words(name)
        for spelling in (words, words.replace(" ", "")):
            if spelling in self._by_alias:
                return self._by_alias[spelling]
        known = sorted((alias for alias in self._by_alias if len(alias) > 1), key=lambda alias: (-len(alias), alias))
        found = next((alias for alias in known if f" {alias} " in f" {words} "), None)
        return self._by_alias[found] if found else None

    def key_of(self, name: str) -> str | None:
        """The key of the channel a name means; none when it is not known."""
        found = self.channel(name)
        return found.key if found else None

    def name_of(self, channel: str) -> str:
        """What to call a channel: the name of the one with this key, else the channel's own name spelled out.

        A name that only resembles a known channel keeps its own words, so that two channels are not called the same.
        """
        words = channel_words(channel)
        known = self._by_alias.get(words)
        if known is not None and words in {channel_words(known.key), channel_words(known.name)}:
            return known.name
        return spelled(channel)

    def benchmarks_of(self, channel: str, *, region: str = "", industry: str = "") -> tuple[Benchmark, ...]:
        """Every row of a channel key, those of the region and industry first; then those of the channel it is part of.

        region: an ISO country, "" when unknown. industry: in the brand's own words. A row of another country or industry comes
        after one that holds generally, and the whole channel's row of a measure comes only where the part has none.
        """
        profile = next((one for one in self.channels if one.key == channel), None)
        own = [row for row in self.benchmarks if row.channel == channel]
        measured = {row.metric for row in own}
        within = profile.within if profile else ""
        rest = [row for row in self.benchmarks if within and row.channel == within and row.metric not in measured]

        def distance(row: Benchmark) -> int:
            return row.distance(region=region, industry=industry)

        return (*sorted(own, key=distance), *sorted(rest, key=distance))

    def framework(self, key: str) -> Framework | None:
        """The framework of this key."""
        return next((framework for framework in self.frameworks if framework.key == key), None)

    def angle(self, key: str) -> Angle | None:
        """The angle of this key."""
        return next((angle for angle in self.angles if angle.key == key), None)

    def occasions(self, *, region: str, start: date, end: date) -> tuple[Occasion, ...]:
        """Seasons that begin between the two days in a region, by day and name.

        region: an ISO country, or "" for occasions that are everywhere.
        """
        found = [
            Occasion(day=season.rule.first_day(year=year), season=season)
            for year in range(start.year, end.year + 1)
            for season in self.seasons
            if "*" in season.regions or region in season.regions
        ]
        return in_order(occasion for occasion in found if start <= occasion.day <= end)


_SUFFIX = re.compile(
    r"[ ](?:s|i|p|b|spend|cost|costs|spent|budget|ads?|advertising|marketing|campaigns?|channel|usd|eur|gbp)$"
)
_PREFIX = re.compile(r"^(?:mdsp|mdip|spend|cost|media|channel)[ ]")


_EUROPE = frozenset("AT BE BG CH CZ DE DK ES FI FR GB GR HU IE IT LT LU LV NL NO PL PT RO SE SI SK UA".split())  # noqa: SIM905
_CONTINENTS = {"europe": _EUROPE, "emea": _EUROPE, "north america": frozenset({"US", "CA"})}
_USUAL = frozenset({"us"})
"""Where most figures come from; they stand in for places that have none of their own."""


def _region_distance(holds: str, *, place: str) -> int:
    """0 where a row is about the country, 1 about its continent, 2 where it holds generally, 3 about another place."""
    parts = {part.strip().lower() for part in holds.split(",")}
    if place and place.lower() in parts:
        return 0
    continents = parts & set(_CONTINENTS)
    if continents:
        return 1 if any(place.upper() in _CONTINENTS[name] for name in continents) else 3
    return 3 if any(len(part) == len("DE") for part in parts - _USUAL) else 2


def _industry_distance(holds: str, *, words: frozenset[str]) -> int:
    """0 where a row is about the industry, 1 where it holds for all, 2 where it is about another one."""
    if holds == "all":
        return 1
    return 0 if words & set(terms(holds)) else 2


_CAPITALS = frozenset(
    {"tv", "ctv", "ott", "ooh", "dooh", "sem", "seo", "ppc", "crm", "dm", "gdn", "olv", "b2b", "b2c", "uk", "us"}
)
_PLAIN_SUFFIX = re.compile(r"[ ](?:s|i|p|b|spend|cost|costs|spent|usd|eur|gbp)$")


def spelled(channel: str) -> str:
    """A channel's own name in words: "Facebook" of "facebook_S", "TV" of "tv_spend", "Insert" of "insert"."""
    plain = " ".join(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", channel).replace("_", " ").replace("-", " ").split())
    lower = _PREFIX.sub("", _PLAIN_SUFFIX.sub("", plain.lower()))
    words = [word.upper() if word in _CAPITALS else word for word in lower.split()]
    text = " ".join(words) or channel
    return text[:1].upper() + text[1:]


def channel_words(name: str) -> str:
    """A channel name as plain words: lower case, without separators and such endings as "_S" or "spend"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = " ".join(re.findall(r"[a-z0-9]+", spaced.lower()))
    while True:
        shorter = _PREFIX.sub("", _SUFFIX.sub("", words))
        if shorter == words:
            return words
        words = shorter


def easter_sunday(year: int) -> date:
    """Western Easter. Source: the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, 1991, ch. 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    following = date(year + month // 12, month % 12 + 1, 1)
    last = following - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-nth - 1))
