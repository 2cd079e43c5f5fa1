"""A model's report as one HTML file: no script, nothing from elsewhere, every text escaped."""

from nexusplanner.application.measurement.report.content import ReportContent, ReportedExperiment, content_of
from nexusplanner.application.measurement.report.page import render

__all__ = ["ReportContent", "ReportedExperiment", "content_of", "render"]
