"""Models made by other programs: read their results and take their curves over."""

from nexusplanner.application.measurement.foreign.read import read_foreign
from nexusplanner.application.measurement.foreign.shared import ForeignModel, ModelFileError

__all__ = ["ForeignModel", "ModelFileError", "read_foreign"]
