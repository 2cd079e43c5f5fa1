"""Small static models in a folder, as model2vec keeps them: a vector for each word."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

MEANINGS: Mapping[str, Sequence[float]] = {
    "car": (1.0, 0.0, 0.0, 0.0),
    "automobile": (0.98, 0.05, 0.0, 0.0),
    "vehicle": (0.95, 0.1, 0.0, 0.0),
    "bread": (0.0, 1.0, 0.0, 0.0),
    "loaf": (0.05, 0.98, 0.0, 0.0),
    "boiler": (0.0, 0.0, 1.0, 0.0),
    "furnace": (0.0, 0.05, 0.97, 0.0),
}
"""Words whose vectors say what no letter of theirs does."""


def static_model(folder: Path, *, words: Mapping[str, Sequence[float]] = MEANINGS) -> Path:
    """A folder with a model that knows these words and no other."""
    folder.mkdir(parents=True, exist_ok=True)
    width = len(next(iter(words.values())))
    vocabulary = {"[UNK]": 0, **{word: place for place, word in enumerate(words, start=1)}}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    vectors = np.array([[0.0] * width, *words.values()], dtype=np.float32)
    save_file({"embeddings": vectors}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"normalize": True}))
    return folder
