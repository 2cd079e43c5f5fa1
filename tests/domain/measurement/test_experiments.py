from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from tests.factories import records

from nexusplanner.domain.measurement import Experiment
from nexusplanner.domain.shared import Estimate, Invalid, TenantId


def experiment(**changes: object) -> Experiment:
    return records.experiment(records.brand(TenantId(uuid4())), **changes)


def test_a_result_with_its_interval_is_an_experiment() -> None:
    found = experiment()
    found.check()
    found.require_known(("search", "tv").__contains__)
    assert found.dates.days == 14
    experiment(lift=Estimate(mean=-3.0, low=-20.0, high=10.0)).check()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": " "}, "channel"),
        ({"end_date": date(2026, 1, 4)}, "end_date"),
        ({"start_date": date(1025, 1, 4)}, "start_date"),
        ({"end_date": date(2027, 6, 1)}, "end_date"),
        ({"lift": Estimate(mean=10.0, low=11.0, high=12.0)}, "lift"),
        ({"lift": Estimate(mean=10.0, low=10.0, high=12.0)}, "lift"),
        ({"lift": Estimate(mean=float("nan"), low=1.0, high=12.0)}, "lift"),
        ({"method": "x" * 201}, "method"),
        ({"notes": "x" * 4001}, "notes"),
    ],
)
def test_what_is_no_result_is_named(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        experiment(**changes).check()
    assert field in refusal.value.fields


def test_a_channel_nobody_knows_is_named() -> None:
    with pytest.raises(Invalid) as refusal:
        experiment(channel="sky_writing").require_known(("search",).__contains__)
    assert list(refusal.value.fields) == ["channel"]
