"""Fitting a brand's response model anew, step by step, so that a lost worker costs nothing that was finished."""

from nexusplanner.application.refit.start import start_refit

__all__ = ["start_refit"]
