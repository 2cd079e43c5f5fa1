"""What every automatic step did, and what became of it."""
