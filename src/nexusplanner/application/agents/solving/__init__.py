"""Problems for the mathematics, and what its answers mean for a plan."""
