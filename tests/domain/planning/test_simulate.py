from dataclasses import replace

import numpy as np
import pytest

from nexusplanner.domain.planning.adstock import geometric_adstock
from nexusplanner.domain.planning.curves import hill
from nexusplanner.domain.planning.simulate import STRAINS, World, simulate


def made(seed=1, **change):
    return simulate(replace(World(), **change), rng=np.random.default_rng(seed))


def test_the_same_state_gives_the_same_bytes_and_another_another():
    one, same, other = made(1)[0], made(1)[0], made(2)[0]
    assert one.outcome.tobytes() == same.outcome.tobytes()
    assert one.spend.tobytes() == same.spend.tobytes()
    assert one.outcome.tobytes() != other.outcome.tobytes()


def test_the_truth_is_inside_its_ranges_and_explains_the_rows():
    data, truth = made(noise=0.001)
    roi = truth.roi_over(len(data.dates))
    assert np.all((roi >= 0.6) & (roi <= 5.0))
    assert np.all((truth.retention >= 0.05) & (truth.retention <= 0.7))
    half = truth.half / data.spend.mean(axis=0)
    assert np.all((half >= 0.3) & (half <= 3))
    np.testing.assert_allclose(truth.baseline + truth.contributions.sum(axis=1), truth.expected)
    np.testing.assert_allclose(data.outcome, truth.expected, rtol=0.01)


def test_the_curves_of_the_truth_make_its_contributions():
    data, truth = made()
    stock = geometric_adstock(data.spend.T, retention=truth.retention)
    made_of = truth.scale * hill(stock.T, half=truth.half, slope=truth.slope)
    np.testing.assert_allclose(made_of, truth.contributions, rtol=1e-9)


def test_mm_has_slopes_of_one_and_sizes_are_as_asked():
    data, truth = made(shape="mm", channels=("a", "b"), weeks=60, controls=0)
    assert np.all(truth.slope == 1)
    assert data.spend.shape == (60, 2)
    assert data.controls.shape == (60, 0)
    assert data.spend.mean(axis=0).sum() == pytest.approx(1e5)


@pytest.mark.parametrize("strain", STRAINS)
def test_every_strain_changes_the_world(strain):
    plain, strained = made()[0], made(strain=strain)[0]
    assert not np.array_equal(plain.outcome, strained.outcome)
    assert np.all(np.isfinite(strained.outcome))
    assert np.all(strained.spend >= 0)


def test_counts_are_whole_numbers_from_the_same_truth():
    counts, truth = made(whole=True, roi=(0.01, 0.05))
    assert np.all(counts.outcome == np.round(counts.outcome))
    assert np.all(truth.roi_over(169) <= 0.05)
