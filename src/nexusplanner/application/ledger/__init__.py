"""The decision ledger: what is recorded, verified, exported and reported."""
