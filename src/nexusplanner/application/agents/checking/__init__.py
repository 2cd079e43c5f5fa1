"""What may stand of a text: quotes, evidence, and nothing private."""
