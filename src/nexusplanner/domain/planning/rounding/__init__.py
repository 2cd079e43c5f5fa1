"""Money to whole minor units, with an exact sum."""
