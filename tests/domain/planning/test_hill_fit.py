from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.domain.planning.curves import HillCurve
from nexusplanner.domain.planning.hill_fit import nearest_hill

SPEND = np.linspace(0.05, 1.5, 48)


@given(st.floats(0.01, 1e6), st.floats(0.1, 3.0), st.floats(0.4, 3.0))
@settings(deadline=None)
def test_a_hill_curve_is_found_again(scale: float, half: float, slope: float) -> None:
    values = HillCurve(scale=scale, half=half, slope=slope).value(SPEND)[np.newaxis, :]
    found = nearest_hill(SPEND, values=values)
    assert found.error[0] < 1e-3
    again = HillCurve(scale=float(found.scale[0]), half=float(found.half[0]), slope=float(found.slope[0])).value(SPEND)
    np.testing.assert_allclose(again, values[0], rtol=0.02, atol=1e-3 * values[0, -1])


@pytest.mark.parametrize(("steep", "error"), [(0.5, 0.01), (1.0, 0.01), (3.0, 0.03), (8.0, 0.06)])
def test_a_logistic_curve_is_met_the_worse_the_sooner_it_saturates(steep: float, error: float) -> None:
    values = np.tanh(steep * SPEND / 2)[np.newaxis, :]
    found = nearest_hill(SPEND, values=values)
    assert found.error[0] < error


def test_a_step_is_not_met_and_says_so() -> None:
    values = np.where(SPEND < 0.7, 0.3, 1.0)[np.newaxis, :]
    assert nearest_hill(SPEND, values=values).error[0] > 0.05


def test_many_curves_are_matched_at_once_as_each_alone() -> None:
    steep = np.array([0.5, 2.0, 5.0])
    values = np.tanh(steep[:, None] * SPEND / 2)
    together = nearest_hill(SPEND, values=values)
    for index in range(3):
        alone = nearest_hill(SPEND, values=values[index : index + 1])
        assert together.half[index] == pytest.approx(alone.half[0], rel=1e-6)
        assert together.error[index] == pytest.approx(alone.error[0], rel=1e-3, abs=1e-9)


@pytest.mark.parametrize("values", [np.zeros((1, 48)), np.full((1, 48), np.nan)])
def test_curves_that_bring_nothing_are_refused(values: np.ndarray) -> None:
    with pytest.raises(ValueError, match="bring something"):
        nearest_hill(SPEND, values=values)
