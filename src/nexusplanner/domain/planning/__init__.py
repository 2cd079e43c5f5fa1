"""Pure mathematics of planning: response curves, fits, allocation and flights."""
