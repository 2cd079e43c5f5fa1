"""What the workspace knows, and how it is found."""
