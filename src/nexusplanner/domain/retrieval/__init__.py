"""Finding passages by words and by meaning: an incremental index, latent semantics, fusion of ranks, quotes."""
