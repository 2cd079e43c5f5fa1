"""Use cases on documents: take one, read it again, delete it."""
