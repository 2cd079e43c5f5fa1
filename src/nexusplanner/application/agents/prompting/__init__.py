"""Asking a model: prompts, answers, and what is made of them."""
