"""Charts as inline SVG: lines with bands, stacked areas, bars and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nexusplanner.application.measurement.report.figures import Axis, short
from nexusplanner.application.measurement.report.markup import Html, join, tag

WIDTH, HEIGHT = 760.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 12.0, 12.0, 34.0
LABELS = 6
"""About so many labels under a chart of weeks."""

Values = Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line over the places of the axis, with its band if `low` and `high` are given. kind: its CSS class."""

    name: str
    kind: str
    values: Values
    low: Values = ()
    high: Values = ()


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A figure with its ends, in a row of its own."""

    name: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The area charts draw in."""

    width: float = WIDTH
    height: float = HEIGHT

    @property
    def right(self) -> float:
        """Where the drawing ends."""
        return self.width - RIGHT

    @property
    def floor(self) -> float:
        """The line above the labels."""
        return self.height - BOTTOM

    def draw(self, *parts: Html, says: str) -> Html:
        """The parts as one picture. says: what a reader who cannot see it is told."""
        return tag(
            "svg",
            tag("title", says),
            *parts,
            viewBox=f"0 0 {self.width:g} {self.height:g}",
            role="img",
            aria_label=says,
        )


def line_chart(labels: Sequence[str], lines: Sequence[Line], *, says: str, mark: int | None = None) -> Html:
    """Lines over weeks. mark: the place before which a dashed line stands."""
    frame = Frame()
    across = _across(len(labels), frame)
    every = [value for line in lines for series in (line.values, line.low, line.high) for value in series]
    up = Axis.over(every, start=frame.floor, end=TOP)
    marked = []
    if mark is not None and 0 < mark < len(labels):
        place = (across[mark - 1] + across[mark]) / 2
        marked = [tag("line", class_="mark", x1=place, x2=place, y1=TOP, y2=frame.floor)]
    return _figure(
        frame.draw(
            _rows(up, frame),
            _weeks(labels, across, frame),
            *marked,
            *(_band(line, across, up) for line in lines if line.low),
            *(_curve(line.values, across, up, kind=line.kind) for line in lines),
            says=says,
        ),
        [(line.name, line.kind) for line in lines],
    )


def bar_chart(labels: Sequence[str], values: Values, *, kind: str, says: str) -> Html:
    """A bar per week, from zero."""
    frame = Frame(height=170.0)
    across = _across(len(labels), frame)
    up = Axis.over(list(values), start=frame.floor, end=TOP, zero=True)
    wide = max((frame.right - LEFT) / max(len(labels), 1) * 0.7, 1.0)
    zero = up.at(0.0)
    bars = [
        tag(
            "rect",
            class_=kind,
            x=place - wide / 2,
            y=min(zero, up.at(value)),
            width=wide,
            height=abs(up.at(value) - zero),
        )
        for place, value in zip(across, values, strict=True)
    ]
    return _figure(frame.draw(_rows(up, frame), _weeks(labels, across, frame), *bars, says=says), [])


def stack_chart(labels: Sequence[str], lines: Sequence[Line], *, says: str) -> Html:
    """Areas that lie on each other, the first at the bottom."""
    frame = Frame()
    across = _across(len(labels), frame)
    below = [0.0] * len(labels)
    edges = [list(below)]
    for line in lines:
        below = [each + value for each, value in zip(below, line.values, strict=True)]
        edges.append(list(below))
    up = Axis.over([value for edge in edges for value in edge], start=frame.floor, end=TOP, zero=True)
    areas = [
        tag("path", class_=f"area {line.kind}", d=_area(across, edges[index], edges[index + 1], up))
        for index, line in enumerate(lines)
    ]
    return _figure(
        frame.draw(_rows(up, frame), _weeks(labels, across, frame), *areas, says=says),
        [(line.name, line.kind) for line in lines],
    )


def interval_chart(rows: Sequence[Interval], *, says: str, reference: float | None = None) -> Html:
    """A row per figure with its interval. reference: a value that is marked, such as a return of 1."""
    frame = Frame(height=BOTTOM + TOP + 30.0 * len(rows))
    names = 170.0
    ends = [value for row in rows for value in (row.low, row.high)] + ([] if reference is None else [reference])
    across = Axis.over(ends, start=names, end=frame.right, zero=True)
    grid = [
        join(
            tag("line", class_="grid", x1=across.at(tick), x2=across.at(tick), y1=TOP, y2=frame.floor),
            tag("text", short(tick), x=across.at(tick), y=frame.height - 12, text_anchor="middle"),
        )
        for tick in across.ticks()
    ]
    if reference is not None:
        place = across.at(reference)
        grid.append(tag("line", class_="mark", x1=place, x2=place, y1=TOP, y2=frame.floor))
    drawn = []
    for index, row in enumerate(rows):
        y = TOP + 15.0 + 30.0 * index
        drawn += [
            tag("text", row.name, x=names - 10, y=y + 4, text_anchor="end"),
            tag("line", class_="whisker", x1=across.at(row.low), x2=across.at(row.high), y1=y, y2=y),
            tag("circle", class_="dot", cx=across.at(row.mean), cy=y, r=5),
        ]
    return _figure(frame.draw(*grid, *drawn, says=says), [])


def curve_chart(spend: Values, line: Line, *, seen: float | None, says: str) -> Html:
    """A response curve over weekly spend. seen: the largest week; beyond it the curve is a guess."""
    frame = Frame(width=372.0, height=220.0)
    along = Axis(low=0.0, high=max(spend[-1], 1e-9), start=LEFT, end=frame.right)
    across = [along.at(value) for value in spend]
    up = Axis.over([*line.values, *line.high], start=frame.floor, end=TOP, zero=True)
    beyond = []
    if seen is not None and seen < spend[-1]:
        place = along.at(seen)
        beyond = [
            tag("rect", class_="beyond", x=place, y=TOP, width=frame.right - place, height=frame.floor - TOP),
            tag("line", class_="mark", x1=place, x2=place, y1=TOP, y2=frame.floor),
        ]
    ticks = [
        tag("text", short(tick), x=along.at(tick), y=frame.height - 12, text_anchor="middle") for tick in along.ticks(4)
    ]
    parts = (
        _rows(up, frame),
        *ticks,
        *beyond,
        _band(line, across, up),
        _curve(line.values, across, up, kind=line.kind),
    )
    return frame.draw(*parts, says=says)


def _figure(picture: Html, legend: Sequence[tuple[str, str]]) -> Html:
    names = [tag("span", tag("i", class_=f"key {kind}"), name, class_="legend") for name, kind in legend]
    return tag("figure", picture, tag("figcaption", *names) if names else None)


def _across(count: int, frame: Frame) -> list[float]:
    """Where each of `count` places lies."""
    step = (frame.right - LEFT) / max(count, 1)
    return [LEFT + step * (index + 0.5) for index in range(count)]


def _rows(up: Axis, frame: Frame) -> Html:
    return join(
        *(
            join(
                tag("line", class_="grid", x1=LEFT, x2=frame.right, y1=up.at(tick), y2=up.at(tick)),
                tag("text", short(tick), x=LEFT - 8, y=up.at(tick) + 4, text_anchor="end"),
            )
            for tick in up.ticks()
        )
    )


def _weeks(labels: Sequence[str], across: Sequence[float], frame: Frame) -> Html:
    step = max(1, -(-len(labels) // LABELS))
    shown = range(0, len(labels), step)
    return join(
        *(tag("text", labels[index], x=across[index], y=frame.height - 12, text_anchor="middle") for index in shown)
    )


def _points(values: Values, across: Sequence[float], up: Axis) -> list[str]:
    return [f"{x:.1f} {up.at(y):.1f}" for x, y in zip(across, values, strict=True)]


def _curve(values: Values, across: Sequence[float], up: Axis, *, kind: str) -> Html:
    return tag("path", class_=f"line {kind}", d="M" + " L".join(_points(values, across, up)))


def _band(line: Line, across: Sequence[float], up: Axis) -> Html:
    return tag("path", class_=f"band {line.kind}", d=_area(across, line.low, line.high, up))


def _area(across: Sequence[float], low: Values, high: Values, up: Axis) -> str:
    there, back = _points(high, across, up), _points(low, across, up)[::-1]
    return "M" + " L".join([*there, *back]) + " Z"
