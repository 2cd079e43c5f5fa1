"""Reading an allocation problem from a JSON document."""

from __future__ import annotations

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Literal, cast

from nexusplanner.domain.planning.allocation.groups import Group, InvalidGroup
from nexusplanner.domain.planning.allocation.problem import AllocationProblem, ChannelProblem
from nexusplanner.domain.planning.curves import Curve, HillCurve, MeanHillCurve
from nexusplanner.domain.shared import Invalid

LARGEST = 1e30
"""Far above any money or outcome, and far enough below the end of floating point for the arithmetic in between."""
CURVE_KEYS = frozenset({"kind", "scale", "half", "slope"})
GROUP_KEYS = frozenset({"min", "max", "min_share", "max_share"})

GoalKind = Literal["most_outcome", "least_spend", "marginal_floor"]
Risk = Literal["mean", "cvar", "quantile"]
GOAL_KINDS: tuple[GoalKind, ...] = ("most_outcome", "least_spend", "marginal_floor")
RISKS: tuple[Risk, ...] = ("mean", "cvar", "quantile")


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What to reach. outcome: for the least spend. floor: outcome per currency unit of the last unit.

    risk, level: what counts as outcome, as in `RiskProblem`.
    """

    kind: GoalKind = "most_outcome"
    outcome: float | None = None
    floor: float | None = None
    risk: Risk = "mean"
    level: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A problem with its goal."""

    problem: AllocationProblem
    goal: Goal


class InvalidDocument(Invalid):
    """The document is not an allocation problem; `fields` says where and why."""

    code = "INVALID_ALLOCATION_DOCUMENT"

    @classmethod
    def at(cls, path: str, message: str) -> InvalidDocument:
        """The error at `path`, such as `channels[2].curve.half`."""
        return cls(f"{path}: {message}", fields={path: message})


def parse_problem(document: object) -> Asked:
    """The problem a JSON object describes. Raises: Invalid with the field at fault."""
    fields = _object(document, "problem", required={"budget", "channels"}, optional={"groups", "goal"})
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
    groups = fields.get("groups", [])
    if not isinstance(groups, list):
        raise InvalidDocument.at("groups", "must be a list")
    goal = _goal(fields.get("goal", {}), channels=parsed)
    members = tuple(_group(item, f"groups[{index}]", budget=budget) for index, item in enumerate(groups))
    try:
        return Asked(problem=AllocationProblem(budget=budget, channels=parsed, groups=members), goal=goal)
    except InvalidGroup as error:
        raise InvalidDocument.at("groups", error.message) from None


def _group(document: object, path: str, *, budget: float) -> Group:
    fields = _object(document, path, required={"name", "channels"}, optional=GROUP_KEYS)
    members = fields["channels"]
    if not isinstance(members, list) or not all(isinstance(each, str) for each in members):
        raise InvalidDocument.at(f"{path}.channels", "must be a list of channel names")
    if not GROUP_KEYS & fields.keys():
        raise InvalidDocument.at(path, f"needs one of {', '.join(sorted(GROUP_KEYS))}")
    shares = {
        key: _number(fields[key], f"{path}.{key}", most=1.0) for key in ("min_share", "max_share") if key in fields
    }
    least = [_number(fields.get("min", 0.0), f"{path}.min"), shares.get("min_share", 0.0) * budget]
    most = [_number(fields["max"], f"{path}.max")] if "max" in fields else []
    most += [shares["max_share"] * budget] if "max_share" in shares else []
    name = _name(fields["name"], path)
    try:
        return Group(
            name=name,
            members=tuple(members),
            lower=max(least),
            upper=min(most) if most else math.inf,
        )
    except Invalid as error:
        raise InvalidDocument.at(path, error.message) from None


def _goal(document: object, *, channels: tuple[ChannelProblem, ...]) -> Goal:
    optional = frozenset({"kind", "outcome", "floor", "risk", "level"})
    fields = _object(document, "goal", required=frozenset(), optional=optional)
    kind = cast("GoalKind", _one_of(fields.get("kind", "most_outcome"), "goal.kind", GOAL_KINDS))
    risk = cast("Risk", _one_of(fields.get("risk", "mean"), "goal.risk", RISKS))
    needed = {"least_spend": "outcome", "marginal_floor": "floor"}.get(kind)
    for name in ("outcome", "floor"):
        if (name in fields) != (name == needed):
            word = "is needed by" if name == needed else "is not taken by"
            raise InvalidDocument.at(f"goal.{name}", f"{word} the goal {kind}")
    if risk != "mean" and kind != "most_outcome":
        raise InvalidDocument.at("goal.risk", "can be asked only with the goal most_outcome")
    if risk != "mean":
        counts = {each.curve.scale.size for each in channels if isinstance(each.curve, MeanHillCurve)}
        if len(counts) != 1:
            raise InvalidDocument.at("goal.risk", "needs mean_hill curves, all with the same number of draws")
    level = _number(fields.get("level", 0.1), "goal.level", above=True, most=0.999)
    outcome = _number(fields["outcome"], "goal.outcome", above=True) if needed == "outcome" else None
    floor = _number(fields["floor"], "goal.floor") if needed == "floor" else None
    return Goal(kind=kind, outcome=outcome, floor=floor, risk=risk, level=level)


def _one_of(value: object, path: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise InvalidDocument.at(path, f"must be one of {', '.join(known)}, not {value!r}")
    return str(value)


def _name(value: object, path: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidDocument.at(f"{path}.name", "must be a text that is not empty")
    return value


def _channel(document: object, path: str, *, budget: float) -> ChannelProblem:
    fields = _object(document, path, required={"name", "curve"}, optional={"min", "max"})
    name = _name(fields["name"], path)
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


def _number(value: object, path: str, *, above: bool = False, most: float = LARGEST) -> float:
    """A finite number of 0 or more, or above 0, and at most `most`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidDocument.at(path, f"must be a number, not {value!r}")
    if abs(value) > most or not math.isfinite(value) or value < 0 or (above and value == 0):
        limit = f", at most {most:g}" if most < LARGEST else ""
        raise InvalidDocument.at(path, f"must be a finite number {'above 0' if above else 'of 0 or more'}{limit}")
    return float(value)


def _numbers(value: object, path: str, *, above: bool) -> list[float]:
    if not isinstance(value, list) or not value:
        raise InvalidDocument.at(path, "must be a list of at least one number")
    return [_number(item, f"{path}[{index}]", above=above) for index, item in enumerate(value)]
