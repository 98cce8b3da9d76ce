"""A pair and a corpus as folders of the hub, and through the hub's own client to a server here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import DatasetCard, ModelCard, constants
from transformers import GPT2LMHeadModel

from cas import CulturalAlienSampler
from cas.data.corpus import Corpus, Split, Work, read_works
from cas.data.dataset_folder import write_dataset
from cas.errors import CheckpointError, CorpusError
from cas.hub import names_hub, push_folder
from tests.cas.hub_server import Repositories, hub_server


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Repositories]:
    with hub_server() as (address, stored):
        template = address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        yield stored


def test_a_saved_pair_is_a_folder_that_the_hub_and_transformers_read(
    sampler: CulturalAlienSampler, tmp_path: Path
) -> None:
    sampler.save_pretrained(tmp_path, licence="cc0-1.0")
    told = json.loads((tmp_path / "config.json").read_text())
    assert (told["concepts"], told["fingerprint"]) == (40, sampler.fingerprint)
    card = ModelCard.load(tmp_path / "README.md")
    assert (card.data.license, card.data.library_name) == ("cc0-1.0", "cultural-alien")
    assert "40 concepts" in card.text
    again = CulturalAlienSampler.from_pretrained(tmp_path)
    assert again.fingerprint == sampler.fingerprint
    assert GPT2LMHeadModel.from_pretrained(tmp_path / "context").config.n_positions == 9

    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n\n# Mine\n")
    sampler.save_pretrained(tmp_path)
    assert (tmp_path / "README.md").read_text() == "---\nlicense: mit\n---\n\n# Mine\n"
    sampler.save_pretrained(tmp_path, card=(tmp_path / "README.md").read_text())
    card = ModelCard.load(tmp_path / "README.md")
    assert (card.data.license, card.text.strip()) == (None, "# Mine")


def test_a_pair_goes_to_the_hub_and_comes_back(
    sampler: CulturalAlienSampler, hub: Repositories, tmp_path: Path
) -> None:
    address = sampler.push_to_hub("ada/pair", card="# Ada's", licence="mit", token="hf_none")
    assert address.endswith("/ada/pair/commit/0123456789abcdef0123456789abcdef01234567")
    assert set(hub["model ada/pair"]) == {
        "README.md", "config.json", "vocabulary.txt", "coherence/config.json",
        "coherence/model.safetensors", "context/config.json", "context/model.safetensors",
    }  # fmt: skip
    assert b"license: mit" in hub["model ada/pair"]["README.md"]
    again = CulturalAlienSampler.from_pretrained("ada/pair", cache_dir=tmp_path)
    pool = ["concept a0", "concept b1"]
    assert again.sample(pool, seed=3).concept == sampler.sample(pool, seed=3).concept
    hub.clear()
    kept = CulturalAlienSampler.from_pretrained(
        "ada/pair", cache_dir=tmp_path, local_files_only=True
    )
    assert kept.fingerprint == sampler.fingerprint
    with pytest.raises(CheckpointError, match="no pair of this name can be had from the hub"):
        CulturalAlienSampler.from_pretrained("ada/other", cache_dir=tmp_path)


def test_only_a_text_of_two_names_without_a_folder_here_is_the_hubs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    assert names_hub("ada/pair")
    for name in ("museums", "out/pair", "/ada/pair", "a/b/c", "./pair", Path("ada/pair")):
        assert not names_hub(name)
    with pytest.raises(CheckpointError, match="There is no pair at 'out/pair'"):
        CulturalAlienSampler.from_pretrained("out/pair")


def test_a_corpus_is_a_dataset_folder_with_the_splits_of_training(
    sampler: CulturalAlienSampler, works: list[Work], tmp_path: Path, hub: Repositories
) -> None:
    unknown = Work("nobody's", None, ("concept a0", "concept a1"))
    corpus = Corpus.pack([*works, unknown], sampler.vocabulary)
    facts = write_dataset(
        corpus, tmp_path, name="Made up", version="1.2.0", licence="cc0-1.0", sources="Dice.",
        held_out=0.1, seed=4,
    )  # fmt: skip
    split = Split.of(corpus, share=0.1, seed=4)
    assert list(facts["splits"]) == list(vars(split))
    ids: list[str] = []
    for part, told in facts["splits"].items():
        file = tmp_path / "data" / f"{part}.jsonl"
        read = list(read_works(file))
        packed = Corpus.pack(read, sampler.vocabulary)
        assert packed.ids == getattr(split, part).ids
        assert (packed.tokens == getattr(split, part).tokens).all()
        assert told["works"] == len(read)
        assert told["artists"] == len({work.artist for work in read} - {None})
        assert told["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
        ids += packed.ids
    assert sorted(ids) == sorted(corpus.ids)
    card = DatasetCard.load(tmp_path / "README.md")
    assert (card.data.license, card.data.version) == ("cc0-1.0", "1.2.0")
    files = card.data.configs[0]["data_files"]
    assert all((tmp_path / each["path"]).is_file() for each in files)
    assert card.text.rstrip().endswith("## Sources\n\nDice.")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.*") if file.is_file()}
    write_dataset(
        corpus, tmp_path, name="Made up", version="1.2.0", licence="cc0-1.0", sources="Dice.",
        held_out=0.1, seed=4,
    )  # fmt: skip
    assert before == {f: f.read_bytes() for f in tmp_path.rglob("*.*") if f.is_file()}
    push_folder(tmp_path, "ada/works", kind="dataset", message="First", token="hf_none")
    assert hub["dataset ada/works"]["dataset.json"] == (tmp_path / "dataset.json").read_bytes()
    with pytest.raises(CorpusError, match=r"not '1\.2'"):
        write_dataset(corpus, tmp_path, name="Made up", version="1.2")
