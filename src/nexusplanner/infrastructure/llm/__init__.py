"""Language models: the providers' protocols, their answers, and what they ask for.

Importing this package imports no vendor's library; the first question does.
"""

from nexusplanner.infrastructure.llm.models import ProviderModels
from nexusplanner.infrastructure.llm.prices import ListPrices
from nexusplanner.infrastructure.llm.reading import JsonAnswerReader

__all__ = ("JsonAnswerReader", "ListPrices", "ProviderModels")
