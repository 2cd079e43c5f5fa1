"""What market news is worth: the same story told twice, scores with reasons, bursts, and what dismissals teach."""
