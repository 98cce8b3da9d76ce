"""`artist grow`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from cas import ConceptModel, CulturalAlienSampler, Vocabulary
from cas.model import ModelSize
from tests.cli.conftest import Call

WORDS = ["sea", "sky", "boat", "tree", "hill", "owl", "tower", "rain"]


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A small pair with the vocabulary `WORDS`."""
    size = ModelSize(layers=1, width=16, heads=2, longest=6)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        models = [ConceptModel.new(Vocabulary(WORDS), size) for _ in range(2)]
    CulturalAlienSampler(*models).save_pretrained(tmp_path / "pair")
    return tmp_path / "pair"


@pytest.fixture
def new(tmp_path: Path) -> Path:
    file = tmp_path / "new.txt"
    file.write_text("# things of today\ndrone  # it flies\n\n  neon sign\n")
    return file


def corpus(folder: Path, *lines: dict[str, object]) -> Path:
    file = folder / "works.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


def test_a_pair_grows_and_the_next_steps_are_printed(
    call: Call, pair: Path, new: Path, tmp_path: Path
) -> None:
    out = tmp_path / "grown"
    works = corpus(
        tmp_path, *({"artist": f"a{n}", "concepts": ["drone", "sky", w]} for n, w in
                    enumerate(WORDS) if w != "sky"),
    )  # fmt: skip
    result = call("grow", pair, new, out, "--works", works)
    assert result.code == 0, result.out
    (row,) = (line.split() for line in result.out.splitlines() if line.startswith("drone"))
    assert row[1:3] == ["7", "7"]
    assert "No work has neon sign." in result.out
    assert result.out.endswith(f'[models]\nsampler = "{out}"\n')
    grown = CulturalAlienSampler.from_pretrained(out)
    assert list(grown.vocabulary) == [*WORDS, "drone", "neon sign"]
    picked = call("sample", "--pool", "drone,sky", "--model", out, "--json")
    assert json.loads(picked.out)["concept"] in grown.vocabulary


def test_the_shipped_pair_grows_by_name_and_without_works(
    call: Call, new: Path, tmp_path: Path
) -> None:
    result = call("grow", "museums", new, tmp_path / "grown")
    assert result.code == 0, result.out
    assert (
        "sets that the old coherence model draws" in result.out and "No work has" not in result.out
    )
    card = (tmp_path / "grown" / "MODEL_CARD.md").read_text()
    assert "Grown from the pair `museums`" in card and "## Model card" not in card[:2]


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("# nothing yet\n", "has no concept"),
        ("sea\n", "knows 'sea' already"),
        ("drone\ndrone\n", "'drone' is twice"),
        ("Drone\n", "must be 'drone'"),
        (b"\xff\xff", "line 1 is not UTF-8"),
    ],
)
def test_mistakes_in_the_list(
    call: Call, pair: Path, tmp_path: Path, written: str | bytes, complaint: str
) -> None:
    file = tmp_path / "new.txt"
    file.write_bytes(written if isinstance(written, bytes) else written.encode())
    result = call("grow", pair, file, tmp_path / "grown")
    assert result.code == 1 and complaint in result.out
    assert not (tmp_path / "grown").exists()


def test_mistakes_in_the_arguments(call: Call, pair: Path, new: Path, tmp_path: Path) -> None:
    out = tmp_path / "grown"
    for arguments, complaint in (
        ((pair, tmp_path / "nowhere.txt", out), "cannot be read"),
        ((tmp_path, new, out), "There is no pair at"),
        ((pair, new, pair), "is there already"),
        ((pair, new, out, "--works", tmp_path / "nowhere.jsonl"), "There is no corpus at"),
        ((pair, new, out, "--works", corpus(tmp_path, {"concepts": ["sea", "sky"]})),
         "None of the works holds a new concept"),
    ):  # fmt: skip
        result = call("grow", *arguments)
        assert result.code == 1 and complaint in result.out, result.out
    assert not out.exists()
