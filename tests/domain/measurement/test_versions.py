from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.factories import records

from nexusplanner.domain.measurement import MODEL_TRANSITIONS, ModelSource, ModelState, ModelVersion
from nexusplanner.domain.shared import Conflict, Invalid, TenantId


def version(**changes: object) -> ModelVersion:
    return records.model_version(records.brand(TenantId(uuid4())), **changes)


def test_what_a_list_shows_is_taken_from_the_curves_and_the_document() -> None:
    model = version(curves=(records.kept_curve("tv"), records.kept_curve("search")))
    assert model.channels == ("tv", "search")
    assert (model.holdout_weeks, model.holdout_wmape, model.holdout_coverage) == (1, 0.0099, 1.0)
    assert version(document=records.model_document(holdout=None)).holdout_wmape is None


def test_a_candidate_is_adopted_and_gives_way_and_can_be_taken_back() -> None:
    model = version(number=3)
    model.adopt(at=records.NOW, reason="It is the first.")
    assert (model.state, model.adopted_at, model.reason) == (ModelState.ADOPTED, records.NOW, "It is the first.")
    model.supersede(by=4)
    assert model.state is ModelState.SUPERSEDED
    assert "4" in model.reason
    model.adopt(at=records.NOW + timedelta(days=1), reason="Better after all.")
    assert model.state is ModelState.ADOPTED


def test_what_is_rejected_stays_rejected() -> None:
    model = version()
    model.reject(reason="Spend of March is missing.")
    with pytest.raises(Conflict, match="cannot become adopted") as refusal:
        model.adopt(at=records.NOW, reason="")
    assert refusal.value.code == "MODEL_STATE"
    assert model.adopted_at is None


def test_the_model_in_use_cannot_be_rejected() -> None:
    model = version()
    model.adopt(at=records.NOW, reason="")
    with pytest.raises(Conflict):
        model.reject(reason="")


def test_a_reason_has_a_length() -> None:
    with pytest.raises(Invalid) as refusal:
        version().reject(reason="x" * 501)
    assert list(refusal.value.fields) == ["reason"]


def test_every_state_has_its_ways_out() -> None:
    assert set(MODEL_TRANSITIONS) == set(ModelState)
    assert all(state not in ways for state, ways in MODEL_TRANSITIONS.items())


def test_only_a_fit_is_our_own() -> None:
    assert [source for source in ModelSource if not source.imported] == [ModelSource.FIT]
