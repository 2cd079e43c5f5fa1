"""The reference data that ships with the package."""

from nexusplanner.infrastructure.reference.holidays import occasions
from nexusplanner.infrastructure.reference.loader import ReferenceDataInvalid, load_reference_data

__all__ = ["ReferenceDataInvalid", "load_reference_data", "occasions"]
