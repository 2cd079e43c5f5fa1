"""The command line: the product's front door."""
