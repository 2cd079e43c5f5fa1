"""Use cases on how a workspace uses language models and embedders, and what they cost."""
