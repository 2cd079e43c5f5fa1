"""Durable work: one step at a time, each kept once, and what is due by the clock."""
