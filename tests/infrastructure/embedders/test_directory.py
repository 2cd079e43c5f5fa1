"""Models in a folder: only what was pinned is loaded, only from below one place, and nothing is executed."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.factories.static_models import static_model

from nexusplanner.application.ports.embedding import EmbeddingFailed
from nexusplanner.domain.embedding import EmbedderChoice, EmbedderKind
from nexusplanner.infrastructure.embedders import WorkspaceEmbedders
from nexusplanner.infrastructure.embedders.directory import LocalModels


def choice(directory: str = "small", sha256: str = "") -> EmbedderChoice:
    return EmbedderChoice(kind=EmbedderKind.DIRECTORY, directory=directory, sha256=sha256)


async def test_a_pinned_model_finds_what_means_the_same(tmp_path: Path) -> None:
    static_model(tmp_path / "small")
    made = WorkspaceEmbedders(models=tmp_path)
    pinned = await made.pin(choice())
    found = await made(choice(sha256=pinned.sha256), provider=None, key="").embed(
        ["A car", "my automobile", "fresh bread", "nothing it knows"], purpose="query", seconds=10
    )
    assert found.vectors.shape == (4, pinned.dimensions)
    near = found.vectors @ found.vectors[0]
    assert near[1] > 0.9 > near[2]
    assert not found.vectors[3].any()
    np.testing.assert_allclose(np.linalg.norm(found.vectors[:3], axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("change", ["byte", "name", "more", "fewer"])
async def test_any_change_of_names_or_bytes_is_noticed_at_the_next_load(tmp_path: Path, change: str) -> None:
    folder = static_model(tmp_path / "small")
    (folder / "notes.txt").write_text("a")
    sha256 = (await WorkspaceEmbedders(models=tmp_path).pin(choice())).sha256
    if change == "byte":
        (folder / "notes.txt").write_text("b")
    elif change == "name":
        (folder / "notes.txt").rename(folder / "other.txt")
    elif change == "more":
        (folder / "deep").mkdir()
        (folder / "deep" / "more.txt").write_text("")
    else:
        (folder / "notes.txt").unlink()
    embedder = WorkspaceEmbedders(models=tmp_path)(choice(sha256=sha256), provider=None, key="")
    with pytest.raises(EmbeddingFailed, match="have changed"):
        await embedder.embed(["car"], purpose="query", seconds=10)


@pytest.mark.parametrize("directory", ["..", "../outside", "/etc", "missing", ".", "link"])
def test_only_folders_below_the_installations_models_are_looked_at(tmp_path: Path, directory: str) -> None:
    static_model(tmp_path / "outside")
    root = tmp_path / "models"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(EmbeddingFailed, match="no folder"):
        LocalModels(root).load(directory, sha256="")


def test_a_folder_with_links_or_without_a_model_is_refused(tmp_path: Path) -> None:
    folder = static_model(tmp_path / "linked")
    (folder / "passwords").symlink_to("/etc/passwd")
    with pytest.raises(EmbeddingFailed, match="links"):
        LocalModels(tmp_path).load("linked", sha256="")
    bare = static_model(tmp_path / "bare")
    (bare / "tokenizer.json").unlink()
    with pytest.raises(EmbeddingFailed, match=r"tokenizer\.json is missing"):
        LocalModels(tmp_path).load("bare", sha256="")


class _Exploding:
    def __reduce__(self) -> tuple[object, ...]:
        return (sys.exit, ("executed",))


def test_nothing_in_a_folder_is_executed(tmp_path: Path) -> None:
    folder = static_model(tmp_path / "small")
    (folder / "model.safetensors").write_bytes(pickle.dumps(_Exploding()))
    with pytest.raises(EmbeddingFailed, match="cannot be read"):
        LocalModels(tmp_path).load("small", sha256="")


def test_without_the_optional_packages_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    static_model(tmp_path / "small")
    monkeypatch.setitem(sys.modules, "model2vec", None)
    with pytest.raises(EmbeddingFailed, match=r"nexusplanner\[local-embeddings\]"):
        LocalModels(tmp_path).load("small", sha256="")
