"""Fitting response curves to weekly spend and outcomes."""
