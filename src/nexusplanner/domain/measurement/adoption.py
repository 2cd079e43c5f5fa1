"""Whether a new version takes the place of the adopted one: the rule, on errors in weeks neither had seen.

The new version is adopted unless it is clearly worse: its error on the same held-out weeks is more than `WORSE` above
the adopted version's, and the weekly differences are more than chance makes them (their mean exceeds `NOISE` standard
errors). A tie goes to the new version, because it knows the newest weeks. A model that came from another program was
chosen by a person, so only a person replaces it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

WORSE = 0.05
NOISE = 1.0


@dataclass(frozen=True, kw_only=True)
class Errors:
    """Absolute errors of a model by held-out week, and the sum of absolute outcomes of those weeks."""

    weekly: tuple[float, ...]
    outcome: float

    @property
    def wmape(self) -> float:
        """Sum of absolute errors over sum of absolute outcomes."""
        return sum(self.weekly) / self.outcome if self.outcome > 0 else 0.0


@dataclass(frozen=True, kw_only=True)
class Holder:
    """The adopted version, with its errors on the weeks the new one was scored on, if there are any."""

    number: int
    imported: bool = False
    errors: Errors | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """adopt: whether the new version takes the place. worse: clearly worse on the same weeks. reason: in words."""

    adopt: bool
    worse: bool
    reason: str
    wmape: float | None = None
    holder_wmape: float | None = None


def judge_version(new: Errors | None, *, holder: Holder | None) -> Verdict:
    """What becomes of a new version. new: its errors on the held-out weeks; None when there were too few to hold out."""
    wmape = new.wmape if new else None
    if holder is None:
        return Verdict(adopt=True, worse=False, reason="It is the first model of the brand.", wmape=wmape)
    if new is None or holder.errors is None:
        judged = Verdict(
            adopt=True,
            worse=False,
            reason="There are too few weeks to hold a quarter out, so the newest figures decide.",
            wmape=wmape,
        )
    else:
        judged = _compared(new, holder.errors, number=holder.number)
    if not holder.imported:
        return judged
    words = f"Version {holder.number} was imported, so a person decides whether to replace it."
    told = f"{words} {judged.reason}" if judged.wmape is not None and judged.holder_wmape is not None else words
    return Verdict(adopt=False, worse=judged.worse, reason=told, wmape=judged.wmape, holder_wmape=judged.holder_wmape)


def _compared(new: Errors, old: Errors, *, number: int) -> Verdict:
    weeks = len(new.weekly)
    apart = new.wmape - old.wmape
    clear = apart > WORSE * old.wmape and _beyond_chance(new.weekly, old.weekly)
    figures = f"on the same {weeks} weeks it was off by {new.wmape:.1%}, version {number} by {old.wmape:.1%}"
    if clear:
        reason = f"Not adopted: {figures}, more than {WORSE:.0%} worse and more than chance explains."
    elif apart > 0:
        reason = f"Adopted: {figures}; the difference is within {WORSE:.0%} or within chance, and it knows newer weeks."
    else:
        reason = f"Adopted: {figures}."
    return Verdict(adopt=not clear, worse=clear, reason=reason, wmape=new.wmape, holder_wmape=old.wmape)


def _beyond_chance(new: Sequence[float], old: Sequence[float]) -> bool:
    """Whether the mean of the paired weekly differences lies more than `NOISE` standard errors above zero."""
    apart = [after - before for after, before in zip(new, old, strict=True)]
    if len(apart) < 2:
        return True
    return fmean(apart) > NOISE * stdev(apart) / sqrt(len(apart))
