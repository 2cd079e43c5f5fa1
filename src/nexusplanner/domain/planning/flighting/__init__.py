"""The best weeks for channels' money, with a proof of how good they are."""
