"""A pair's folder as it is without loading it, against what loading it says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cas import CulturalAlienSampler
from cas.checkpoint import pair_signatures, pair_size
from cas.errors import CasError


@pytest.fixture
def pair(tmp_path: Path, sampler: CulturalAlienSampler) -> Path:
    sampler.save_pretrained(tmp_path / "pair")
    return tmp_path / "pair"


def test_a_good_pair_is_known_by_its_files(pair: Path) -> None:
    assert pair_size(pair) == 40
    assert pair_size("museums") == len(CulturalAlienSampler.from_pretrained().vocabulary)


def test_a_pair_keeps_its_abstract_concepts(
    pair: Path, tmp_path: Path, sampler: CulturalAlienSampler
) -> None:
    assert CulturalAlienSampler.from_pretrained(pair).abstract == frozenset()
    before = pair_signatures(pair)
    (pair / "abstract.txt").write_text("concept a1\r\n\nconcept b0\n")
    assert pair_signatures(pair) != before
    loaded = CulturalAlienSampler.from_pretrained(pair)
    assert loaded.abstract == {"concept a1", "concept b0"}
    loaded.save_pretrained(tmp_path / "again")
    assert CulturalAlienSampler.from_pretrained(tmp_path / "again").abstract == loaded.abstract
    sampler.save_pretrained(tmp_path / "again")  # over it: a pair without any
    assert CulturalAlienSampler.from_pretrained(tmp_path / "again").abstract == frozenset()
    (pair / "abstract.txt").write_text("concept a1\nnothing of the kind\n")
    with pytest.raises(CasError, match="nothing of the kind"):
        CulturalAlienSampler.from_pretrained(pair)


def test_the_shipped_pair_knows_what_a_picture_can_only_allude_to() -> None:
    shipped = CulturalAlienSampler.from_pretrained()
    assert {"sadness", "philosophy", "modernist"} <= shipped.abstract
    assert not {"weeping", "library", "still life"} & shipped.abstract
    assert len(shipped.abstract) < len(shipped.vocabulary) / 5


def cut(folder: Path) -> None:
    file = folder / "context" / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1])


def rust(folder: Path) -> None:
    (folder / "context" / "model.safetensors").write_bytes(b"rust")


def no_offsets(folder: Path) -> None:
    head = json.dumps({"transformer.wte.weight": {"shape": [42, 32], "data_offsets": []}}).encode()
    file = folder / "context" / "model.safetensors"
    file.write_bytes(len(head).to_bytes(8, "little") + head)


def other_words(folder: Path) -> None:
    file = folder / "vocabulary.txt"
    file.write_text(file.read_text().replace("concept a0", "something else"))


def other_shape(folder: Path) -> None:
    file = folder / "coherence" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"n_embd": 64}))


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda folder: (folder / "vocabulary.txt").unlink(), "There is no pair at"),
        (lambda folder: (folder / "vocabulary.txt").write_text("sea\n"), "at least two concepts"),
        (lambda folder: (folder / "coherence" / "config.json").unlink(), "no readable model"),
        (lambda folder: (folder / "coherence" / "config.json").write_text("[]"), "no readable"),
        (lambda folder: shutil.rmtree(folder / "context"), "no readable model"),
        (rust, "no readable model"),
        (cut, "cut short"),
        (no_offsets, "no readable model"),
        (other_words, "trained on another vocabulary"),
        (other_shape, "do not fit"),
    ],
)
def test_a_spoilt_pair_is_told_as_loading_would(
    pair: Path, spoil: Callable[[Path], None], complaint: str
) -> None:
    spoil(pair)
    with pytest.raises(CasError, match=complaint):
        pair_size(pair)
    with pytest.raises(CasError):
        CulturalAlienSampler.from_pretrained(pair)


@pytest.mark.parametrize(
    "change",
    [{"activation_function": "none"}, {"n_head": 0}, {"n_inner": -3}, {"n_layer": "two"},
     {"vocabulary": 7}],
)  # fmt: skip
def test_a_shape_that_is_none_is_told(pair: Path, change: dict[str, object]) -> None:
    file = pair / "coherence" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(CasError, match=r"no readable model|on another vocabulary"):
        CulturalAlienSampler.from_pretrained(pair)


def test_traces_change_with_any_file(pair: Path) -> None:
    seen = {pair_signatures(pair)}
    assert pair_signatures(pair) in seen
    for file in sorted(path for path in pair.rglob("*") if path.is_file()):
        data = file.read_bytes()
        file.with_name("new").write_bytes(data)
        file.with_name("new").replace(file)
        seen.add(pair_signatures(pair))
    shutil.rmtree(pair / "context")
    seen.add(pair_signatures(pair))
    assert len(seen) == 7
    assert pair_signatures(pair / "nowhere") == (None,) * 6


def test_looking_needs_no_torch() -> None:
    check = "import sys; from cas.checkpoint import pair_size; pair_size('museums');"
    check += "print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_picking_needs_no_transformers() -> None:
    check = "import sys; from cas import CulturalAlienSampler as Sampler;"
    check += (
        "Sampler.from_pretrained().sample(['sea'], seed=1); print('transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
