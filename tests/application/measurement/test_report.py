"""The report: complete, self-contained, and safe whatever it is told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import records

from nexusplanner.application.measurement.report import ReportContent, content_of, render
from nexusplanner.application.measurement.report.figures import Axis, estimate, number, short
from nexusplanner.application.measurement.report.markup import join, tag
from nexusplanner.domain.measurement import ModelDocument, Series
from nexusplanner.domain.shared import Estimate, TenantId

BRAND = records.brand(TenantId(uuid4()), outcome_name="sign-ups")
HEADINGS = (
    "Warnings",
    "Fit and residuals",
    "Weeks it had not seen",
    "Contributions over time",
    "Return and marginal return",
    "Response curves",
    "What the data cannot tell",
    "Experiments that calibrated it",
    "How the fit itself went",
    "Settings",
)


class Page(HTMLParser):
    """Collects elements, and fails on what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)
        self._see(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._see(tag, attrs)

    def _see(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def content(**changes: object) -> ReportContent:
    tested = records.experiment(BRAND)
    document = records.model_document()
    used = replace(document.channels[0], experiments=(str(tested.id),))
    model = records.model_version(
        BRAND, document=replace(document, channels=(used,)), warnings=("Search and TV always ran together.",)
    )
    made = content_of(
        model,
        brand="Northwind",
        outcome="sign-ups",
        currency="EUR",
        experiments=(tested, records.experiment(BRAND, channel="radio")),
        naming=str.title,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_report_has_every_section_and_needs_nothing_else() -> None:
    told = render(content())
    page = Page(told)
    for heading in HEADINGS:
        assert heading in page.texts, heading
    assert told.startswith("<!doctype html>")
    assert "script" not in page.names
    assert not {name for name, _ in page.attributes} & {"src", "href", "onload", "style"}
    assert "http" not in re.sub(r"http-equiv", "", told)
    assert "url(" not in told
    assert "prefers-color-scheme: dark" in told
    policy = dict(page.attributes)
    assert policy["content"] != ""
    assert "default-src 'none'" in told.replace("&#x27;", "'")
    assert page.names.count("svg") >= 6
    assert ("role", "img") in page.attributes


def test_figures_are_told_with_their_intervals_and_experiments_that_were_used() -> None:
    texts = " ".join(Page(render(content())).texts)
    assert "2.00 (1.50 to 2.50)" in texts
    assert "Two weeks say nothing of the season." in texts
    assert "120 (80.0 to 160)" in texts
    assert "Radio" not in texts, "an experiment that the fit did not use did not calibrate it"
    assert "a" * 64 in texts


def test_equal_models_give_equal_bytes() -> None:
    one = content()
    assert render(one) == render(one)


def test_a_model_without_series_is_still_a_report() -> None:
    bare = ModelDocument(channels=records.model_document().channels)
    bare = replace(bare, channels=tuple(replace(each, weekly=Series()) for each in bare.channels))
    page = Page(render(content(document=bare, warnings=(), experiments=())))
    assert "Fit and residuals" not in page.texts
    assert "Weeks it had not seen" in page.texts
    assert any("how well it foretells is not known" in text for text in page.texts)
    assert "Response curves" in page.texts


hostile = st.text(min_size=1, max_size=40) | st.sampled_from(
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><b>", "</title>", "&lt;b&gt;", "]]>"]
)


@given(hostile)
def test_whatever_a_name_says_it_stays_text(words: str) -> None:
    clean = Page(render(content())).names
    made = content(
        title=words,
        outcome=words,
        currency=words[:3],
        facts={words: words},
        warnings=(words,),
        settings={words: words},
        naming=lambda _: words,
        document=replace(records.model_document(), cannot_tell=(words,), diagnosis={words: words}),
    )
    told = Page(render(made))
    assert set(told.names) == set(clean)
    assert not [name for name, _ in told.attributes if name.startswith("on")]


def test_many_weeks_have_few_labels() -> None:
    weeks = 156
    days = tuple(date(2023, 1, 2) + timedelta(weeks=index) for index in range(weeks))
    flat = Series(mean=(1.0,) * weeks, low=(0.5,) * weeks, high=(1.5,) * weeks)
    long = replace(
        records.model_document(),
        dates=days,
        outcome=(1.0,) * weeks,
        fitted=flat,
        baseline=flat,
        residuals=(0.0,) * weeks,
    )
    long = replace(long, channels=tuple(replace(each, weekly=flat) for each in long.channels))
    texts = Page(render(content(document=long))).texts
    assert texts.count("2023-01-02") <= 3
    assert sum(text in {day.isoformat() for day in days} for text in texts) <= 3 * 6


@pytest.mark.parametrize(
    ("value", "told"),
    [(0, "0"), (0.04214, "0.0421"), (1.5, "1.50"), (12.34, "12.3"), (48200.4, "48,200"), (-3.0, "-3.00")],
)
def test_figures_read_well(value: float, told: str) -> None:
    assert number(value) == told


def test_short_and_missing_figures() -> None:
    assert [short(value) for value in (950, 1200, 3_000_000, 2.5e9)] == ["950", "1.2k", "3M", "2.5G"]
    assert estimate(None) == "not known"
    assert estimate(Estimate(mean=1.0, low=0.5, high=2.0)) == "1.00 (0.500 to 2.00)"


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20), st.booleans())
def test_every_value_lies_on_its_axis(values: list[float], zero: bool) -> None:  # noqa: FBT001 - hypothesis passes by position
    axis = Axis.over(values, start=200.0, end=10.0, zero=zero)
    for value in values:
        assert 9.9 <= axis.at(value) <= 200.1
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 11
    assert all(axis.low - 1e-6 * abs(axis.low) <= tick <= axis.high + 1e-6 * abs(axis.high) for tick in ticks)


def test_children_are_escaped_unless_they_are_markup() -> None:
    assert tag("p", "a < b", tag("b", "c & d"), class_='x"y') == '<p class="x&quot;y">a &lt; b<b>c &amp; d</b></p>'
    assert join("<", None, 3) == "&lt;3"
