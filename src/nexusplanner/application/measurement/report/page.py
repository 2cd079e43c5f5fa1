"""The report's page, section by section."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nexusplanner.application.measurement.documents import curve_series
from nexusplanner.application.measurement.report.charts import (
    Interval,
    Line,
    bar_chart,
    curve_chart,
    interval_chart,
    line_chart,
    stack_chart,
)
from nexusplanner.application.measurement.report.content import ReportContent
from nexusplanner.application.measurement.report.figures import estimate, number, percent
from nexusplanner.application.measurement.report.markup import Child, Html, join, tag
from nexusplanner.application.measurement.report.style import COLOURS, STYLE
from nexusplanner.domain.measurement import MeasuredChannel
from nexusplanner.domain.shared import Estimate

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
DIAGNOSES = {
    "wmape": "Error on the training weeks (wMAPE)",
    "autocorrelation": "Correlation of one week's residual with the next",
    "drift": "Weekly drift of the baseline, in standard deviations of the noise",
    "persistence": "Persistence of the noise from week to week",
    "laplace_efficiency": "Effective share of the approximate draws",
    "mixing": "Mixing of the draws (split R-hat, near 1 is good)",
}
"""What the figures on the fit itself mean; others are shown under their own name."""


def render(content: ReportContent) -> str:
    """The whole report as an HTML document."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", content.title),
        tag("style", Html(STYLE)),
    )
    body = tag(
        "body",
        tag("h1", content.title),
        tag("p", _summary(content), class_="soft"),
        _facts(content.facts.items()),
        _warnings(content),
        _fit(content),
        _holdout(content),
        _contributions(content),
        _returns(content),
        _curves(content),
        _cannot_tell(content),
        _experiments(content),
        _diagnosis(content),
        _settings(content),
    )
    return "<!doctype html>\n" + tag("html", head, body, lang="en") + "\n"


def _summary(content: ReportContent) -> str:
    measured = sum(channel.quality == "measured" for channel in content.document.channels)
    return (
        f"What {len(content.document.channels)} channels bring in {content.outcome}; {measured} of them are measured. "
        "Intervals hold the true figure nine times out of ten if the model is right."
    )


def _facts(facts: Iterable[tuple[str, str]]) -> Html:
    return tag("dl", *(join(tag("dt", name), tag("dd", text)) for name, text in facts))


def _section(title: str, *children: Child) -> Html:
    return tag("section", tag("h2", title), *children)


def _list(texts: Iterable[str]) -> Html:
    return tag("ul", *(tag("li", text) for text in texts))


def _warnings(content: ReportContent) -> Html | None:
    return _section("Warnings", _list(content.warnings)) if content.warnings else None


def _fit(content: ReportContent) -> Html | None:
    document = content.document
    if not document.dates:
        return None
    labels = [day.isoformat() for day in document.dates]
    lines = [
        Line(
            name="fitted, with 90 % band",
            kind="ours",
            values=document.fitted.mean,
            low=document.fitted.low,
            high=document.fitted.high,
        ),
        Line(name="without channels", kind="base", values=document.baseline.mean),
        Line(name="actual", kind="real", values=document.outcome),
    ]
    return _section(
        "Fit and residuals",
        line_chart(labels, lines, says=f"{content.outcome} by week: actual, fitted and without channels."),
        tag("p", "What the fit leaves unexplained, week by week. A pattern here is something the model does not know."),
        bar_chart(labels, document.residuals, kind="bar", says="Actual less fitted by week."),
    )


def _holdout(content: ReportContent) -> Html:
    held = content.document.holdout
    if held is None:
        return _section("Weeks it had not seen", tag("p", "None were held out, so how well it foretells is not known."))
    lines = [
        Line(name="expected, with 90 % band", kind="ours", values=held.expected, low=held.low, high=held.high),
        Line(name="actual", kind="real", values=held.actual),
    ]
    inside = "" if held.coverage is None else f" {held.coverage:.0%} of the weeks lie inside the 90 % band."
    way = "too much" if held.bias > 0 else "too little"
    return _section(
        "Weeks it had not seen",
        tag(
            "p",
            f"A fit without the last {len(held.dates)} weeks was off by {held.wmape:.1%} of the outcome there and "
            f"expected {abs(held.bias):.1%} {way}.{inside}",
        ),
        line_chart([day.isoformat() for day in held.dates], lines, says="Held-out weeks: actual and expected."),
    )


def _contributions(content: ReportContent) -> Html | None:
    document = content.document
    shown = [channel for channel in document.channels if channel.weekly.mean]
    if not document.dates or not shown:
        return None
    lines = [
        Line(name="without channels", kind="base", values=[max(value, 0.0) for value in document.baseline.mean]),
        *(
            Line(name=content.naming(channel.channel), kind=f"c{index % COLOURS}", values=channel.weekly.mean)
            for index, channel in enumerate(shown)
        ),
    ]
    labels = [day.isoformat() for day in document.dates]
    return _section(
        "Contributions over time",
        stack_chart(labels, lines, says=f"{content.outcome} by week, by what brought it."),
        _table(
            ("Channel", "Contribution", "Share of the outcome", "Spend"),
            [
                (
                    content.naming(channel.channel),
                    estimate(channel.contribution),
                    percent(channel.share),
                    f"{number(channel.spend)} {content.currency}".strip(),
                )
                for channel in document.channels
            ],
        ),
    )


def _returns(content: ReportContent) -> Html:
    channels = content.document.channels
    unit = f"{content.outcome} per {content.currency or 'unit'} spent"
    return _section(
        "Return and marginal return",
        tag("p", f"In {unit}. The marginal return is that of the last unit spent: where the next one belongs."),
        *(
            join(tag("h3", title), interval_chart(rows, says=f"{title} by channel with 90 % intervals."))
            for title, rows in (
                ("Return", _intervals(content, channels, "roi")),
                ("Marginal return", _intervals(content, channels, "marginal_roi")),
            )
            if rows
        ),
        _table(
            ("Channel", "Return", "Marginal return", "Quality", "Why"),
            [
                (
                    content.naming(channel.channel),
                    estimate(channel.roi),
                    estimate(channel.marginal_roi),
                    channel.quality.value,
                    channel.quality_reason,
                )
                for channel in channels
            ],
        ),
    )


def _intervals(content: ReportContent, channels: Sequence[MeasuredChannel], name: str) -> list[Interval]:
    found = []
    for channel in channels:
        figure: Estimate | None = getattr(channel, name)
        if figure is not None:
            named = content.naming(channel.channel)
            found.append(Interval(name=named, mean=figure.mean, low=figure.low, high=figure.high))
    return found


def _curves(content: ReportContent) -> Html | None:
    if not content.curves:
        return None
    drawn = []
    for index, curve in enumerate(content.curves):
        series = curve_series(curve)
        name = content.naming(curve.channel)
        line = Line(name=name, kind=f"c{index % COLOURS}", values=series.mean, low=series.low, high=series.high)
        seen = f"largest week seen {number(curve.spend_seen)}" if curve.spend_seen else "no spend seen"
        drawn.append(
            tag(
                "div",
                tag("h3", name),
                tag("p", f"{curve.quality.value}; {seen}", class_="soft"),
                curve_chart(
                    series.spend,
                    line,
                    seen=curve.spend_seen,
                    says=f"Weekly {content.outcome} by weekly spend on {name}, with a 90 % band.",
                ),
            )
        )
    return _section(
        "Response curves",
        tag(
            "p",
            "Outcome of a steady weekly spend. Beyond the dashed line no spend was ever seen: the curve is a guess.",
        ),
        tag("div", *drawn, class_="curves"),
    )


def _cannot_tell(content: ReportContent) -> Html:
    told = content.document.cannot_tell
    if not told:
        return _section("What the data cannot tell", tag("p", "Nothing stands out."))
    return _section("What the data cannot tell", _list(told))


def _experiments(content: ReportContent) -> Html | None:
    if not content.experiments:
        return None
    rows = [
        (content.naming(each.channel), f"{each.start} to {each.end}", estimate(each.lift), each.method)
        for each in content.experiments
    ]
    return _section(
        "Experiments that calibrated it", _table(("Channel", "Days", f"Incremental {content.outcome}", "Method"), rows)
    )


def _diagnosis(content: ReportContent) -> Html | None:
    found = content.document.diagnosis
    if not found:
        return None
    rows = [
        (DIAGNOSES.get(name, name.replace("_", " ")), number(value) if isinstance(value, float) else str(value))
        for name, value in found.items()
    ]
    return _section("How the fit itself went", _table(("Figure", "Value"), rows))


def _settings(content: ReportContent) -> Html:
    rows = [
        (name.replace("_", " "), ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
        for name, value in content.settings.items()
    ]
    return _section("Settings", _facts(rows))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    top = tag("thead", tag("tr", *(tag("th", each, scope="col") for each in heads)))
    body = tag("tbody", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows))
    return tag("div", tag("table", top, body), class_="wide")
