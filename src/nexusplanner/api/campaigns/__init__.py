"""Campaigns at the edge: what is asked, what is answered, and the routes between."""
