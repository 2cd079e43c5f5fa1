"""What a workspace knows: its passages, how they are found, and what stands on them."""
