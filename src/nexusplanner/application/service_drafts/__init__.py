"""Drafts of a service record from a company's own web pages: by rules, each field with the words it was read from."""

from nexusplanner.application.service_drafts.drafting import Draft, draft_service, read_page
from nexusplanner.application.service_drafts.finding import FieldName, Found

__all__ = ("Draft", "FieldName", "Found", "draft_service", "read_page")
