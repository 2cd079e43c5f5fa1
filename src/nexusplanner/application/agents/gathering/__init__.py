"""What is known for a brief: facts, news, passages and curves."""
