"""Ideas, opportunities and strategies from rules: no model, no network, the same words for the same input."""

from nexusplanner.infrastructure.rules.provider import RulesIdeationService

__all__ = ["RulesIdeationService"]
