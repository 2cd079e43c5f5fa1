"""The packaged reference data is complete, sourced and checked when it is read."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from nexusplanner.application.agents.gathering.benchmarks import channel_benchmark
from nexusplanner.domain.reference import Benchmark, Framework, Source, channel_words
from nexusplanner.infrastructure.reference import ReferenceDataInvalid, load_reference_data, occasions
from nexusplanner.infrastructure.reference.loader import read_rows

DATA = load_reference_data()
SOURCE: dict[str, Any] = {
    "name": "Example report",
    "url": "https://example.com/",
    "published": "2026",
    "region": "DE",
    "period": "2025",
    "n": 12,
    "n_note": "campaigns",
    "fetched_at": date(2026, 11, 21),
}
ROW: dict[str, Any] = {
    "key": "x",
    "channel": "search",
    "metric": "ctr",
    "value": 0.1,
    "low": 0.05,
    "high": 0.2,
    "statistic": "average",
    "text": "One in ten clicked.",
    "source": SOURCE,
}


def sources() -> list[tuple[str, Source]]:
    sourced = (*DATA.channels, *DATA.benchmarks, *DATA.frameworks, *DATA.seasons)
    return [(row.key, row.source) for row in sourced]


@pytest.mark.parametrize(("key", "source"), sources())
def test_every_row_says_where_it_comes_from(key: str, source: Source) -> None:
    assert source.name
    assert re.match(r"\d{4}", source.published), key
    assert source.region
    assert source.period
    assert source.n_note
    assert source.n is None or source.n > 0
    assert source.fetched_at.year >= 2026
    assert source.url.startswith("https://") or not source.url


@pytest.mark.parametrize("row", DATA.benchmarks, ids=lambda row: row.key)
def test_benchmarks_have_a_wide_range_and_own_up_to_assumptions(row: Benchmark) -> None:
    assert 0 < row.low < row.value < row.high
    assert row.high / row.low >= 2
    assert any(channel.key == row.channel for channel in DATA.channels)
    assert bool(row.assumption) == (row.source.name == "NexusPlanner assumption")
    assert row.text.startswith("Assumed: ") == bool(row.assumption)
    assert bool(row.currency) == (row.metric.value in {"cpm", "cpc", "cpl", "cpv"})


@pytest.mark.parametrize("field", ["name", "published", "region", "period", "n", "n_note", "fetched_at"])
def test_a_source_that_lacks_something_is_refused_by_name(field: str) -> None:
    source = {name: value for name, value in SOURCE.items() if name != field}
    with pytest.raises(ReferenceDataInvalid, match=field):
        read_rows("benchmarks", {"benchmarks": [ROW | {"source": source}]}, kind=Benchmark)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"source": None}, "no source"),
        ({"source": "unheard_of"}, "no source"),
        ({"value": "many"}, "value"),
        ({"metric": "fame"}, "metric"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_row_that_is_wrong_is_refused_by_name(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(ReferenceDataInvalid, match=word):
        read_rows("benchmarks", {"benchmarks": [ROW | changes]}, kind=Benchmark)


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(ReferenceDataInvalid, match="twice"):
        read_rows("benchmarks", {"benchmarks": [ROW, ROW]}, kind=Benchmark)


def test_a_good_row_is_read() -> None:
    assert read_rows("benchmarks", {"benchmarks": [ROW]}, kind=Benchmark)[0].source.n == 12


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("tv_S", "tv"),
        ("facebook_S", "meta"),
        ("ooh_S", "out_of_home"),
        ("search_S", "search"),
        ("Google Ads", "search"),
        ("paid_search", "search"),
        ("PaidSocial", "social"),
        ("LinkedIn", "linkedin"),
        ("TikTok_spend", "tiktok"),
        ("mdsp_dm", "direct_mail"),
        ("YouTube ads", "youtube"),
        ("Spotify", "audio_streaming"),
        ("DOOH", "digital_out_of_home"),
        ("webinar", "webinars"),
        ("brand_x_promo", None),
        ("X", "x"),
        ("newsletter", "email"),
        ("  E-Mail ", "email"),
    ],
)
def test_names_people_give_channels_are_understood(name: str, key: str | None) -> None:
    assert DATA.key_of(name) == key


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("search", "Search"),
        ("tv_S", "Television"),
        ("PaidSocial", "Paid social"),
        ("radio", "Radio"),
        ("audio", "Audio"),
        ("insert", "Insert"),
        ("print", "Print"),
        ("facebook_S", "Facebook"),
        ("instagram_S", "Instagram"),
        ("meta", "Facebook and Instagram"),
        ("google_ads", "Google ads"),
        ("ctv spend", "CTV"),
        ("xyz", "Xyz"),
    ],
)
def test_a_channel_of_ones_own_keeps_its_own_name(channel: str, name: str) -> None:
    assert DATA.name_of(channel) == name


def test_no_two_channels_share_a_name() -> None:
    names = [DATA.name_of(channel.key) for channel in DATA.channels]
    assert len(names) == len(set(names))
    for channel in DATA.channels:
        for alias in channel.aliases:
            same = channel_words(alias) in {channel_words(channel.key), channel_words(channel.name)}
            assert (DATA.name_of(alias) in names) == same, alias


def test_every_part_of_a_channel_names_a_whole_one_and_has_its_figures() -> None:
    whole = {channel.key for channel in DATA.channels if not channel.within}
    for channel in DATA.channels:
        assert not channel.within or channel.within in whole
        assert DATA.benchmarks_of(channel.key), channel.key


def test_the_channels_a_planner_knows_are_there() -> None:
    kinds = {
        *(
            "search",
            "social",
            "meta",
            "tiktok",
            "linkedin",
            "pinterest",
            "snapchat",
            "x",
            "reddit",
            "youtube",
            "display",
        ),
        *("video", "audio", "podcast", "audio_streaming", "radio", "tv", "connected_tv", "out_of_home"),
        *("digital_out_of_home", "print", "email", "events", "webinars", "content_seo", "affiliates", "influencers"),
        *("direct_mail", "partners"),
    }
    assert kinds == {channel.key for channel in DATA.channels}
    for channel in DATA.channels:
        assert channel.formats, channel.key
        assert channel.limits, channel.key
        assert channel.audiences, channel.key
        assert channel.objectives, channel.key
        assert len(channel.plays) >= 2, channel.key
        assert len(channel.kpis) >= 2, channel.key
        assert channel.aliases, channel.key


def test_figures_of_the_place_and_the_industry_come_first() -> None:
    assert DATA.benchmarks_of("email", region="DE")[0].key == "email_click_de"
    assert DATA.benchmarks_of("email", region="FR")[0].key == "email_click_europe"
    assert DATA.benchmarks_of("email", region="JP")[0].key == "email_click"
    food = DATA.benchmarks_of("search", industry="Food and drink")
    assert next(row for row in food if row.metric.value == "cpc").key == "search_cpc_food"
    unknown = DATA.benchmarks_of("search", industry="Astrology")
    assert next(row for row in unknown if row.metric.value == "cpc").key == "search_cpc"


def test_a_part_takes_the_figures_it_lacks_from_the_whole() -> None:
    rows = {row.metric.value: row.channel for row in reversed(DATA.benchmarks_of("tiktok"))}
    assert rows["cpm"] == "tiktok"
    assert rows["cpl"] == "social"


def test_a_row_may_narrow_the_region_of_its_source() -> None:
    row = read_rows("benchmarks", {"benchmarks": [ROW | {"region": "NL"}]}, kind=Benchmark)[0]
    assert row.source.region == "NL"


@pytest.mark.parametrize("name", ["", "competitor sales", "temperature", "xyz"])
def test_names_that_mean_nothing_are_not_guessed(name: str) -> None:
    assert DATA.channel(name) is None


def test_aliases_belong_to_one_channel() -> None:
    names = [name for channel in DATA.channels for name in (channel.key, *channel.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("channel", DATA.channels, ids=lambda channel: channel.key)
def test_every_channel_has_figures_for_a_borrowed_curve(channel: Any) -> None:
    found = channel_benchmark(DATA, channel, channel="any name", value=2.0, audience=100_000, fit=0.5, currency="EUR")

    assert found.channel == "any name"
    assert found.first_return > 0
    assert found.half > 0
    assert 0.6 <= found.spread < 2.5
    assert "US dollars taken as EUR" in found.source


def test_dollars_are_not_remarked_on_for_a_brand_that_counts_in_dollars() -> None:
    search = DATA.channel("search")
    assert search is not None
    found = channel_benchmark(DATA, search, channel="search", value=1.0, audience=1e6, fit=1.0, currency="USD")
    assert "taken as" not in found.source


@pytest.mark.parametrize("framework", DATA.frameworks, ids=lambda framework: framework.key)
def test_frameworks_end_with_a_sentence_that_needs_nothing(framework: Framework) -> None:
    assert set(re.findall(r"\{(\w+)\}", framework.unfold[-1])) <= {"parts", "service", "audience", "brand"}


def test_angles_name_frameworks_and_channels_that_exist() -> None:
    for angle in DATA.angles:
        assert all(DATA.framework(key) for key in angle.frameworks), angle.key
        assert {"plain", "warm", "bold", "expert", "bare"} <= set(angle.messages), angle.key
        assert all(DATA.channel(key) for key in angle.channels), angle.key


def test_every_slot_of_an_angle_is_one_that_can_be_filled() -> None:
    known = {
        "service",
        "brand",
        "audience",
        "outcomes",
        "theme",
        "price",
        "description",
        "asked_audience",
        "objective",
        "quote",
        "origin",
        "second",
        "lesson",
        "segment",
        "occasion",
        "past",
        "benefit",
        "proof",
    }
    for angle in DATA.angles:
        templates = [
            *angle.themes,
            *angle.bold_themes,
            *angle.insights,
            *angle.moves,
            *angle.devices,
            *angle.contrasts,
            *angle.kpis,
        ]
        templates += [line for lines in angle.messages.values() for line in lines]
        for template in templates:
            assert set(re.findall(r"\{(\w+)\}", template)) <= known, template


@pytest.mark.parametrize(
    ("year", "easter", "black_friday", "mothers"),
    [
        (2024, date(2024, 3, 31), date(2024, 11, 29), date(2024, 5, 12)),
        (2026, date(2026, 4, 5), date(2026, 11, 27), date(2026, 5, 10)),
        (2038, date(2038, 4, 25), date(2038, 11, 26), date(2038, 5, 9)),
    ],
)
def test_occasions_fall_on_their_days(year: int, easter: date, black_friday: date, mothers: date) -> None:
    found = {one.season.key: one.day for one in occasions(region="DE", start=date(year, 1, 1), end=date(year, 12, 31))}
    assert found["easter"] == easter
    assert found["black_friday"] == black_friday
    assert found["mothers_day"] == mothers


def test_public_holidays_of_the_region_join_the_curated_seasons() -> None:
    german = occasions(region="Berlin, Germany", start=date(2026, 10, 1), end=date(2026, 10, 31))
    nowhere = occasions(region="Atlantis", start=date(2026, 10, 1), end=date(2026, 10, 31))

    assert "German Unity Day is a public holiday on 3 October 2026." in [one.sentence for one in german]
    assert not any("public holiday" in one.sentence for one in nowhere)
    assert [one.day for one in german] == sorted(one.day for one in german)


def test_the_documentation_names_every_source_and_assumption() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "data-sources.md").read_text(encoding="utf-8")
    for row in DATA.benchmarks:
        assert row.key in page if row.assumption else row.source.name in page
        assert row.text.rstrip(".") in page
    assert all(framework.source.name in page for framework in DATA.frameworks)


def nulls(value: object, *, at: str) -> list[str]:
    """Where nothing is said; a sentence with a comma and without quotes ends as a key that says nothing."""
    if isinstance(value, dict):
        return [
            *(f"{at}.{key}" for key, item in value.items() if item is None and key != "n"),
            *(found for key, item in value.items() for found in nulls(item, at=f"{at}.{key}")),
        ]
    items = enumerate(value) if isinstance(value, list) else ()
    return [found for index, item in items for found in nulls(item, at=f"{at}[{index}]")]


def test_no_sentence_of_the_packaged_data_is_cut_off_at_a_comma() -> None:
    files = [file for file in resources.files("nexusplanner.data").iterdir() if file.name.endswith(".yaml")]

    assert len(files) >= 5
    assert [found for file in files for found in nulls(yaml.safe_load(file.read_text()), at=file.name)] == []
