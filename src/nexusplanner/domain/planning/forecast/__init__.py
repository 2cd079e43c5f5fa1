"""What weekly spends are expected to bring, and how good forecasts were."""
