"""Splits that do best when things go badly, and figures of risk."""
