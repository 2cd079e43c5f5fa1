from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.factories import records

from nexusplanner.domain.shared import Invalid, TenantId

TENANT = TenantId(uuid4())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "n" * 121}, "name"),
        ({"industry": "i" * 201}, "industry"),
        ({"region": "r" * 201}, "region"),
        ({"outcome_name": " "}, "outcome_name"),
        ({"outcome_name": "o" * 201}, "outcome_name"),
        ({"profile": "p" * 20_001}, "profile"),
        ({"voice": ("warm",) * 101}, "voice"),
        ({"banned_claims": ("",)}, "banned_claims"),
        ({"audiences": ("a" * 501,)}, "audiences"),
    ],
)
def test_a_brand_names_what_is_missing_or_too_long(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        records.brand(TENANT, **changes).check()
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"category": "c" * 201}, "category"),
        ({"description": "d" * 20_001}, "description"),
        ({"target_audience": "t" * 20_001}, "target_audience"),
        ({"benefits": ("b",) * 101}, "benefits"),
        ({"proofs": ("",)}, "proofs"),
    ],
)
def test_a_service_names_what_is_missing_or_too_long(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        records.service(records.brand(TENANT), **changes).check()
    assert list(refusal.value.fields) == [field]


def test_texts_at_their_limits_are_fine() -> None:
    brand = records.brand(TENANT, name="n" * 120, profile="p" * 20_000, voice=("v" * 500,) * 100)
    brand.check()
    records.service(brand, name="n" * 160, category="c" * 200, benefits=("b",) * 100).check()
