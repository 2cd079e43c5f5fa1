"""Draw the figure of the explanation of response curves.

python benchmarks/fit_figure.py docs/explanation/response-curves.svg
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from nexusplanner.domain.planning.adstock import delayed_weights
from nexusplanner.domain.planning.curves import FloatArray, hill
from nexusplanner.domain.planning.fit.fitting import FitConfig, fit
from nexusplanner.domain.planning.simulate import World, simulate

WIDTH, HEIGHT, PAD = 240.0, 180.0, 34.0
COLOURS = ("#0b6e99", "#b4541a", "#5b7f2b")


class Panel:
    """One plot of the figure, with marks collected as SVG."""

    def __init__(self, index: int, title: str, across: str, *, right: float, top: float) -> None:
        self.left = PAD + index * (WIDTH + PAD)
        self.right, self.top = right, top
        base = HEIGHT + PAD
        self.marks = [
            f'<text x="{self.left:.0f}" y="20" font-weight="600">{title}</text>',
            f'<text x="{self.left + WIDTH:.0f}" y="{base + 26:.0f}" text-anchor="end">{across}</text>',
            f'<path d="M{self.left:.0f} {PAD:.0f}V{base:.0f}H{self.left + WIDTH:.0f}" fill="none" stroke="#767676"/>',
        ]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point lies in the picture."""
        return self.left + WIDTH * x / self.right, PAD + HEIGHT * (1.0 - min(y / self.top, 1.0))

    def line(self, xs: FloatArray, ys: FloatArray, *, colour: str, name: str, named_at: int) -> None:
        """A curve with its name beside one of its points."""
        points = [self.at(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        x, y = points[named_at]
        self.marks.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        rises = named_at > 0 and points[named_at - 1][1] > y
        side = f'text-anchor="end" x="{x - 6:.1f}"' if rises else f'x="{x + 6:.1f}"'
        self.marks.append(f'<text {side} y="{y - 5:.1f}" fill="{colour}">{name}</text>')

    def interval(self, x: float, ends: Sequence[float], *, truth: float) -> None:
        """An interval as a bar, its truth as a dot, in another colour when the bar misses it."""
        (place, low), (_, high) = self.at(x, ends[0]), self.at(x, ends[1])
        held = ends[0] <= truth <= ends[1]
        colour = COLOURS[0] if held else COLOURS[1]
        self.marks.append(f'<path d="M{place:.1f} {low:.1f}V{high:.1f}" stroke="{colour}" stroke-width="3"/>')
        self.marks.append(f'<circle cx="{place:.1f}" cy="{self.at(x, truth)[1]:.1f}" r="3" fill="#1f1f1f"/>')


def carried() -> Panel:
    """How a week's spend works on."""
    lags = np.arange(9.0)
    panel = Panel(0, "A week's spend works on", "weeks later", right=8, top=0.6)
    panel.line(lags, 0.5 * 0.5**lags, colour=COLOURS[0], name="geometric, θ 0.5", named_at=0)
    late = delayed_weights(decay=np.array(0.7), delay=np.array(3.0))[:9]
    panel.line(lags, late, colour=COLOURS[1], name="delayed by 3 weeks", named_at=4)
    return panel


def saturated() -> Panel:
    """How more spend brings less."""
    spend = np.linspace(0.0, 3.0, 61)
    panel = Panel(1, "More spend brings less", "spend over half", right=3, top=1)
    for slope, colour, place in ((0.7, COLOURS[2], 15), (1.0, COLOURS[0], 60), (2.5, COLOURS[1], 32)):
        share = hill(spend, half=np.array(1.0), slope=np.array(slope))
        panel.line(spend, share, colour=colour, name=f"slope {slope}", named_at=place)
    return panel


def covered() -> Panel:
    """Intervals of simulated channels and their truth."""
    panel = Panel(2, "ROI: 90 % intervals and the truth", "30 channels of 6 simulated companies", right=31, top=10)
    place = 0
    for seed in range(6):
        data, truth = simulate(World(), rng=np.random.default_rng([1, seed]))
        found = fit(data, config=FitConfig(holdout=13), rng=np.random.default_rng(seed))
        for channel, roi in zip(found.channels, truth.roi_over(len(found.dates)), strict=True):
            place += 1
            if channel.roi is not None:
                panel.interval(place, (channel.roi.low, channel.roi.high), truth=float(roi))
    return panel


def main() -> None:
    """Write the figure to the path given."""
    marks = [mark for panel in (carried(), saturated(), covered()) for mark in panel.marks]
    width, height = 3 * (WIDTH + PAD) + PAD, HEIGHT + 2 * PAD
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#1f1f1f">'
        "<title>Carry-over, saturation, and intervals against a known truth</title>"
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>'
    )
    Path(sys.argv[1]).write_text("\n".join([head, *marks, "</svg>"]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
