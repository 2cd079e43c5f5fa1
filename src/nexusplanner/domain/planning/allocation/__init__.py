"""How a budget is best split over channels, with a proof of how good the split is."""
