"""Files of pairs and shards appear whole, whoever reads or writes them meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cas import ConceptModel, CulturalAlienSampler, Vocabulary
from cas.atomic_files import appearing
from cas.checkpoint import MODELS, VOCABULARY_FILE, WEIGHTS


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_two_may_write_one_file_side_by_side(tmp_path: Path) -> None:
    file = tmp_path / "shard"
    with appearing(file) as first, appearing(file) as second:
        first.write_text("first" * 1000)
        second.write_text("second")
        assert names(tmp_path) != ["shard"]
    assert file.read_text() == "first" * 1000
    assert names(tmp_path) == ["shard"]


def test_what_breaks_off_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "shard"
    file.write_text("old")
    with pytest.raises(RuntimeError), appearing(file) as part:
        part.write_text("half")
        raise RuntimeError
    assert file.read_text() == "old"
    assert names(tmp_path) == ["shard"]


def test_who_reads_a_pair_while_another_is_saved_over_it_reads_the_old_one(
    tmp_path: Path, vocabulary: Vocabulary, new_model: Callable[[Vocabulary, int], ConceptModel]
) -> None:
    def pair(seed: int) -> CulturalAlienSampler:
        return CulturalAlienSampler(new_model(vocabulary, seed), new_model(vocabulary, seed + 1))

    pair(1).save_pretrained(tmp_path)
    files = [*(tmp_path / model / WEIGHTS for model in MODELS), tmp_path / VOCABULARY_FILE]
    before = [file.read_bytes() for file in files]
    readers = [file.open("rb") for file in files]
    pair(3).save_pretrained(tmp_path)
    assert [reader.read() for reader in readers] == before
    for reader in readers:
        reader.close()
    assert CulturalAlienSampler.from_pretrained(tmp_path).fingerprint == pair(3).fingerprint
    assert [len(names(tmp_path / model)) for model in MODELS] == [2, 2]
