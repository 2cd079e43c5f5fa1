"""Who sends a request, and how often somebody may."""
