"""Customer systems: signing in, choosing what is read, and reading it again and again without loss or repetition."""
