"""Measuring what channels bring: fits, versions of the model, experiments, and what is told of them."""
