"""What a plan would be without some of its sources."""
