"""The settings of `nexus fit` as written in a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast, get_args

from nexusplanner.domain.planning.fit.data import Adstock, Curve, FitDataError, Method
from nexusplanner.domain.planning.fit.fitting import ChannelPrior, FitConfig, LiftExperiment
from nexusplanner.domain.shared import Invalid

KEYS = frozenset(
    {
        "adstock",
        "controls",
        "date",
        "draws",
        "experiments",
        "holdout",
        "holidays",
        "kind",
        "method",
        "outcome",
        "priors",
        "saturation",
        "seed",
        "spend",
    }
)


class FitSettingsError(Invalid):
    """The settings of a fit are wrong; the message names the key."""

    code = "FIT_SETTINGS_INVALID"


@dataclass(frozen=True, kw_only=True)
class FitSettings:
    """Column names and settings as written in the YAML file; holidays of a region are named by it."""

    date: str
    outcome: str
    spend: tuple[str, ...]
    controls: tuple[str, ...]
    config: FitConfig
    seed: int
    region: str = ""


def read_settings(config: Mapping[str, Any]) -> FitSettings:
    """Settings from a parsed YAML mapping. Raises: FitSettingsError."""
    unknown = sorted(set(config) - KEYS)
    if unknown:
        raise FitSettingsError(f"unknown key {unknown[0]}: the keys are {', '.join(sorted(KEYS))}")
    kind = config.get("kind", "money")
    if kind not in ("money", "count"):
        raise FitSettingsError("kind must be money or count")
    holidays = config.get("holidays") or {}
    return FitSettings(
        date=_name(config, "date"),
        outcome=_name(config, "outcome"),
        spend=_names(config, "spend", needed=True),
        controls=_names(config, "controls", needed=False),
        config=FitConfig(
            holdout=_whole(config, "holdout", default=0, least=0),
            kind=kind,
            draws=_whole(config, "draws", default=400, least=50),
            priors=_priors(config.get("priors") or {}),
            method=cast("Method", _one_of(config, "method", get_args(Method))),
            adstock=cast("Adstock", _one_of(config, "adstock", get_args(Adstock))),
            saturation=cast("Curve", _one_of(config, "saturation", get_args(Curve))),
            experiments=_experiments(config.get("experiments") or []),
            holidays={} if isinstance(holidays, str) else _holidays(holidays),
        ),
        region=holidays if isinstance(holidays, str) else "",
        seed=_whole(config, "seed", default=1, least=0),
    )


def _name(config: Mapping[str, Any], key: str) -> str:
    value = config.get(key)
    if not isinstance(value, str) or not value.strip():
        raise FitSettingsError(f"{key} must name a column")
    return value.strip()


def _names(config: Mapping[str, Any], key: str, *, needed: bool) -> tuple[str, ...]:
    value = config.get(key) or []
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise FitSettingsError(f"{key} must be a list of column names")
    names = tuple(item.strip() for item in value)
    if needed and not names:
        raise FitSettingsError(f"{key} must name at least one column")
    if len(set(names)) != len(names):
        raise FitSettingsError(f"{key} names a column twice")
    return names


def _whole(config: Mapping[str, Any], key: str, *, default: int, least: int) -> int:
    value = config.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise FitSettingsError(f"{key} must be a whole number, {least} or more")
    return value


def _priors(value: object) -> dict[str, ChannelPrior]:
    if not isinstance(value, Mapping):
        raise FitSettingsError("priors must map a spend column to {median, spread, source}")
    found = {}
    for channel, given in value.items():
        try:
            median, spread = float(given["median"]), float(given["spread"])
            source = str(given.get("source", ""))
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise FitSettingsError(f"prior of {channel}: give numbers for median and spread") from error
        if not (0 < median < float("inf") and 0 < spread < float("inf")):
            raise FitSettingsError(f"prior of {channel}: median and spread must be above 0")
        found[str(channel)] = ChannelPrior(median=median, spread=spread, source=source)
    return found


def _one_of(config: Mapping[str, Any], key: str, choices: tuple[str, ...]) -> str:
    value = config.get(key, choices[0])
    if value not in choices:
        raise FitSettingsError(f"{key} must be one of {', '.join(choices)}")
    return str(value)


def _experiments(value: object) -> tuple[LiftExperiment, ...]:
    if not isinstance(value, list):
        raise FitSettingsError("experiments must be a list of {channel, start, end, lift, low, high}")
    return tuple(_experiment(given, number) for number, given in enumerate(value, start=1))


def _experiment(given: object, number: int) -> LiftExperiment:
    try:
        fields = dict(cast("Mapping[str, Any]", given))
        spend = fields.pop("spend", None)
        found = LiftExperiment(
            channel=str(fields.pop("channel")),
            start=_day(fields.pop("start")),
            end=_day(fields.pop("end")),
            lift=float(fields.pop("lift")),
            low=float(fields.pop("low")),
            high=float(fields.pop("high")),
            spend=None if spend is None else float(spend),
        )
    except (TypeError, KeyError, ValueError) as error:
        raise FitSettingsError(
            f"experiment {number}: give channel, start and end (days like 2025-01-31), lift, low and high (numbers)"
        ) from error
    except FitDataError as error:
        raise FitSettingsError(f"experiment {number}: {error}") from error
    if fields:
        raise FitSettingsError(f"experiment {number}: unknown key {min(fields)}")
    return found


def _holidays(value: object) -> dict[str, tuple[date, ...]]:
    if not isinstance(value, Mapping) or not all(isinstance(days, list) for days in value.values()):
        raise FitSettingsError("holidays must name a region, or map names to lists of days")
    try:
        return {str(name): tuple(_day(day) for day in days) for name, days in value.items()}
    except (TypeError, ValueError) as error:
        raise FitSettingsError(f"holidays: {error} (write days like 2025-01-31)") from error


def _day(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value))
