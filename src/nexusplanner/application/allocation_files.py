"""Allocation problems as JSON documents: one problem or a list in, results in the same shape and order out."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Literal

from nexusplanner.domain.planning.allocation import allocate
from nexusplanner.domain.planning.allocation_problem import AllocationProblem, ChannelProblem, relative_gap
from nexusplanner.domain.planning.curves import Curve, HillCurve, MeanHillCurve
from nexusplanner.domain.planning.rounding import round_allocation
from nexusplanner.domain.shared import Invalid

Unit = Literal["exact", "cents"]
CENTS_PER_UNIT = 100
TOLERANCE = 1e-7
"""A tenth of the gap that is promised, so that rounding to cents has room."""
LARGEST = 1e30
"""Far above any money or outcome, and far enough below the end of floating point for the arithmetic in between."""
CURVE_KEYS = frozenset({"kind", "scale", "half", "slope"})


class InvalidDocument(Invalid):
    """The document is not an allocation problem; `fields` says where and why."""

    code = "INVALID_ALLOCATION_DOCUMENT"

    @classmethod
    def at(cls, path: str, message: str) -> InvalidDocument:
        """The error at `path`, such as `channels[2].curve.half`."""
        return cls(f"{path}: {message}", fields={path: message})


def allocate_document(document: object, *, unit: Unit) -> object:
    """Solve one problem (a JSON object) or several (a list of them).

    unit: "exact" leaves fractions of currency units, "cents" rounds to hundredths with an exact sum. In a list, a problem
    that fails becomes `{"error": {"code", "message", "fields"}}` in its place and the others are solved; a single problem
    that fails raises. Raises: Invalid with the field at fault.
    """
    if not isinstance(document, list):
        return _solve(document, unit=unit)
    results: list[object] = []
    for problem in document:
        try:
            results.append(_solve(problem, unit=unit))
        except Invalid as error:
            results.append({"error": {"code": error.code, "message": error.message, "fields": error.fields}})
    return results


def parse_problem(document: object) -> AllocationProblem:
    """The problem a JSON object describes. Raises: Invalid with the field at fault."""
    fields = _object(document, "problem", required={"budget", "channels"}, optional=frozenset())
    budget = _number(fields["budget"], "budget")
    channels = fields["channels"]
    if not isinstance(channels, list) or not channels:
        raise InvalidDocument.at("channels", "must be a list of at least one channel")
    parsed = tuple(_channel(item, f"channels[{index}]", budget=budget) for index, item in enumerate(channels))
    seen: set[str] = set()
    for index, channel in enumerate(parsed):
        if channel.name in seen:
            raise InvalidDocument.at(f"channels[{index}].name", f"{channel.name!r} is used twice; names must differ")
        seen.add(channel.name)
    return AllocationProblem(budget=budget, channels=parsed)


def _solve(document: object, *, unit: Unit) -> dict[str, Any]:
    problem = parse_problem(document)
    began = time.perf_counter()
    result = allocate(problem, tolerance=TOLERANCE)
    allocation: Mapping[str, float] = result.allocation
    value, upper_bound = result.value, result.upper_bound
    if unit == "cents":
        rounded = round_allocation(problem, result, minor_per_unit=CENTS_PER_UNIT)
        allocation = {name: amount / CENTS_PER_UNIT for name, amount in rounded.allocation.items()}
        value, upper_bound = rounded.value, rounded.upper_bound
    seconds = time.perf_counter() - began
    gap = relative_gap(value=value, upper_bound=upper_bound)
    return {
        "allocation": dict(allocation),
        "value": value,
        "upper_bound": upper_bound,
        "gap": gap if math.isfinite(gap) else None,
        "shadow_price": result.shadow_price,
        "binding": [{"channel": name, "limit": limit} for name, limit in result.binding],
        "unspent": {"amount": result.unspent, "reason": result.unspent_reason},
        "seconds": seconds,
    }


def _channel(document: object, path: str, *, budget: float) -> ChannelProblem:
    fields = _object(document, path, required={"name", "curve"}, optional={"min", "max"})
    name = fields["name"]
    if not isinstance(name, str) or not name.strip():
        raise InvalidDocument.at(f"{path}.name", "must be a text that is not empty")
    lower = _number(fields.get("min", 0.0), f"{path}.min")
    upper = _number(fields["max"], f"{path}.max") if "max" in fields else max(budget, lower)
    if lower > upper:
        raise InvalidDocument.at(f"{path}.min", f"{lower:,.2f} is above the max of {upper:,.2f}; change one of them")
    return ChannelProblem(name=name, curve=_curve(fields["curve"], f"{path}.curve"), lower=lower, upper=upper)


def _curve(document: object, path: str) -> Curve:
    fields = _object(document, path, required=CURVE_KEYS, optional=frozenset())
    if fields["kind"] == "hill":
        numbers = {
            key: _number(fields[key], f"{path}.{key}", above=key != "scale") for key in ("scale", "half", "slope")
        }
        return HillCurve(**numbers)
    if fields["kind"] != "mean_hill":
        raise InvalidDocument.at(f"{path}.kind", f'must be "hill" or "mean_hill", not {fields["kind"]!r}')
    draws = {key: _numbers(fields[key], f"{path}.{key}", above=key != "scale") for key in ("scale", "half", "slope")}
    if len({len(numbers) for numbers in draws.values()}) != 1:
        raise InvalidDocument.at(path, "scale, half and slope must have the same number of draws")
    return MeanHillCurve.from_draws(**draws)


def _object(
    document: object, path: str, *, required: AbstractSet[str], optional: AbstractSet[str]
) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise InvalidDocument.at(path, "must be a JSON object")
    missing = sorted(required - document.keys())
    if missing:
        raise InvalidDocument.at(path, f"lacks {', '.join(missing)}")
    unknown = sorted(str(key) for key in document.keys() - required - optional)
    if unknown:
        known = ", ".join(sorted(required | optional))
        raise InvalidDocument.at(path, f"has unknown keys: {', '.join(unknown)}; known are {known}")
    return document


def _number(value: object, path: str, *, above: bool = False) -> float:
    """A finite number of 0 or more, or above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidDocument.at(path, f"must be a number, not {value!r}")
    if abs(value) > LARGEST or not math.isfinite(value) or value < 0 or (above and value == 0):
        raise InvalidDocument.at(path, f"must be a finite number {'above 0' if above else 'of 0 or more'}")
    return float(value)


def _numbers(value: object, path: str, *, above: bool) -> list[float]:
    if not isinstance(value, list) or not value:
        raise InvalidDocument.at(path, "must be a list of at least one number")
    return [_number(item, f"{path}[{index}]", above=above) for index, item in enumerate(value)]
