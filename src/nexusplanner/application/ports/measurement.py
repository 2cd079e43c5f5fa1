"""What measurement needs to be kept. Adapters live in infrastructure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from nexusplanner.domain.measurement import Experiment, ModelVersion
from nexusplanner.domain.shared import BrandId, ExperimentId, ModelId


class Models(Protocol):
    """Versions of response models of the actor's tenant."""

    async def get(self, model_id: ModelId) -> ModelVersion:
        """The version. Raises NotFound."""
        ...

    async def adopted(self, *, brand_id: BrandId) -> ModelVersion | None:
        """The version plans of the brand are made on."""
        ...

    async def find(self, *, brand_id: BrandId, input_hash: str) -> ModelVersion | None:
        """The newest version of the brand that was made from exactly this."""
        ...

    async def hold(self, *, brand_id: BrandId) -> None:
        """Others who hold the brand's versions wait until this transaction ends. Raises NotFound."""
        ...

    async def next_number(self, *, brand_id: BrandId) -> int:
        """The number of the brand's next version, for whoever holds its versions."""
        ...

    def add(self, model: ModelVersion) -> None:
        """Keep a new version."""
        ...


class Experiments(Protocol):
    """Lift experiments of the actor's tenant."""

    async def get(self, experiment_id: ExperimentId) -> Experiment:
        """The experiment. Raises NotFound."""
        ...

    async def of_brand(self, brand_id: BrandId, *, before: date | None = None) -> Sequence[Experiment]:
        """Every experiment of the brand, by channel and days; only those that ended before `before` when given."""
        ...

    def add(self, experiment: Experiment) -> None:
        """Keep a new experiment."""
        ...

    async def remove(self, experiment: Experiment) -> None:
        """Delete it."""
        ...
