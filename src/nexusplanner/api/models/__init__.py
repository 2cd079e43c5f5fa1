"""How language models are used, what they cost, and conversations with them."""
