"""What became of proposals and forecasts."""
