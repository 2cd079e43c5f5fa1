"""A fit gives the same bytes however many threads the linear algebra has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nexusplanner

ROOT = Path(__file__).parents[3]
PROGRAM = """
from uuid import UUID

import nexusplanner
from tests.factories import records
from tests.factories.actuals import simulated_actuals
from nexusplanner.application.measurement.fitting import fit_model
from nexusplanner.application.measurement.inputs import model_input
from nexusplanner.domain.analytics import history
from nexusplanner.infrastructure.db.recordings import seal

brand = records.brand(UUID(int=1), id=UUID(int=2))
channels, outcomes = simulated_actuals(brand, weeks=70)
past = history(channels, brand=outcomes, outcome=brand.outcome_name)
print(seal(fit_model(model_input(past, outcome_name=brand.outcome_name, outcome_is_money=False, currency="EUR"))))
"""


def sealed_with(threads: int) -> str:
    paths = os.pathsep.join((str(Path(nexusplanner.__file__).parents[1]), str(ROOT)))
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": str(threads), "PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.strip()


def test_a_fit_is_the_same_to_the_byte_with_one_thread_and_with_several() -> None:
    one, several = sealed_with(1), sealed_with(4)
    assert len(one) == 64
    assert one == several
