"""Learning from feedback and results: what was made, what it taught, what is remembered, whether it helped."""
